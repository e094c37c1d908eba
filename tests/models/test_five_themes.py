from itertools import product
from math import erf, sqrt

import numpy as np
import pytest

from improving.models import five_themes as themes

THEMES = tuple(themes.DIALS)


def benefit(*months, column="benefit_pct", **dials):
    """Shares, not percent, at each month."""
    run = themes.follow(**dials, every=1)
    return [run[column][month] / 100 for month in months]


def without(theme, **more):
    dial = themes.DIALS[theme]
    return {dial: themes.MISSING[dial], **more}


# --- check values: printed to 2 places


def test_all_five_in_place():
    expected = [0.11, 0.26, 0.40, 0.52, 0.65, 0.70]
    assert benefit(6, 12, 24, 36, 60, 120) == pytest.approx(expected, abs=0.0055)


@pytest.mark.parametrize(
    ("theme", "practising", "expected"),
    [
        ("legitimacy", 0.00, [0.00, 0.00, 0.00]),
        ("shared_language", 1.00, [0.23, 0.47, 0.57]),
        ("connecting_people", 0.01, [0.04, 0.02, 0.00]),
        ("translation", 1.00, [0.18, 0.25, 0.18]),
        ("diverse_interpretations", 1.00, [0.28, 0.35, 0.35]),
    ],
)
def test_one_theme_missing(theme, practising, expected):
    dials = without(theme)
    assert benefit(120, column="practising_pct", **dials)[0] == pytest.approx(
        practising, abs=0.0055
    )
    assert benefit(12, 60, 120, **dials) == pytest.approx(expected, abs=0.0055)


def test_no_coach_and_no_words_is_wide_and_hollow():
    dials = {"coach": 0, "words": 0}
    assert benefit(120, column="practising_pct", **dials)[0] == pytest.approx(1, abs=0.0055)
    assert benefit(120, **dials)[0] == pytest.approx(0.02, abs=0.0055)


def test_benefit_by_the_number_of_themes_in_place():
    ends = {count: [] for count in range(6)}
    for chosen in product((False, True), repeat=5):
        run = themes.simulate(**dict(zip(THEMES, chosen, strict=True)))
        ends[sum(chosen)].append(run["benefit_pct"].iloc[-1] / 100)
        assert (run["missing"] == 5 - sum(chosen)).all()
    means = [np.mean(ends[count]) for count in range(6)]
    assert means == pytest.approx([0, 0, 0.00, 0.04, 0.22, 0.70], abs=0.0055)
    assert max(ends[1]) < 0.005


def test_fast_take_up_leads_for_15_months():
    slow = themes.follow(every=1)["benefit_pct"]
    lead = themes.follow(take_up=0.5, every=1)["benefit_pct"] - slow
    assert (lead[1:16] > 0).all()
    assert (lead[16:] < 0).all()
    assert lead.argmax() == 5
    assert lead.max() == pytest.approx(7, abs=0.55)


@pytest.mark.parametrize(("month", "best"), [(12, 0.23), (120, 0.04)])
def test_the_best_take_up_depends_on_when_you_look(month, best):
    tried = np.arange(1, 51) / 100
    ends = [benefit(month, take_up=take)[0] for take in tried]
    assert tried[int(np.argmax(ends))] == pytest.approx(best, abs=0.011)


@pytest.mark.parametrize(("month", "practising"), [(4, 0.01), (5, 1), (12, 1)])
def test_the_sponsor_may_leave_at_month_5(month, practising):
    end = benefit(60, column="practising_pct", sponsor_months=month)[0]
    assert end == pytest.approx(practising, abs=0.0055)


@pytest.mark.parametrize(("connections", "expected"), [(0.4, 0.00), (0.5, 0.61), (1.0, 0.73)])
def test_connections_tip(connections, expected):
    assert benefit(120, connections=connections)[0] == pytest.approx(expected, abs=0.0055)


