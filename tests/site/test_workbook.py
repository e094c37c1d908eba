"""What a reader enters is kept, shown together, carried elsewhere, and deleted when they say so."""

import json
import re

import pytest

WORKBOOK = "book/workbook.html"
LESSON = "chapters/12-mandate.html"
QUESTION, PROMPT = "12-mandate/q1", "12-mandate/r1"
WORDS = "Ask <b>first</b> & listen."


def stored(seen):
    held = seen.page.evaluate("Object.fromEntries(Object.entries(localStorage))")
    return {key.removeprefix("improving:"): text for key, text in held.items()}


def keep(seen, **values):
    seen.page.evaluate(
        "kept => { for (const [k, v] of Object.entries(kept)) localStorage['improving:' + k] = v }",
        {key.replace("__", ":"): json.dumps(value) for key, value in values.items()},
    )


def offer(seen, text):
    """Hand a file to the restore control and return what the page says."""
    status = seen.page.locator("#workbook [role=status]")
    status.evaluate("e => (e.textContent = '')")
    backup = {"name": "backup.json", "mimeType": "application/json", "buffer": text.encode()}
    seen.page.get_by_label("Restore a backup").set_input_files(backup)
    status.filter(has_text=re.compile(r"\S")).wait_for()
    return status.inner_text()


def backup(**kept):
    texts = {key.replace("__", ":"): json.dumps(value) for key, value in kept.items()}
    return json.dumps({"format": "improving-backup", "version": 1, "kept": texts})


@pytest.fixture
def workbook(visit):
    seen = visit(WORKBOOK)
    seen.page.get_by_role("button", name="Download a backup").wait_for()
    return seen


def fill_a_lesson(seen):
    question = seen.page.locator(f'form.question[data-question="{QUESTION}"]')
    question.locator("input").nth(2).check()
    question.get_by_role("button", name="Check answer").click()
    text = seen.page.locator(f'form.reflection[data-reflection="{PROMPT}"] textarea')
    text.fill(WORDS)
    text.blur()
    seen.page.get_by_label("Mark this lesson as read").check()


def test_a_lesson_remembers_and_the_workbook_shows_it(visit):
    seen = visit(LESSON, wait=False)
    fill_a_lesson(seen)
    seen.page.reload()
    question = seen.page.locator(f'form.question[data-question="{QUESTION}"]')
    assert question.locator("input").nth(2).is_checked()
    assert question.locator(".question-feedback").inner_text().startswith("Right.")
    assert question.locator(".question-answers").is_visible()
    done = seen.page.locator(".site-nav a:has(.done)")
    assert done.count() == 1
    assert "(read)" in done.text_content()
    seen.go(WORKBOOK)
    page = seen.page.locator("#workbook")
    page.get_by_role("heading", level=2).first.wait_for()
    assert WORDS in page.inner_text()
    assert "This was right." in page.inner_text()
    assert page.locator("b").count() == 0
    assert seen.faults == []


def test_an_answer_is_asked_for_before_it_is_checked(visit):
    seen = visit(LESSON, wait=False)
    question = seen.page.locator("form.question").first
    assert question.locator(".question-answers").is_hidden()
    question.get_by_role("button", name="Check answer").click()
    assert question.locator(".question-feedback").inner_text() == "Choose an answer first."
    assert stored(seen) == {}


def test_a_backup_brings_everything_back(visit, tmp_path):
    seen = visit(LESSON, wait=False)
    fill_a_lesson(seen)
    before = stored(seen)
    seen.go(WORKBOOK)
    with seen.page.expect_download() as download:
        seen.page.get_by_role("button", name="Download a backup").click()
    download.value.save_as(tmp_path / "backup.json")
    seen.page.evaluate("localStorage.clear()")
    assert "3 added" in offer(seen, (tmp_path / "backup.json").read_text())
    assert stored(seen) == before
    assert seen.faults == []


