"""What lesson 15 asks a reader to find is there, at the settings it names."""

import pytest

from improving.models import figures
from improving.models import your_approach as model
from improving.views import your_approach as view

A, B, C = (model.OPTIONS[name] for name in "ABC")


def mid(approach, outcome, shock="none", **more):
    rows = model.judge(**approach, shock=shock, **more)["outcomes"]
    return list(rows.loc[rows["outcome"] == outcome, "mid"])


def test_under_option_a_most_staff_in_deficit_use_it_and_few_own_it():
    assert [mid(A, o)[1] for o in ("reach", "ownership", "survival")] == [80, 19, 22]
    invited = {**A, "stance": "invite"}
    assert mid(invited, "reach")[1] < mid(A, "reach")[1] / 2
    assert mid(invited, "survival")[1] > 3 * mid(A, "survival")[1]


def test_option_a_fears_a_reorganisation_and_option_b_cost_pressure():
    loss = {
        (name, shock, outcome): mid(option, outcome)[1] - mid(option, outcome, shock)[1]
        for name, option in {"A": A, "B": B}.items()
        for shock in ("reorganisation", "cost pressure")
        for outcome in ("reach", "ownership")
    }
    assert loss["A", "reorganisation", "reach"] == 20
    assert loss["B", "reorganisation", "reach"] <= 2
    assert loss["B", "cost pressure", "ownership"] == 14
    assert loss["A", "cost pressure", "reach"] <= 2


def test_without_the_key_assumption_rules_hold_their_own_in_the_third_setting():
    kept = [
        model.trade_off("Ambulance or community", "stance: keep", crowding=crowding)["count"]
        for crowding in (True, False)
    ]
    assert [int(c["marked_unbeaten"].iloc[0]) for c in kept] == [9, 29]


def test_what_is_owned_most_differs_by_setting_as_the_lesson_says():
    shown = [i for i, a in enumerate(model.APPROACHES) if a["hours"] == 3]
    owned = model.medians()[shown, :, 1]
    well, deficit, other = (model.APPROACHES[shown[i]] for i in owned.argmax(axis=0))
    assert (well["support"], well["method"], well["host"]) == ("equal", "adapt", "centre")
    assert (deficit["support"], deficit["method"], deficit["host"]) == (
        "weighted",
        "local",
        "centre",
    )
    assert (other["support"], other["method"], other["host"]) == ("weighted", "local", "peers")
    assert well["stance"] == deficit["stance"] == other["stance"] == "invite"


def test_the_most_reach_comes_from_a_rule_everywhere():
    shown = [i for i, a in enumerate(model.APPROACHES) if a["hours"] == 3]
    reach = model.medians()[shown, :, 0]
    assert {model.APPROACHES[shown[i]]["stance"] for i in reach.argmax(axis=0)} == {"keep"}


@pytest.mark.parametrize("setting", list(model.SETTINGS))
def test_nothing_lies_at_the_top_right(setting):
    approaches = model.trade_off(setting)["approaches"]
    assert not ((approaches["reach"] > 70) & (approaches["ownership"] > 70)).any()


def test_in_the_well_resourced_hospital_only_option_b_is_beaten():
    better = [model.judge(**option)["others"]["better"][0] for option in (A, B, C)]
    assert [b > 0 for b in better] == [False, True, False]


def test_sentences_say_what_the_frames_hold():
    frames = model.judge(**A)
    reach = mid(A, "reach")
    sentence = view.outcomes_summary(frames)
    assert sentence.startswith(f"Reach: {reach[0]:.0f}% well resourced, {reach[1]:.0f}% in deficit")
    assert f"{reach[2]:.0f}% ambulance or community." in sentence
    assert view.owned_in_deficit(frames) == mid(A, "ownership")[1]
    rule = "as good on all 5 outcomes and better on one."
    assert sentence.endswith(f"No other approach beats it anywhere: none is {rule}")
    beaten = model.judge(**B)
    by = beaten["others"]["better"][0]
    assert view.outcomes_summary(beaten).endswith(
        f"beat it: {by} (well resourced). There they are {rule}"
    )
    count = model.trade_off("In deficit", "stance: keep")["count"].iloc[0]
    sentence = view.trade_off_summary(model.trade_off("In deficit", "stance: keep"))
    assert sentence.startswith(f"{count.unbeaten} of 144 approaches are not beaten")
    assert f"{count.marked_unbeaten} of the 48 ringed" in sentence


def test_what_can_be_marked_is_what_the_model_knows():
    assert tuple(view.MARKED.values()) == model.MARKS


@pytest.mark.parametrize(
    ("group", "nearest"),
    [
        ("Acute / acute & community", "Nearest: the 2 hospital settings."),
        ("Acute specialist", "Nearest: the 2 hospital settings, which"),
        ("Ambulance", "Nearest: ambulance or community."),
        ("Community", "Nearest: ambulance or community."),
        ("Mental health / LD (& community)", "No setting was built for mental health trusts."),
    ],
)
def test_my_trust_s_nearest_setting_follows_its_group(group, nearest):
    from improving import data

    survey = data.load("staff_survey_trust_year")
    latest = survey[(survey["year"] == 2024) & (survey["benchmark_group"] == group)].iloc[0]
    sentence = view.own_years_summary(figures.trust_reach(latest["ods_code"]))
    assert sentence.startswith(f"{latest['q3f_improvements_pct']:.1f}% in 2024")
    assert nearest in sentence


def test_my_trust_says_where_there_are_no_figures():
    assert view.own_years_summary(figures.trust_reach()).startswith("No trust is chosen, or")
