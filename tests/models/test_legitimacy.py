import math

import numpy as np
import pytest

from improving.models import crowds, legitimacy


def tipped(spread, mean=25, **arguments):
    """Share of 4,000 crowds of 100 with over half in; its standard error is at most 0.8%."""
    return (crowds.final_crowds(spread, mean, crowds=4000, **arguments) > 50).mean()


def four_errors(share):
    """Four standard errors of the difference between two runs of 4,000 crowds.

    The published shares are rounded to 2 places, so half a place is added.
    """
    return 4 * math.sqrt(2 * max(share * (1 - share), 0.002) / 4000) + 0.005


# --- check values: endless crowds


@pytest.mark.parametrize(("spread", "joined"), [(10, 0.77), (12, 4.02), (12.2, 5.48), (13, 100)])
def test_the_same_average_ends_far_apart(spread, joined):
    sites = legitimacy.two_sites(spread)["sites"].set_index("site")
    assert sites["joined_pct"]["South"] == pytest.approx(joined, abs=0.005)
    assert sites["joined_pct"]["North"] == pytest.approx(0.77, abs=0.005)


@pytest.mark.parametrize(("spread", "seeds"), [(8, 7.29), (10, 3.74), (12, 0.37)])
def test_the_critical_number_of_seeds(spread, seeds):
    assert legitimacy.critical_seeds(spread) == pytest.approx(seeds, abs=0.005)


@pytest.mark.parametrize(("spread", "endorsement"), [(8, 7.01), (10, 3.55), (12, 0.34)])
def test_the_critical_endorsement(spread, endorsement):
    assert 25 - legitimacy.critical_mean(spread) == pytest.approx(endorsement, abs=0.005)


def test_the_critical_spread_has_the_average_it_started_from():
    assert legitimacy.critical_mean(12.222) == pytest.approx(25, abs=0.005)
    assert legitimacy.critical_seeds(12.3) == 0


@pytest.mark.parametrize(("spread", "seeds"), [(10, 0), (10, 3), (8, 5), (15, 2)])
def test_the_closed_form_is_where_the_walk_tips(spread, seeds):
    edge = legitimacy.critical_mean(spread, seeds)
    above = crowds.final_crowd(spread, edge + 0.01, seeds=seeds)
    below = crowds.final_crowd(spread, edge - 0.01, seeds=seeds)
    assert below - above > 25


@pytest.mark.parametrize(
    ("spread", "points"),
    [(8, (0.09, 17.53, 100)), (10, (0.77, 14.35, 100)), (12, (4.02, 8.64, 100))],
)
def test_the_lower_tipping_and_upper_points(spread, points):
    assert legitimacy.resting_points(spread) == pytest.approx(points, abs=0.006)


@pytest.mark.parametrize(("spread", "seeds", "visible"), [(10, 3, 80), (14, 0, 50), (9, 6, 90)])
def test_every_resting_point_rests_and_the_first_is_where_the_walk_ends(spread, seeds, visible):
    points = legitimacy.resting_points(spread, seeds=seeds, visible=visible)
    one_round = crowds.update(spread, 25, seeds, visible)
    assert [one_round(p) for p in points] == pytest.approx(points, abs=1e-8)
    ends = crowds.final_crowd(spread, seeds=seeds, visible=visible)
    assert points[0] == pytest.approx(ends, abs=1e-8)


# --- check values: random crowds of 100 (4,000 crowds each)

SEEDS = (0, 2, 5, 8, 10, 12)
ENDORSEMENTS = (2, 4, 6, 8, 10)


