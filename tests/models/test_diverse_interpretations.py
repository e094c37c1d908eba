import numpy as np
import pytest

from improving.models import diverse_interpretations as march

SEEDS, RUNS = (1, 2, 3, 4), 100
"""Check values use 400 runs. One run's standard deviation is 4 to 6 points (8 to 10 where the
world changes), so a mean has a standard error of 0.2 to 0.3 points (0.4 to 0.5)."""


def pooled(**arguments):
    """Mean over the seeds of every column, by round."""
    runs = [march.simulate(**arguments, runs=RUNS, every=1, seed=s) for s in SEEDS]
    return (sum(runs) / len(runs)).set_index("round")


@pytest.fixture(scope="module")
def fast():
    return pooled(take_up=90)


@pytest.fixture(scope="module")
def slow():
    return pooled(take_up=10, rounds=120)


# --- check values (4 standard errors: 1.1 points)


def test_fast_take_up_leads_early_and_loses_late(fast, slow):
    assert fast.people_pct[20] == pytest.approx(85.7, abs=1.1)
    assert slow.people_pct[20] == pytest.approx(73.6, abs=1.1)
    assert fast.people_pct[80] == pytest.approx(85.7, abs=1.1)
    assert slow.people_pct[80] == pytest.approx(91.8, abs=1.1)
    assert slow.people_pct[120] == pytest.approx(92.1, abs=1.1)


@pytest.mark.parametrize(("turnover", "approach"), [(0, 86.0), (5, 93.9), (10, 96.2), (20, 98.0)])
def test_newcomers_lift_what_a_fast_organisation_learns(turnover, approach):
    run = pooled(take_up=90, turnover=turnover, rounds=60)
    assert run.approach_pct[60] == pytest.approx(approach, abs=1.1)
    if turnover == 5:
        assert run.people_pct[60] == pytest.approx(90.3, abs=1.1)
    elif turnover:
        assert run.people_pct[60] < 90.3


def test_newcomers_hurt_a_slow_organisation():
    run = pooled(take_up=10, turnover=5, rounds=60)
    assert run.people_pct[60] == pytest.approx(72.5, abs=1.1)


def test_half_slow_and_half_fast_beats_the_same_average():
    mixed = pooled(take_up=90, slow_share=50).people_pct[80]
    middling = pooled(take_up=50).people_pct[80]
    assert mixed == pytest.approx(90.1, abs=1.1)
    assert middling == pytest.approx(87.4, abs=1.1)


@pytest.mark.parametrize(("people", "right"), [(10, 72.3), (25, 80.9), (100, 93.0)])
def test_more_people_know_more_together(people, right):
    run = pooled(take_up=50, people=people, rounds=40)
    # A small organisation varies more: 7 points a run, so a standard error of 0.35.
    assert run.people_pct[40] == pytest.approx(right, abs=1.6 if people < 50 else 1.1)


@pytest.mark.parametrize(("turnover", "at_20", "at_100"), [(0, 69, 51), (2, 73, 68), (10, 75, 70)])
def test_a_moving_world_leaves_a_closed_organisation_with_a_coin_toss(turnover, at_20, at_100):
    run = pooled(take_up=50, turnover=turnover, change=2, rounds=100)
    assert run.approach_pct[20] == pytest.approx(at_20, abs=2.2)
    assert run.approach_pct[100] == pytest.approx(at_100, abs=2.2)


# --- limits


def test_an_approach_that_never_learns_says_nothing_and_nobody_moves():
    run = march.simulate(approach_learns=0)
    assert (run["approach_pct"] == 0).all()
    np.testing.assert_allclose(run["people_pct"], run["people_pct"][0])


def test_people_who_never_take_up_keep_their_first_beliefs():
    run = march.simulate(take_up=0)
    np.testing.assert_allclose(run["people_pct"], 100 / 3, atol=0.5)


def test_an_approach_that_nobody_takes_up_learns_until_nobody_knows_more():
    approach = march.simulate(take_up=0)["approach_pct"]
    assert 50 < approach.iloc[-1] < 80
    assert approach.iloc[-1] == approach.iloc[10]


