"""Whatever is handed in is refused with a reason, or marked by the original checks, each once."""

import copy
import json
import sys

import pytest
import tiny
from hypothesis import given
from hypothesis import strategies as st

from improving import exercises, tidy
from improving.educator.submission import (
    MAX_BYTES,
    MAX_CELLS,
    UnreadableError,
    assemble,
    exercise_of,
    read,
)

SOURCE = tiny.exercise()
RELEASED = exercises.learner_version(SOURCE)
NAMES = [exercises.grade_id(cell) for cell in SOURCE["cells"] if exercises.grade_id(cell)]
ANSWERS = {"part-1a", "part-2a", "part-3"}
OWN_CHECK = {
    "cell_type": "code",
    "source": "from improving import checks\n\nassert answer > 41",
    "metadata": tiny.nbgrader("own-check", grade=True, locked=True, points=2),
    "outputs": [],
}


def text(cell):
    return "".join(cell["source"])


def named(notebook):
    """The cells that have a name, by that name, in order."""
    return [(exercises.grade_id(c), c) for c in notebook["cells"] if exercises.grade_id(c)]


def as_read(notebook):
    return read(json.dumps(notebook).encode())


def handed_in(*changes):
    """A complete submission to which each change was done, assembled."""
    notebook = tiny.filled_in(RELEASED)
    for change in changes:
        change(notebook["cells"])
    return assemble(SOURCE, RELEASED, as_read(notebook))


def place(cells, name):
    return next(n for n, cell in enumerate(cells) if exercises.grade_id(cell) == name)


def is_marked_by_the_original(assembled, source=SOURCE):
    """Every cell with a name is there once, in order, and is ours unless a learner writes in it."""
    made, ours = named(assembled.notebook), named(source)
    assert [name for name, _ in made] == [name for name, _ in ours]
    for (name, cell), (_, original) in zip(made, ours, strict=True):
        assert cell["metadata"] == original["metadata"]
        assert cell["cell_type"] == original["cell_type"]
        assert name in ANSWERS or text(cell) == text(original)
    unnamed = [cell for cell in assembled.notebook["cells"] if not exercises.grade_id(cell)]
    assert not any(exercises.is_check(cell) or exercises.is_answer(cell) for cell in unnamed)
    json.dumps(assembled.notebook, ensure_ascii=False).encode()
    return True


# Anything at all

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([*NAMES, "code", "markdown", "### BEGIN SOLUTION", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["cells", "metadata", "source", "cell_type", "nbgrader", "grade_id"])
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.binary(max_size=200) | st.text(max_size=50).map(lambda t: t.encode("utf-16")))
def test_any_bytes_are_refused_with_a_reason(content):
    with pytest.raises(UnreadableError, match=r"\.$"):
        read(content)


cells = st.fixed_dictionaries(
    {
        "cell_type": st.sampled_from(["code", "markdown", "raw"]),
        "source": st.text(max_size=20)
        | st.lists(st.text(max_size=8), max_size=3)
        | st.sampled_from([text(cell) for cell in SOURCE["cells"]]),
    },
    optional={
        "metadata": anything
        | st.builds(
            lambda name, roles: {"nbgrader": {"grade_id": name, **roles}},
            st.sampled_from([*NAMES, "own-check", ""]) | anything,
            st.dictionaries(
                st.sampled_from(["grade", "solution", "locked", "points", "task"]), anything
            ),
        ),
        "outputs": anything,
        "id": anything,
    },
)
notebooks = st.fixed_dictionaries({"cells": st.lists(cells | anything, max_size=4)})


def read_or_reason(content):
    try:
        return read(content)
    except UnreadableError as why:
        return str(why)


@given(anything | notebooks)
def test_any_json_is_refused_with_a_reason_or_is_marked_by_the_original(found):
    submitted = read_or_reason(json.dumps(found).encode())
    if isinstance(submitted, str):
        assert submitted.endswith(".")
    else:
        assert isinstance(exercise_of(submitted), str)
        assert is_marked_by_the_original(assemble(SOURCE, RELEASED, submitted))


mutations = st.lists(
    st.tuples(
        st.sampled_from(["drop", "double", "move", "insert", "replace"]),
        st.integers(0, 99),
        st.integers(0, 99),
        cells,
    ),
    max_size=8,
)


def mutated(changes):
    notebook = tiny.filled_in(RELEASED)
    found = notebook["cells"]
    for what, here, there, cell in changes:
        here, there = here % (len(found) or 1), there % (len(found) or 1)
        if what == "insert" or not found:
            found.insert(here, cell)
        elif what == "drop":
            del found[here]
        elif what == "double":
            found.insert(there, copy.deepcopy(found[here]))
        elif what == "move":
            found.insert(there, found.pop(here))
        else:
            found[here] = cell
    return notebook