@pytest.mark.parametrize(
    ("spread", "by_seeds", "by_endorsement"),
    [
        (8, (0, 0, 0.02, 0.31, 0.74, 0.96), (0, 0.00, 0.07, 0.38, 0.82)),
        (10, (0.00, 0.05, 0.41, 0.89, 0.99, 1), (0.05, 0.26, 0.67, 0.93, 0.99)),
        (12, (0.15, 0.45, 0.88, 0.99, 1, 1), (0.48, 0.80, 0.97, 1, 1)),
    ],
)
def test_random_crowds_with_seeds_and_with_endorsement(spread, by_seeds, by_endorsement):
    for seeds, share in zip(SEEDS, by_seeds, strict=True):
        assert tipped(spread, seeds=seeds) == pytest.approx(share, abs=four_errors(share))
    for lowered, share in zip(ENDORSEMENTS, by_endorsement, strict=True):
        assert tipped(spread, 25 - lowered) == pytest.approx(share, abs=four_errors(share))


@pytest.mark.parametrize(
    ("whom", "share"), [("keenest", 0.05), ("random", 0.99), ("reluctant", 0.99)]
)
def test_ten_of_the_keenest_carry_few_crowds(whom, share):
    found = tipped(10, seeds=10, whom=whom)
    assert found == pytest.approx(share, abs=four_errors(share))


# --- the frames


def test_groups_hold_everyone_once():
    frames = legitimacy.two_sites(11, 80)
    groups = frames["groups"].groupby("site")
    everyone = groups["joined_pct"].sum() + groups["waiting_pct"].sum()
    np.testing.assert_allclose(everyone, 100)
    joined = frames["sites"].set_index("site")["joined_pct"]
    np.testing.assert_allclose(groups["joined_pct"].sum(), joined[everyone.index])


def test_nobody_joins_before_those_who_need_fewer():
    groups = legitimacy.two_sites(12)["groups"]
    south = groups[groups["site"] == "South"]
    stopped = south["waiting_pct"].to_numpy() > 1e-9
    assert (south["joined_pct"].to_numpy()[int(stopped.argmax()) + 1 :] == 0).all()


def test_when_nobody_sees_anybody_only_those_who_start_alone_join():
    sites = legitimacy.two_sites(13, 0)["sites"]
    np.testing.assert_allclose(sites["joined_pct"], sites["alone_pct"])
    assert sites["carry_pct"].isna().all()


def test_whom_to_ask_counts_the_same_crowds_as_final_crowds():
    frame = legitimacy.whom_to_ask(11, 3, crowds=300, seed=5, most=12)
    for whom in crowds.WHOM:
        ends = crowds.final_crowds(11, 22, seeds=12, whom=whom, crowds=300, seed=5)
        assert frame[f"{whom}_pct"].iloc[-1] == pytest.approx(100 * (ends > 50).mean())


def test_with_nobody_asked_it_does_not_matter_whom():
    first = legitimacy.whom_to_ask(12).iloc[0]
    assert first["random_pct"] == first["keenest_pct"] == first["reluctant_pct"]


def test_asking_more_people_never_carries_fewer_crowds():
    frame = legitimacy.whom_to_ask(9, 2)
    assert (frame.drop(columns="asked").diff().iloc[1:] >= 0).to_numpy().all()


# --- bad settings


@pytest.mark.parametrize(
    ("model", "arguments", "message"),
    [
        (legitimacy.two_sites, {"spread": 50}, "spread must be between 1 and 40"),
        (legitimacy.two_sites, {"visible": -1}, "visible must be between 0 and 100"),
        (legitimacy.whom_to_ask, {"endorsement": 30}, "endorsement must be between 0 and 25"),
        (legitimacy.whom_to_ask, {"most": 60}, "most must be between 0 and 50"),
        (legitimacy.whom_to_ask, {"mean": 101}, "mean must be between 0 and 100"),
        (legitimacy.critical_mean, {"spread": 39.95}, "no sudden change"),
        (legitimacy.critical_seeds, {"spread": 10, "mean": -1}, "mean must be between"),
        (legitimacy.resting_points, {"spread": 10, "seeds": 120}, "seeds must be between 0 and 99"),
    ],
)
def test_a_setting_out_of_range_names_itself(model, arguments, message):
    with pytest.raises(ValueError, match=message):
        model(**arguments)
