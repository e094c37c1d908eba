"""What lesson 08 asks a reader to find is there, at the settings it names."""

import pytest

from improving.models import figures
from improving.models import unequal_conditions as model
from improving.views import unequal_conditions as view


def totals(**arguments):
    return model.share_support(**arguments)["totals"].set_index("rule")


def row(**arguments):
    return model.pick_out(**{"seed": 1, "runs": 200, **arguments})["summary"].iloc[0]


def test_the_gap_is_smallest_at_40_percent_and_costs_6():
    gaps = {moved: totals(moved=moved)["gap"]["equitable"] for moved in range(0, 55, 5)}
    assert min(gaps, key=gaps.get) == 40
    assert view.share_lost(model.share_support()) == pytest.approx(6.0, abs=0.05)


def test_past_40_percent_the_easiest_conditions_come_last():
    assert totals(moved=40)["last"]["equitable"] == 1
    assert totals(moved=45)["last"]["equitable"] == model.TRUSTS


def test_targeting_leaves_the_trust_just_outside_the_line_last():
    table = totals()
    assert table["last"]["targeted"] == model.QUARTER + 1
    assert all(totals(moved=m)["last"]["targeted"] == 11 for m in range(10, 55, 5))
    assert totals(moved=5)["last"]["targeted"] == 1
    assert table["gap"]["targeted"] > table["gap"]["equal"]


@pytest.mark.parametrize(("worth", "lost"), [("same", 0), ("more", -6.0)])
def test_the_price_of_equity_is_an_assumption(worth, lost):
    assert view.share_lost(model.share_support(worth=worth)) == pytest.approx(lost, abs=0.05)


def test_adjustment_blames_conditions_less_and_is_right_more():
    table, adjusted = row(view="table"), row(view="adjusted")
    assert (table.hard, adjusted.hard) == pytest.approx((6.9, 2.5), abs=0.05)
    assert (table.found, adjusted.found) == pytest.approx((4.3, 6.3), abs=0.05)


def test_a_poor_measure_takes_the_advantage_away():
    assert row(view="adjusted", measured=0).found == pytest.approx(row().found, abs=0.3)


def test_where_own_work_goes_with_conditions_the_league_table_is_right_more():
    table, adjusted = row(view="table", linked=True), row(view="adjusted", linked=True)
    assert (table.found, adjusted.found) == pytest.approx((6.9, 4.3), abs=0.05)


def test_the_sentences_say_what_the_frames_hold():
    said = view.share_summary(model.share_support())
    assert "Equal support: average gain 7.0 points, gap 6.0, last trust 1." in said
    assert "Equitable: 6.6 (6% less), gap 1.4, last trust 1." in said
    assert "Targeted: 6.1 (13% less), gap 8.5, last trust 11." in said
    assert "Equitable: 7.0 (the same)" in view.share_summary(model.share_support(worth="same"))
    assert "Equitable: 7.4 (6% more)" in view.share_summary(model.share_support(worth="more"))
    assert "nobody (all alike)" in view.share_summary(model.share_support(hardest=100))
    frames = model.pick_out(view="adjusted", runs=50)
    assert f"{frames['summary']['found'].iloc[0]:.1f} of them" in view.pick_summary(frames)


def test_the_sentence_on_real_trusts_gives_the_correlation_and_the_spread():
    said = view.context_summary(figures.q3f_context("bed occupancy"))
    assert "121 of 122 trusts" in said
    assert "Correlation −0.11 (95% interval −0.28 to 0.07)" in said
    assert "The trust you chose" not in said


@pytest.mark.parametrize(
    ("code", "measure", "said"),
    [
        ("R0A", "deprivation", "The trust you chose: 56.6%"),
        ("RX9", "deprivation", "There is no figure on deprivation for the trust you chose"),
        ("RX9", "enough staff", "Ambulance: 11 of 11 trusts"),
        ("R1F", "enough staff", "no figures for the trust you chose"),
    ],
)
def test_my_trust_is_marked_or_said_to_have_no_figure(code, measure, said):
    assert said in view.context_summary(figures.q3f_context(measure, trust=code))


def test_no_frame_names_a_trust():
    for frame in figures.q3f_context(trust="R0A").values():
        assert not {"ods_code", "trust_name"} & set(frame.columns)
