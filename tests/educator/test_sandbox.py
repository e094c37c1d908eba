"""Without a sandbox nothing is marked, and a sandbox that fails gives nobody a mark."""

import shutil
import sys

import pytest
import tiny

from improving import data
from improving.educator import mark, results, sandbox
from improving.educator.limits import Limits
from improving.problems import CourseError


@pytest.fixture
def handed_in(desk):
    content = tiny.as_bytes(tiny.filled_in(desk.read_release(tiny.SLUG)))
    tiny.hand_in(desk, tiny.Case("ann", content, "marked", 6, 8))
    desk.result(tiny.SLUG, "ann").unlink(missing_ok=True)
    return desk


@pytest.fixture(autouse=True)
def afresh():
    sandbox.find_box.cache_clear()
    yield
    sandbox.find_box.cache_clear()


def test_without_bubblewrap_it_refuses_and_says_what_to_install(handed_in, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(CourseError, match="install bubblewrap"):
        mark.mark_cohort(handed_in, tiny.SLUG)
    assert results.load(handed_in.result(tiny.SLUG, "ann")) is None


def test_a_container_runtime_that_is_not_there_is_told(handed_in):
    with pytest.raises(CourseError, match="no-such-runtime"):
        mark.mark_cohort(handed_in, tiny.SLUG, container="no-such-runtime")


@pytest.mark.parametrize("does", ["raise SystemExit(1)", "import os, signal; os.kill(0, 9)"])
def test_a_box_that_fails_is_nobodys_mark_and_is_made_good_next_time(handed_in, monkeypatch, does):
    class Broken(sandbox.Bubblewrap):
        def command(self, name, limits):
            return [sys.executable, "-c", does]

    with monkeypatch.context() as patch:
        patch.setattr(sandbox, "find_box", lambda container: Broken())
        summary = mark.mark_cohort(handed_in, tiny.SLUG)
    assert summary.marked_now == 0
    assert "Python did not start" in summary.failures["ann"]
    assert summary.statuses == {"not marked yet": 1}
    assert mark.mark_cohort(handed_in, tiny.SLUG).statuses == {"marked": 1}


def test_the_course_may_lie_below_the_folder_that_is_thrown_away(monkeypatch, tmp_path):
    """A course that was copied below /tmp could once not be read in a box, whose own it is."""
    tmp_path.chmod(0o755)
    (tmp_path / "figure.txt").write_text("41")
    monkeypatch.setattr(data, "DATA", tmp_path)
    read = f"print(open({str(tmp_path / 'figure.txt')!r}).read())"
    cell = {"cell_type": "code", "source": read, "metadata": {}, "outputs": []}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    run = sandbox.run_boxed(notebook, sandbox.find_box(None), Limits())
    (told,) = (record for record in run.records if record["kind"] == "cell")
    assert told["outputs"] == [{"output_type": "stream", "name": "stdout", "text": "41\n"}]


def test_a_container_gets_no_network_no_rights_and_limits():
    command = sandbox.Container("podman").command("one", Limits(memory_mb=500, processes=4))
    wanted = {"--network=none", "--read-only", "--cap-drop=ALL", "--memory=1012m"}
    assert wanted < set(command)
    assert command[-1] == "improving-marker"
