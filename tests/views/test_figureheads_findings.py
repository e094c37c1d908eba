"""What lesson 14 asks a reader to find is there, at the settings it names."""

import pytest

from improving.models import figureheads
from improving.views import figureheads as view


def left(share=10, column="hubs_pct", **settings):
    frame = figureheads.what_remains(**settings).set_index("left_pct")
    return round(float(frame[column][share]))


def told(figures, column, *settings, **named):
    return round(float(view.at(figureheads.campaign(*settings, **named), figures)[column]))


def cut_off(leavers, rule="ranked once", handover=0):
    people = figureheads.one_network(leavers, rule, handover)["people"]
    return int((people["state"] == "cut off").sum())


def test_half_a_handover_holds_most_of_the_group_together():
    assert [left(handover=h) for h in (0, 25, 50)] == [63, 81, 86]


def test_a_single_heir_becomes_the_next_hub():
    heirs = {"handover": 100, "rank_again": True}
    assert left(20, **heirs) == left(20, deputies=3, **heirs) == 80
    assert left(20, "most_ties", **heirs) == 93
    assert left(20, "most_ties", deputies=3, **heirs) == 9


def test_without_hubs_it_hardly_matters_who_leaves():
    assert left(kind="even") == 85
    assert left(column="random_pct", kind="even") == 87


def test_a_few_departures_do_little():
    assert left(2) == 96
    assert left(2, "random_pct") == 98


def test_the_drawing_holds_until_the_fourth_departure():
    cut = [cut_off(n) for n in range(7)]
    assert cut[:4] == [0, 0, 0, 0]
    assert 0 < cut[4] < cut[5] < cut[6]


def test_the_drawing_holds_longer_when_people_leave_at_random_or_hand_over():
    assert [cut_off(n, "random") > 0 for n in (9, 10)] == [False, True]
    assert [cut_off(n, handover=50) for n in (6, 10)] == [0, 0]
    assert cut_off(12, handover=50) <= 2


def test_five_figureheads_reach_nearly_everyone():
    assert [told(n, "now_pct") for n in (1, 5)] == [68, 94]
    frame = figureheads.campaign()
    gain = view.at(frame, 20)["now_pct"] - view.at(frame, 5)["now_pct"]
    assert gain == pytest.approx(5, abs=0.5)


def test_a_departure_costs_most_when_one_person_fronts_it():
    assert [told(n, "next_pct", leave="one") for n in (1, 5)] == [11, 85]
    assert [told(n, "next_pct", handover=50) for n in (1, 5)] == [46, 76]


def test_a_shut_door_stops_criticism_and_leaves_reach_alone():
    assert told(5, "heard_pct", open_door=0) == 51
    assert told(5, "now_pct", open_door=0) == told(5, "now_pct", open_door=100)
    assert told(5, "heard_pct", "even", open_door=0) == 91
    assert told(5, "now_pct", "even") == 62


def test_sentences_say_what_the_frames_hold():
    frame = figureheads.what_remains()
    said = view.remains_summary(frame)
    assert f"{view.left_at_ten(frame):.0f}% of all staff" in said
    assert f"{frame['hubs_pct'].iloc[-1]:.0f}%. The best-connected person left" in said
    drawn = figureheads.one_network(6)
    assert f"{cut_off(6)} are cut off" in view.drawing_summary(drawn)
    campaign = figureheads.campaign()
    five = view.at(campaign, 5)
    assert f"it is {five.now_pct:.0f}%, then {five.next_pct:.0f}%" in view.campaign_summary(
        campaign
    )
    assert f"{five.heard_pct:.0f}% of criticism" in view.campaign_summary(campaign)
