"""What stands in the gradebook after marking, marking again, and points given by hand."""

import tiny

from improving.educator import gradebook
from improving.educator.desk import Learner
from improving.educator.results import CheckResult, Result

ANN = Learner("ann", "Ann Lee")


def result(first, second):
    checks = (
        CheckResult(cell="part-1a-check", points=6, earned=first, state="right", words=""),
        CheckResult(cell="part-2a-check", points=8, earned=second, state="right", words=""),
    )
    return Result(learner="ann", exercise=tiny.SLUG, digest="1", status="marked", checks=checks)


def earned(ledger):
    return {name: score.earned for name, score in ledger.scores(tiny.SLUG, "ann").items()}


def test_points_by_hand_stay_until_the_check_is_reached(desk):
    with gradebook.opened(desk) as ledger:
        ledger.record(ANN, result(6, None))
        assert earned(ledger) == {"part-1a-check": 6, "part-2a-check": None, "part-3": None}
        ledger.give(tiny.SLUG, ANN, {"part-2a-check": 1.5, "part-3": 5}, "Good.")
        ledger.record(ANN, result(6, None))
        assert earned(ledger) == {"part-1a-check": 6, "part-2a-check": 1.5, "part-3": 5}
        ledger.record(ANN, result(6, 8))
        assert earned(ledger) == {"part-1a-check": 6, "part-2a-check": 8, "part-3": 5}


def test_points_by_hand_can_be_taken_back(desk):
    with gradebook.opened(desk) as ledger:
        ledger.record(ANN, result(6, 8))
        ledger.give(tiny.SLUG, ANN, {"part-3": 5}, "Good.")
        ledger.give(tiny.SLUG, ANN, {"part-3": None}, "")
        assert ledger.scores(tiny.SLUG, "ann")["part-3"] == gradebook.Score(6, None, "")
