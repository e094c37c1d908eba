"""What lesson 02 asks a reader to find is there, at the settings it names."""

from improving.models import figures, reading_variation
from improving.views import reading_variation as view


def test_a_larger_spread_and_more_answers_make_a_table_that_lasts():
    noise = reading_variation.league_table(size=100, true_spread=0)["summary"]["r"].iloc[0]
    signal = reading_variation.league_table(size=3600, true_spread=6)["summary"]["r"].iloc[0]
    assert abs(noise) < 0.05
    assert signal > 0.95


def test_limits_that_start_again_mark_fewer_months():
    whole, broken = (
        (figures.england_xmr("t1_pct_within_4h", baseline)["rule"].fillna("") != "").sum()
        for baseline in reading_variation.BASELINES
    )
    assert broken < whole


def test_limits_that_allow_for_real_differences_leave_few_trusts_outside():
    naive = figures.ae_funnel("2025/26", 3, "binomial")["spread"]["outside"].iloc[0]
    random = figures.ae_funnel("2025/26", 3, "random effects")["spread"]["outside"].iloc[0]
    assert naive == 114
    assert random <= 5


def test_sentences_say_what_the_frames_hold():
    funnel = figures.ae_funnel("2025/26", 3, "binomial")
    assert view.funnel_summary(funnel).startswith("114 of 118 trusts")
    table = reading_variation.league_table()
    rise = view.share_that_rise(table)
    assert f"{rise:.0f}% of it rises" in view.league_summary(table)
