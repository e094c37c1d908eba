"""The tables are what their dictionary says, and a broken one says where and how to mend it."""

import os
import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from improving import data, schemas
from improving.data import DataError

GOOD = {name: data.table_path(name).read_text(encoding="utf-8") for name in data.TABLES}
SMALL = {name: "\n".join(text.splitlines()[:9]) + "\n" for name, text in GOOD.items()}
NOWHERE = Path("table.csv")


def edited(name, line, column, cell):
    """Return a small table's text with one cell replaced, quoted as CSV would have it."""
    rows = SMALL[name].splitlines()
    columns = rows[0].split(",")
    cells = rows[line - 1].split(",")
    quoted = '"' + cell.replace('"', '""') + '"' if set(cell) & set(',"\r\n') else cell
    cells[columns.index(column)] = quoted
    rows[line - 1] = ",".join(cells)
    return "\n".join(rows) + "\n"


# What the tables hold


@pytest.mark.parametrize("name", data.TABLES)
def test_every_table_is_stored_in_the_one_form_that_render_gives(name):
    assert data.render(name, data.load(name)) == GOOD[name]


def test_every_table_has_a_schema_and_an_entry_in_the_dictionary():
    dictionary = (data.DATA / "README.md").read_text(encoding="utf-8")
    sources = (data.DATA / "SOURCES.md").read_text(encoding="utf-8")
    files = {path.stem for path in data.DATA.glob("*.csv")}
    assert files == set(data.TABLES)
    for name in data.TABLES:
        assert f"{name}.csv" in dictionary
        assert f"{name}.csv" in sources
        section = dictionary.split(f"## {name}.csv")[1].split("\n## ")[0]
        for column in data.schema(name).columns:
            assert f"`{column}`" in section, f"{column} is not explained"


def test_england_covers_190_months_with_known_first_and_last_values():
    england = data.load("ae_england_month").set_index("month").loc[:"2026-05-01"]
    assert len(england) == 190
    assert england.index[0] == pd.Timestamp("2010-08-01")
    assert england["t1_pct_within_4h"].first_valid_index() == pd.Timestamp("2010-11-01")
    assert england.loc["2010-11-01", "t1_pct_within_4h"] == 95.88
    assert england.loc["2026-05-01", "t1_attendances"] == 1_493_345
    assert england.loc["2026-05-01", "t1_pct_within_4h"] == 61.87


def test_baseline_steps_where_the_way_of_counting_changes():
    england = data.load("ae_england_month").query("month < '2026-06-01'")
    starts = england.groupby("baseline")["month"].min().dt.strftime("%Y-%m").to_dict()
    assert starts == {
        1: "2010-08",
        2: "2010-11",
        3: "2015-06",
        4: "2019-05",
        5: "2020-03",
        6: "2020-07",
        7: "2020-08",
        8: "2022-08",
        9: "2023-03",
        10: "2023-06",
    }


def test_trusts_add_up_to_england_in_every_month():
    england = data.load("ae_england_month").set_index("month")
    trusts = data.load("ae_trust_month").groupby("month")[["t1_attendances", "t1_over_4h"]].sum()
    assert list(trusts.index) == list(england.loc["2021-04-01":].index)
    pd.testing.assert_frame_equal(
        trusts.astype(float),
        england.loc[trusts.index, list(trusts)].astype(float),
        check_freq=False,
    )


def test_118_general_trusts_report_the_whole_of_2025_26():
    trusts = data.load("ae_trust_year").query("fy == '2025/26'")
    general = trusts.query("children_specialist == 0 and months_with_4h == 12")
    assert len(general) == 118
    assert (trusts["children_specialist"] == 1).sum() == 3


def test_field_test_trusts_have_no_figure_where_they_gave_none():
    trusts = data.load("ae_trust_year")
    silent = trusts[trusts["months_with_4h"] == 0]
    assert len(silent) == 43
    assert silent[["t1_over_4h", "t1_pct_within_4h"]].isna().all(axis=None)


