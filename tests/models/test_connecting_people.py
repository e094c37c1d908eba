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
