import numpy as np
import pandas as pd
import pytest

from improving.models import reading_variation as model

FLAT = [10.0, 11.0] * 12
"""Mean 10.5, every moving range 1: limits 10.5 plus or minus 2.66."""


def rules(values, **arguments):
    return list(model.xmr(values, **arguments)["rule"])


# --- XmR


def test_limits_of_a_worked_example():
    # Ranges 2, 5, 3, 2: mean 3.
    chart = model.xmr([10, 12, 17, 14, 12], fewest=5)
    np.testing.assert_allclose(chart["centre"], 13)
    np.testing.assert_allclose(chart["upper"], 13 + 2.66 * 3)
    np.testing.assert_allclose(chart["lower"], 13 - 2.66 * 3)
    np.testing.assert_allclose(chart["mr_upper"], 3.268 * 3)
    np.testing.assert_allclose(chart["mr"], [np.nan, 2, 5, 3, 2])


def test_the_multipliers_make_three_sigma_limits():
    # For ranges of two normal points d2 = 2 / sqrt(pi) and d3 = sqrt(2 - 4 / pi).
    d2, d3 = 2 / np.sqrt(np.pi), np.sqrt(2 - 4 / np.pi)
    assert pytest.approx(3 / d2, abs=0.005) == model.TO_LIMITS
    assert pytest.approx(1 + 3 * d3 / d2, abs=0.005) == model.TO_RANGE_LIMIT


def test_steady_noise_rarely_signals_outside_the_limits():
    values = np.random.default_rng(1).normal(50, 5, 20_000)
    chart = model.xmr(values)
    assert chart["upper"].iloc[0] == pytest.approx(65, abs=0.5)
    assert (chart["rule"] == "Outside the limits").mean() == pytest.approx(0.0027, abs=0.0015)


def test_a_quiet_series_has_no_signal():
    assert set(rules(FLAT)) == {""}


def test_a_point_outside_the_limits_is_marked_alone():
    found = rules([*FLAT, 16.0, *FLAT])
    assert found[24] == "Outside the limits"
    assert found.count("") == 48


def test_seven_on_one_side_are_all_marked_and_six_are_not():
    name = "7 or more in a row on one side of the mean"
    # FLAT ends on an 11, so that 6 more make 7.
    seven = rules([*FLAT, *[11.0] * 6, *FLAT])
    assert [i for i, rule in enumerate(seven) if rule == name] == list(range(23, 30))
    assert name not in rules([*FLAT, *[11.0] * 5, *FLAT])


def test_a_point_on_the_mean_breaks_a_run():
    chart = model.xmr([1.0] * 6 + [0.0] + [1.0] * 6 + [-1.0] * 12)
    assert chart["centre"].iloc[0] == 0
    assert not chart["rule"][:13].str.contains("one side").any()


def test_a_trend_is_seven_points_each_beyond_the_last():
    wide = [0.0, 100.0] * 12
    rise = [30.0, 35.0, 40.0, 48.0, 52.0, 60.0, 65.0]
    found = rules([*wide, *rise, *wide])
    assert [i for i, rule in enumerate(found) if "rising or falling" in rule] == list(range(24, 31))
    assert not any("rising" in rule for rule in rules([*wide, *rise[:5], *wide]))


def test_two_of_three_marks_only_the_points_in_the_outer_third():
    values = [*FLAT, 12.5, 10.6, 12.5, *FLAT[:24]]
    chart = model.xmr(values)
    near = chart["rule"].str.contains("2 of 3")
    assert list(np.flatnonzero(near)) == [24, 26]


def test_two_of_three_needs_all_three_on_one_side():
    chart = model.xmr([*FLAT, 12.5, 8.4, 12.5, *FLAT])
    assert not chart["rule"].str.contains("2 of 3").any()


def test_a_baseline_starts_the_limits_again_and_shares_no_range():
    chart = model.xmr([*FLAT, *(20 + np.array(FLAT))], [1] * 24 + [2] * 24)
    assert list(chart["centre"].unique()) == [10.5, 30.5]
    assert np.isnan(chart["mr"][24])
    assert set(chart["rule"]) == {""}


