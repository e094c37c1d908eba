"""What a learner gets back says what was asked, answered and found, and can do nothing at all."""

import re

import html5lib
import pytest
import tiny
from harmless import dangers, words_in
from marked import HOSTILE, PICTURE, TRICK, Marked, faults_in_sight, put, visiting
from tiny import SLUG

from improving.educator.desk import Desk, Learner
from improving.educator.feedback import write_feedback
from improving.educator.review import Reviewing
from improving.problems import CourseError

HIDDEN = 'checks.function("double", double, [({"x": 1234}, 2468)])'
GIVEN = 'checks.function("double", double, [({"x": 2}, 4)])'
COHORT = [
    Marked(
        "good",
        name="Gil Good",
        words="My *words*, in a table:\n\n|  | 2024 |\n|---|--:|\n| a | 1 |",
        outputs=(
            {"output_type": "stream", "name": "stdout", "text": "I printed this."},
            {"output_type": "display_data", "data": {"image/png": PICTURE}},
        ),
        added="A cell of mine.",
    ),
    Marked("unread", earned=(0.0, 8.0)),
    Marked(
        "peeks",
        earned=(6.0, 0.0),
        found=f"Your code stopped here with ValueError: {HIDDEN}",
        outputs=(
            {"output_type": "stream", "name": "stdout", "text": f"{HIDDEN}\n{GIVEN}"},
            {"output_type": "execute_result", "data": {"text/plain": repr([HIDDEN])}},
            {"output_type": "error", "ename": "ValueError", "evalue": f"It was {HIDDEN}"},
        ),
    ),
    Marked("late", earned=(6.0, None), status="timed out", reason="More than 60 seconds passed."),
    Marked("tampered", status="tampered", reason="Changed: part-1a-check."),
    Marked("crashed", earned=(None, None), status="crashed", reason="Python stopped in cell 3."),
    Marked("missing", status="missing"),
    Marked("unreadable", status="unreadable", reason="The file is empty."),
    HOSTILE,
]


@pytest.fixture(scope="module")
def written(desk):
    """The page of each learner; the first answer was marked by hand."""
    put(desk, *COHORT)
    desk.add_learners([Learner("unmarked")])
    form = {"level-0": ["2"], "level-1": ["1"], "level-2": ["0"], "ready": ["1"]}
    Reviewing(desk, SLUG).save(
        Learner("good", "Gil Good"), form | {"comment": ["Well <b>done</b>."]}
    )
    assert write_feedback(desk, SLUG) == len(COHORT)
    return {one.learner: desk.feedback(SLUG, one.learner) for one in COHORT}


@pytest.fixture(scope="module")
def texts(written):
    return {who: path.read_text(encoding="utf-8") for who, path in written.items()}


def said(markup):
    body = html5lib.parse(markup, namespaceHTMLElements=False).find("body")
    return re.sub(r"\s+", " ", " ".join(body.itertext()))


def test_it_says_what_was_asked_what_they_wrote_and_what_was_found(texts):
    good = said(texts["good"])
    in_order = [
        *("Feedback: A sum and a function", "For Gil Good"),
        *("Put 6 times 7 in answer .", tiny.RIGHT_1, "I printed this.", "Right. 6 of 6 points."),
        *("Write double(x) .", "return 2 * x", "Right. 8 of 8 points."),
        *("Say what it was for.", "My words , in a table:", "3 of 6 points."),
        *(
            "Says what",
            "2 of 2",
            "Fully",
            "Says why",
            "1 of 2",
            "Partly",
            "Says how",
            "0 of 2",
            "No",
        ),
        *("Your marker wrote:", "Well <b>done</b>.", "Two is two."),
    ]
    places = [good.find(part) for part in in_order]
    assert dict(zip(in_order, places, strict=True)) == dict(
        zip(in_order, sorted(places), strict=True)
    )
    assert -1 not in places
    assert "A cell of mine." in good
    assert "Hint" not in good
    assert "A model answer of mine." not in good


