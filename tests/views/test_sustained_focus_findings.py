"""What lesson 09 asks a reader to find is there, at the settings it names."""

import pytest

from improving.models import sustained_focus as focus
from improving.views import sustained_focus as view


def facts(**settings):
    return focus.protect(**settings)["facts"].iloc[0]


def test_one_review_date_undoes_the_rise_and_keeps_the_cut():
    rise, cut = facts(share_pct=40, review=6), facts(share_pct=10, review=6)
    assert rise["verdict"] == "undone"
    assert cut["verdict"] == "kept"
    assert cut["end_pct"] < 62
    rise, cut = facts(share_pct=40, review=12), facts(share_pct=10, review=12)
    assert rise["verdict"] == "kept"
    assert cut["verdict"] == "undone"


def test_the_fair_review_date_depends_on_how_long_skill_lasts():
    assert facts(share_pct=40, tau=36, review=12)["verdict"] == "undone"
    assert facts(share_pct=40, tau=36, review=18)["verdict"] == "kept"
    assert facts(share_pct=40, tau=12, review=6)["verdict"] == "kept"


def test_undoing_the_rise_looks_like_success():
    path = focus.protect(share_pct=40, review=6)["path"].groupby("month")["output_pct"].last()
    assert path[4] < 90
    assert path[6] > 120
    assert path[60] < 105


@pytest.mark.parametrize(("builds", "after_5_years"), [(0, 75), (25, 92), (50, 109), (100, 144)])
def test_a_rise_pays_only_if_the_time_builds_skill(builds, after_5_years):
    assert facts(builds_pct=builds)["end_pct"] == pytest.approx(after_5_years, abs=0.5)


def test_if_the_time_builds_nothing_the_cut_is_right():
    cut = facts(share_pct=10, builds_pct=0)
    assert cut["end_pct"] == pytest.approx(112.5)
    assert cut["total_pct"] == pytest.approx(112.5)


def end(**settings):
    return focus.uptake(**settings)["path"].iloc[-1]


def test_the_adoption_count_rises_while_use_falls():
    last = end(cut_year=5)
    assert last["ever_pct"] == pytest.approx(47, abs=0.5)
    assert last["use_pct"] == pytest.approx(5, abs=0.5)
    assert last["legacy_pct"] == pytest.approx(22, abs=0.5)


def test_use_carries_itself_when_users_stay_and_talk():
    dies = focus.uptake(cut_year=5, lasts=5)["facts"].iloc[0]
    lives = focus.uptake(cut_year=5, lasts=6)["facts"].iloc[0]
    assert dies["use_settles_pct"] == 0
    assert lives["use_settles_pct"] > 10
    assert end(cut_year=5, lasts=5, talk_kept_pct=100)["use_pct"] > 29


def test_skill_that_fades_fast_leaves_no_legacy():
    assert end(skill_years=2)["legacy_pct"] < 5
    assert end(skill_years=20)["legacy_pct"] > 30


# --- the sentences


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "at once, is back at its start in month 9.7, and the loss is made up by month 21"),
        ({}, "After 5 years it is 44% above the start"),
        (
            {"share_pct": 10},
            "is back at its start in month 6.0, and the gain is used up by month 12.6",
        ),
        ({"review": 6}, "The review finds it 8% below the start, so the time goes back to 20%."),
        ({"review": 12}, "The review finds it 5% above the start, so the change stays."),
        ({"builds_pct": 0}, "Output falls 25% at once and stays below its start for all 5 years."),
        ({"share_pct": 10, "builds_pct": 0}, "and stays above its start for all 5 years."),
        (
            {"builds_pct": 50},
            "in month 26.4. Within 5 years the loss is not made up.",
        ),
        ({"share_pct": 20}, "stays at 20%, so output and skill stay as they are."),
    ],
)
def test_the_sentence_says_what_the_frames_hold(settings, said):
    assert said in view.protect_summary(focus.protect(**settings))


def test_the_uptake_sentence_says_what_the_frames_hold():
    said = view.uptake_summary(focus.uptake(cut_year=5))
    assert "47% of trusts have adopted it, 5% use it, and the skill is found in 22%" in said
    assert "each user brings in 0.6 others before stopping, so use dies away" in said
    assert "settles at 88%" in view.uptake_summary(focus.uptake(cut_year=0))
    assert "settles at 12%" in view.uptake_summary(focus.uptake(lasts=6))


def test_charts_draw_every_measure():
    drawn = view.protect_chart(focus.protect(review=6)).to_dict()
    assert "Review" in str(drawn)
    assert "Support cut" in str(view.uptake_chart(focus.uptake()).to_dict())
