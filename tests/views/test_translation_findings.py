"""What lesson 06 asks a reader to find is there, at the settings it names."""

import re

import pytest

from improving.models import translation
from improving.views import translation as view

SUPPORT_SETTINGS = [
    {"miscopy_pct": m, "toolkit_pct": t, "coach_pct": c, "each_counts": each}
    for m in (2, 5, 10, 20, 50)
    for t in (10, 50, 90)
    for c in (5, 25, 45)
    for each in (False, True)
]


def best(**settings):
    frame = translation.freedom_to_adapt(**settings)
    return frame.loc[frame["best"] == 1].squeeze()


# --- task 1: where each kind of support pays


def test_at_10_percent_the_toolkit_leads_to_retelling_3_then_the_coach():
    assert view.leads(translation.supports(miscopy_pct=10)) == (3, 17)


def test_the_coach_holds_a_floor_while_the_toolkit_goes_on_losing():
    run = translation.supports(miscopy_pct=10).set_index("retelling")
    assert run["coach_pct"][10] - run["coach_pct"][20] < 2
    assert run["toolkit_pct"][5] > 3 * run["toolkit_pct"][10]
    assert run["toolkit_pct"][20] < 1


def test_a_toolkit_that_prevents_90_percent_leads_throughout():
    assert view.leads(translation.supports(miscopy_pct=10, toolkit_pct=90)) == (20, 0)


@pytest.mark.parametrize("settings", SUPPORT_SETTINGS)
def test_the_lead_changes_hands_at_most_once(settings):
    run = translation.supports(**settings).iloc[1:]
    ahead = (run["coach_pct"] > run["toolkit_pct"]).astype(int)
    assert ahead.is_monotonic_increasing
    assert sum(view.leads(run)) == 20


# --- task 2: marking the core lets the edge be free


def test_freedom_pays_only_once_nearly_all_know_the_core():
    assert [best(marking_pct=m)["freedom_pct"] for m in (0, 50, 80)] == [0, 0, 0]
    assert best(marking_pct=90)["freedom_pct"] == 15
    assert best(marking_pct=95)["freedom_pct"] == 40
    assert best(marking_pct=100)["freedom_pct"] == 100


def test_a_known_core_and_a_free_edge_nearly_doubles_the_effect():
    frame = translation.freedom_to_adapt(marking_pct=100)
    assert frame["effect_pct"].iloc[-1] > 1.9 * frame["effect_pct"].iloc[0]


def test_at_95_percent_known_and_sites_alike_copying_does_about_as_well_as_any():
    frame = translation.freedom_to_adapt(marking_pct=95, differ_pct=0)
    assert frame["effect_pct"].max() - frame["effect_pct"].iloc[0] < 2


@pytest.mark.parametrize("marking", [0, 50, 80, 90])
def test_where_sites_are_alike_copying_does_as_well_as_any_freedom(marking):
    assert best(marking_pct=marking, differ_pct=0)["freedom_pct"] == 0


def test_unless_nearly_everyone_knows_the_core():
    assert best(marking_pct=100, differ_pct=0)["freedom_pct"] == 100


def test_without_a_coach_little_is_left_at_any_freedom():
    assert best(marking_pct=100, coach_pct=0)["effect_pct"] < 8


# --- task 3: the all-or-nothing core switched off


def test_where_each_part_counts_some_freedom_pays_even_with_a_core_half_known():
    strict, soft = best(marking_pct=50), best(marking_pct=50, each_counts=True)
    assert strict["freedom_pct"] == 0
    assert soft["freedom_pct"] == 20
    assert best(marking_pct=80, each_counts=True)["freedom_pct"] == 55


# --- the sentences


@pytest.mark.parametrize("settings", SUPPORT_SETTINGS)
def test_the_first_sentence_says_what_the_frame_holds(settings):
    frame = translation.supports(**settings)
    row = frame.set_index("retelling").loc[10]
    said = [int(n) for n in re.findall(r"(\d+)%", view.supports_summary(frame))]
    assert said == [round(row[f"{name}_pct"]) for name in translation.SUPPORTS]
    assert view.nothing_added(frame) == row["nothing_pct"]


@pytest.mark.parametrize("marking", [0, 50, 80, 90, 95, 100])
@pytest.mark.parametrize("each_counts", [False, True])
def test_the_second_sentence_says_what_the_frame_holds(marking, each_counts):
    frame = translation.freedom_to_adapt(marking, each_counts=each_counts)
    text = view.freedom_summary(frame)
    assert f"{frame['effect_pct'].max():.0f}% of the full effect" in text
    assert f"{frame['effect_pct'].iloc[0]:.0f}%" in text
