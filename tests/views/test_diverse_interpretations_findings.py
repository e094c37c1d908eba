"""What lesson 07 asks a reader to find is there, at the settings it names."""

import pytest

from improving.models import diverse_interpretations as march
from improving.models import five_themes as themes
from improving.views import diverse_interpretations as view
from improving.views import five_themes as themes_view

# --- the first explorer


def at(number, **settings):
    return march.simulate(**settings).set_index("round").loc[number]


def test_a_fast_start_leads_by_25_points_and_ends_6_behind_with_no_difference_left():
    early, end = at(10, take_up=90), at(80, take_up=90)
    assert early.people_pct > early.slow_pct + 25
    assert end.slow_pct - end.people_pct == pytest.approx(6, abs=1)
    assert end.differ_pct == 0


def test_5_percent_replaced_brings_a_fast_organisation_level_and_its_approach_ahead():
    end = at(80, take_up=90, turnover=5)
    assert end.people_pct == pytest.approx(end.slow_pct, abs=1)
    assert end.approach_pct > end.slow_pct + 2


def test_5_percent_replaced_leaves_a_slow_organisation_far_behind():
    end = at(80, take_up=10, turnover=5)
    assert end.people_pct < end.slow_pct - 15


def test_where_the_approach_learns_slowly_fast_take_up_leads_to_the_end():
    run = march.simulate(take_up=90, approach_learns=10)
    later = run[run["round"] > 0]
    assert (later["people_pct"] > later["slow_pct"]).all()


def test_in_a_changing_world_a_closed_organisation_ends_with_a_coin_toss():
    assert at(80, take_up=90, change=2).people_pct == pytest.approx(50, abs=3)
    assert at(80, take_up=90, change=2, turnover=5).people_pct > 60


def test_half_slow_half_fast_beats_all_fast():
    mixed = at(80, take_up=90, slow_share=50)
    assert at(80, take_up=90).people_pct + 3 < mixed.people_pct < mixed.slow_pct


def test_a_small_group_of_slow_people_already_helps():
    shares = [at(80, take_up=90, slow_share=share).people_pct for share in (0, 10, 20, 30)]
    assert shares == sorted(shares)


def test_the_sentence_says_what_the_frame_holds():
    run = march.simulate(take_up=90, turnover=5)
    end, sentence = run.iloc[-1], view.summary(run)
    assert f"it is {end.people_pct:.0f}% (8 runs in 10" in sentence
    assert f"from {end.low:.0f}% to {end.high:.0f}%" in sentence
    assert f"Your approach has {end.approach_pct:.0f}%" in sentence
    assert view.right_at_end(run) == end.people_pct


# --- the second explorer


def benefit(year, column="benefit_pct", **chosen):
    return themes.simulate(**chosen).set_index("year").loc[year, column]


def test_without_coaches_all_practise_and_a_quarter_of_the_benefit_is_left():
    gone = {"translation": False}
    assert benefit(2, "practising_pct", **gone) > 95
    assert benefit(10, **gone) / benefit(10) == pytest.approx(0.25, abs=0.03)


def test_fast_take_up_leads_at_year_1_and_is_half_at_year_10():
    gone = {"diverse_interpretations": False}
    assert benefit(1, **gone) > benefit(1)
    assert benefit(10, **gone) / benefit(10) == pytest.approx(0.5, abs=0.03)


def test_with_8_percent_replaced_the_shortcut_catches_up():
    gone = {"diverse_interpretations": False, "turnover": 8}
    assert benefit(10, **gone) > benefit(10, turnover=8)
    assert benefit(10, **gone) > benefit(10, diverse_interpretations=False)
    assert benefit(10, turnover=8) < benefit(10)


def test_standing_in_saves_the_shortcut_and_not_a_missing_sponsor():
    shortcut = benefit(10, diverse_interpretations=False, stand_in=True)
    assert shortcut > 0.75 * benefit(10, stand_in=True)
    assert benefit(10, legitimacy=False, stand_in=True) < 0.5


def test_there_is_no_halfway_between_fading_and_everyone():
    ends = [themes.follow(connections=c / 100)["practising_pct"].iloc[-1] for c in range(40, 51)]
    assert ends[0] < 5
    assert ends[-1] > 95
    assert not [end for end in ends if 5 < end < 95]


def test_the_sentences_say_what_the_frames_hold():
    run = themes.simulate(translation=False)
    end = run.iloc[-1]
    sentence = themes_view.summary(run)
    assert f"{end.benefit_pct:.0f}% at year 10. With all 5 in place:" in sentence
    assert f"{end.core_pct:.0f}% intact" in sentence
    assert themes_view.summary(themes.simulate()).startswith("All 5 in place: benefit ")


# --- the questions


def test_the_figures_in_the_questions_are_the_models():
    fast = at(80, take_up=90)
    assert 100 - fast.people_pct == pytest.approx(14, abs=0.5)
    assert round(benefit(10)) == 70
    assert round(benefit(10, translation=False)) == 18
