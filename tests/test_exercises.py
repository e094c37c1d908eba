"""Every exercise is in order, and what a learner gets holds no answer and no further check."""

import copy
import json
import re
from pathlib import Path

import pytest

from improving import exercises, lessons, tidy
from improving.exercises import CODE_STUB, POINTS, TEXT_STUB, find_faults, grade_id, is_check
from improving.yaml_files import YamlError

ROOT = Path(__file__).parents[1]
SLUGS = exercises.listed()
REGION = re.compile(r"### BEGIN (SOLUTION|HIDDEN TESTS)\n(.*?)### END \1", re.DOTALL)

each = pytest.mark.parametrize("slug", SLUGS)


def text(cell):
    return "".join(cell["source"])


def lines(words):
    return [line.strip() for line in words.splitlines() if line.strip()]


def named(notebook):
    return {grade_id(cell): cell for cell in notebook["cells"] if grade_id(cell)}


def test_every_lesson_has_its_exercise():
    assert lessons.listed(ROOT) == SLUGS


# Each exercise


@each
def test_it_has_no_fault(slug):
    assert [str(fault) for fault in find_faults(ROOT, slug)] == []


@each
def test_its_marking_guide_can_be_used(slug):
    guide = exercises.marking(slug)
    assert guide.exercise == slug
    assert len(guide.rubric) * 2 == POINTS[3]
    for words in (guide.summary, guide.notes, *(one.feedback for one in guide.misconceptions)):
        assert words.endswith((".", "?", "!"))
    beliefs = [one.belief for one in guide.misconceptions]
    assert len(set(beliefs)) == len(beliefs)


@each
def test_its_title_and_its_points_are_there_to_be_read(slug):
    source = exercises.source(slug)
    assert text(source["cells"][0]).startswith(f"# {exercises.title(source)}\n")
    written = [cell for cell in source["cells"] if exercises.is_written(cell)]
    assert [grade_id(cell) for cell in written] == ["part-3"]
    total = sum(exercises.grading(cell).get("points", 0) for cell in source["cells"])
    assert total == sum(POINTS.values())


@each
def test_what_a_learner_gets_has_no_answer_and_no_further_check(slug):
    source = exercises.source(slug)
    released = named(exercises.learner_version(source))
    taken_out = 0
    for name, cell in named(source).items():
        given = lines(text(released[name]))
        kept = lines(REGION.sub("", text(cell)))
        for _, inside in REGION.findall(text(cell)):
            secret = [line for line in lines(inside) if line not in kept]
            assert [line for line in secret if line in given] == [], name
            taken_out += len(secret)
    assert taken_out > 8
    whole = json.dumps(exercises.learner_version(source), ensure_ascii=False)
    assert "BEGIN SOLUTION" not in whole
    assert "HIDDEN TESTS" not in whole


@each
def test_what_a_learner_gets_has_no_model_answer(slug):
    source = exercises.source(slug)
    released = exercises.learner_version(source)
    sentences = re.split(r"(?<=[.!?])\s+", text(named(source)["part-3"]))
    assert len(sentences) > 3
    for cell in released["cells"]:
        shown = text(cell) + json.dumps(cell["metadata"])
        assert [one for one in sentences if len(one) > 20 and one in shown] == []
        assert cell.get("outputs", []) == []
    assert text(named(released)["part-3"]).strip() == TEXT_STUB


@each
def test_what_a_learner_gets_is_the_same_each_time(slug):
    source = exercises.source(slug)
    before = copy.deepcopy(source)
    released = exercises.learner_version(source)
    assert tidy.dumps(released) == tidy.dumps(exercises.learner_version(source))
    assert source == before


@each
def test_what_a_learner_gets_keeps_every_task_and_locks_every_check(slug):
    source, released = exercises.source(slug), exercises.learner_version(exercises.source(slug))
    assert [grade_id(cell) for cell in released["cells"]] == [grade_id(c) for c in source["cells"]]
    for ours, given in zip(source["cells"], released["cells"], strict=True):
        if not exercises.is_answer(ours):
            assert text(given).strip() == REGION.sub("", text(ours)).strip().rstrip("#").strip()
        if grade_id(ours):
            assert given["metadata"]["deletable"] is False
            assert given["metadata"].get("editable", True) is exercises.is_answer(ours)
    assert released["metadata"]["improving"] == {"exercise": slug}


@each
def test_each_task_has_an_answer_and_then_its_check(slug):
    names = [grade_id(cell) for cell in exercises.source(slug)["cells"] if grade_id(cell)]
    for number, name in enumerate(names):
        if re.fullmatch(r"part-[12][a-z]", name):
            assert names[number + 1] == f"{name}-check"


# Faults


@pytest.fixture
def root(tmp_path):
    """A root with a copy of one exercise, to be spoilt."""
    (tmp_path / "exercises" / SLUGS[0]).mkdir(parents=True)
    for path in (exercises.notebook_path(SLUGS[0]), exercises.marking_path(SLUGS[0])):
        (tmp_path / "exercises" / SLUGS[0] / path.name).write_bytes(path.read_bytes())
    return tmp_path


def spoil_notebook(root, change):
    path = root / "exercises" / SLUGS[0] / f"{SLUGS[0]}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    change(notebook, named(notebook))
    path.write_text(tidy.dumps(notebook), encoding="utf-8")


