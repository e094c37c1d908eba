"""What learners get runs without error up to the first answer, and says kindly what is missing."""

import json

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbclient import NotebookClient

from improving import exercises


@pytest.fixture(scope="module")
def kernel():
    """One for all: starting Python takes longer than running an exercise."""
    manager = AsyncKernelManager(kernel_name="python3")
    run_sync(manager.start_kernel)(extra_arguments=["--log-level=CRITICAL"])
    yield manager
    run_sync(manager.shutdown_kernel)(now=True)


@pytest.mark.parametrize("slug", exercises.listed())
def test_only_checks_stop_and_each_says_what_is_missing(kernel, slug):
    notebook = exercises.learner_version(exercises.source(slug))
    clear = {"cell_type": "code", "source": "%reset -f", "metadata": {}}
    whole = notebook | {"cells": [clear, *notebook["cells"]]}
    made = nbformat.reads(json.dumps(whole), as_version=4)
    NotebookClient(made, km=kernel, allow_errors=True, timeout=120).execute()
    stopped = {
        exercises.grade_id(cell): output
        for cell in made.cells
        for output in cell.get("outputs", ())
        if output["output_type"] == "error"
    }
    checks = {exercises.grade_id(cell) for cell in made.cells if exercises.is_check(cell)}
    assert stopped.keys() == checks
    for output in stopped.values():
        assert output["ename"] == "NotAnswered"
        assert "has no value yet. Fill in the cell above" in output["evalue"]
        # A learner sees the sentence, not the path through our code.
        assert output["traceback"] == [output["evalue"]]