def test_what_was_wrong_is_told_in_the_checks_own_words(texts):
    unread = said(texts["unread"])
    assert "Not right yet. 0 of 6 points. `answer` is 41. That is not right yet." in unread
    assert "All not marked yet 20" in unread
    assert "No points yet, out of 6." in unread
    assert "How your answer was marked" not in unread


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("missing", "Nothing was handed in, so nothing was marked. This is not a mark of 0."),
        (
            "unreadable",
            "Your file could not be read, so nothing was marked. This is not a mark of 0.",
        ),
        ("unreadable", "The file is empty."),
        ("late", "Your notebook ran too long. More than 60 seconds passed."),
        ("late", "Not reached. No points yet, out of 8."),
        ("crashed", "Your notebook stopped before its end. Python stopped in cell 3."),
        ("tampered", "Some cells that check your work had been changed. Changed: part-1a-check."),
    ],
)
def test_how_it_went_is_told_in_words(texts, who, words):
    assert words in said(texts[who])


def test_a_point_that_nobody_gave_is_never_shown_as_0(texts):
    for who in ("crashed", "missing", "unreadable"):
        assert re.search(r"\b0 (of|\d)", said(texts[who])) is None, who


def test_hidden_checks_are_absent_however_they_were_shown(texts):
    for who, page in texts.items():
        assert "1234" not in page, who
        assert "2468" not in page, who
    peeks = said(texts["peeks"])
    assert peeks.count("[left out]") == 4
    assert GIVEN in peeks


def test_a_page_has_no_script_and_leads_nowhere(texts):
    own = frozenset(["style", "meta"])
    for page in texts.values():
        found = dangers(page, own)
        assert [one for one in found if one != "p style=white-space: pre-wrap"] == []
        tree = html5lib.parse(page, namespaceHTMLElements=False)
        (policy,) = (e.get("content") for e in tree.iter("meta") if e.get("http-equiv") is not None)
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        (style,) = ("".join(e.itertext()) for e in tree.iter("style"))
        assert "url(" not in style
        assert "@import" not in style


def test_hostile_text_is_shown_as_it_was_written(texts):
    read = words_in(texts["hostile"])
    assert TRICK in read
    assert "Not reached. No points yet, out of 8." in said(texts["hostile"])
    assert "49" not in read


@pytest.mark.parametrize("who", ["good", "late", "missing", "unreadable"])
def test_a_page_can_be_used_by_everybody(browser, written, who):
    with visiting(browser, written[who].parent.as_uri()) as visit:
        visit.go(f"{SLUG}.html")
        assert faults_in_sight(visit) == []
        assert visit.faults == []
        assert visit.page.locator("h1").count() == 1
        assert visit.page.title() == "Feedback: A sum and a function - Improving at Scale"


def test_a_hostile_page_runs_and_asks_for_nothing(browser, written):
    with visiting(browser, written["hostile"].parent.as_uri()) as visit:
        visit.go(f"{SLUG}.html")
        assert visit.faults == []
        assert [url for url in visit.files if not url.startswith(("file:", "data:image/png"))] == []
        assert visit.page.locator("img").count() == 1
        assert visit.page.evaluate("document.querySelector('img').naturalWidth") == 1
        assert visit.page.evaluate("document.scripts.length") == 0


def test_pages_are_the_same_when_they_are_written_again(desk, written, texts):
    write_feedback(desk, SLUG)
    assert {who: path.read_text(encoding="utf-8") for who, path in written.items()} == texts


def test_nobody_gets_a_page_before_their_work_was_marked(desk, written):
    assert not desk.feedback(SLUG, "unmarked").exists()


def test_feedback_before_marking_says_what_to_run(desk, tmp_path):
    other = Desk(tmp_path)
    for path in (desk.source(SLUG), desk.release(SLUG), desk.root / "gradebook.db"):
        to = tmp_path / path.relative_to(desk.root)
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(path.read_bytes())
    other.add_learners([Learner("ann")])
    with pytest.raises(CourseError, match=f"run `python course.py mark {SLUG}`"):
        write_feedback(other, SLUG)
    with pytest.raises(CourseError, match="98-other was not assigned"):
        write_feedback(other, "98-other")
