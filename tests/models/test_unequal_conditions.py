import numpy as np
import pytest

from improving.models import unequal_conditions as model


def totals(**arguments):
    return model.share_support(**arguments)["totals"].set_index("rule")


def picked(**arguments):
    return model.pick_out(**{"runs": 400, **arguments})["summary"].iloc[0]


# --- sharing support


def test_conditions_lie_evenly_from_the_hardest_to_full():
    c = model.conditions(40)
    assert (c[0], c[-1], len(c)) == (0.4, 1, 40)
    np.testing.assert_allclose(np.diff(c), 0.6 / 39)


@pytest.mark.parametrize("rule", model.RULES)
@pytest.mark.parametrize("moved", [0, 25, 50])
def test_every_rule_spends_the_same_budget(rule, moved):
    shares = model.support(rule, moved, model.conditions(40))
    assert shares.mean() == pytest.approx(1)
    assert (shares >= 0).all()


def test_equitable_support_is_weighted_to_the_shortfall_and_targeted_to_a_quarter():
    c = model.conditions(40)
    equitable = model.support("equitable", 40, c)
    np.testing.assert_allclose(equitable, 0.6 + 0.4 * (1 - c) / 0.3)
    targeted = model.support("targeted", 40, c)
    np.testing.assert_allclose(targeted[:10], 0.6 + 0.4 * 4)
    np.testing.assert_allclose(targeted[10:], 0.6)


def test_equal_support_gives_effect_times_conditions_whatever_support_is_worth():
    c = model.conditions(20)
    for worth in model.WORTHS:
        np.testing.assert_allclose(model.gains(c, np.ones(40), 10, worth), 10 * c)


@pytest.mark.parametrize("hardest", [20, 40, 80])
@pytest.mark.parametrize("moved", [10, 40])
def test_moving_support_changes_the_average_by_a_covariance(hardest, moved):
    c = model.conditions(hardest)
    shares = model.support("equitable", moved, c)
    # Need is (1 - c) over its mean, so cov(c, s) = -m var(c) / mean(1 - c).
    change = 10 * moved / 100 * c.var() / (1 - c).mean()
    by_worth = {w: totals(moved=moved, hardest=hardest, worth=w)["average"] for w in model.WORTHS}
    np.testing.assert_allclose(-10 * np.cov(c, shares, ddof=0)[0, 1], change)
    for worth, sign in (("less", -1), ("same", 0), ("more", 1)):
        gained = by_worth[worth]["equitable"] - by_worth[worth]["equal"]
        assert gained == pytest.approx(sign * change)


def test_known_values_at_the_first_setting():
    table = totals()
    assert table["average"].round(2).to_dict() == {
        "equal": 7.0,
        "equitable": 6.58,
        "targeted": 6.08,
    }
    assert table["gap"].round(2).to_dict() == {"equal": 6.0, "equitable": 1.41, "targeted": 8.52}
    assert table["lost_pct"].round(1).to_dict() == {
        "equal": 0.0,
        "equitable": 6.0,
        "targeted": 13.2,
    }
    assert table["last"].to_dict() == {"equal": 1, "equitable": 1, "targeted": 11}


def test_nothing_moved_makes_the_rules_alike():
    trusts = model.share_support(moved=0)["trusts"]
    np.testing.assert_allclose(trusts["equitable"], trusts["equal"])
    np.testing.assert_allclose(trusts["targeted"], trusts["equal"])


def test_where_conditions_are_alike_equity_changes_nothing_and_targeting_makes_a_gap():
    table = totals(hardest=100, moved=50)
    assert table["gap"][["equal", "equitable"]].tolist() == [0, 0]
    assert table["gap"]["targeted"] == pytest.approx(20)
    assert table["average"].tolist() == pytest.approx([10, 10, 10])


@pytest.mark.parametrize("worth", model.WORTHS)
@pytest.mark.parametrize("hardest", [20, 60, 100])
def test_no_trust_loses_by_the_programme(worth, hardest):
    trusts = model.share_support(moved=50, hardest=hardest, worth=worth)["trusts"]
    assert trusts[list(model.RULES)].to_numpy().min() > -1e-9


