"""What lesson 10 asks a reader to find is there, at the settings it names."""

import pytest

from improving.models import inside_and_outside as model
from improving.views import inside_and_outside as view


def measured(**setting):
    return model.grow(**setting)["measures"].set_index("measure")["mean"]


def right(year, **setting):
    return model.forum(**setting).set_index("year")["right_pct"][year]


def months_to_agree(**setting):
    frame = model.forum(**setting)
    return 12 * frame.loc[frame["agree_pct"] >= 95, "year"].min()


# --- the network


def test_the_network_closes_and_its_core_moves_inside():
    start, after_2, end = (measured(years=year) for year in (0, 2, 6))
    assert [round(row["heard"]) for row in (start, end)] == [85, 52]
    assert [round(row["core"]) for row in (start, end)] == [34, 11]
    assert end["core inside"] > 80 > 2 * start["core inside"] - 10
    fallen = (start - after_2) / (start - end)
    assert fallen["heard"] == pytest.approx(0.5, abs=0.05)
    assert fallen["core"] > 0.9


def test_some_people_outside_lose_every_tie():
    frames = model.grow()
    tied = set(frames["ties"]["one"]) | set(frames["ties"]["other"])
    assert any(person not in tied for person in range(model.INSIDE, model.PEOPLE))
    assert len(set(model.grow(years=0)["ties"][["one", "other"]].to_numpy().ravel())) > 44


def test_without_preference_the_index_misses_the_closing():
    start, end = measured(years=0), measured(own_group=1)
    assert end["E-I index"] >= start["E-I index"]
    assert round(end["heard"]) == 62
    assert round(end["core"]) == 12


def test_without_shared_contacts_preference_cuts_few_people_off():
    end = measured(introductions=0)
    assert round(end["heard"]) == 79
    assert end["core"] > 25
    assert end["E-I index"] < measured(years=0)["E-I index"] - 0.1


def test_bridges_act_at_once_and_fade_while_newcomers_hold():
    heard = {
        (opening, year): measured(opening=opening, years=year)["heard"]
        for opening in model.OPENINGS
        for year in (4, 6)
    }
    assert [round(heard["bridges", year]) for year in (4, 6)] == [77, 66]
    assert abs(heard["newcomers", 6] - heard["newcomers", 4]) < 3
    assert abs(heard["newcomers", 6] - heard["bridges", 6]) < 5
    assert heard["both", 6] > heard["bridges", 6] + 8
    assert min(heard["bridges", 6], heard["newcomers", 6]) > heard["nothing", 6] + 10


def test_the_drawn_network_is_a_typical_one():
    for setting in ({"years": 0}, {}):
        frames = model.grow(**setting)
        rows = frames["measures"].set_index("measure")
        index = 1 - 2 * (frames["ties"]["kind"] == "within").mean()
        assert rows.loc["E-I index", "low"] <= index <= rows.loc["E-I index", "high"]
        core = frames["people"]["role"].isin(["Core", "Core and broker"]).sum()
        assert rows.loc["core", "low"] <= core <= rows.loc["core", "high"]
        assert frames["people"]["role"].str.contains("roker").sum() == model.BROKERS


def test_the_sentence_says_what_the_frames_hold():
    frames = model.grow()
    sentence = view.network_summary(frames)
    assert f"On average {view.heard(frames):.0f}% of front-line staff" in sentence
    assert f"The core has {measured()['core']:.0f} people" in sentence


# --- the forum


def test_a_closed_forum_agrees_in_a_year_and_stays_where_it_is():
    assert months_to_agree() == 12
    assert right(5.0) == pytest.approx(right(2.0), abs=0.5)
    assert round(right(5.0)) == 73


def test_opening_is_slower_first_and_better_later():
    slow = {"outside": 40, "slows": 1}
    assert right(1.0, **slow) < right(1.0) - 3
    assert right(5.0, **slow) > right(5.0) + 8
    assert months_to_agree(**slow) > 3 * months_to_agree()


def test_a_few_in_turn_do_most_of_it():
    assert right(5.0, outside=10) > right(5.0, outside=40) - 3
    assert months_to_agree(outside=10) < months_to_agree(outside=40)


def test_a_late_opening_gains_little_and_newcomers_gain_some():
    assert right(5.0, outside=40, opens=24) < right(5.0) + 4
    assert right(5.0, newcomers=0.2) > right(5.0) + 5


@pytest.mark.parametrize("outside", [10, 40])
def test_people_who_think_alike_add_nothing(outside):
    assert right(5.0, outside=outside, alike=True) == pytest.approx(right(5.0), abs=1)


def test_the_forum_sentence_says_when_and_how_much():
    sentence = view.forum_summary(model.forum())
    assert "95% agreement after 12 months" in sentence
    assert f"{right(5.0):.0f}% after 5" in sentence
    never = view.forum_summary(model.forum(outside=40, newcomers=0.2))
    assert "never reach 95% agreement" in never
