"""The course map names every lesson, and nothing else; a fault names its entry and the mend."""

import pytest
import yaml
from sample_book import write_book

from improving.course_map import FILE, find_faults, load_map
from improving.problems import CourseError

ENTRY = {"short": "One", "idea": "An idea.", "leans_on": [], "next": {}}


@pytest.fixture
def root(tmp_path):
    return write_book(tmp_path)


def write(root, entries):
    (root / FILE).write_text(yaml.safe_dump(entries))


def test_the_lessons_come_in_the_order_of_the_contents(root):
    write(root, {"02-two": ENTRY | {"leans_on": ["01-one"]}, "01-one": ENTRY})
    assert list(load_map(root)) == ["01-one", "02-two"]


def test_a_book_needs_no_map(root):
    assert load_map(root) == {}
    assert find_faults(root) == []


@pytest.mark.parametrize(
    ("entries", "place", "what"),
    [
        ({"01-one": ENTRY}, "02-two", "This lesson is not on the map."),
        (
            {"01-one": ENTRY, "02-two": ENTRY | {"leans_on": ["03-gone"]}},
            "02-two",
            "There is no lesson 03-gone.",
        ),
        (
            {"01-one": ENTRY | {"next": {"03-gone": "Because."}}, "02-two": ENTRY},
            "01-one",
            "There is no lesson 03-gone.",
        ),
        ({"01-one": ENTRY, "02-two": ENTRY, "03-gone": ENTRY}, "03-gone", "no lesson 03-gone"),
        ({"01-one": ENTRY | {"idea": ""}, "02-two": ENTRY}, "01-one.idea", "at least 1 character"),
        ({"01-one": ENTRY | {"colour": "x"}, "02-two": ENTRY}, "01-one.colour", "not permitted"),
    ],
)
def test_a_fault_names_its_place(root, entries, place, what):
    write(root, entries)
    (fault,) = find_faults(root)
    assert (fault.file, fault.place) == (FILE, place)
    assert what in fault.what
    with pytest.raises(CourseError, match=place):
        load_map(root)


def test_a_file_that_is_not_yaml_is_told(root):
    (root / FILE).write_text("01-one: [")
    assert [fault.file for fault in find_faults(root)] == [FILE]
