import numpy as np
import pytest

from improving import data
from improving.models import your_approach as model

A, B, C = (model.OPTIONS[name] for name in "ABC")
NEAR = 1.5
"""Points: the medians rest on 80 draws, and are printed whole."""


def mid(approach, outcome, shock="none", **more):
    rows = model.judge(**approach, shock=shock, **more)["outcomes"]
    return rows.loc[rows["outcome"] == outcome, "mid"].to_numpy()


# --- no approach dominates


@pytest.mark.parametrize("shock", model.SHOCKS)
def test_many_approaches_are_beaten_by_none(shock):
    medians = model.medians(shock)
    for place in range(3):
        assert (model.better_than(medians[:, place]) == 0).sum() >= 20
    together = model.better_than(medians.reshape(len(medians), -1))
    assert (together == 0).mean() > 0.8


@pytest.mark.parametrize("shock", model.SHOCKS)
def test_no_approach_is_best_on_everything_anywhere(shock):
    medians = model.medians(shock)
    best = np.concatenate([medians[..., :4].max(axis=0), medians[..., 4:].min(axis=0)], axis=-1)
    assert ((medians == best).sum(axis=-1) < len(model.OUTCOMES)).all()


@pytest.mark.parametrize("hours", model.HOURS)
def test_no_approach_is_owned_most_in_all_settings(hours):
    shown = [i for i, a in enumerate(model.APPROACHES) if a["hours"] == hours]
    owned = model.medians()[shown, :, 1]
    assert not (owned == owned.max(axis=0)).all(axis=1).any()
    winners = [model.APPROACHES[shown[i]] for i in owned.argmax(axis=0)]
    for dial in ("support", "method", "host"):
        assert len({winner[dial] for winner in winners}) == 2


def test_few_weightings_of_the_outcomes_choose_one_approach_for_all_settings():
    medians = model.medians() * [1, 1, 1, 1, -1]
    span = medians.max(axis=(0, 1)) - medians.min(axis=(0, 1))
    weights = np.random.default_rng(0).dirichlet(np.ones(5), 500)
    best = (medians / span @ weights.T).argmax(axis=0)
    assert (best == best[0]).all(axis=0).mean() < 0.05


def test_every_level_of_every_dial_is_worth_choosing_somewhere():
    medians = model.medians()
    unbeaten = {i for s in range(3) for i in np.flatnonzero(model.better_than(medians[:, s]) == 0)}
    for dial, levels in model.DIALS.items():
        assert {model.APPROACHES[i][dial] for i in unbeaten} == set(levels)


def test_dominance_on_rows_that_can_be_checked_by_hand():
    rows = np.array([[5, 5, 5, 5, 5], [5, 5, 5, 5, 4], [5, 5, 5, 5, 4], [9, 0, 0, 0, 9]])
    assert list(model.better_than(rows)) == [2, 0, 0, 0]
    assert list(model.better_than(np.hstack([rows, rows]))) == [2, 0, 0, 0]


# --- what each dial does, in the direction of its lesson


def change(approach, **dials):
    return {**approach, **dials}


def test_weighted_support_moves_reach_from_the_well_resourced_to_the_others():
    gain = mid(change(C, support="weighted"), "reach") - mid(C, "reach")
    assert gain[0] < 0 < gain[1]
    assert gain[2] > 0


def test_time_buys_ownership_and_costs_hours():
    less, more = change(B, hours=1), B
    assert (mid(more, "ownership") > mid(less, "ownership") + 10).all()
    # 24 hours more, within the price's error.
    np.testing.assert_allclose(mid(more, "cost") - mid(less, "cost"), 24, atol=NEAR)


def test_a_closed_circle_is_faster_at_first_and_stops_sooner():
    closed, opened = (
        model.follow(change(B, circle=c), "Well resourced")["owning_mid"]
        for c in ("closed", "open")
    )
    assert closed[12] > opened[12]
    assert closed[40] < min(65, opened[40])


def test_a_template_suits_places_like_the_one_it_came_from():
    template, own = mid(change(C, method="prescribe"), "ownership"), mid(C, "ownership")
    assert own[2] - template[2] > own[0] - template[0] + 3


def test_a_rule_raises_reach_and_lowers_what_is_owned_and_what_survives():
    invited = change(A, stance="invite")
    assert (mid(A, "reach") > mid(invited, "reach") + 10).all()
    assert (mid(A, "ownership") < mid(invited, "ownership") - 10).all()
    assert (mid(A, "survival") < mid(invited, "survival") - 30).all()


def test_a_lifted_rule_leaves_less_ownership_than_none():
    assert (mid(C, "ownership") < mid(change(C, stance="invite"), "ownership")).all()


