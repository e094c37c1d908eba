"""What lesson 12 asks a reader to find is there, at the settings it names."""

import pytest

from improving.models import mandate
from improving.views import mandate as view


def owned(**stance):
    return view.owned_at_end(mandate.simulate(**stance))


def test_nearly_all_obey_a_permanent_mandate_and_few_own_it():
    run = mandate.simulate(starts=0, lasts=10)
    assert run["compliance_pct"].min() > 80
    assert run["ownership_pct"].max() < 16


def test_a_penalty_at_the_start_halves_ownership():
    always, penalised = owned(starts=0, lasts=10), owned(starts=0, lasts=10, penalty_at_start=True)
    assert penalised == pytest.approx(always / 2, rel=0.05)


def test_without_crowding_out_a_mandate_does_no_harm_but_flipping_does():
    never, always, flipping = (
        owned(**mandate.STANCES[stance], crowding_out=0)
        for stance in ("never", "always", "flipping")
    )
    assert always == pytest.approx(never)
    assert flipping < never - 25


@pytest.mark.parametrize(("push", "stays"), [(0, True), (20, True), (40, True), (60, False)])
def test_a_crowd_that_a_mandate_tipped_leaves_only_at_a_large_push(push, stays):
    run = mandate.thresholds(spread=12, mandate_pull=10, reversal_push=push, mandate_lasts=10)
    assert bool(run["mid"].iloc[-1] > 90) is stays


def test_the_sentence_says_what_the_frame_holds():
    run = mandate.simulate(starts=1, lasts=2)
    assert f"{run['ownership_pct'].iloc[-1]:.0f}% own the change" in view.summary(run)