def test_a_backup_never_overwrites(workbook):
    keep(workbook, **{f"reflection:{PROMPT}": "Mine.", f"answer:{QUESTION}": {"chosen": [1]}})
    theirs = {f"reflection:{PROMPT}": "Theirs.", f"answer:{QUESTION}": {"chosen": [2]}}
    told = offer(workbook, backup(**theirs))
    assert "1 joined" in told
    assert "1 left as they are" in told
    after = stored(workbook)
    assert json.loads(after[f"answer:{QUESTION}"]) == {"chosen": [1]}
    joined = json.loads(after[f"reflection:{PROMPT}"])
    assert joined.startswith("Mine.")
    assert joined.endswith("Theirs.")
    offer(workbook, backup(**theirs))
    assert stored(workbook) == after, "reading the same backup twice adds nothing"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nonsense", "it is not JSON"),
        ("[]", "not a backup of this course"),
        ("null", "not a backup of this course"),
        ('{"format": "improving-backup", "version": 1, "kept": null}', "not a backup"),
        ('{"format": "improving-backup", "version": 2, "kept": {}}', "newer version"),
        ('{"format": "improving-backup", "version": 1, "kept": {"a": 1}}', "damaged at a"),
    ],
)
def test_a_file_that_is_no_backup_changes_nothing(workbook, text, told):
    keep(workbook, theme="dark")
    assert told in offer(workbook, text)
    assert stored(workbook) == {"theme": '"dark"'}
    assert workbook.faults == []


def test_the_document_holds_the_words_and_no_markup_of_theirs(visit, tmp_path):
    seen = visit(LESSON, wait=False)
    fill_a_lesson(seen)
    seen.go(WORKBOOK)
    with seen.page.expect_download() as download:
        seen.page.get_by_role("button", name="Download as a document").click()
    download.value.save_as(tmp_path / "workbook.html")
    text = (tmp_path / "workbook.html").read_text(encoding="utf-8")
    assert "Ask &lt;b&gt;first&lt;/b&gt; &amp; listen." in text
    assert "<script" not in text


def test_deleting_asks_once_more_and_works_by_keyboard(workbook):
    keep(workbook, theme="dark", **{"my-trust": "RAL"})
    workbook.page.reload()
    start = workbook.page.get_by_role("button", name="Delete everything on this device")
    start.focus()
    workbook.page.keyboard.press("Enter")
    focused = workbook.page.locator(":focus")
    assert focused.inner_text() == "Keep everything"
    workbook.page.keyboard.press("Escape")
    assert focused.inner_text() == "Delete everything on this device"
    assert len(stored(workbook)) == 2
    workbook.page.keyboard.press("Enter")
    workbook.page.keyboard.press("Tab")
    workbook.page.keyboard.press("Enter")
    assert stored(workbook) == {}
    assert focused.inner_text() == "Delete everything on this device"
    assert "is deleted" in workbook.page.locator("#workbook [role=status]").inner_text()


def test_what_belongs_to_no_lesson_is_still_shown(visit):
    before = """localStorage["improving:reflection:99-gone/r1"] = '"Old words"';
                localStorage["improving:reflection:12-mandate/r1"] = "{broken";"""
    seen = visit(WORKBOOK, before=before)
    seen.page.get_by_role("heading", name="Kept from elsewhere").wait_for()
    text = seen.page.locator("#workbook").inner_text()
    assert "Old words" in text
    assert "{broken" in text


def test_a_trust_is_chosen_and_forgotten_on_any_page(visit):
    seen = visit("book/glossary.html")
    assert not any("trusts.js" in file for file in seen.files)
    seen.page.evaluate("addEventListener('improving:my-trust', e => (window.told = e.detail.code))")
    seen.page.get_by_role("button", name="My trust").click()
    dialog = seen.page.get_by_role("dialog")
    dialog.get_by_label("Part of its name or code").fill("RAL")
    dialog.get_by_label("Trusts").select_option("RAL")
    assert seen.axe() == []
    dialog.get_by_role("button", name="This is my trust").click()
    assert stored(seen) == {"my-trust": '"RAL"'}
    assert seen.page.evaluate("told") == "RAL"
    dialog.get_by_role("button", name="Forget my trust").click()
    assert stored(seen) == {}
    assert seen.page.evaluate("told") == ""
    assert seen.faults == []


@pytest.mark.parametrize("from_a_folder", [True, False])
def test_search_finds_pages(visit, site, from_a_folder):
    seen = visit("search.html", **({"base": site.as_uri()} if from_a_folder else {}))
    seen.page.get_by_label("Words to find").fill("mandate ownership")
    seen.page.keyboard.press("Enter")
    found = seen.page.locator("#search-results a")
    found.first.wait_for()
    assert any("12-mandate" in link.get_attribute("href") for link in found.all())
    seen.page.locator("#site-status", has_text="found").wait_for()
    assert stored(seen) == {}, "a search leaves nothing behind"
    assert seen.faults == []