def test_the_centre_reaches_hospitals_and_peers_the_rest():
    centre, peers = (mid(change(B, host=h), "ownership") for h in ("centre", "peers"))
    assert centre[0] > peers[0]
    assert peers[2] > centre[2]


def test_deputies_matter_where_leaders_leave_often():
    gain = mid(change(C, hubs="deputies"), "ownership") - mid(C, "ownership")
    assert gain[1] > gain[0] + 3


def test_each_shock_takes_something():
    assert (mid(A, "reach", "reorganisation") < mid(A, "reach") - 8).all()
    assert mid(B, "ownership", "cost pressure")[1] < mid(B, "ownership")[1] - 10
    assert mid(C, "ownership", "leader leaves")[0] < mid(C, "ownership")[0]


def test_peers_shield_from_a_reorganisation():
    loss = {
        host: mid(change(C, host=host), "ownership")
        - mid(change(C, host=host), "ownership", "reorganisation")
        for host in model.HOST
    }
    assert (loss["centre"] > loss["peers"]).all()


# --- limits and closed forms


def still(**parameters):
    """Draws with every range shrunk to one point, and nobody leaving."""
    draws = model._draw(10, 1, 52)
    shared = {n: np.full_like(v, parameters.get(n, 0.0)) for n, v in draws.shared.items()}
    local = {
        "room": model.ORDINARY_ROOM, "strain": 0, "difference": 0, "tenure": 1e9, "cut": 0,
        "centre": 0, "peers": 0, "authority": 1,
    }  # fmt: skip
    flat = {n: np.full_like(draws.local[n], v) for n, v in local.items()}
    return draws._replace(shared=shared, local=flat, leaving=np.ones_like(draws.leaving))


def test_with_all_else_off_ownership_is_the_logistic_curve_of_lesson_12():
    # Full capability at once (half = 0), a cap of 0.65 and pace 1.25 at 0.85 of template's fit:
    # dm/dt = g m (1 - m / c), so m = c / (1 + (c / m0 - 1) exp(-g t)).
    draws = still(start=0.1, spread=0.5, half=1e-9, delay=1e-1, price=1)
    approach = change(A, stance="invite")
    path = model._run([approach], "none", draws, crowding=True).owning[: 10 * 52 + 1, 0, 0, 0]
    g, c, t = 0.5 * 1.25 * 0.85, 0.65, np.arange(10 * 52 + 1) / 52
    exact = c / (1 + (c / 0.1 - 1) * np.exp(-g * t))
    np.testing.assert_allclose(path, exact, atol=0.003)


def test_pressure_alone_wears_ownership_down_as_in_lesson_12():
    # dm/dt = -b m (1 - m), so the logit falls by b a year.
    draws = still(start=0.3, crowding=0.4, obey=0.8, half=1e-9, delay=1, price=1)
    paths = model._run([A], "none", draws, crowding=True)
    logit = np.log(0.3 / 0.7) - 0.4 * 10
    assert paths.owning[520, 0, 0, 0] == pytest.approx(1 / (1 + np.exp(-logit)), abs=0.001)
    owned = paths.owning[100, 0, 0, 0]
    assert paths.using[100, 0, 0, 0] == pytest.approx(1 - (1 - owned) * (1 - 0.8))


def test_with_no_spread_and_no_capability_ownership_lapses_exponentially():
    draws = still(start=0.5, lapse=1 / 3, half=1e9, delay=1, price=1)
    path = model._run([change(A, stance="invite")], "none", draws, crowding=True).owning
    assert path[3 * 52, 0, 0, 0] == pytest.approx(0.5 * np.exp(-1), abs=0.002)


def test_capability_settles_at_time_over_time_plus_half():
    # With a quick delay, growth is proportional to it: 3 usable hours and half at 3 give a half.
    approach = change(A, stance="invite")
    full, halved = (
        model._run([approach], "none", still(start=0.01, spread=0.5, half=h, delay=0.05), True)
        for h in (1e-9, 3)
    )
    growth = [np.log(p.owning[104, 0, 0, 0] / p.owning[52, 0, 0, 0]) for p in (full, halved)]
    assert growth[1] / growth[0] == pytest.approx(0.5, abs=0.02)


def test_quarters_are_fine_enough():
    # Leaders leave in other quarters when time is cut more finely: compare where none leave.
    draws = still(start=0.1, spread=1, half=2, delay=2, crowding=0.3, lapse=0.2, obey=0.8, mend=0.1)
    coarse = draws._replace(steps=4)
    fine_end, coarse_end = (
        model._run([C], "reorganisation", d, crowding=True).owning[10 * d.steps, 0, 0]
        for d in (draws, coarse)
    )
    np.testing.assert_allclose(coarse_end, fine_end, atol=0.02)