def test_years_of_a_trust_agree_with_its_months():
    months = data.load("ae_trust_month").query("'2025-04-01' <= month < '2026-04-01'")
    by_trust = months.groupby("ods_code")[["t1_attendances", "t1_over_4h"]].sum()
    years = data.load("ae_trust_year").query("fy == '2025/26'").set_index("ods_code")
    assert (years["t1_attendances_4h"] == by_trust["t1_attendances"]).all()
    assert (years["t1_over_4h"] == by_trust["t1_over_4h"]).all()


def test_staff_survey_q3f_weighted_by_respondents():
    summary = data.load("staff_survey_summary")
    stated = summary[summary["benchmark_group"] == schemas.ALL_TRUSTS].set_index("year")
    figures = stated["q3f_respondent_weighted_mean"].round(1)
    assert figures.to_dict() == {2021: 53.2, 2022: 54.5, 2023: 56.1, 2024: 55.3}

    trusts = data.load("staff_survey_trust_year")
    weight = trusts["q3f_base"] * trusts["q3f_improvements_pct"]
    again = weight.groupby(trusts["year"]).sum() / trusts.groupby("year")["q3f_base"].sum()
    assert again.round(1).to_dict() == figures.to_dict()
    assert trusts.groupby("year").size().to_dict() == stated["trusts"].to_dict()


def test_the_summary_is_what_the_trusts_give():
    trusts = data.load("staff_survey_trust_year")
    everyone = trusts.assign(benchmark_group=schemas.ALL_TRUSTS)
    groups = pd.concat([trusts, everyone]).groupby(["year", "benchmark_group"])
    again = groups["q3f_improvements_pct"].agg(["size", "min", "median", "max"])
    again["base"] = groups["q3f_base"].sum()
    stated = data.load("staff_survey_summary").set_index(["year", "benchmark_group"])
    columns = ["trusts", "q3f_min", "q3f_median", "q3f_max", "base"]
    assert ((stated[columns] - again.set_axis(columns, axis=1)).abs() < 0.0051).all(axis=None)


def test_context_covers_the_trusts_of_the_2024_survey_and_leaves_gaps_blank():
    context = data.load("trust_context").set_index("ods_code")
    survey = data.load("staff_survey_trust_year").query("year == 2024").set_index("ods_code")
    assert set(context.index) == set(survey.index)
    assert context.notna().sum().to_dict() == {
        "catchment_imd2019_score": 134,
        "ga_occupancy_pct_2021_22": 147,
        "q3i_enough_staff_pct_2024": 210,
    }
    acute = survey["benchmark_group"] == "Acute / acute & community"
    r = context.loc[acute, "q3i_enough_staff_pct_2024"].corr(survey["q3f_improvements_pct"][acute])
    assert round(r, 2) == 0.69


# Loading


def test_a_loaded_table_is_the_callers_own():
    first = data.load("staff_survey_summary")
    first["trusts"] = 0
    assert (data.load("staff_survey_summary")["trusts"] > 0).all()


def test_a_table_is_parsed_once_until_its_file_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "DATA", tmp_path)
    file = tmp_path / "staff_survey_summary.csv"
    file.write_text(SMALL["staff_survey_summary"], encoding="utf-8")
    parsed = []
    parse = data.parse
    monkeypatch.setattr(data, "parse", lambda *a: parsed.append(a) or parse(*a))
    data.load("staff_survey_summary")
    data.load("staff_survey_summary")
    assert len(parsed) == 1
    file.write_text("\n".join(SMALL["staff_survey_summary"].splitlines()[:4]), encoding="utf-8")
    os.utime(file, ns=(1, 1))
    assert len(data.load("staff_survey_summary")) == 3


def test_columns_have_the_types_the_dictionary_promises():
    types = data.load("ae_trust_month").dtypes.astype(str).to_dict()
    assert types == {
        "month": "datetime64[us]",
        "ods_code": "str",
        "t1_attendances": "int64",
        "t1_over_4h": "float64",
    }


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(DataError, match=r"No table is called 'beds'.*ae_england_month, ae_trust"):
        data.load("beds")