@given(mutations)
def test_however_a_notebook_is_changed_it_is_marked_by_the_original(changes):
    submitted = as_read(mutated(changes))
    assembled = assemble(SOURCE, RELEASED, submitted)
    assert is_marked_by_the_original(assembled)
    # What is said of the checks is true.
    for name, check in named(RELEASED):
        if exercises.is_check(check):
            theirs = [cell for called, cell in named(submitted) if called == name]
            whole = [(cell["cell_type"], text(cell)) for cell in theirs] == [("code", text(check))]
            assert (name in assembled.changed) >= (len(theirs) != 1)
            assert not (whole and name in assembled.changed)


@given(mutations)
def test_nothing_that_a_learner_wrote_is_lost(changes):
    submitted = as_read(mutated(changes))
    made = assemble(SOURCE, RELEASED, submitted).notebook
    kept = [text(cell) for cell in made["cells"]]
    ours = {text(cell).strip() for cell in RELEASED["cells"]}
    locked = set(NAMES) - ANSWERS
    for cell in submitted["cells"]:
        if text(cell).strip() not in ours and exercises.grade_id(cell) not in locked:
            assert text(cell) in kept


# Cell by cell


def test_a_submission_as_it_should_be_has_nothing_to_tell():
    assembled = handed_in()
    assert is_marked_by_the_original(assembled)
    assert (assembled.changed, assembled.notes) == ((), ())
    made = dict(named(assembled.notebook))
    assert text(made["part-1a"]) == tiny.RIGHT_1
    assert text(made["part-3"]) == tiny.WORDS
    assert "1234" in text(made["part-2a-check"])


def test_cells_that_a_learner_added_stay_behind_the_cell_they_followed():
    def add(cells):
        for name in ("part-3", "part-2a-check", "part-1a", "setup"):
            for number in (2, 1):
                new = {"cell_type": "code", "source": f"own {number} of {name}", "metadata": {}}
                cells.insert(place(cells, name) + 1, new)
        cells.insert(0, {"cell_type": "markdown", "source": "First of all", "metadata": {}})

    made = handed_in(add).notebook["cells"]
    assert text(made[0]) == "First of all"
    for name in ("part-3", "part-2a-check", "part-1a", "setup"):
        at = place(made, name)
        assert [text(cell) for cell in made[at + 1 : at + 3]] == [
            f"own 1 of {name}",
            f"own 2 of {name}",
        ]


@pytest.mark.parametrize("name", ["part-1a-check", "part-2a-check", "new-check", "own-check"])
def test_a_forged_check_is_only_a_cell(name):
    forged = {
        "cell_type": "code",
        "source": "print('all is well')",
        "metadata": tiny.nbgrader(name, grade=True, points=100),
    }
    assembled = handed_in(lambda cells: cells.append(forged))
    assert is_marked_by_the_original(assembled)
    added = [c for c in assembled.notebook["cells"] if "all is well" in text(c)]
    assert [cell["metadata"] for cell in added] == [{}]
    assert assembled.changed == ((name,) if name in NAMES else ())


def test_a_check_that_was_softened_deleted_or_doubled_is_named():
    def soften(cells):
        cells[place(cells, "part-1a-check")]["source"] = "pass"

    def delete(cells):
        del cells[place(cells, "part-2a-check")]

    def double(cells):
        cells.append(copy.deepcopy(cells[place(cells, "part-1a-check")]))

    assert handed_in(soften).changed == ("part-1a-check",)
    assert handed_in(soften, delete).changed == ("part-1a-check", "part-2a-check")
    assert handed_in(double).changed == ("part-1a-check",)


def test_spaces_at_the_ends_of_lines_change_no_check():
    def pad(cells):
        check = cells[place(cells, "part-1a-check")]
        check["source"] = "\r\n".join(f"{line}  " for line in text(check).splitlines()) + "\n\n"

    assert handed_in(pad).changed == ()


def test_a_cell_of_ours_that_was_changed_is_replaced_and_told():
    def change(cells):
        cells[place(cells, "setup")]["source"] = "import os"

    assembled = handed_in(change)
    assert is_marked_by_the_original(assembled)
    assert assembled.notes == ("The cell setup was changed or missing. The original was used.",)


def test_of_two_cells_of_one_answer_the_first_counts_the_other_runs_and_both_is_told():
    def double(cells):
        at = place(cells, "part-1a")
        cells.insert(at + 1, cells[at] | {"source": "answer = 2"})

    assembled = handed_in(double)
    made = assembled.notebook["cells"]
    at = place(made, "part-1a")
    assert [text(cell) for cell in made[at : at + 2]] == [tiny.RIGHT_1, "answer = 2"]
    assert assembled.changed == ()
    assert "part-1a was there more than once" in assembled.notes[0]
    assert "original" not in assembled.notes[0]


def test_an_answer_that_was_deleted_is_as_it_was_given_out():
    def delete(cells):
        del cells[place(cells, "part-1a")]

    assembled = handed_in(delete)
    assert text(dict(named(assembled.notebook))["part-1a"]).startswith("answer = ...")
    assert "6 * 7" not in json.dumps(assembled.notebook)
    assert assembled.notes == ("The cell part-1a was changed or missing. The original was used.",)


