"""Notebooks keep one shape: tidying is stable, loses no author's work, and names what it cannot."""

import copy
import json
from pathlib import Path

import nbformat
import pytest

from improving.problems import CourseError
from improving.tidy import dumps, tidy, tidy_files, untidy


def cell(kind="code", source="1 + 1", **more):
    return {"cell_type": kind, "source": source, "metadata": {}, **more}


def notebook(*cells, **metadata):
    return {"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": list(cells)}


RESULT = {
    "output_type": "execute_result",
    "execution_count": 3,
    "metadata": {"noise": 1},
    "data": {"text/plain": "2", "text/html": ["<b>2</b>\n", "<i>3</i>"]},
}
MESSY = notebook(
    cell("markdown", "# Title\ntext"),
    cell(
        execution_count=3, outputs=[RESULT], metadata={"tags": ["x"], "execution": {"a": "12:00"}}
    ),
    cell(
        source=["a\n", "b"],
        execution_count=4,
        outputs=[RESULT, {"output_type": "stream", "name": "stdout", "text": "hello\nthere\n"}],
        metadata={"tags": ["nbval-check-output"], "nbgrader": {"grade": True}},
    ),
    kernelspec={"name": "my-own", "display_name": "Mine", "language": "python"},
    widgets={"state": {}},
)


def test_counts_noise_and_unchecked_outputs_go():
    title, plain, checked = tidy(MESSY)["cells"]
    assert "outputs" not in title
    assert plain["outputs"] == []
    assert plain["execution_count"] is checked["execution_count"] is None
    assert plain["metadata"] == {"tags": ["x"]}
    assert checked["metadata"] == MESSY["cells"][2]["metadata"]


def test_a_checked_output_keeps_every_form_of_its_value():
    result, stream = tidy(MESSY)["cells"][2]["outputs"]
    assert result["data"] == {"text/plain": ["2"], "text/html": ["<b>2</b>\n", "<i>3</i>"]}
    assert (result["execution_count"], result["metadata"]) == (None, {})
    assert stream["text"] == ["hello\n", "there\n"]


def test_the_kernel_is_python3_and_widget_state_goes():
    metadata = tidy(MESSY)["metadata"]
    assert metadata["kernelspec"]["name"] == "python3"
    assert "widgets" not in metadata


def test_the_source_is_unchanged():
    assert ["".join(c["source"]) for c in tidy(MESSY)["cells"]] == [
        "# Title\ntext",
        "1 + 1",
        "a\nb",
    ]


def test_tidying_is_stable_and_leaves_its_input_alone():
    before = copy.deepcopy(MESSY)
    once = tidy(MESSY)
    assert before == MESSY
    assert dumps(tidy(json.loads(dumps(once)))) == dumps(once)


def test_ids_are_kept_or_made_the_same_way_each_time():
    twins = notebook(cell(), cell(), cell(id="kept"))
    ids = [c["id"] for c in tidy(twins)["cells"]]
    assert ids == [c["id"] for c in tidy(twins)["cells"]]
    assert len(set(ids)) == 3
    assert ids[2] == "kept"


def test_the_result_is_a_valid_notebook():
    nbformat.validate(nbformat.reads(dumps(tidy(MESSY)), as_version=4))


@pytest.fixture
def course(tmp_path):
    """A course with one untidy notebook, and a checkpoint that nobody wants touched."""
    (tmp_path / "chapters/.ipynb_checkpoints").mkdir(parents=True)
    (tmp_path / "chapters/.ipynb_checkpoints/01-a.ipynb").write_text("not a notebook")
    (tmp_path / "chapters/01-a.ipynb").write_text(json.dumps(MESSY))
    return tmp_path


def test_files_are_found_then_tidied(course):
    path = course / "chapters/01-a.ipynb"
    assert untidy(course) == [path]
    assert tidy_files(course) == [path]
    assert untidy(course) == []
    assert path.read_text().endswith("}\n")


@pytest.mark.parametrize(
    ("text", "place"),
    [('{\n "cells": [,]}', "line 2"), ("{}", "format 4"), ("[]", "format 4")],
)
def test_a_broken_notebook_is_named_and_nothing_is_written(course, text, place):
    (course / "chapters/02-b.ipynb").write_text(text)
    with pytest.raises(CourseError, match=r"chapters/02-b\.ipynb.*") as caught:
        tidy_files(course)
    assert place in str(caught.value)
    assert json.loads((course / "chapters/01-a.ipynb").read_text()) == MESSY


def test_the_notebooks_of_the_course_are_tidy():
    assert untidy(Path(__file__).parents[1]) == []
