"""What lesson 05 asks a reader to find is there, at the settings it names."""

import numpy as np
import pytest

from improving.models import connecting_people as model
from improving.views import connecting_people as view

TENTH = view.REWIRED["1 in 10"]


def reach(**setting):
    return model.spread(**setting)["reach"].set_index("kind")


@pytest.mark.parametrize("draw", [1, 2, 3])
def test_one_tie_in_ten_halves_the_steps_and_moving_all_saves_one_more(draw):
    steps = [view.steps_until_all(model.news(share, draw=draw)) for share in (0, TENTH, 1)]
    assert steps == [10, 5, 4]
    assert model.news(TENTH, 5, draw)["people"]["heard"].all()
    assert not model.news(0, 9, draw)["people"]["heard"].all()


def test_path_length_falls_before_clustering():
    frame = model.by_rewiring()
    tenth = frame[frame["moved_pct"] == 10].set_index("measure")["relative_pct"]
    assert tenth["path length"] < 60
    assert tenth["clustering"] > 70


def test_news_gets_faster_while_a_practice_that_needs_three_stops():
    found = model.spread(TENTH, needed=3)
    kinds, end = found["reach"].set_index("kind"), found["share"].iloc[-1]
    assert (kinds["step"]["News"], kinds["ring_step"]["News"]) == (3, 8)
    assert kinds["networks_pct"]["Practice"] == 0
    assert end["mid"] == pytest.approx(18, abs=1)
    assert reach(rewired=0, needed=3)["networks_pct"]["Practice"] == 100


def test_at_the_first_setting_long_ties_help_both():
    kinds = reach(rewired=TENTH, needed=2)
    assert (kinds["step"] < kinds["ring_step"]).all()
    assert kinds["ring_step"]["Practice"] == 12


def test_a_few_who_start_on_fewer_let_long_ties_help_again():
    practice = reach(rewired=TENTH, needed=3, alone=view.ALONE["1 in 20 each step"]).loc["Practice"]
    assert practice["networks_pct"] > 95
    assert practice["step"] < practice["ring_step"]


def test_more_contacts_let_the_practice_through():
    assert reach(rewired=TENTH, needed=3, neighbours=8)["networks_pct"]["Practice"] == 100


def test_one_tie_each_starts_the_practice_nowhere_and_a_few_wide_bridges_do_best():
    teams = model.bridges().set_index("each")["practice_teams"]
    assert teams[1] == teams[2] == 0
    assert teams.idxmax() == 8
    assert teams[6] > 1.8
    assert teams[12] > 1.8
    larger = model.bridges(members=60).set_index("each")["practice_teams"]
    assert larger.idxmax() == 12


def test_one_size_of_network_is_not_another():
    large, small = (model.reach_times(TENTH, 2, people=people) for people in (200, 60))
    assert large.mean() > 2 * small.mean()


def test_the_sentences_say_what_the_frames_hold():
    frames = model.news(TENTH, 2)
    assert f"{frames['people']['heard'].sum()} of 60 people" in view.news_summary(frames)
    assert "after 5 steps; with none it takes 10" in view.news_summary(frames)
    assert "With no long ties, everyone hears after 10" in view.news_summary(model.news(0))
    found = model.spread(TENTH, needed=3)
    end = found["share"].iloc[-1]
    assert f"the typical network is at {end['mid']:.0f}%" in view.spread_summary(found)
    assert "typically at step 24 (with no long ties: 24)" in view.spread_summary(
        model.spread(0, needed=3)
    )


@pytest.mark.parametrize(("shifts", "starts"), [([0, 0, 1], True), ([0, 1, 2], False)])
def test_three_shifts_are_enough_where_two_reach_the_same_nurse(shifts, starts):
    seen = np.bincount(shifts, minlength=25)
    adopts = seen >= 2
    for _ in range(25):
        adopts |= seen + adopts.sum() - adopts >= 2
    assert bool(adopts.all()) is starts
