"""What lesson 11 asks a reader to find is there, at the settings it names."""

import pandas as pd
import pytest

from improving.models import tell_or_sell as model
from improving.views import tell_or_sell as view

SETTINGS = [
    {"linked": linked, "changes": changes, "template": template}
    for linked in (0, 2, 5, 9)
    for changes in (1, 2, 50)
    for template in model.TEMPLATES
]


def means(**arguments):
    return model.ways(**arguments).pivot(index="difference_pct", columns="way", values="mean_pct")


# --- copy, search or adapt


def test_with_the_best_performers_template_copying_pays_until_a_third():
    assert view.break_even(model.ways(template="performer")) == pytest.approx(35, abs=1)


def test_copying_wins_at_a_quarter_loses_at_three_quarters_and_crosses_near_half():
    found = means()
    assert found.loc[25, "copy"] > found.loc[25, "search"] + 8
    assert found.loc[75, "copy"] < found.loc[75, "search"] - 15
    assert view.break_even(model.ways()) == pytest.approx(49, abs=2)


def test_adapting_a_good_template_is_never_clearly_worse_than_either():
    found = means()
    assert (found["adapt"] > found[["copy", "search"]].max(axis=1) - 0.7).all()


def test_without_links_nobody_needs_a_template_unless_time_is_short():
    assert means(linked=0)["search"].min() > 99.9
    short = means(linked=0, changes=2).loc[50]
    assert short["search"] == pytest.approx(82, abs=1)
    assert short["adapt"] == pytest.approx(97, abs=1)


def test_a_random_trusts_approach_is_no_better_than_anywhere_to_start():
    found = means(template="random")
    assert found.loc[50, "copy"] == pytest.approx(68, abs=2)
    assert (found["adapt"] - found["search"]).abs().max() < 1.5


def test_the_best_performers_results_do_not_travel():
    found = model.home_and_away().set_index("place")["mean_pct"]
    assert found["home"] - found["away"] > 20


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_sentence_says_what_the_frame_holds(setting):
    frame = model.ways(**setting)
    half = frame[frame["difference_pct"] == 50].set_index("way")["mean_pct"]
    said = view.summary(frame)
    for way, verb in (("copy", "copying reaches"), ("search", "searching"), ("adapt", "template")):
        assert f"{verb} {half[way]:.0f}%" in said
    until = view.break_even(frame)
    ahead = means(**setting)["copy"] > means(**setting)["search"]
    assert until == 0 or ahead[ahead].index.max() <= until <= ahead[~ahead].index.min()


def test_the_answer_is_what_the_chart_shows():
    assert view.copied_at_half(model.ways()) == pytest.approx(85, abs=1)


# --- duplication


def ends(**arguments):
    return model.duplication(**arguments)["costs"].set_index("common_pct")


def test_at_the_first_setting_a_shared_core_is_cheapest_and_one_version_costs_most_at_first():
    costs = ends()
    assert costs.loc[20].idxmin() == "shared"
    assert costs.loc[0].idxmax() == "one"


def test_a_loss_below_what_sharing_saves_turns_the_answer():
    for misfit, best in ((20_000, "shared"), (15_000, "one")):
        assert model.duplication(misfit=misfit)["break_even"]["best"].iloc[0] == best


def test_ten_trusts_get_most_of_the_saving():
    paid = {k: ends(trusts=k, joining=0)["shared"][100] for k in (2, 10, 40)}
    assert paid == pytest.approx({2: 10_000, 10: 2_000, 40: 500})


def test_a_cost_of_joining_moves_the_break_even():
    start = {
        joining: model.duplication(joining=joining)["break_even"]["common_pct"].iloc[0]
        for joining in (0, 8_000)
    }
    assert start == pytest.approx({0: 0, 8_000: 100 * 8 / 18})


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            {},
            "more than the £18,000 that sharing could save, so share only the core. Sharing beats",
        ),
        ({}, "once 11% of the work is common"),
        (
            {"misfit": 15_000},
            "one version for all is cheaper than a shared core. Sharing beats own",
        ),
        ({"misfit": 5_000}, "however little is common"),
        ({"trusts": 2, "misfit": 10_000}, "cost the same"),
        (
            {"trusts": 2, "version_cost": 10_000, "joining": 8_000},
            "Taking on shared work costs at least the £5,000 that sharing could save. Each trust",
        ),
    ],
)
def test_the_cost_sentence_says_what_follows(arguments, words):
    assert words in view.cost_summary(model.duplication(**arguments))


def test_no_break_even_is_drawn_where_sharing_never_pays():
    frames = model.duplication(2, 10_000, joining=8_000)
    assert pd.isna(frames["break_even"]["common_pct"].iloc[0])
    assert view.cost_chart(frames).to_dict()["description"]
