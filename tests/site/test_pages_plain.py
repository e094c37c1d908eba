"""Every page also serves a reader with scripts off."""

import pytest


@pytest.fixture(scope="module")
def plain(new_visit):
    return new_visit(java_script_enabled=False)


def test_it_can_be_read_with_scripts_off(plain, page_name):
    plain.start_afresh(page_name, wait=False)
    page = plain.page
    assert len(page.locator("main").inner_text().split()) > 5
    for section in page.locator("section.explorer").all():
        assert section.locator("svg >> visible=true").count() == 1
        assert section.locator("output").inner_text().strip()
        assert not section.locator(".explorer-controls, .explorer-predict").first.is_visible()
        section.locator("summary").click()
        assert section.locator(".explorer-table td").first.is_visible()
    for figure in page.locator("figure.chart").all():
        assert figure.locator("svg >> visible=true").count() == 1
        figure.locator("summary").click()
        assert figure.locator("td").first.is_visible()
    for question in page.locator("form.question").all():
        assert question.locator("legend").is_visible()
        assert all(label.is_visible() for label in question.locator("label").all())
        question.locator("details.question-answers summary").click()
        assert all(why.is_visible() for why in question.locator(".question-why").all())
    for reflection in page.locator("form.reflection").all():
        assert reflection.locator("label").is_visible()
    # A button that does nothing misleads, unless the page says why.
    dead = page.locator("main button >> visible=true").count()
    assert dead == 0 or page.locator("noscript").count()
    assert plain.faults == []
