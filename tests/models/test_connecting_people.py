import networkx as nx
import numpy as np
import pandas as pd
import pytest

from improving.models import connecting_people as model


def ring_path(people, neighbours):
    distance = np.minimum(np.arange(1, people), people - np.arange(1, people))
    return np.ceil(2 * distance / neighbours).mean()


@pytest.mark.parametrize(("people", "neighbours"), [(60, 4), (61, 6), (200, 6), (30, 10)])
def test_the_ring_agrees_with_the_closed_form(people, neighbours):
    result = model.measures(people, neighbours, rewired=0, runs=2).set_index("measure")
    clustering = 3 * (neighbours - 2) / (4 * (neighbours - 1))
    assert result.loc["clustering", "value"] == pytest.approx(clustering)
    assert result.loc["path length", "value"] == pytest.approx(ring_path(people, neighbours))
    np.testing.assert_allclose(result["relative"], 1)
    np.testing.assert_allclose(result["low"], result["high"])


def test_published_check_values_at_one_tie_in_ten():
    result = model.measures(200, 6, rewired=0.1, runs=60).set_index("measure")["value"]
    assert result["path length"] == pytest.approx(4.42, abs=0.05)
    assert result["clustering"] == pytest.approx(0.447, abs=0.01)


def test_a_few_shortcuts_shorten_paths_before_they_loosen_groups():
    relative = model.measures(200, 6, rewired=0.03, runs=10).set_index("measure")["relative"]
    assert relative["path length"] < 0.5
    assert relative["clustering"] > 0.85


@pytest.mark.parametrize("rewired", [0, 0.2, 1])
def test_measures_agree_with_networkx(rewired):
    graph = nx.connected_watts_strogatz_graph(50, 6, rewired, seed=4)
    result = model.measures(50, 6, rewired, seed=4, runs=1).set_index("measure")["value"]
    assert result["path length"] == pytest.approx(nx.average_shortest_path_length(graph))
    assert result["clustering"] == pytest.approx(nx.average_clustering(graph), rel=1e-6)


def test_rewiring_moves_ties_and_keeps_their_number():
    frames = model.small_world(60, 4, 0.3)
    people, ties = frames["people"], frames["ties"]
    assert len(ties) == 120
    assert people["degree"].sum() == 240
    assert people["distance"].max() < 15
    assert people.loc[0, "distance"] == 0
    assert 0.2 < ties["shortcut"].mean() < 0.4


def test_an_untouched_ring_has_no_shortcut():
    frames = model.small_world(60, 4, 0)
    assert frames["ties"]["shortcut"].sum() == 0
    assert set(frames["people"]["degree"]) == {4}
    assert frames["people"]["distance"].max() == 15


def test_ties_end_at_people():
    frames = model.small_world()
    places = set(zip(frames["people"]["x"], frames["people"]["y"], strict=True))
    ties = frames["ties"]
    assert set(zip(ties["x"], ties["y"], strict=True)) <= places
    assert set(zip(ties["x2"], ties["y2"], strict=True)) <= places


def test_one_seed_gives_one_network():
    one, same, other = (model.small_world(seed=seed)["ties"] for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, same)
    assert not one.equals(other)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"people": 5}, "people must be between 10 and 500"),
        ({"neighbours": 5}, "neighbours must be an even number, not 5"),
        ({"neighbours": 2}, "neighbours must be between 4"),
        ({"rewired": 1.1}, "rewired must be between 0 and 1"),
    ],
)
def test_a_setting_out_of_range_names_itself(arguments, message):
    with pytest.raises(ValueError, match=message):
        model.small_world(**arguments)


# --- news