def test_a_programme_without_effect_brings_nothing():
    assert (totals(effect=0)[["average", "gap", "lost_pct"]] == 0).all(axis=None)


# --- comparing trusts


def test_where_only_own_work_differs_all_measures_of_conditions_are_idle():
    table, adjusted = (picked(view=v, effect=0, own_work=5) for v in ("table", "adjusted"))
    # Fitting a needless line to 40 trusts costs about 0.2; 4 standard errors are 0.2 as well.
    assert table.found == pytest.approx(adjusted.found, abs=0.4)
    assert table.found > 8


def test_without_own_work_to_see_a_league_table_sees_conditions():
    row = picked(own_work=0.5, effect=40)
    assert row.hard > 9.3
    assert row.found == pytest.approx(2.5, abs=0.3)


def test_a_measure_that_is_all_noise_adjusts_for_nothing():
    table, adjusted = (picked(view=v, measured=0) for v in ("table", "adjusted"))
    assert adjusted.found == pytest.approx(table.found, abs=0.3)


def test_adjustment_finds_what_the_theory_of_normal_scores_says():
    # With perfect measurement the adjusted score is own work plus chance. Their correlation
    # sets how many of the lowest quarter of one are in the lowest quarter of the other.
    sizes = np.geomspace(1000, 12000, model.TRUSTS)
    rng = np.random.default_rng(5)
    work = rng.standard_normal((4000, model.TRUSTS))
    chance = 100 * np.sqrt(0.57 * 0.43 / sizes) * rng.standard_normal(work.shape)

    def lowest(x):
        return x.argsort(axis=1).argsort(axis=1) < model.QUARTER

    expected = (lowest(work) & lowest(work + chance)).sum(axis=1).mean()
    # Fitting a line costs 2 of 40 degrees of freedom; 4 standard errors are 0.25.
    assert picked(view="adjusted").found == pytest.approx(expected, abs=0.3)


def test_views_pick_a_quarter_except_the_funnel():
    assert picked(view="table").picked == picked(view="adjusted").picked == 10
    assert 0 < picked(view="funnel").picked < 2


def test_the_drawn_trusts_are_those_the_line_cuts_off():
    for view in ("table", "adjusted"):
        frames = model.pick_out(view=view, measured=75, runs=1)
        trusts, line = frames["trusts"], frames["line"]
        cut = np.interp(trusts["measure"], line["measure"], line["cut"])
        below = trusts["score"] < cut
        assert below.tolist() == trusts["outcome"].str.startswith("picked").tolist()
        found = (trusts["outcome"] == "picked, did least").sum()
        assert found == frames["summary"]["found"].iloc[0]
        assert found + (trusts["outcome"] == "missed").sum() == model.QUARTER


def test_the_spread_between_draws_is_told_and_a_seed_repeats_it():
    first, again = (model.pick_out(seed=3, runs=50)["summary"] for _ in range(2))
    assert first.equals(again)
    assert first["found_low"].iloc[0] < first["found"].iloc[0] < first["found_high"].iloc[0]


# --- bad settings


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (model.conditions, {"hardest": 10}, "hardest must be between 20 and 100"),
        (model.share_support, {"moved": 60}, "moved must be between 0 and 50, not 60"),
        (model.share_support, {"worth": "none"}, "worth must be one of 'less'"),
        (model.share_support, {"effect": -1}, "effect must be between 0 and 50"),
        (model.support, {"rule": "fair", "moved": 0, "let_through": [1] * 4}, "rule must be one"),
        (model.support, {"rule": "equal", "moved": 0, "let_through": [1, 0, 0, 1]}, "let_through"),
        (model.gains, {"let_through": [0.5], "shares": [1, 1]}, "one number each"),
        (model.gains, {"let_through": [1.5], "shares": [1]}, "let_through must be from 0 to 1"),
        (model.pick_out, {"view": "rank"}, "view must be one of 'table'"),
        (model.pick_out, {"measured": 101}, "measured must be between 0 and 100"),
        (model.pick_out, {"own_work": float("nan")}, "own_work must be between"),
        (model.pick_out, {"runs": 1.5}, "runs must be a whole number"),
    ],
)
def test_a_setting_out_of_range_names_itself(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(**arguments)