def test_a_short_baseline_has_a_mean_and_no_limits():
    chart = model.xmr([1, 2, 9], fewest=6)
    assert (chart["centre"] == 4).all()
    assert chart[["lower", "upper", "mr_upper"]].isna().all(axis=None)
    assert set(chart["rule"]) == {""}


def test_a_missing_value_breaks_ranges_and_runs():
    chart = model.xmr([*FLAT, *[11.0] * 3, np.nan, *[11.0] * 4])
    assert chart["mr"].isna().sum() == 3
    assert set(chart["rule"]) == {""}


def test_the_chart_frame_chooses_series_and_baseline():
    frame = pd.DataFrame(
        {
            "month": pd.date_range("2024-01-01", periods=20, freq="MS"),
            **{name: np.arange(20.0) for name in model.SERIES},
            "baseline": [1] * 10 + [2] * 10,
        }
    )
    frame.loc[0, "all_pct_within_4h"] = np.nan
    whole = model.xmr_chart_frame(frame, "t1_attendances", model.BASELINES[0])
    parts = model.xmr_chart_frame(frame, "t1_attendances", model.BASELINES[1])
    assert list(whole["month"][:2]) == ["2024-02-01", "2024-03-01"]
    assert list(whole["centre"].unique()) == [10]
    assert list(parts["centre"].unique()) == [5, 14.5]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"values": []}, "at least one number"),
        ({"values": [1, 2], "baseline": [1]}, "one number for each of the 2 values, not 1"),
        ({"values": FLAT, "run": 1}, "run must be between 2 and 20"),
        ({"values": FLAT, "trend": 6.5}, "trend must be a whole number"),
    ],
)
def test_xmr_names_a_bad_setting(arguments, message):
    with pytest.raises(ValueError, match=message):
        model.xmr(**arguments)


def test_the_chart_frame_names_a_bad_choice():
    with pytest.raises(ValueError, match="series must be one of 't1_pct_within_4h'"):
        model.xmr_chart_frame(pd.DataFrame(), "t9", model.BASELINES[0])


# --- funnel


def test_binomial_limits_of_a_known_case():
    lower, upper = model.binomial_limits(0.5, [100, 400], sigma=2)
    np.testing.assert_allclose(lower, [0.4, 0.45])
    np.testing.assert_allclose(upper, [0.6, 0.55])


def test_overdispersion_is_one_for_pure_chance():
    z = np.random.default_rng(1).standard_normal(100_000)
    assert model.overdispersion(z) == pytest.approx(1, abs=0.02)


def test_winsorising_pulls_an_outlier_in():
    z = [-1.0, 1.0] * 10 + [50.0]
    assert model.overdispersion(z) > 100
    assert model.overdispersion(z, winsorise=0.1) == pytest.approx(1)


def test_tau2_is_dersimonian_and_lairds():
    # With equal errors it is the sample variance about the centre less the error variance.
    values, se = np.array([-4.0, -1.0, 2.0, 3.0]), 0.5
    assert model.tau2(values / se, np.full(4, se)) == pytest.approx(values.var(ddof=1) - se**2)
    assert model.tau2([0.1, -0.1], [1, 1]) == 0


def test_tau2_recovers_a_known_spread():
    rng = np.random.default_rng(1)
    se = rng.uniform(0.5, 1.5, 20_000)
    values = rng.normal(0, 2, 20_000) + rng.normal(0, se)
    assert model.tau2(values / se, se) == pytest.approx(4, abs=0.15)


def funnel_of(spread, method="binomial", trusts=2000):
    rng = np.random.default_rng(1)
    cases = rng.integers(2_000, 20_000, trusts)
    truth = np.clip(rng.normal(0.5, spread, trusts), 0.01, 0.99)
    return model.funnel(rng.binomial(cases, truth), cases, sigma=2, method=method)


