import numpy as np
import pytest

from improving.models import mandate


def at(frame, year, column):
    return frame.set_index("year").loc[year, column]


def last(column="ownership_pct", **arguments):
    return mandate.simulate(**arguments)[column].iloc[-1]


NEVER = {"lasts": 0}
ALWAYS = {"starts": 0, "lasts": 10}
WITHDRAWN = {"starts": 1, "lasts": 2}
FLIP_FROM_OFF = {"starts": 1, "lasts": 9, "flip_every": 1}
FLIP_FROM_ON = {"starts": 0, "lasts": 10, "flip_every": 1}


# --- check values of the ownership-and-pressure model


def test_never_a_mandate():
    run = mandate.simulate(**NEVER)
    assert at(run, 3, "compliance_pct") == pytest.approx(44, abs=0.5)
    assert at(run, 10, "compliance_pct") == pytest.approx(96, abs=0.5)
    assert (run["mandate_on"] == 0).all()


def test_always_a_mandate_holds_compliance_and_stops_ownership():
    run = mandate.simulate(**ALWAYS)
    np.testing.assert_allclose(run["compliance_pct"], 83)
    np.testing.assert_allclose(run["ownership_pct"], 15)


def test_a_withdrawn_mandate_collapses_then_recovers():
    run = mandate.simulate(**WITHDRAWN)
    assert at(run, 1, "compliance_pct") == pytest.approx(84.5, abs=0.05)
    assert at(run, 3, "compliance_pct") == pytest.approx(18.3, abs=0.05)
    assert at(run, 10, "compliance_pct") == pytest.approx(73.5, abs=0.05)


def test_flipping_every_year_leaves_ownership_where_it_was():
    off, on = mandate.simulate(**FLIP_FROM_OFF), mandate.simulate(**FLIP_FROM_ON)
    assert at(off, 10, "ownership_pct") == pytest.approx(13.4, abs=0.05)
    assert at(on, 10, "ownership_pct") == pytest.approx(13.4, abs=0.05)
    assert at(on, 10, "compliance_pct") == pytest.approx(13, abs=0.5)
    assert at(off, 10, "compliance_pct") == pytest.approx(83, abs=0.5)


def test_the_results_sit_on_a_knife_edge():
    assert last(**ALWAYS, penalty_at_start=True) == pytest.approx(7.5, abs=0.05)
    assert last(starts=0, lasts=3, penalty_at_start=True) == pytest.approx(61, abs=0.5)


@pytest.mark.parametrize(
    ("stance", "expected"), [(NEVER, 96), (ALWAYS, 96), (WITHDRAWN, 88), (FLIP_FROM_OFF, 65)]
)
def test_without_crowding_out_only_lost_trust_is_left(stance, expected):
    assert last(**stance, crowding_out=0) == pytest.approx(expected, abs=0.5)


# --- limits


def test_a_mandate_nobody_heeds_makes_compliance_equal_ownership():
    run = mandate.simulate(**FLIP_FROM_ON, kappa=0)
    np.testing.assert_allclose(run["compliance_pct"], run["ownership_pct"])


def test_changes_that_cost_no_trust_leave_it_whole():
    run = mandate.simulate(**FLIP_FROM_ON, trust_lost=0)
    np.testing.assert_allclose(run["trust_pct"], 100)
    # Five years on and five off: at alpha = beta only the years off count.
    odds = 0.15 / 0.85 * np.exp(0.5 * 5)
    assert run["ownership_pct"].iloc[-1] == pytest.approx(100 * odds / (1 + odds))


def test_trust_that_never_recovers_is_the_limit_of_slow_recovery():
    never, slow = (mandate.simulate(**WITHDRAWN, rho=rho) for rho in (0, 1e-7))
    np.testing.assert_allclose(never, slow, rtol=1e-6)
    assert at(never, 10, "trust_pct") == pytest.approx(49)


def test_a_mandate_that_reaches_the_horizon_is_not_withdrawn():
    run = mandate.simulate(starts=5, lasts=10)
    assert run["mandate_on"].iloc[-1] == 1
    assert run["mandate_on"].sum() == 4 * 5 + 1


def test_a_flip_that_has_already_ended_the_mandate_is_not_announced_twice():
    twice = mandate.simulate(starts=1, lasts=4, flip_every=2)
    once = mandate.simulate(starts=1, lasts=2)
    np.testing.assert_allclose(twice, once)


def rk4(start_on, change_at, beta, lost, step=0.001, alpha=0.5, rho=0.15, m0=0.15):
    """Integrate both equations numerically: an independent check on the closed form."""
    state, on, path = np.array([m0, 1.0]), start_on, {}

    def slope(s):
        m, trust = s
        return np.array([(alpha * trust - beta * on) * m * (1 - m), rho * (1 - trust)])

    for k in range(round(10 / step) + 1):
        if k / (1 / step) in change_at:
            on, state = 1 - on, state * [1, 1 - lost]
        if k % round(0.25 / step) == 0:
            path[k * step] = state
        a = slope(state)
        b = slope(state + step / 2 * a)
        c = slope(state + step / 2 * b)
        d = slope(state + step * c)
        state = state + step / 6 * (a + 2 * b + 2 * c + d)
    return 100 * np.array(list(path.values()))


@pytest.mark.parametrize(
    ("stance", "on", "changes"),
    [(WITHDRAWN, 0, {1, 3}), (FLIP_FROM_ON, 1, set(range(1, 10))), (ALWAYS, 1, set())],
)
def test_the_closed_form_agrees_with_numerical_integration(stance, on, changes):
    run = mandate.simulate(**stance, crowding_out=0.35, trust_lost=0.4)
    expected = rk4(on, changes, beta=0.35, lost=0.4, step=0.01)
    np.testing.assert_allclose(run[["ownership_pct", "trust_pct"]], expected, atol=1e-6)


