"""The instruments see what they are for: faults put on a page on purpose are found."""

import pytest

ALIKE = "<p>As many others.</p>" * 20
FAULTS = {
    "a faint text among many": f"{ALIKE}<p style='color: #aaa'>Faint.</p>{ALIKE}",
    "a usual text on a dark ground": f"{ALIKE}<div style='background: #333'><p>Lost.</p></div>",
    "a faint text whose like is hidden": "<p style='color: #aaa'>Faint.</p>"
    "<p style='color: #aaa' hidden>Faint.</p>",
    "a link that is only blue, among texts and links that are plain": "<p>Read <a href='#1'>one</a>"
    f" here.</p>{ALIKE}<p>And <a href='#2' style='text-decoration: none'>two</a> there.</p>",
    "a faint text in a see-through box": f"<div style='opacity: .4'><p>Pale.</p></div>{ALIKE}",
}


@pytest.fixture
def page_of(visit):
    seen = visit("book/about.html")

    def page_of(content):
        seen.page.evaluate("(html) => (document.querySelector('main').innerHTML = html)", content)
        return seen

    return page_of


@pytest.mark.parametrize("fault", FAULTS)
def test_axe_measures_each_look_of_text_once(page_of, fault):
    found = page_of(f"<h1>Title</h1>{FAULTS[fault]}").axe()
    assert len(found) == 1
    assert found[0].startswith(("color-contrast: ", "link-in-text-block: "))


def test_axe_finds_nothing_where_texts_are_alike_and_plain(page_of):
    assert page_of(f"<h1>Title</h1>{ALIKE}").axe() == []


def test_axe_finds_other_faults_beside_contrast(page_of):
    found = page_of("<h1>Title</h1><input type='text'><h4>Too deep</h4>").axe()
    assert {fault.split(":")[0] for fault in found} == {"label", "heading-order"}


def test_an_explorer_that_never_answers_is_told(page_of):
    seen = page_of("<section class='explorer' data-explorer='lost/one'></section>")
    seen.ready(patience=0.1)
    assert seen.faults == ["lost/one never answered"]
