import numpy as np
import pytest

from improving import data
from improving.models import figures, reading_variation


def test_one_baseline_for_england_calls_most_months_special():
    chart = figures.england_xmr()
    assert chart["month"].iloc[0] == "2010-11-01"
    assert len(chart["centre"].unique()) == 1
    assert (chart["rule"] != "").mean() > 0.8


def test_broken_baselines_leave_fewer_signals_and_no_limits_on_short_stretches():
    whole = figures.england_xmr()
    broken = figures.england_xmr(baseline=reading_variation.BASELINES[1])
    assert (broken["rule"] != "").sum() < (whole["rule"] != "").sum()
    sizes = broken.groupby("baseline")["upper"].agg(["size", "count"])
    assert (sizes["count"] == sizes["size"].where(sizes["size"] >= 6, 0)).all()


def test_every_series_shares_its_months():
    months = {tuple(figures.england_xmr(series)["month"]) for series in reading_variation.SERIES}
    assert len(months) == 1


def test_chance_alone_cannot_explain_the_funnel():
    frames = figures.ae_funnel()
    assert len(frames["trusts"]) == 118
    assert (frames["trusts"]["outside"] == "outside").sum() == 114
    spread = frames["spread"].iloc[0]
    assert spread["outside"] == 114
    assert spread["phi"] == pytest.approx(4000, rel=0.01)
    assert spread["tau_pct"] == pytest.approx(8, abs=0.5)


def test_allowing_for_overdispersion_leaves_few_outside():
    for method in ("phi", "random effects"):
        wide = figures.ae_funnel(method=method)["spread"]["outside"][0]
        pulled_in = figures.ae_funnel(method=method, winsorise=True)["spread"]["outside"][0]
        assert wide <= pulled_in <= 5


def test_the_funnel_gives_the_published_percentages():
    trusts = figures.ae_funnel("2018/19")["trusts"].set_index("ods_code")["pct"]
    table = data.load("ae_trust_year").query("fy == '2018/19'").set_index("ods_code")
    np.testing.assert_allclose(trusts, table.loc[trusts.index, "t1_pct_within_4h"], atol=0.006)
    assert not table.loc[trusts.index, "children_specialist"].any()


def test_a_trusts_chart_agrees_with_the_table():
    chart = figures.trust_xmr("R0A").set_index("month")
    table = data.load("ae_trust_month").query("ods_code == 'R0A'")
    last = table.iloc[-1]
    expected = 100 * (1 - last["t1_over_4h"] / last["t1_attendances"])
    assert len(chart) == len(table)
    assert chart["value"].iloc[-1] == pytest.approx(expected)


def test_a_field_test_trust_starts_when_its_figures_return():
    chart = figures.trust_xmr("RGT")
    assert chart["month"].iloc[0] == "2023-06-01"
    assert chart["upper"].notna().all()


def test_a_gap_starts_a_new_baseline(monkeypatch):
    table = data.load("ae_trust_month")
    table.loc[table["month"] == "2023-01-01", "t1_over_4h"] = np.nan
    monkeypatch.setattr(data, "load", lambda name: table)
    chart = figures.trust_xmr("R0A").set_index("month")
    assert "2023-01-01" not in chart.index
    assert chart.loc["2022-12-01", "baseline"] == 1
    assert chart.loc["2023-02-01", "baseline"] == 2


def test_a_trusts_place_is_within_its_own_kind():
    place = figures.trust_place("R0A")
    assert len(place) == 122
    assert place["is_trust"].sum() == 1
    assert place["pct"].is_monotonic_decreasing
    assert place["rank"].iloc[0] == 1
    own = place[place["is_trust"] == 1].iloc[0]
    assert own["rank"] == 1 + (place["pct"] > own["pct"]).sum()
    assert (place["pct"] > place["upper_quartile"]).mean() == pytest.approx(0.25, abs=0.01)
    assert set(place["benchmark_group"]) == {figures.ACUTE}


def test_churn_between_2021_and_2024():
    churn = figures.q3f_churn()
    assert len(churn) == 122
    assert churn["pct_from"].corr(churn["pct_to"]) == pytest.approx(0.70, abs=0.005)
    means = churn[["pct_from", "pct_to"]].mean()
    from_mean = (churn.set_index("decile")[["pct_from", "pct_to"]] - means).groupby("decile").mean()
    np.testing.assert_allclose(from_mean.loc[1], [6.0, 3.6], atol=0.05)
    np.testing.assert_allclose(from_mean.loc[10], [-6.2, -5.2], atol=0.05)
    assert (churn["decile"] == 1).sum() == (churn["decile"] == 10).sum() == 12
    top = churn["rank_from"] <= 10
    assert (churn.loc[top, "rank_to"] <= 10).sum() == 5


@pytest.mark.parametrize("years", [(2021, 2022), (2022, 2023), (2023, 2024)])
def test_a_typical_trust_moves_10_to_13_places_in_a_year(years):
    churn = figures.q3f_churn(*years)
    assert 10 <= (churn["rank_from"] - churn["rank_to"]).abs().median() <= 13
    assert 0.855 < churn["pct_from"].corr(churn["pct_to"]) < 0.885


