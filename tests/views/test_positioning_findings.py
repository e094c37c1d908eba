"""What lesson 13 asks a reader to find is there, at the settings it names."""

import inspect

import numpy as np
import pytest

from improving.models import positioning
from improving.views import positioning as view


def after_five_years(**settings):
    return view.reached(positioning.reach(**settings))


def at_end(**settings):
    return view.at_end(positioning.closure(**settings))


def test_the_centre_reaches_executives_first_and_others_last():
    now = after_five_years()
    assert list(now.sort_values(ascending=False).index) == list(positioning.GROUPS)
    assert now["Executives"] > 4 * now["Staff outside hospital"]


def test_of_the_four_senders_the_centre_is_best_for_executives_and_peers_for_doctors():
    runs = {sender: after_five_years(sender=sender) for sender in positioning.SENDERS}
    assert max(runs, key=lambda sender: runs[sender]["Executives"]) == "centre"
    assert max(runs, key=lambda sender: runs[sender]["Doctors"]) == "peers"


def test_mixing_lifts_doctors_and_costs_executives_under_the_centre():
    closed, mixed = after_five_years(), after_five_years(own_group_pct=50)
    assert mixed["Doctors"] > closed["Doctors"] + 4
    assert mixed["Executives"] < closed["Executives"] - 5
    assert mixed.mean() == pytest.approx(closed.mean(), abs=1.5)


def test_without_word_of_mouth_mixing_does_nothing():
    closed, mixed = (after_five_years(talk=0, own_group_pct=pct) for pct in (90, 30))
    assert closed.to_list() == pytest.approx(mixed.to_list())
    assert 4 < closed["Doctors"] < 5


def test_most_of_the_peers_lead_on_average_was_extra_trust():
    centre, peers, fair = (
        after_five_years(sender=sender, same_total=same).mean()
        for sender, same in (("centre", False), ("peers", False), ("peers", True))
    )
    assert fair > centre
    assert fair - centre < (peers - centre) / 2


def test_closing_early_costs_the_centre_s_own_group_most():
    end = at_end(closes=2)
    lost = end["host_stays_pct"] - end["host_closes_pct"]
    assert lost.idxmax() == "Executives"
    assert (lost.round()["Executives"], lost.round()["Doctors"]) == (31, 25)
    in_proportion = lost / end["host_stays_pct"]
    assert in_proportion["Doctors"] > in_proportion["Executives"]


def test_half_from_peers_and_an_early_closure_beat_the_centre_for_doctors():
    early = at_end(closes=2, peers_pct=50).loc["Doctors", "host_closes_pct"]
    never = at_end(closes=2, peers_pct=0).loc["Doctors", "host_stays_pct"]
    assert early > never


def test_if_talk_stops_little_is_left():
    end = at_end(closes=4, talk_after=0)["host_closes_pct"]
    assert end["Executives"] < 17
    assert end["Doctors"] < 6


@pytest.mark.parametrize(
    ("settings", "executives", "doctors"),
    [({}, 42, 14), ({"own_group_pct": 50}, 36, 18)],
)
def test_figures_that_the_first_tasks_name(settings, executives, doctors):
    now = after_five_years(**settings).round()
    assert (now["Executives"], now["Doctors"]) == (executives, doctors)


@pytest.mark.parametrize(
    ("settings", "executives", "doctors"),
    [
        ({"closes": 10}, 86, 58),
        ({"closes": 2}, 55, 33),
        ({"closes": 2, "peers_pct": 50}, 69, 61),
        ({}, 67, 45),
        ({"talk_after": 0}, 16, 6),
    ],
)
def test_figures_that_the_closure_tasks_name(settings, executives, doctors):
    end = at_end(**settings)["host_closes_pct"].round()
    assert (end["Executives"], end["Doctors"]) == (executives, doctors)


def test_half_of_those_on_the_host_s_word_leave_in_17_months():
    rate = inspect.signature(positioning.closure).parameters["letting_go"].default
    assert 12 * np.log(2) / rate == pytest.approx(17, abs=0.5)


def test_the_sentences_say_what_the_frames_hold():
    assert "42% of executives" in view.reach_summary(positioning.reach())
    assert "and 9% of staff outside hospital. The average of the 4 groups is 23%" in (
        view.reach_summary(positioning.reach())
    )
    run = positioning.closure(closes=2)
    said = view.closure_summary(run)
    end = view.at_end(run)
    assert "closes after 2 years" in said
    for name in ("Executives", "Doctors"):
        row = end.loc[name]
        assert f"{row.host_closes_pct:.0f}% of {name.lower()} (" in said
        assert f"({row.host_stays_pct:.0f}% if the host stays)" in said