@pytest.mark.parametrize(("people", "neighbours"), [(60, 6), (61, 6), (40, 4), (30, 10)])
def test_news_goes_round_the_ring_in_the_steps_of_the_closed_form(people, neighbours):
    frames = model.news(0, 2, people=people, neighbours=neighbours, runs=2)
    assert set(frames["all"]["steps"]) == {np.ceil(2 * (people // 2) / neighbours)}
    assert frames["people"]["heard"].sum() == 1 + 2 * neighbours


def test_news_holds_the_network_that_is_drawn():
    frames = model.news(0.1, 3, draw=2)
    drawn = model.small_world(60, 6, 0.1, seed=2)
    pd.testing.assert_frame_equal(frames["ties"], drawn["ties"])
    people = frames["people"]
    assert frames["all"]["steps"][0] == people["distance"].max()
    assert people["heard"].sum() == (drawn["people"]["distance"] <= 3).sum()


def test_after_enough_steps_everyone_has_heard():
    assert model.news(0.1, 10)["people"]["heard"].all()
    assert model.news(0.1, 0)["people"]["heard"].sum() == 1


def test_by_rewiring_starts_at_the_ring_and_agrees_with_measures():
    frame = model.by_rewiring(runs=5)
    np.testing.assert_allclose(frame.loc[frame["moved_pct"] == 0, "relative_pct"], 100)
    tenth = frame[frame["moved_pct"] == 10].set_index("measure")["relative_pct"]
    alone = model.measures(60, 6, 0.1, runs=5).set_index("measure")["relative"]
    np.testing.assert_allclose(tenth, 100 * alone)


# --- spread

RUNS = 80


@pytest.mark.parametrize(("needed", "step"), [(1, 29), (2, 44), (3, 87)])
def test_on_the_ring_the_published_steps_are_exact(needed, step):
    times = model.reach_times(0, needed, runs=2)
    assert set(times) == {step}
    grown = np.arange(200)
    closed_form = int(np.argmax(7 + (8 - 2 * needed) * grown >= 180))
    assert step == closed_form


def close_to(times, mean, share=1.0):
    """Agree with a check value from 1,000 networks within 4 standard errors."""
    error = np.sqrt(1 / RUNS + 1 / 1000)
    reached = np.isfinite(times)
    assert reached.mean() == pytest.approx(
        share, abs=4 * error * max(np.sqrt(share * (1 - share)), 0.05)
    )
    if mean:
        counted = times[reached]
        margin = 4 * counted.std() * np.sqrt(1 / len(counted) + 1 / (1000 * share))
        assert counted.mean() == pytest.approx(mean, abs=margin + 0.05)


@pytest.mark.parametrize(
    ("rewired", "mean"), [(0.01, 14.4), (0.03, 8.2), (0.1, 4.9), (0.3, 3.5), (1, 3.0)]
)
def test_check_values_for_news(rewired, mean):
    close_to(model.reach_times(rewired, 1, runs=RUNS), mean)


@pytest.mark.parametrize(
    ("rewired", "mean", "share"),
    [(0.01, 43.3, 1), (0.03, 41.3, 1), (0.1, 26.2, 0.99), (0.3, 14.0, 0.78), (1, 10.5, 0.36)],
)
def test_check_values_for_a_practice_that_needs_two(rewired, mean, share):
    close_to(model.reach_times(rewired, 2, runs=RUNS), mean, share)


@pytest.mark.parametrize(
    ("rewired", "mean", "share"),
    [(0.01, 128, 0.18), (0.03, None, 0), (0.1, None, 0), (0.3, None, 0), (1, None, 0)],
)
def test_check_values_for_a_practice_that_needs_three(rewired, mean, share):
    close_to(model.reach_times(rewired, 3, runs=RUNS), mean, share)


@pytest.mark.parametrize(
    ("rewired", "mean"),
    [(0, 43.4), (0.01, 40.6), (0.03, 34.7), (0.1, 21.1), (0.3, 13.4), (1, 14.4)],
)
def test_check_values_when_a_few_start_on_less(rewired, mean):
    close_to(model.reach_times(rewired, 2, 0.01, runs=RUNS), mean)


def test_clustering_falls_as_the_published_formula_says():
    clustering = model.measures(200, 6, 0.1, runs=10).set_index("measure")["value"]["clustering"]
    assert clustering == pytest.approx(0.6 * 0.9**3, abs=0.02)


def test_one_contact_is_enough_for_news_and_for_a_practice_that_needs_one():
    share = model.spread(0.1, needed=1)["share"].set_index("kind")
    pd.testing.assert_frame_equal(
        share.loc["News"].reset_index(drop=True), share.loc["Practice"].reset_index(drop=True)
    )


def test_if_anybody_may_start_on_less_a_practice_spreads_as_news():
    share = model.spread(0.1, needed=3, alone=1)["share"].set_index("kind")
    np.testing.assert_allclose(share.loc["News", "mid"], share.loc["Practice", "mid"])


def test_shares_only_rise_and_quantiles_are_in_order():
    share = model.spread(0.03, needed=3, alone=0.01)["share"]
    assert (share["low"] <= share["mid"]).all()
    assert (share["mid"] <= share["high"]).all()
    for _, rows in share.groupby("kind"):
        assert (rows[["low", "mid", "high"]].diff().dropna() >= 0).all(axis=None)


def test_reach_agrees_with_reach_times():
    reach = model.spread(0.03, needed=3, people=60, runs=50, steps=30)["reach"].iloc[1]
    times = model.reach_times(0.03, 3, people=60, runs=50, steps=30)
    assert reach["networks_pct"] == pytest.approx(100 * np.isfinite(times).mean())
    assert np.isnan(reach["step"])
    assert reach["ring_step"] == 24


def test_networks_are_drawn_once_and_cannot_be_changed():
    networks = model._networks(60, 6, 0.1, 3)
    assert model._networks(60, 6, 0.1, 3) is networks
    with pytest.raises(ValueError, match="read-only"):
        networks[0, 0, 0] = 1


# --- bridges


@pytest.mark.parametrize(
    ("ties", "chance"), [(0, 0), (1, 0), (2, 0), (3, 0.115), (5, 0.347), (8, 0.714), (10, 0.876)]
)
def test_published_chances_of_crossing(ties, chance):
    assert model.crossing(ties) == pytest.approx(chance, abs=0.0005)


def test_crossing_agrees_with_counting_every_case():
    # 3 ties into a team of 3: 27 ways; 6 all differ and 3 all meet.
    assert model.crossing(3, 3) == pytest.approx(18 / 27)


@pytest.mark.parametrize("ties", [3, 6])
def test_crossing_agrees_with_playing_it(ties):
    members, games = 8, 4000
    random = np.random.default_rng(5)
    landed = random.integers(members, size=(games, ties))
    seen = np.array([np.bincount(row, minlength=members) for row in landed])
    adopts = np.zeros((games, members), dtype=bool)
    for _ in range(members):
        inside = adopts.sum(axis=1, keepdims=True) - adopts
        adopts |= seen + inside >= 2
    expected = model.crossing(ties, members)
    error = np.sqrt(expected * (1 - expected) / games)
    assert adopts.all(axis=1).mean() == pytest.approx(expected, abs=4 * error)


def test_bridges_share_out_every_tie():
    frame = model.bridges(24)
    assert (frame["each"] * frame["teams"] == 24).all()
    assert list(frame["practice_teams"].round(2)) == [0, 0, 0.92, 1.34, 1.91, 2.14, 1.92, 1]


@pytest.mark.parametrize(
    ("call", "arguments", "message"),
    [
        (model.news, {"draw": 21}, "draw must be between 1 and 20"),
        (model.news, {"steps": -1}, "steps must be between 0"),
        (model.spread, {"needed": 7}, "needed must be between 1 and 6"),
        (model.spread, {"alone": 1.5}, "alone must be between 0 and 1"),
        (model.spread, {"rewired": 2}, "rewired must be between 0 and 1"),
        (model.spread, {"runs": 0}, "runs must be between 1"),
        (model.crossing, {"ties": 26}, "ties must be between 0 and 25"),
        (model.crossing, {"ties": 3, "members": 1}, "members must be between 2"),
        (model.bridges, {"ties": 26}, "ties must be between 1 and 25"),
    ],
)
def test_a_bad_argument_names_itself(call, arguments, message):
    with pytest.raises(ValueError, match=message):
        call(**arguments)
