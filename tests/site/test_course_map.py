"""The course map names each lesson twice, in a drawing and a list, and both show what is read."""

import pytest

MAP = "book/course-map.html"


def test_the_drawing_and_the_list_lead_to_every_lesson_once(pages):
    page = pages[MAP]
    lessons = sorted(document.lesson for document in pages.values() if document.lesson)
    # In a drawing, a link is an element of SVG.
    drawn = [e.get("data-map-lesson") for e in page.tree.iter() if e.get("data-map-lesson")]
    assert sorted(drawn) == lessons
    inside = page.tree.find(".//main")
    listed = [e.get("data-lesson-link") for e in inside.iter("a") if e.get("data-lesson-link")]
    assert sorted(listed) == lessons


def test_a_lesson_that_was_read_is_marked_in_both(visit):
    seen = visit("chapters/12-mandate.html", wait=False)
    seen.page.get_by_label("Mark this lesson as read").check()
    seen.go(MAP)
    drawn = seen.page.locator("[data-map-lesson].read")
    assert drawn.count() == 1
    assert drawn.get_attribute("aria-label").endswith("(read)")
    assert "\u2713" in drawn.text_content()
    listed = seen.page.locator("main [data-lesson-link]:has(.done)")
    assert listed.count() == 1
    drawn.focus()
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url("**/chapters/12-mandate.html")
    assert seen.faults == []


def test_every_lesson_says_what_to_read_next_and_why(pages, lesson_name):
    part = pages[lesson_name].tree.find(".//section[@class='read-next']")
    items = ["".join(item.itertext()) for item in part.iter("li")]
    assert items
    assert all(len(text.split()) > 8 for text in items)
    here = pages[lesson_name].lesson
    assert here not in [link.get("data-lesson-link") for link in part.iter("a")]


@pytest.mark.parametrize("width", [320, 1280])
def test_the_drawing_gives_way_to_the_list_on_a_narrow_screen(visit, width):
    seen = visit(MAP, viewport={"width": width, "height": 900})
    assert seen.page.locator(".map-drawing").is_visible() is (width > 720)
    assert seen.page.locator(".map-list").first.is_visible()