def test_without_crowding_out_a_rule_costs_no_ownership():
    invited = change(A, stance="invite")
    np.testing.assert_allclose(
        mid(A, "ownership", crowding=False), mid(invited, "ownership"), atol=NEAR
    )


def test_medians_are_steady_to_within_their_error():
    # 4 standard errors of a median of 80 draws with a 10th to 90th percentile of 30 points.
    error = 4 * 1.25 * (30 / 2.56) / np.sqrt(80)
    for name in ("reach", "ownership"):
        first, second = (mid(B, name, runs=80, seed=seed) for seed in (1, 2))
        np.testing.assert_allclose(first, second, atol=error)


# --- what the tables hold


def test_room_to_act_is_the_survey_s():
    survey = data.load("staff_survey_trust_year")
    room = survey[survey["year"] == 2024].groupby("benchmark_group")["q3f_improvements_pct"]
    low, middle, high = (room.quantile(q) for q in (0.25, 0.5, 0.75))
    acute = "Acute / acute & community"
    well, deficit, other = (s.room for s in model.SETTINGS.values())
    assert well == pytest.approx((middle[acute] / 100, high[acute] / 100), abs=0.0006)
    assert deficit == pytest.approx((low[acute] / 100, middle[acute] / 100), abs=0.0006)
    assert other == pytest.approx((middle["Ambulance"] / 100, middle["Community"] / 100), abs=6e-4)


def test_weighted_support_costs_the_same_in_all():
    assert [sum(s.shares) for s in model.SUPPORT.values()] == [3, 3]


def test_judge_gives_a_row_for_each_outcome_and_setting():
    frames = model.judge(**B, shock="cost pressure")
    rows = frames["outcomes"]
    assert len(rows) == 15
    assert (rows["low"] <= rows["mid"]).all()
    assert (rows["mid"] <= rows["high"]).all()
    assert rows["mid"].between(rows["lowest"], rows["highest"]).all()
    assert list(frames["others"]["setting"]) == [*model.SETTINGS, model.ALL]
    number = model.APPROACHES.index(B)
    assert (model.medians("cost pressure")[number] == rows["mid"].to_numpy().reshape(5, 3).T).all()


def test_the_best_reached_setting_has_an_equity_of_100():
    rows = model.judge(**A)["outcomes"]
    assert rows.loc[rows["outcome"] == "equity", "mid"].max() == 100


def test_the_trade_off_marks_what_was_asked_for():
    frames = model.trade_off("Well resourced", "stance: keep")
    assert len(frames["approaches"]) == 144
    assert frames["approaches"]["marked"].sum() == 48 == frames["count"]["marked"].iloc[0]
    unbeaten = (frames["approaches"]["place"] == "not beaten").sum()
    assert frames["count"]["unbeaten"].iloc[0] == unbeaten
    option = frames["options"].set_index("option").loc["A"]
    assert option["ownership"] == mid(A, "ownership")[0]
    assert model.trade_off()["count"]["marked"].iloc[0] == 0


def test_a_path_ends_where_the_outcomes_say():
    path = model.follow(A, "In deficit").set_index("year")
    assert path.loc[10, "owning_mid"] == pytest.approx(mid(A, "ownership")[1], abs=0.5)
    assert path.index[-1] == 13
    assert path.loc[13, "using_mid"] == pytest.approx(path.loc[13, "owning_mid"])


def test_what_is_returned_can_be_changed_without_harm():
    model.medians()[:] = 0
    assert model.medians().max() > 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: model.judge(support="fair"), "support must be one of 'equal', 'weighted'"),
        (lambda: model.judge(hours=2), "hours must be one of 1, 3, not 2"),
        (lambda: model.judge(shock="flood"), "shock must be one of"),
        (lambda: model.judge(runs=5), "runs must be between 10 and 1000"),
        (lambda: model.judge(runs=20.5), "runs must be a whole number"),
        (lambda: model.trade_off("Moon"), "setting must be one of"),
        (lambda: model.trade_off(mark="hours: 1"), "mark must be one of"),
        (lambda: model.medians("flood"), "shock must be one of"),
        (lambda: model.follow({}), "support must be one of"),
        (lambda: model.follow(A, steps_per_year=2), "steps_per_year must be between 4 and 52"),
        (lambda: model.better_than(np.zeros((3, 4))), "values must have 5 columns"),
    ],
)
def test_a_setting_out_of_range_names_itself(call, message):
    with pytest.raises(ValueError, match=message):
        call()
