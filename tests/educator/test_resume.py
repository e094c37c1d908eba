"""Killed at any moment and run again, marking ends with the marks of an undisturbed run."""

import os
import random
import signal
import subprocess
import sys

import pandas as pd
import pytest
import tiny
from distributed import LocalCluster

from improving.educator import mark
from improving.educator.assign import assign
from improving.educator.desk import Desk
from improving.educator.marks import table
from improving.problems import CourseError

ANSWERS = [(tiny.RIGHT_1, tiny.RIGHT_2), ("answer = 1", tiny.RIGHT_2), (tiny.RIGHT_1, "double = 2")]


def desk_of_six(folder):
    desk = Desk(folder / "marking")
    assign(desk, tiny.SLUG, folder / "out", [])
    released = desk.read_release(tiny.SLUG)
    for number in range(6):
        first, second = ANSWERS[number % 3]
        content = tiny.as_bytes(tiny.filled_in(released, first, second))
        tiny.hand_in(desk, tiny.Case(f"learner-{number}", content, "marked", None, None))
    return desk


@pytest.fixture(scope="module")
def undisturbed(tiny_exercise, tmp_path_factory):
    desk = desk_of_six(tmp_path_factory.mktemp("undisturbed"))
    mark.mark_cohort(desk, tiny.SLUG, workers=2)
    return table(desk)


def start(desk):
    command = [sys.executable, "-m", "improving", "mark", tiny.SLUG, "--workers", "2"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([*command, "--desk", str(desk.root)], env=dict(os.environ), **quiet)


def test_an_undisturbed_run_marks_all(undisturbed):
    assert list(undisturbed["part_1"]) == [6, 0, 6, 6, 0, 6]
    assert list(undisturbed["part_2"]) == [8, 8, 0, 8, 8, 0]


def test_killed_at_random_moments_and_resumed(undisturbed, tmp_path):
    desk = desk_of_six(tmp_path)
    moments = random.Random(4)
    kills = 0
    while True:
        process = start(desk)
        try:
            assert process.wait(moments.uniform(0.5, 6) if kills < 6 else 300) == 0
            break
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
            # What stands so far is right, and what does not is blank.
            so_far = table(desk)
            whole = so_far["part_1"].notna()
            pd.testing.assert_frame_equal(
                so_far.loc[whole, ["part_1", "part_2"]].astype(float),
                undisturbed.loc[whole, ["part_1", "part_2"]].astype(float),
            )
    assert kills > 0
    pd.testing.assert_frame_equal(table(desk), undisturbed)


def test_a_cluster_of_two_workers_gives_the_same_marks(undisturbed, tmp_path):
    desk = desk_of_six(tmp_path)
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        summary = mark.mark_cohort(desk, tiny.SLUG, scheduler=cluster.scheduler_address)
    assert (summary.marked_now, summary.failures) == (6, {})
    pd.testing.assert_frame_equal(table(desk), undisturbed)


def test_a_scheduler_that_is_not_there_is_told(tiny_exercise, tmp_path, monkeypatch):
    monkeypatch.setattr(mark, "PATIENCE", 0.5)
    desk = desk_of_six(tmp_path)
    with pytest.raises(CourseError, match="does not answer"):
        mark.mark_cohort(desk, tiny.SLUG, scheduler="tcp://127.0.0.1:9")