@pytest.mark.parametrize(
    ("figure", "arguments", "message"),
    [
        (figures.england_xmr, ("t9",), "series must be one of"),
        (figures.england_xmr, ("t1_attendances", "none"), "baseline must be one of"),
        (figures.ae_funnel, ("2015/16",), "fy must be one of '2016/17'"),
        (figures.trust_xmr, ("XYZ",), "no 4-hour figures for trust 'XYZ'"),
        (figures.trust_place, ("XYZ",), "no Staff Survey figures for trust 'XYZ'"),
        (figures.q3f_churn, (2024, 2021), "to_year must be after from_year"),
        (figures.q3f_churn, (2021, 2024, "GP"), "benchmark_group must be one of"),
    ],
)
def test_a_bad_control_names_itself(figure, arguments, message):
    with pytest.raises(ValueError, match=message):
        figure(*arguments)


def test_q3f_goes_with_enough_staff_and_little_with_conditions_seen_from_outside():
    fits = {m: figures.q3f_context(m)["fit"].iloc[0] for m in figures.CONTEXT}
    assert {m: round(fit["r"], 2) for m, fit in fits.items()} == {
        "deprivation": -0.21,
        "bed occupancy": -0.11,
        "enough staff": 0.69,
    }
    assert [fit["trusts"] for fit in fits.values()] == [121, 121, 122]
    beds = fits["bed occupancy"]
    assert beds["r_low"] < 0 < beds["r_high"]


def test_allowing_for_conditions_leaves_less_real_spread():
    tau = {
        (m, a): figures.q3f_context(m, a)["fit"]["tau"][0]
        for m in figures.CONTEXT
        for a in figures.AGAINST
    }
    for measure in figures.CONTEXT:
        alike, adjusted = (tau[measure, a] for a in figures.AGAINST)
        assert adjusted < alike
    assert tau["enough staff", figures.AGAINST[0]] == pytest.approx(3.5, abs=0.05)
    assert tau["enough staff", figures.AGAINST[1]] == pytest.approx(2.35, abs=0.05)


def test_the_adjusted_line_is_least_squares_and_the_plain_one_the_mean():
    trusts = figures.q3f_context("enough staff")["trusts"]
    flat, sloped = (figures.q3f_context("enough staff", a)["lines"] for a in figures.AGAINST)
    assert flat["centre"].tolist() == pytest.approx([trusts["pct"].mean()] * 2)
    slope, level = np.polyfit(trusts["context"], trusts["pct"], 1)
    np.testing.assert_allclose(sloped["centre"], level + slope * sloped["context"])


def test_a_chosen_trust_is_compared_within_its_own_group():
    frames = figures.q3f_context("enough staff", trust="RX9")
    assert frames["fit"]["benchmark_group"][0] == "Ambulance"
    assert len(frames["trusts"]) == 11
    assert frames["own"].shape == (1, 3)
    assert frames["fit"]["own"][0] == "marked"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (figures.ALL_TRUSTS, "none chosen"),
        ("RX9", "no figure on this measure"),
        ("R1F", "not in the survey"),
    ],
)
def test_a_trust_without_figures_is_not_marked_and_acute_trusts_are_shown(code, found):
    frames = figures.q3f_context("deprivation", trust=code)
    assert frames["own"].empty
    assert frames["fit"]["own"][0] == found
    assert frames["fit"]["benchmark_group"][0] == figures.ACUTE


def test_every_trust_a_reader_may_call_their_own_can_be_chosen():
    from improving.book.generated import trusts

    tables = (data.load("staff_survey_trust_year"), data.load("ae_trust_year"))
    codes = {trust["code"] for trust in trusts(*tables)}
    assert codes | {figures.ALL_TRUSTS} == set(figures.context_trusts().values())


def test_a_link_between_trusts_need_not_hold_between_regions():
    levels = figures.q3f_levels().set_index("measure")
    beds = levels.loc["bed occupancy"]
    assert beds["r_trusts"] == pytest.approx(-0.11, abs=0.005)
    assert beds["r_regions"] == pytest.approx(0.29, abs=0.005)
    assert levels.loc["enough staff", "r_regions"] == pytest.approx(0.81, abs=0.005)


def test_q3f_by_type():
    means = figures.q3f_by_type().set_index("benchmark_group")["mean"].round(1)
    assert means.to_dict() == {
        "Acute specialist": 60.3,
        "Mental health / LD (& community)": 60.1,
        "Community": 58.1,
        "Acute / acute & community": 55.4,
        "Ambulance": 29.8,
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("weather",), "measure must be one of 'deprivation'"),
        (("deprivation", "none"), "against must be one of"),
        (("deprivation", figures.AGAINST[0], "XYZ"), "no figures for trust 'XYZ'"),
    ],
)
def test_a_bad_control_of_the_context_chart_names_itself(arguments, message):
    with pytest.raises(ValueError, match=message):
        figures.q3f_context(*arguments)


def test_a_trust_s_years_stand_beside_those_of_its_kind():
    survey = data.load("staff_survey_trust_year")
    frame = figures.trust_reach("RGT")
    assert list(frame["year"]) == ["2021", "2022", "2023", "2024"]
    place = figures.trust_place("RGT").iloc[0]
    last = frame.iloc[-1]
    assert last["median"] == pytest.approx(place["median"])
    assert last["upper_quartile"] == pytest.approx(place["upper_quartile"])
    own = survey[(survey["ods_code"] == "RGT") & (survey["year"] == 2024)]
    assert last["pct"] == own["q3f_improvements_pct"].item()


def test_without_a_trust_its_years_show_acute_trusts_alone():
    frame = figures.trust_reach()
    assert frame["pct"].isna().all()
    assert set(frame["benchmark_group"]) == {figures.ACUTE}


def test_a_trust_without_answers_has_no_years():
    with pytest.raises(ValueError, match="no Staff Survey figures for trust 'XXX'"):
        figures.trust_reach("XXX")
