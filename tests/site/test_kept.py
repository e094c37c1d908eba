"""A setting that a reader keeps stands beside the others, in its lesson and in the workbook."""

import json

import pytest
from browsing import Explorer

LESSON, NAME = "chapters/12-mandate.html", "12-mandate/stance"
WORKBOOK = "book/workbook.html"


@pytest.fixture
def explorer(visit):
    seen = visit(LESSON, wait=NAME)
    seen.skip_guesses()
    return Explorer(seen, NAME)


def keep(explorer, **settings):
    explorer.set({name: json.dumps(value) for name, value in settings.items()})
    explorer.section.locator("[data-do=keep]").click()
    return explorer.status


def kept(page):
    """The table of kept settings, row by row."""
    rows = page.locator(".kept-settings tr").all()
    cells = [row.locator("th, td").all_inner_texts() for row in rows]
    return {head: values for head, *values in cells}


def test_two_settings_stand_side_by_side_and_what_differs_is_bold(explorer):
    assert keep(explorer, lasts=2).startswith("Kept.")
    first = explorer.sentence
    assert keep(explorer, lasts=5).startswith("Kept.")
    table = kept(explorer.section)
    assert table["Mandate lasts"] == ["2 years", "5 years"]
    assert table["What the model gives"] == [first, explorer.sentence]
    bold = explorer.section.locator(".kept-settings strong").all_inner_texts()
    assert bold == ["2 years", "5 years"]
    assert explorer.visit.faults == []


def test_a_setting_is_kept_once_and_four_at_most(explorer):
    assert keep(explorer, lasts=1).startswith("Kept.")
    assert "already" in keep(explorer, lasts=1)
    for years in (2, 3, 4):
        assert keep(explorer, lasts=years).startswith("Kept.")
    assert "Remove one" in keep(explorer, lasts=5)
    assert kept(explorer.section)["Mandate lasts"] == ["1 year", "2 years", "3 years", "4 years"]


def test_it_comes_back_by_its_link_and_goes_by_its_button(explorer):
    keep(explorer, lasts=7)
    explorer.reset()
    explorer.section.get_by_role("link", name="Show kept 1").click()
    explorer.visit.settle()
    assert explorer.settings()["lasts"] == "7"
    explorer.section.get_by_role("button", name="Remove kept 1").focus()
    explorer.visit.page.keyboard.press("Enter")
    assert kept(explorer.section) == {}
    focused = explorer.visit.page.locator(":focus")
    assert focused.inner_text() == "Keep this setting"


def test_the_workbook_and_its_document_hold_it(explorer, tmp_path):
    keep(explorer, lasts=7)
    seen, sentence = explorer.visit, explorer.sentence
    seen.go(WORKBOOK)
    seen.page.locator(".kept-settings").wait_for()
    assert kept(seen.page)["What the model gives"] == [sentence]
    assert seen.axe() == []
    with seen.page.expect_download() as download:
        seen.page.get_by_role("button", name="Download as a document").click()
    download.value.save_as(tmp_path / "workbook.html")
    text = (tmp_path / "workbook.html").read_text(encoding="utf-8")
    assert sentence in text
    assert "<button" not in text
    seen.page.get_by_role("link", name="Show kept 1").click()
    seen.page.wait_for_url("**/12-mandate.html#*")
    seen.ready(NAME)
    assert Explorer(seen, NAME).settings()["lasts"] == "7"
    assert seen.faults == []


def test_settings_of_two_devices_are_joined(explorer):
    keep(explorer, lasts=3)
    seen = explorer.visit
    key = f"improving:kept:{NAME}"
    here = seen.page.evaluate("(key) => localStorage[key]", key)
    theirs = here.replace("lasts=3", "lasts=6").replace("3 years", "6 years")
    backup = {"format": "improving-backup", "version": 1, "kept": {f"kept:{NAME}": theirs}}
    seen.go(WORKBOOK)
    file = {"name": "b.json", "mimeType": "application/json", "buffer": json.dumps(backup).encode()}
    seen.page.get_by_label("Restore a backup").set_input_files(file)
    seen.page.get_by_text("1 joined").wait_for()
    assert kept(seen.page)["Mandate lasts"] == ["3 years", "6 years"]