@pytest.mark.parametrize(
    ("turnover", "slow", "fast"), [(0, 0.64, 0.23), (1, 0.70, 0.35), (8, 0.43, 0.46)]
)
def test_newcomers_help_a_hurried_approach(turnover, slow, fast):
    assert benefit(120, turnover=turnover)[0] == pytest.approx(slow, abs=0.0055)
    assert benefit(120, turnover=turnover, take_up=0.5)[0] == pytest.approx(fast, abs=0.0055)


@pytest.mark.parametrize(
    ("switch", "expected"), [({"learn": 0}, 0.24), ({"err": 0}, 0.75), ({"results": 0}, 0.70)]
)
def test_links_switched_off(switch, expected):
    assert benefit(120, **switch)[0] == pytest.approx(expected, abs=0.0055)


# --- limits


def test_the_solver_agrees_with_small_euler_steps():
    state, step, u = np.array(list(themes.START.values())), 0.01, 0.01
    for k in range(round(36 / step)):
        a, w, c, p, q, d = state
        seen = 0.8 * a + (0.12 if k * step < 24 else 0) + 0.8 * (p * c - 0.3)
        slope = [
            0.25 * ((1 + erf((seen - 0.25) / (0.1 * sqrt(2)))) / 2 - a),
            (0.06 + 0.03 * 0.8 * a) * (1 - w) - u * w,
            0.10 * (1 - c) - 0.06 * (1 - w) * c,
            0.05 * (q - p) - u * (p - 0.33),
            0.2 * 0.8 * w * a * d * (1 - q) - 0.005 * q,
            u * (1 - d) - 0.05 * d,
        ]
        state = state + step * np.array(slope)
    a, _, c, p, _, _ = state
    assert benefit(36)[0] == pytest.approx(a * p * c, abs=0.0005)


def test_standing_in_is_never_worse_than_multiplying():
    product_, average = (themes.follow(stand_in=s)["benefit_pct"] for s in (False, True))
    assert (average >= product_).all()


def test_standing_in_changes_the_count_and_not_the_course():
    product_, average = (themes.follow(coach=0, stand_in=s) for s in (False, True))
    same = ["practising_pct", "core_pct", "right_pct"]
    np.testing.assert_allclose(product_[same], average[same])


def test_every_share_stays_a_share():
    for chosen in product((False, True), repeat=5):
        run = themes.simulate(*chosen, turnover=8)
        shares = run.drop(columns=["year", "missing"])
        assert shares.to_numpy().min() > -1e-4
        assert shares.to_numpy().max() < 100 + 1e-4


@pytest.mark.parametrize("sponsor_months", [0, 24, 120])
def test_every_month_has_one_row_whenever_the_sponsor_leaves(sponsor_months):
    run = themes.follow(sponsor_months=sponsor_months)
    np.testing.assert_allclose(run["year"], np.arange(0, 10.25, 0.25))
    assert run["practising_pct"][0] == pytest.approx(2)


def test_a_sponsor_who_never_starts_is_no_sponsor():
    none, gone = themes.follow(sponsor=0), themes.follow(sponsor_months=0)
    np.testing.assert_allclose(none, gone, atol=1e-4)


# --- bad settings


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sponsor": 0.3}, "sponsor must be between 0 and 0.2, not 0.3"),
        ({"words": -0.1}, "words must be between"),
        ({"connections": 0}, "connections must be between 0.2 and 1"),
        ({"coach": 1}, "coach must be between"),
        ({"take_up": 0.9}, "take_up must be between"),
        ({"turnover": 50}, "turnover must be between 0 and 20"),
        ({"sponsor_months": 200}, "sponsor_months must be between"),
        ({"results": 3}, "results must be between"),
        ({"err": 1}, "err must be between"),
        ({"learn": float("nan")}, "learn must be between"),
        ({"every": 1.5}, "every must be a whole number"),
    ],
)
def test_a_setting_out_of_range_names_itself(arguments, message):
    with pytest.raises(ValueError, match=message):
        themes.follow(**arguments)