def test_a_missing_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "DATA", tmp_path / "data")
    with pytest.raises(DataError, match=r"^data/ae_trust_year\.csv cannot be found\. Restore it"):
        data.load("ae_trust_year")


def test_a_folder_or_bytes_in_a_files_place_are_named(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        data.read("ae_trust_year", tmp_path)
    file = tmp_path / "ae_trust_year.csv"
    file.write_bytes(b"fy,\xff\n")
    with pytest.raises(DataError, match="is not UTF-8 text"):
        data.read("ae_trust_year", file)


# Malformed tables

BROKEN = [
    ("ae_trust_year", 4, "t1_pct_within_4h", "104.2", "104.2 is above 100"),
    ("ae_trust_year", 4, "t1_pct_within_4h", "50", "is not what t1_attendances_4h and t1_over_4h"),
    ("ae_trust_year", 4, "t1_pct_within_4h", "", "blank should be blank where months_with_4h is 0"),
    ("ae_trust_year", 4, "fy", "2016/18", "not a financial year"),
    ("ae_trust_year", 4, "region", "The North", "is not one of: East of England"),
    ("ae_trust_year", 4, "months_with_4h", "13", "13 is above 12"),
    ("ae_trust_year", 4, "crs_field_test", "2", "2 is not 0 or 1"),
    ("ae_trust_year", 4, "t1_over_4h", "10.5", "is not a whole number"),
    ("ae_trust_year", 4, "trust_name", " ", "is not text on one line"),
    ("ae_england_month", 6, "month", "2010-13", "'2010-13' is not a month"),
    ("ae_england_month", 6, "month", "2010-11", "is there twice for the same month"),
    ("ae_england_month", 6, "t1_attendances", "", "the cell is blank"),
    ("ae_england_month", 6, "baseline", "7", "is not the number of the baseline"),
    ("ae_england_month", 3, "t1_over_4h", "12", "should be blank before November 2010"),
    ("ae_trust_month", 3, "ods_code", "rgt", "is not an organisation code"),
    ("ae_trust_month", 3, "t1_over_4h", "99999", "is more than t1_attendances"),
    ("ae_trust_month", 3, "t1_attendances", "-1", "-1 is below 0"),
    ("ae_trust_month", 3, "t1_attendances", "1e5", "'1e5' is not a whole number"),
    ("staff_survey_trust_year", 5, "q3f_improvements_pct", "", "blank is not a number"),
    ("staff_survey_summary", 5, "q3f_min", "99", "99 is more than q3f_median"),
    ("trust_context", 3, "q3i_enough_staff_pct_2024", "", "blank is not a number"),
    ("trust_context", 3, "catchment_imd2019_score", "101", "101 is above 100"),
    ("trust_context", 3, "ods_code", "R0A", "is there twice for the same ods_code"),
]


@pytest.mark.parametrize(("name", "line", "column", "cell", "problem"), BROKEN)
def test_a_broken_cell_is_named_with_its_mend(name, line, column, cell, problem):
    with pytest.raises(DataError) as caught:
        data.parse(name, edited(name, line, column, cell), data.table_path(name))
    message = str(caught.value)
    assert message.startswith(f"data/{name}.csv, line {line}, column {column}: ")
    assert problem in message
    assert message.endswith(".")
    assert message.count(". ") >= 1, "the message gives no mend"


def test_the_message_is_the_one_the_guide_shows():
    with pytest.raises(DataError) as caught:
        data.parse(
            "ae_trust_year",
            edited("ae_trust_year", 9, "t1_pct_within_4h", "104.2"),
            data.table_path("ae_trust_year"),
        )
    assert str(caught.value) == (
        "data/ae_trust_year.csv, line 9, column t1_pct_within_4h: 104.2 is above 100. "
        "Correct the value in the source row."
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda t: t.replace("q3f_min", "q3f_low"), "missing q3f_min; unexpected 'q3f_low'"),
        (lambda t: t.replace("year,bench", "bench_,year,bench"), "unexpected 'bench_'"),
        (lambda t: t.replace("q3f_min,q3f_median", "q3f_median,q3f_min"), "in another order"),
        (lambda t: "", "missing year"),
        (lambda t: t.splitlines()[0], "has no rows"),
        (lambda t: t + "2024,Community\n", "line 10: 2 cells where the header has 9"),
        (lambda t: t + '2024,"Community', "line 10: the row is not valid CSV"),
        (lambda t: t + "\n", "line 10: 0 cells"),
    ],
)
def test_a_broken_layout_is_named(change, problem):
    name = "staff_survey_summary"
    with pytest.raises(DataError, match=f"^data/{name}.csv") as caught:
        data.parse(name, change(SMALL[name]), data.table_path(name))
    assert problem in str(caught.value)