def test_full_take_up_leaves_no_difference_once_the_approach_has_a_view():
    run = march.simulate(take_up=100, every=1)
    assert run["differ_pct"].iloc[-1] == 0
    np.testing.assert_allclose(run["people_pct"].iloc[-1], run["approach_pct"].iloc[-1])


def test_once_nothing_differs_nothing_is_learned():
    run = march.simulate(take_up=90)
    settled = run[run["differ_pct"] == 0]
    assert len(settled) > 30
    assert settled["people_pct"].nunique() == 1


def test_the_slow_organisation_is_the_model_at_a_take_up_of_10():
    run = march.simulate(take_up=90, turnover=5, approach_learns=10, change=2)
    alone = march.simulate(take_up=10, turnover=0, approach_learns=10, change=2)
    np.testing.assert_array_equal(run["slow_pct"], alone["people_pct"])


def test_everybody_slow_is_a_slow_organisation():
    run = march.simulate(take_up=90, slow_share=100)
    np.testing.assert_array_equal(run["people_pct"], run["slow_pct"])


def test_the_same_seed_gives_the_same_runs_and_another_does_not():
    first, again, other = (march.simulate(turnover=10, seed=s, runs=20) for s in (1, 1, 2))
    assert first.equals(again)
    assert not first.equals(other)


def test_the_band_holds_the_mean():
    run = march.simulate(turnover=5)
    assert (run["low"] <= run["people_pct"]).all()
    assert (run["people_pct"] <= run["high"]).all()


def by_the_rule(held, approach, draws, newcomers, moves, takes, leaves):
    """One run, person by person: an independent reading of the docstring."""
    _, pulls, learning, _ = draws
    held, approach = held.copy(), approach.copy()
    for now in range(len(pulls)):
        best = [p for p in range(len(held)) if held[p].sum() > approach.sum()]
        views = [sum(int(held[p][j]) for p in best) for j in range(len(approach))]
        before = approach.copy()
        for j, view in enumerate(views):
            if view and learning[now, j, 0] < 1 - (1 - moves) ** abs(view):
                approach[j] = 1 if view > 0 else -1
        for p in range(len(held)):
            for j in range(len(before)):
                if before[j] != 0 and pulls[now, p, j, 0] < takes:
                    held[p, j] = before[j]
            if newcomers[0][now, p, 0] < leaves:
                held[p] = newcomers[1][now, p, :, 0]
    return held, approach


def test_the_fast_arithmetic_agrees_with_the_rule_told_person_by_person():
    size = (12, 9, 30, 1, 5)
    draws, newcomers = march._draws(*size), march._newcomers(*size)
    held, approach = by_the_rule(
        draws[0][:, :, 0],
        np.zeros(9, dtype=int),
        draws,
        newcomers,
        0.3,
        round(0.4 * march.GRAIN),
        round(0.1 * march.GRAIN),
    )
    run = march.simulate(
        40, 10, 30, people=12, beliefs=9, rounds=30, runs=1, seed=5, every=30
    ).iloc[-1]
    assert run.people_pct == pytest.approx(100 * (held > 0).mean())
    assert run.approach_pct == pytest.approx(100 * (approach > 0).mean())
    assert run.differ_pct == pytest.approx(100 * (held != approach).mean())


# --- bad settings


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"take_up": 101}, "take_up must be between 0 and 100, not 101"),
        ({"turnover": -1}, "turnover must be between 0 and 50"),
        ({"approach_learns": float("nan")}, "approach_learns must be between"),
        ({"change": 30}, "change must be between 0 and 20"),
        ({"slow_share": 120}, "slow_share must be between 0 and 100"),
        ({"people": 0}, "people must be between 1 and 120"),
        ({"beliefs": 2.5}, "beliefs must be a whole number"),
        ({"rounds": 500}, "rounds must be between 1 and 200"),
        ({"every": 100}, "every must be between 1 and 80"),
        ({"runs": 0}, "runs must be between 1 and 200"),
    ],
)
def test_a_setting_out_of_range_names_itself(arguments, message):
    with pytest.raises(ValueError, match=message):
        march.simulate(**arguments)
