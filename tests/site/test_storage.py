"""Whatever the browser's storage does, a page works, says so plainly and loses nothing."""

import json
from itertools import cycle

import pytest

pytestmark = pytest.mark.one_of_a_kind

BLOCKED = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("The operation is insecure.", "SecurityError"); } });"""
FULL = """Storage.prototype.setItem = () => {
  throw new DOMException("The quota has been exceeded.", "QuotaExceededError"); };"""
GARBAGE = '{"half'
WORDS = "What I wrote before."


def keys(document):
    """Every key that a page may read."""
    found = ["theme", "my-trust"]
    found += [f"answer:{e.get('data-question')}" for e in document.having("form", "data-question")]
    found += [f"reflection:{i}" for i in reflections(document)]
    found += [f"{kind}:{name}" for name in document.explorers for kind in ("guess", "kept")]
    return [*found, *([f"read:{document.lesson}"] if document.lesson else [])]


def reflections(document):
    return [e.get("data-reflection") for e in document.having("form", "data-reflection")]


def holding(values):
    """Fill the storage once, before any of the page's scripts."""
    return f"""if (!localStorage.getItem("filled")) {{
      for (const [key, text] of Object.entries({json.dumps(values)}))
        localStorage.setItem("improving:" + key, text);
      localStorage.setItem("filled", "1");
    }}"""


def write_in_all(seen):
    """Use everything on the page that keeps something."""
    page = seen.page
    for guess in page.locator(".explorer-predict >> visible=true").all():
        guess.locator("input").fill(guess.locator("input").get_attribute("max"))
        guess.locator("button[type=submit]").click()
    for question in page.locator("form.question").all():
        question.locator("input").first.check()
        question.locator("button[type=submit]").click()
        assert question.locator(".question-feedback").inner_text()
    for text in page.locator("form.reflection textarea").all():
        text.fill("Something new.")
        text.blur()
    for keep in page.locator("[data-do=keep] >> visible=true").all():
        keep.click()
    for box in page.locator("#lesson-read").all():
        box.check()
    page.locator("#theme-button").click()


def kept(seen):
    return seen.page.evaluate("Object.fromEntries(Object.entries(localStorage))")


def works_and_says(seen, told):
    """The page answers though nothing can be kept, and its messages are plain."""
    write_in_all(seen)
    assert told in seen.page.locator("#site-status").inner_text()
    for text in seen.page.locator("form.reflection textarea").all():
        assert text.input_value() == "Something new."
    for status in seen.page.locator(".reflection-status").all():
        assert "Not saved" in status.inner_text()
    assert seen.faults == []


def test_a_page_works_where_storage_is_blocked(visit, page_name):
    works_and_says(visit(page_name, before=BLOCKED), "does not let")


def test_a_page_works_where_storage_is_full_and_loses_nothing(visit, page_name, pages):
    values = {f"reflection:{i}": json.dumps(WORDS) for i in reflections(pages[page_name])}
    seen = visit(page_name, before=holding(values) + FULL)
    for text in seen.page.locator("form.reflection textarea").all():
        assert text.input_value() == WORDS
    works_and_says(seen, "no room")
    after = kept(seen)
    assert {key: after[f"improving:{key}"] for key in values} == values


def test_damaged_storage_is_set_aside_and_never_lost(visit, page_name, pages):
    values = dict.fromkeys(keys(pages[page_name]), GARBAGE)
    seen = visit(page_name, before=holding(values))
    write_in_all(seen)
    after = kept(seen)
    for key in values:
        now = after.get(f"improving:{key}")
        assert GARBAGE in (now, after.get(f"improving:unreadable:{key}")), f"{key} is lost"
    assert seen.faults == []


@pytest.mark.parametrize("turn", range(2))
def test_values_of_the_wrong_shape_do_no_harm(visit, lesson_name, pages, turn):
    shapes = ["42", "[]", '{"chosen": "x", "a": [[]]}', "null", '"text"'][turn:]
    held = dict(zip(keys(pages[lesson_name]), cycle(shapes), strict=False))
    seen = visit(lesson_name, before=holding(held))
    write_in_all(seen)
    assert seen.faults == []
