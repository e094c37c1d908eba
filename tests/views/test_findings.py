"""What each lesson asks a reader to find is there, at the settings the lesson names."""

import pytest

from improving.models import figures, mandate, reading_variation
from improving.views import mandate as mandate_view
from improving.views import reading_variation as variation_view


def owned(**stance):
    return mandate_view.owned_at_end(mandate.simulate(**stance))


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


def test_a_larger_spread_and_more_answers_make_a_table_that_lasts():
    noise = reading_variation.league_table(size=100, true_spread=0)["summary"]["r"].iloc[0]
    signal = reading_variation.league_table(size=3600, true_spread=6)["summary"]["r"].iloc[0]
    assert abs(noise) < 0.05
    assert signal > 0.95


def test_limits_that_start_again_mark_fewer_months():
    whole, broken = (
        (figures.england_xmr("t1_pct_within_4h", baseline)["rule"].fillna("") != "").sum()
        for baseline in reading_variation.BASELINES
    )
    assert broken < whole


def test_limits_that_allow_for_real_differences_leave_few_trusts_outside():
    naive = figures.ae_funnel("2025/26", 3, "binomial")["spread"]["outside"].iloc[0]
    random = figures.ae_funnel("2025/26", 3, "random effects")["spread"]["outside"].iloc[0]
    assert naive == 114
    assert random <= 5


def test_sentences_say_what_the_frames_hold():
    run = mandate.simulate(starts=1, lasts=2)
    assert f"{run['ownership_pct'].iloc[-1]:.0f}% own the change" in mandate_view.summary(run)
    funnel = figures.ae_funnel("2025/26", 3, "binomial")
    assert variation_view.funnel_summary(funnel).startswith("114 of 118 trusts")
    table = reading_variation.league_table()
    rise = variation_view.share_that_rise(table)
    assert f"{rise:.0f}% of it rises" in variation_view.league_summary(table)
