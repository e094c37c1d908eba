"""GIFT, read back by gift-pegjs: its author's grammar of the format, run in Chromium.

The same grammar is behind the format's own editor. Moodle's reader is not to be had as a
package, so what Moodle asks beyond the grammar, the grades it accepts, is listed here.
"""

import html
import re

import pytest
from hypothesis import given, settings
from making import bank, hostile, question

from improving.educator.export import banks, gift
from improving.problems import CourseError

# What Moodle lets an option be worth, in percent; each may also be taken away.
GRADES = (
    *(100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20),
    *(16.66667, 14.28571, 12.5, 11.11111, 10, 5, 0),
)


@pytest.fixture(scope="module")
def parse(browser, npm_package):
    page = browser.new_page()
    page.add_script_tag(path=npm_package("gift-pegjs") / "lib" / "gift-parser-globals.js")
    yield lambda text: page.evaluate("(text) => giftParser.parse(text)", text)
    page.close()


def plain(text):
    """Words as a reader sees them: lines alike, and no blank ends, which the grammar drops."""
    lines = "\n".join(text.splitlines())
    return re.sub(r"^[\s\ufeff]+|[\s\ufeff]+$", "", lines)


def words(found):
    assert found["format"] == "html"
    return plain(html.unescape(found["text"].replace("<br>", "\n")))


def read(found):
    """A question as GIFT has it: name, stem, and each option's text, feedback and worth."""
    options = [
        (
            words(choice["text"]),
            words(choice["feedback"]),
            choice["weight"] if choice["weight"] is not None else 100 * choice["isCorrect"],
        )
        for choice in found["choices"]
    ]
    return found["type"], found["title"], words(found["stem"]), options


def wanted(asked):
    right = sum(option.correct for option in asked.options)
    wrong = len(asked.options) - right
    lost = -100 / wrong if asked.kind == "many" and wrong else 0
    options = [
        (
            plain(option.text),
            plain(option.feedback),
            pytest.approx(100 / right if option.correct else lost, abs=1e-5),
        )
        for option in asked.options
    ]
    return "MC", asked.id, plain(asked.stem), options


def test_every_bank_comes_back_whole(parse, every_bank):
    found = parse(gift.text(every_bank))
    expected = []
    for one in every_bank:
        expected += [("Category", f"Improving at Scale/{one.lesson}"), *map(wanted, one.questions)]
    named = [(f["type"], f["title"]) if f["type"] == "Category" else read(f) for f in found]
    assert named == expected


@settings(max_examples=50)
@given(asked=hostile())
def test_no_words_can_break_it(parse, asked):
    category, first, *_ = parse(gift.text([bank(asked)]))
    assert category["type"] == "Category"
    assert read(first) == wanted(asked.model_copy(update={"id": "01-one/q1"}))


@pytest.mark.parametrize("start", ["%50%", "%-50%", "[plain]", "[html]", "=", "~", "#", "//", "->"])
def test_a_text_that_looks_like_the_format_is_only_text(parse, start):
    asked = question(words=[f"{start} x" for _ in range(2)])
    assert read(parse(gift.text([bank(asked)]))[1]) == wanted(asked)


@pytest.mark.parametrize("right", range(1, 11))
@pytest.mark.parametrize("wrong", [0, 1, 3, 10])
def test_moodle_accepts_every_weight_and_ticking_all_earns_nothing(parse, right, wrong):
    asked = question("many", right, max(wrong, 2 - right), ())
    weights = [worth for *_, worth in read(parse(gift.text([bank(asked)]))[1])[3]]
    assert all(any(abs(abs(w) - grade) < 1e-5 for grade in GRADES) for w in weights)
    assert sum(w for w in weights if w > 0) == pytest.approx(100, abs=1e-3)
    assert len(weights) == right or sum(weights) == pytest.approx(0, abs=1e-3)


def test_more_options_than_moodle_can_grade_are_refused():
    with pytest.raises(CourseError, match=r"01-one/q1: .* 11 wrong options\.\n    Mend: "):
        gift.text([bank(question("many", 1, 11))])


def test_one_lesson_holds_its_own_questions_only(tmp_path, pytestconfig):
    one = banks.chosen(pytestconfig.rootpath, "12-mandate")
    text = gift.write(one, tmp_path / "made" / "q.gift").read_text(encoding="utf-8")
    assert set(re.findall(r"^::(.+?)/", text, re.MULTILINE)) == {"12-mandate"}


def test_an_unknown_lesson_is_told_with_those_there_are(pytestconfig):
    with pytest.raises(CourseError, match=r"no lesson called '99-no'.\n    Mend: .*12-mandate"):
        banks.chosen(pytestconfig.rootpath, "99-no")


def test_a_bank_with_a_fault_is_told(tmp_path):
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: chapters/01-one\n")
    (tmp_path / "exercises" / "questions").mkdir(parents=True)
    (tmp_path / "exercises" / "questions" / "01-one.yml").write_text("lesson: 01-one\n")
    with pytest.raises(CourseError, match=r"01-one\.yml, questions: .*Add it"):
        banks.chosen(tmp_path)
