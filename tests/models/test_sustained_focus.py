import math

import numpy as np
import pytest
from scipy.integrate import odeint

from improving.models import sustained_focus as focus

FOREVER = 2000.0


def at(month, changes, column="output_pct", **arguments):
    return focus.output([month], changes, **arguments)[column].iloc[0]


RAISED, CUT = [(0, 40)], [(0, 10)]


# --- check values of the capability model


@pytest.mark.parametrize(
    ("changes", "at_once", "level", "used_up", "end"),
    [(RAISED, 75, 9.7, 21.0, 150), (CUT, 112.5, 6.0, 12.6, 56.25)],
)
def test_the_check_values_of_one_change(changes, at_once, level, used_up, end):
    points = focus.turning_points(changes[0][1])
    assert at(0, changes) == pytest.approx(at_once)
    assert points == pytest.approx((level, used_up), abs=0.05)
    assert at(points[0], changes) == pytest.approx(100)
    assert at(points[1], changes, "total_months") == pytest.approx(0, abs=1e-9)
    assert at(FOREVER, changes) == pytest.approx(end)


def test_the_level_month_is_tau_ln_one_and_a_half():
    for tau in (12, 24, 36):
        assert focus.turning_points(40, tau)[0] == pytest.approx(tau * math.log(1.5))


def test_the_best_steady_share_is_a_half():
    ends = {share: at(FOREVER, [(0, share)]) for share in range(5, 100, 5)}
    assert max(ends, key=ends.get) == 50
    assert ends[30] == pytest.approx(100 * 0.3 * 0.7 / (0.2 * 0.8))


# --- limits


def test_no_change_changes_nothing():
    run = focus.output([-6, 0, 30, 60], [(0, 20)])
    np.testing.assert_allclose(run[["output_pct", "skill_pct"]], 100)
    np.testing.assert_allclose(run["total_months"], 0, atol=1e-12)
    assert np.isnan(focus.turning_points(20)).all()


def test_before_the_change_all_is_at_its_start():
    np.testing.assert_allclose(focus.output([-6, -0.01], RAISED)[["output_pct", "skill_pct"]], 100)


def test_time_that_builds_nothing_only_moves_effort():
    for month in (0, 12, 600):
        assert at(month, RAISED, builds_pct=0) == pytest.approx(75)
        assert at(month, CUT, builds_pct=0) == pytest.approx(112.5)
    assert np.isnan(focus.turning_points(40, builds_pct=0)).all()


def test_a_rise_pays_only_if_more_than_a_third_of_it_builds_skill():
    assert np.isnan(focus.turning_points(40, builds_pct=33)).all()
    assert not np.isnan(focus.turning_points(40, builds_pct=34)).any()


def test_a_pause_costs_less_than_stopping():
    kept, paused, stopped = (
        at(60, changes, "total_months")
        for changes in (RAISED, [(0, 40), (9, 20), (12, 40)], [(0, 40), (9, 20)])
    )
    assert kept > paused > stopped > 0
    assert (kept, paused, stopped) == pytest.approx((13.48, 12.48, 5.48), abs=0.005)


def test_the_exact_solution_agrees_with_numerical_integration():
    changes, tau, builds = [(0, 35), (7, 5), (20, 50)], 18, 60
    months = np.arange(0, 61, 0.5)

    def share(month):
        return [s for m, s in changes if m <= month + 1e-9][-1] / 100

    def slope(state, month):
        effective = 0.2 + builds / 100 * (share(month) - 0.2)
        skill = state[0]
        return [(effective / 0.2 - skill) / tau, (1 - share(month)) / 0.8 * skill - 1]

    expected = odeint(slope, [1, 0], months, hmax=0.01)
    run = focus.output(months, changes, tau, builds)
    np.testing.assert_allclose(run["skill_pct"], 100 * expected[:, 0], atol=0.05)
    np.testing.assert_allclose(run["total_months"], expected[:, 1], atol=0.02)


# --- the review


def facts(**arguments):
    return focus.protect(**arguments)["facts"].iloc[0]


def test_a_review_undoes_only_what_is_below_the_start():
    assert facts(share_pct=40, review=6)["verdict"] == "undone"
    assert facts(share_pct=40, review=12)["verdict"] == "kept"
    assert facts(share_pct=10, review=6)["verdict"] == "kept"
    assert facts(share_pct=10, review=12)["verdict"] == "undone"
    assert facts(share_pct=20, review=12)["verdict"] == "kept"
    assert facts(share_pct=40)["verdict"] == "no review"


def test_an_undone_rise_leaves_output_above_its_start_for_a_while():
    run = focus.protect(share_pct=40, review=6)["path"].groupby("month")["output_pct"].last()
    skill = 200 - 100 * math.exp(-6 / 24)
    assert run[6] == pytest.approx(skill)
    assert run[60] == pytest.approx(100 + (skill - 100) * math.exp(-54 / 24))


def test_a_change_is_an_upright_step():
    run = focus.protect(share_pct=40, review=6)["path"].groupby("month")["output_pct"]
    before, after = run.first(), run.last()
    assert (before[0], after[0]) == pytest.approx((100, 75))
    assert before[6] / after[6] == pytest.approx(0.75)
    assert (run.size() == 2).sum() == 2


def test_a_kept_review_changes_nothing():
    reviewed, free = (focus.protect(share_pct=30, review=r) for r in (18, 0))
    np.testing.assert_allclose(reviewed["path"], free["path"])
    assert reviewed["facts"]["total_pct"][0] == pytest.approx(free["facts"]["total_pct"][0])