def test_a_further_check_of_an_educators_own_is_no_sign_of_tampering():
    source = SOURCE | {"cells": [*SOURCE["cells"], OWN_CHECK]}
    assembled = assemble(source, RELEASED, as_read(tiny.filled_in(RELEASED)))
    assert is_marked_by_the_original(assembled, source)
    assert (assembled.changed, assembled.notes) == ((), ())


# Files that are no notebooks, and odd ones that are


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b"\x89PNG\r\n\x1a\n", "is not text"),
        (b"PK\3\4", "not a notebook"),
        (b'{"cells": [', "not a notebook"),
        (b"[]", "has no cells"),
        (b'{"cells": {}}', "has no cells"),
        (b'{"worksheets": [{"cells": []}]}', "has no cells"),
        (b'{"cells": [{"cell_type": "code", "source": "1"}, 7]}', "damaged in cell 2"),
        (b'{"cells": [{"cell_type": "code", "source": 5}]}', "damaged in cell 1"),
        (b'{"cells": [{"cell_type": "code"}]}', "damaged in cell 1"),
        (b'{"cells": [{"cell_type": "heading", "source": ""}]}', "damaged in cell 1"),
        (b'{"cells": [{"cell_type": ["code"], "source": ""}]}', "damaged in cell 1"),
        (b'{"cells": [' + b"9" * 5000 + b"]}", "not a notebook"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b" " * MAX_BYTES + b"{}", "larger than 20 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_notebook_says_why(content, why):
    with pytest.raises(UnreadableError, match=why):
        read(content)


def test_a_notebook_of_too_many_cells_is_refused():
    cell = tiny.cell("code", "1")
    assert len(as_read({"cells": [cell] * MAX_CELLS})["cells"]) == MAX_CELLS
    with pytest.raises(UnreadableError, match="more than 500 cells"):
        as_read({"cells": [cell] * (MAX_CELLS + 1)})


def test_names_that_are_nested_as_deep_as_json_can_be_are_no_names():
    """Between what JSON can read and what Python can print lie a few levels; none may pass."""
    cell = '{{"cell_type": "code", "source": "1", "metadata": {{"nbgrader": {{"grade_id": {0}}}}}}}'
    said = '{{"improving": {{"exercise": {0}}}, "kernelspec": {{"name": {0}}}}}'
    form = f'{{{{"cells": [{cell}], "metadata": {said}}}}}'
    limit = sys.getrecursionlimit()
    outcomes = set()
    for depth in range(limit // 2, limit, 5):
        deep = "[" * depth + "]" * depth
        submitted = read_or_reason(form.format(deep).encode())
        outcomes.add(type(submitted))
        if isinstance(submitted, dict):
            assert exercise_of(submitted) == ""
            assert is_marked_by_the_original(assemble(SOURCE, RELEASED, submitted))
    assert outcomes == {dict, str}


def test_half_a_character_does_not_keep_a_notebook_from_being_written():
    def halve(cells):
        cells[place(cells, "part-3")]["source"] = "Half \ud83d of it"

    made = handed_in(halve).notebook
    assert text(dict(named(made))["part-3"]) == "Half ? of it"
    tidy.dumps(made).encode()


@pytest.mark.parametrize(
    ("kernel", "note"),
    [
        ({"name": "ir", "display_name": "R"}, "asked for the kernel 'ir'. It was run with Python"),
        ({"name": "x" * 10_000}, f"asked for the kernel '{'x' * 40}'."),
        ({"name": "\x1b[2J\n<script>"}, r"asked for the kernel '\\x1b[2J\\n<script>'."),
        ({"name": ["python3"]}, "named no kernel. It was run with Python"),
        (None, "named no kernel. It was run with Python"),
        ("python3", "named no kernel. It was run with Python"),
    ],
)
def test_a_notebook_for_another_kernel_is_run_with_python_and_told(kernel, note):
    notebook = tiny.filled_in(RELEASED)
    notebook["metadata"]["kernelspec"] = kernel
    assembled = assemble(SOURCE, RELEASED, as_read(notebook))
    assert note.replace(r"\\", "\\") in assembled.notes[0]
    assert assembled.notebook["metadata"]["kernelspec"]["name"] == "python3"


@pytest.mark.parametrize(
    ("metadata", "slug"),
    [
        ({"improving": {"exercise": tiny.SLUG}}, tiny.SLUG),
        ({"improving": tiny.SLUG}, ""),
        ({"improving": {"exercise": [tiny.SLUG]}}, ""),
        ([], ""),
        (None, ""),
    ],
)
def test_a_notebook_says_which_exercise_it_is_or_nothing(metadata, slug):
    assert exercise_of(as_read({"cells": [], "metadata": metadata})) == slug


def test_the_exercise_and_the_submission_are_left_unchanged():
    submitted = as_read(tiny.filled_in(RELEASED))
    before = copy.deepcopy([SOURCE, RELEASED, submitted])
    assemble(SOURCE, RELEASED, submitted)
    assert [SOURCE, RELEASED, submitted] == before
