"""What holds for every page on a screen 320 px wide, opened from a folder and in the dark."""

import pytest
from browsing import FORGET

TEXT_SPACING = """*, *::before, *::after { line-height: 1.5 !important;
  letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
  p { margin-bottom: 2em !important; }"""


@pytest.fixture(scope="module")
def phone(new_visit, site):
    return new_visit(before=FORGET, base=site.as_uri(), viewport={"width": 320, "height": 900})


@pytest.fixture(scope="module")
def narrow(phone, page_name):
    phone.start_afresh(page_name, theme="dark")
    return phone


def test_axe_finds_nothing(narrow):
    assert narrow.axe_before_and_after_a_prediction() == []


@pytest.mark.one_of_a_kind("styles")
def test_colours_hold_in_the_light(narrow):
    narrow.unfold()
    narrow.theme("light")
    assert narrow.axe(only_colours=True) == []
    narrow.theme("dark")


def test_it_does_not_scroll_sideways(narrow):
    narrow.unfold()
    narrow.skip_guesses()
    found = narrow.sideways()
    narrow.page.add_style_tag(content=TEXT_SPACING)
    narrow.settle()
    found += [f"with wider text spacing, {fault}" for fault in narrow.sideways()]
    assert found == []


def test_nothing_went_wrong_while_it_was_used(narrow):
    """No error, no breach of the policy, nothing missing, no request to another host."""
    assert narrow.faults == []