def spoil_guide(root, old, new):
    path = root / "exercises" / SLUGS[0] / "marking.yml"
    found = path.read_text(encoding="utf-8")
    assert old in found
    path.write_text(found.replace(old, new, 1), encoding="utf-8")


def set_points(notebook, cells):
    cells["part-1a-check"]["metadata"]["nbgrader"]["points"] += 1


def rename(notebook, cells):
    cells["part-1a"]["metadata"]["nbgrader"]["grade_id"] = "task-1"


def double(notebook, cells):
    cells["part-1b"]["metadata"]["nbgrader"]["grade_id"] = "part-1a"


def drop_import(notebook, cells):
    cells["part-1a-check"]["source"] = text(cells["part-1a-check"]).partition("\n")[2]


def drop_solution(notebook, cells):
    cells["part-1a"]["source"] = "x = ..."


def drop_hidden(notebook, cells):
    for cell in cells.values():
        cell["source"] = text(cell).replace(exercises.HIDDEN, "# more")


def drop_hint(notebook, cells):
    for cell in notebook["cells"]:
        cell["source"] = text(cell).replace("<summary>Hint 2</summary>", "")


def forget_the_exercise(notebook, cells):
    notebook["metadata"]["improving"] = {"exercise": "other"}


@pytest.mark.parametrize(
    ("change", "place", "what", "mend"),
    [
        (set_points, "part 1", "It is worth 7 points.", "Make its checks add up to 6."),
        (rename, "cell ", "'task-1' is not the name of a part.", "Call it part-1a"),
        (double, "", "Two cells are called 'part-1a'.", "its own `grade_id`"),
        (drop_import, "cell ", "A check that does not import its checks.", "Begin it with"),
        (drop_solution, "cell ", "An answer with no solution.", "BEGIN SOLUTION"),
        (drop_hidden, "part 2", "No further checks at marking.", "Put some between"),
        (drop_hint, "", "hints.", "`Hint 1` and `Hint 2`"),
        (forget_the_exercise, "metadata", "does not say which exercise it is", SLUGS[0]),
    ],
)
def test_a_fault_names_its_place_and_its_mend(root, change, place, what, mend):
    spoil_notebook(root, change)
    found = list(find_faults(root, SLUGS[0]))
    assert found
    assert {fault.file for fault in found} == {f"exercises/{SLUGS[0]}/{SLUGS[0]}.ipynb"}
    assert [
        fault
        for fault in found
        if fault.place.startswith(place) and what in fault.what and mend in fault.mend
    ]


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("minutes: 45", "minutes: 90", "minutes", "60"),
        ("minutes: 45", "minutes: soon", "minutes", "whole number"),
        ("  - criterion:", "  - criteria:", "rubric 1, criterion", "Add it"),
        ("exercise:", "exercises:", "exercise", "Add it"),
        ("    sign:", "    signs:", "misconception 1", "sign"),
    ],
)
def test_a_fault_in_a_guide_names_its_place_and_its_mend(root, old, new, place, said):
    spoil_guide(root, old, new)
    found = list(find_faults(root, SLUGS[0]))
    assert {fault.file for fault in found} == {f"exercises/{SLUGS[0]}/marking.yml"}
    assert [fault for fault in found if place in str(fault) and said in str(fault)], found


def test_a_guide_of_another_exercise_says_so(root, monkeypatch):
    monkeypatch.setenv("IMPROVING_EXERCISES", str(root / "exercises"))
    spoil_guide(root, f"exercise: {SLUGS[0]}", "exercise: 99-other")
    with pytest.raises(YamlError, match=f"it says '99-other'. Write '{SLUGS[0]}'"):
        exercises.marking(SLUGS[0])


def test_only_folders_that_hold_their_own_notebook_are_exercises(root, monkeypatch):
    monkeypatch.setenv("IMPROVING_EXERCISES", str(root / "exercises"))
    for name in ("questions/q.ipynb", f"{SLUGS[0]}/copy.ipynb", "loose.ipynb"):
        path = root / "exercises" / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert exercises.listed() == [SLUGS[0]]


# Cells


@pytest.mark.parametrize(
    ("metadata", "check", "written", "answer"),
    [
        ({}, False, False, False),
        ({"nbgrader": "x"}, False, False, False),
        ({"nbgrader": {"grade": True, "grade_id": "part-1a-check"}}, True, False, False),
        ({"nbgrader": {"grade": True, "solution": True, "grade_id": "part-3"}}, False, True, True),
        ({"nbgrader": {"solution": True, "grade_id": "part-1a"}}, False, False, True),
    ],
)
def test_a_cells_role_is_what_nbgrader_says_of_it(metadata, check, written, answer):
    cell = {"metadata": metadata, "source": ""}
    assert (is_check(cell), exercises.is_written(cell), exercises.is_answer(cell)) == (
        check,
        written,
        answer,
    )


@pytest.mark.parametrize(
    ("name", "part"), [("part-1a", 1), ("part-2c-check", 2), ("part-3", 3), ("setup", 0), ("", 0)]
)
def test_a_cells_name_says_its_part(name, part):
    assert exercises.part({"metadata": {"nbgrader": {"grade_id": name}}}) == part


def test_the_stubs_are_what_a_learner_sees():
    cells = named(exercises.learner_version(exercises.source(SLUGS[0])))
    assert CODE_STUB in text(cells["part-1a"])
    assert TEXT_STUB in text(cells["part-3"])