def test_a_missing_month_is_named():
    rows = GOOD["ae_england_month"].splitlines(keepends=True)
    del rows[100]
    with pytest.raises(DataError, match=r"line 101, column month: .* does not follow the month"):
        data.parse("ae_england_month", "".join(rows), NOWHERE)


def test_the_line_is_right_after_a_cell_of_two_lines():
    text = edited("ae_trust_year", 3, "trust_name", "Two\nLines")
    with pytest.raises(DataError, match="line 3, column trust_name"):
        data.parse("ae_trust_year", text, NOWHERE)
    rows = text.splitlines(keepends=True)
    with pytest.raises(DataError, match="line 5: 1 cells"):
        data.parse("ae_trust_year", "".join([*rows[:4], "short\n", *rows[4:]]), NOWHERE)


def refusal(name, text):
    """Return the message with which a table is refused, or None; let any other error through."""
    try:
        data.parse(name, text, NOWHERE)
    except DataError as error:
        return str(error)
    return None


cells = st.one_of(
    st.text(max_size=12),
    st.floats().map(str),
    st.integers().map(str),
    st.sampled_from(["", " ", "-", "NA", "1,234", "0x10", "١٢", "2024-02-30", "1_000", "\x00"]),
)


@settings(deadline=None)
@given(st.data())
def test_any_cell_gives_a_table_or_an_error_that_names_the_line(draw):
    name = draw.draw(st.sampled_from(data.TABLES))
    line = draw.draw(st.integers(2, 9))
    column = draw.draw(st.sampled_from(list(data.schema(name).columns)))
    complaint = refusal(name, edited(name, line, column, draw.draw(cells)))
    assert complaint is None or re.match(r"table\.csv, line \d+", complaint)


@settings(deadline=None)
@given(st.sampled_from(data.TABLES), st.text(max_size=200))
def test_any_text_gives_a_table_or_a_data_error(name, text):
    for candidate in (text, SMALL[name] + text):
        complaint = refusal(name, candidate)
        assert complaint is None or complaint.startswith("table.csv")


@st.composite
def trust_months(draw):
    month = st.dates(date(2000, 1, 1), date(2099, 12, 31)).map(lambda day: f"{day:%Y-%m}")
    code = st.from_regex("[A-Z][A-Z0-9]{2,5}", fullmatch=True)
    keys = sorted(draw(st.sets(st.tuples(month, code), min_size=1, max_size=8)))
    rows = []
    for month, code in keys:
        seen = draw(st.integers(0, 10**6))
        over = draw(st.one_of(st.just(""), st.integers(0, seen)))
        rows.append(f"{month},{code},{seen},{over}")
    return "month,ods_code,t1_attendances,t1_over_4h\n" + "".join(f"{row}\n" for row in rows)


@settings(deadline=None)
@given(trust_months())
def test_a_valid_table_comes_back_the_same(text):
    frame = data.parse("ae_trust_month", text, NOWHERE)
    assert data.render("ae_trust_month", frame) == text