@pytest.mark.parametrize("method", model.METHODS)
def test_alike_trusts_lie_outside_two_sigma_as_often_as_chance_says(method):
    spread = funnel_of(0, method)["spread"].iloc[0]
    assert spread["outside"] / 2000 == pytest.approx(0.0455, abs=0.01)
    assert spread["phi"] == pytest.approx(1, abs=0.1)


def test_methods_widen_limits_for_trusts_that_truly_differ():
    outside = {m: funnel_of(0.05, m)["spread"]["outside"][0] / 2000 for m in model.METHODS}
    assert outside["binomial"] > 0.5
    assert outside["phi"] < 0.1
    assert outside["random effects"] == pytest.approx(0.0455, abs=0.01)
    assert funnel_of(0.05)["spread"]["tau_pct"][0] == pytest.approx(5, abs=0.3)


def test_a_trust_is_outside_exactly_when_it_lies_beyond_the_limits():
    frames = funnel_of(0.02, "random effects", trusts=300)
    trusts, limits = frames["trusts"], frames["limits"]
    lower = np.interp(trusts["cases"], limits["cases"], limits["lower"])
    clear = (trusts["z"].abs() - 2).abs() > 0.02
    low = (trusts["pct"] < lower) & clear
    assert low.any()
    assert (trusts.loc[low, "outside"] == "outside").all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"events": [1], "cases": [2]}, "2 trusts or more"),
        ({"events": [3, 1], "cases": [2, 2]}, "events between 0 and cases"),
        ({"events": [0, 0], "cases": [2, 2]}, "neither 0 nor all"),
        ({"events": [1, 1], "cases": [2, 2], "method": "magic"}, "method must be one of"),
        ({"events": [1, 1], "cases": [2, 2], "winsorise": 0.5}, "winsorise must be between"),
    ],
)
def test_funnel_names_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        model.funnel(**arguments)


def test_limits_need_cases():
    with pytest.raises(ValueError, match="n must be above 0"):
        model.binomial_limits(0.5, 0)


# --- league table


@pytest.mark.parametrize(("size", "gap", "rebound"), [(100, 25.5, 8.7), (3600, 4.3, 1.45)])
def test_identical_trusts_make_a_league_table_by_chance(size, gap, rebound):
    summary = model.league_table(size=size, runs=4000)["summary"].iloc[0]
    assert summary["gap"] == pytest.approx(gap, rel=0.01)
    assert summary["rebound"] == pytest.approx(rebound, rel=0.015)
    assert summary["rise_pct"] == pytest.approx(94, abs=1)
    assert summary["r"] == pytest.approx(0, abs=0.01)


def test_reliability_is_the_true_share_of_variance():
    # r = true variance / (true variance + sampling variance), both in squared points.
    spread, size = 4, 400
    summary = model.league_table(size=size, true_spread=spread, runs=2000)["summary"].iloc[0]
    chance = 100**2 * (0.55 * 0.45 - (spread / 100) ** 2) / size
    assert summary["r"] == pytest.approx(spread**2 / (spread**2 + chance), abs=0.01)


def test_the_example_is_one_ranked_run():
    table = model.league_table(trusts=40, size=100)["table"]
    assert list(table["rank"]) == list(range(1, 41))
    assert table["year1_pct"].is_monotonic_decreasing
    assert not table["year2_pct"].is_monotonic_decreasing


def test_one_seed_gives_one_answer():
    one, same, other = (model.league_table(seed=seed)["summary"] for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, same)
    assert not one.equals(other)


def test_bands_hold_the_mean():
    summary = model.league_table()["summary"].iloc[0]
    for name in ("gap", "rebound", "r"):
        assert summary[f"{name}_low"] < summary[name] < summary[f"{name}_high"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"trusts": 5}, "trusts must be between 10 and 500"),
        ({"size": 0}, "size must be"),
        ({"true_spread": -1}, "true_spread must be"),
        ({"runs": 1.5}, "runs must be a whole number"),
    ],
)
def test_league_table_names_a_bad_setting(arguments, message):
    with pytest.raises(ValueError, match=message):
        model.league_table(**arguments)