# --- compare


def test_compare_holds_the_four_stances():
    frame = mandate.compare()
    assert list(frame["stance"].unique()) == ["never", "always", "withdrawn", "flipping"]
    final = frame[frame["year"] == 10].set_index("stance")["ownership_pct"]
    assert final.round(1).to_dict() == {
        "never": 96.3,
        "always": 15.0,
        "withdrawn": 73.5,
        "flipping": 13.4,
    }


def test_compare_passes_its_controls_on():
    frame = mandate.compare(crowding_out=0, trust_lost=0.2, penalty_at_start=True)
    always = frame[frame["stance"] == "always"].drop(columns="stance")
    alone = mandate.simulate(**ALWAYS, crowding_out=0, trust_lost=0.2, penalty_at_start=True)
    np.testing.assert_allclose(always, alone[always.columns])


# --- thresholds


@pytest.mark.parametrize(("spread", "crowd"), [(10, 0.77), (12, 4.02), (12.2, 5.48), (13, 100)])
def test_the_final_crowd_is_all_or_nothing(spread, crowd):
    assert mandate.final_crowd(spread) == pytest.approx(crowd, abs=0.005)


def test_the_critical_spread_is_where_the_fixed_point_disappears():
    assert mandate.final_crowd(12.221) < 10
    assert mandate.final_crowd(12.223) > 90


def test_the_critical_mean_agrees_with_the_closed_form():
    # Tangency: slope 1 at z = -sqrt(-2 ln(s sqrt(2 pi) / 100)), so mean = 100 Phi(z) - s z.
    # At s = 12 that is 25 - 0.34 people.
    assert mandate.final_crowd(12, mean=24.68) < 50
    assert mandate.final_crowd(12, mean=24.64) > 50


@pytest.mark.parametrize(("spread", "share"), [(12, 0.16), (15, 0.80)])
def test_random_crowds_blur_the_edge(spread, share):
    ends = mandate.final_crowds(spread, crowds=4000)
    assert (ends > 50).mean() == pytest.approx(share, abs=0.02)


def test_the_trajectory_ends_at_the_final_crowd():
    run = mandate.thresholds(spread=10, mandate_lasts=0, steps=100)
    assert run["joined_pct"].iloc[-1] == pytest.approx(mandate.final_crowd(10), abs=1e-6)
    assert set(run["phase"]) == {"before"}


def test_bands_hold_the_quantiles_of_random_crowds():
    run = mandate.thresholds(spread=15, mandate_lasts=0, steps=300, crowds=500, seed=3)
    ends = mandate.final_crowds(15, crowds=500, seed=3)
    assert tuple(run[["low", "mid", "high"]].iloc[-1]) == tuple(np.quantile(ends, [0.1, 0.5, 0.9]))


def test_a_long_enough_pull_tips_the_crowd_and_it_stays():
    joined = mandate.thresholds(spread=10, mandate_pull=10)["joined_pct"]
    assert joined[10] < 1
    assert joined[40] == pytest.approx(100, abs=0.1)


def test_a_mandate_withdrawn_too_early_leaves_nobody():
    assert mandate.thresholds(10, mandate_pull=10, mandate_lasts=1)["joined_pct"][40] < 1


def test_a_reversal_that_scars_leaves_fewer_than_before():
    run = mandate.thresholds(spread=12, mandate_pull=20, reversal_push=60)
    before, after = run["joined_pct"][10], run["joined_pct"][40]
    assert run["joined_pct"][20] > 95
    assert after < before


def test_phases_name_the_rule_that_led_to_each_row():
    phase = mandate.thresholds(mandate_starts=3, mandate_lasts=2, steps=8)["phase"]
    assert list(phase) == ["before"] * 4 + ["mandate"] * 2 + ["after"] * 3


# --- bad settings


@pytest.mark.parametrize(
    ("model", "arguments", "message"),
    [
        (mandate.simulate, {"starts": 6}, "starts must be between 0 and 5, not 6"),
        (mandate.simulate, {"lasts": -1}, "lasts must be between 0 and 10"),
        (mandate.simulate, {"flip_every": 0.1}, "flip_every"),
        (mandate.simulate, {"crowding_out": float("nan")}, "crowding_out must be between"),
        (mandate.simulate, {"m0": 0}, "m0"),
        (mandate.compare, {"trust_lost": 0.9}, "trust_lost must be between 0 and 0.6"),
        (mandate.thresholds, {"spread": 0}, "spread must be between 1 and 40"),
        (mandate.thresholds, {"steps": 2.5}, "steps must be a whole number"),
        (mandate.final_crowd, {"spread": 10, "mean": 101}, "mean must be"),
    ],
)
def test_a_setting_out_of_range_names_itself(model, arguments, message):
    with pytest.raises(ValueError, match=message):
        model(**arguments)


@pytest.mark.parametrize("spread", [8, 12, 15])
def test_crowd_sizes_count_every_crowd_once(spread):
    sizes = mandate.crowd_sizes(spread, crowds=500)
    ends = mandate.final_crowds(spread, crowds=500)
    assert sizes["crowds_pct"].sum() == pytest.approx(100)
    upper_half = sizes["crowds_pct"].iloc[5:].sum()
    assert upper_half == pytest.approx(100 * (ends >= 50).mean())