def test_the_facts_agree_with_the_path():
    result = focus.protect(share_pct=35, tau=36, review=12, builds_pct=75)
    path, row = result["path"].groupby("month")["output_pct"].last(), result["facts"].iloc[0]
    assert row["at_once_pct"] == pytest.approx(path[0])
    assert row["end_pct"] == pytest.approx(path[60])
    fine = focus.output(np.linspace(0, 60, 60001), [(0, 35), (12, 20)], 36, 75)
    assert row["verdict"] == "undone"
    assert row["total_pct"] == pytest.approx(fine["output_pct"].mean(), abs=0.01)


def test_points_beyond_the_horizon_are_missing():
    row = facts(share_pct=40, tau=36, builds_pct=50)
    assert row["level_month"] == pytest.approx(36 * math.log(3))
    assert math.isnan(row["repaid_month"])


# --- check values of the uptake model


def use(year, **arguments):
    return focus.uptake(**arguments)["path"].set_index("year").loc[year, "use_pct"]


@pytest.mark.parametrize(
    ("year", "cut_year", "expected"),
    [(5, 0, 28.97), (10, 0, 68.77), (10, 5, 11.83), (15, 5, 5.35)],
)
def test_the_check_values_of_uptake(year, cut_year, expected):
    assert use(year, cut_year=cut_year) == pytest.approx(expected, abs=0.005)


def test_the_plateau():
    assert focus.plateau() == pytest.approx(87.93, abs=0.005)
    assert focus.plateau(p=0, q=0.38, delta=0.2) == pytest.approx(100 * (1 - 0.2 / 0.38))
    assert focus.plateau(p=0, q=0.19, delta=1 / 3) == pytest.approx(0)
    assert focus.plateau(p=0.1, q=0, delta=0.3) == pytest.approx(25)


def test_with_no_stopping_uptake_is_the_bass_curve_and_peaks_when_it_should():
    p, q = 0.03, 0.38
    run = focus.uptake(cut_year=0, delta=0, points_per_year=50)["path"]
    left = np.exp(-(p + q) * run["year"])
    np.testing.assert_allclose(run["use_pct"], 100 * (1 - left) / (1 + q / p * left), atol=1e-4)
    np.testing.assert_allclose(run["ever_pct"], run["use_pct"], atol=1e-4)
    fastest = run["year"][np.gradient(run["use_pct"]).argmax()]
    assert fastest == pytest.approx(math.log(q / p) / (p + q), abs=0.02)


def test_the_count_of_adopters_only_rises():
    for cut_year in (0, 3, 5, 10):
        run = focus.uptake(cut_year=cut_year)["path"]
        assert (np.diff(run["ever_pct"]) >= 0).all()
        assert (run["ever_pct"] >= run["use_pct"] - 1e-6).all()


def test_nobody_talks_so_use_fades_at_the_rate_of_stopping():
    at_cut = use(5, talk_kept_pct=0)
    assert use(10, talk_kept_pct=0) == pytest.approx(at_cut * math.exp(-5 / 3), abs=1e-4)


def test_use_carries_itself_only_if_each_user_brings_in_more_than_one():
    for talk, lasts in ((100, 2), (100, 3), (50, 5), (50, 6)):
        row = focus.uptake(lasts=lasts, talk_kept_pct=talk)["facts"].iloc[0]
        assert row["each_brings"] == pytest.approx(0.38 * talk / 100 * lasts)
        expected = 100 * max(0, 1 - 1 / row["each_brings"])
        assert row["use_settles_pct"] == pytest.approx(expected, abs=1e-9)


def test_without_a_cut_there_is_nothing_to_say_of_it():
    row = focus.uptake(cut_year=0)["facts"].iloc[0]
    assert row[["cut_year", "use_at_cut_pct", "each_brings"]].isna().all()
    assert row["use_settles_pct"] == pytest.approx(focus.plateau())


def test_skill_without_use_fades_exponentially():
    run = focus.uptake(lasts=0.5, talk_kept_pct=0, skill_years=10)["path"].set_index("year")
    ratio = run.loc[15, "legacy_pct"] / run.loc[13, "legacy_pct"]
    assert ratio == pytest.approx(math.exp(-2 / 10), abs=1e-3)


# --- bad settings


@pytest.mark.parametrize(
    ("model", "arguments", "message"),
    [
        (focus.protect, {"share_pct": 60}, "share_pct must be between 5 and 50, not 60"),
        (focus.protect, {"tau": 0}, "tau must be between 12 and 36"),
        (focus.protect, {"review": 5}, "review must be one of 0, 6, 12, 18, 24, not 5"),
        (focus.protect, {"builds_pct": float("nan")}, "builds_pct must be between"),
        (focus.output, {"months": [1], "changes": [(0, 101)]}, "share must be between"),
        (focus.output, {"months": [1], "changes": [(-1, 10)]}, "month of a change"),
        (focus.output, {"months": [1], "changes": [(3, 10), (3, 20)]}, "rising order"),
        (focus.turning_points, {"share_pct": 100}, "share_pct must be between 0 and 99"),
        (focus.uptake, {"cut_year": 16}, "cut_year"),
        (focus.uptake, {"lasts": 0}, "lasts must be between 0.5 and 20"),
        (focus.uptake, {"talk_kept_pct": 120}, "talk_kept_pct"),
        (focus.uptake, {"points_per_year": 1.5}, "points_per_year must be a whole number"),
        (focus.plateau, {"q": -1}, "q must be between 0 and 2"),
    ],
)
def test_a_setting_out_of_range_names_itself(model, arguments, message):
    with pytest.raises(ValueError, match=message):
        model(**arguments)
