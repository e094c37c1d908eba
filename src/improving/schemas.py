"""What each table in `data/` must hold: its columns, their ranges and how they agree.

`improving.data` reads the tables and reports, in plain words, the first place that breaks a rule.
A rule's `error` completes the sentence "(value) ...", and its `description` is the mend.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pandas as pd
import pandera.pandas as pa

FLAGS = ("est_from_weekly", "crs_14_trusts_excluded", "booked_included", "t3_cyber_shortfall")
"""Columns of `ae_england_month` that say how a month was counted (0 no, 1 yes)."""

COVID_BREAKS = ("2020-03", "2020-07")
"""First month of the first covid wave, and the first month after it."""

REGIONS = (
    "East of England",
    "London",
    "Midlands",
    "North East and Yorkshire",
    "North West",
    "South East",
    "South West",
)

BENCHMARK_GROUPS = (
    "Acute / acute & community",
    "Acute specialist",
    "Ambulance",
    "Community",
    "Mental health / LD (& community)",
)

ALL_TRUSTS = "All trusts"
"""The name `staff_survey_summary` gives to every benchmark group together."""

MEND = "Correct the value in the source row."

Test = Callable[[Any], Any]
Table = tuple[dict[str, pa.Column], list[pa.Check]]


def baselines(frame: pd.DataFrame) -> pd.Series[int]:
    """Give a number to each stretch of months counted alike.

    The number starts at 1 and goes up by 1 where a flag changes, in March 2020 and in July 2020.
    Draw a process behaviour chart's limits within one baseline only.

    Parameters
    ----------
    frame : DataFrame
        Months in order, with a `month` column and the `FLAGS`.
    """
    flags = frame[list(FLAGS)]
    changed = (flags != flags.shift()).any(axis=1)
    covid = frame["month"].isin(pd.to_datetime(list(COVID_BREAKS)))
    return (changed | covid).cumsum().astype("int64")


def build(name: str) -> pa.DataFrameSchema:
    """Return a table's schema.

    Parameters
    ----------
    name : str
        One of `improving.data.TABLES`.
    """
    columns, rules = _TABLES[name]()
    return pa.DataFrameSchema(columns, checks=rules, strict=True, ordered=True)


# Kinds of column


def _rule(test: Test, problem: str, mend: str = MEND) -> pa.Check:
    return pa.Check(test, error=problem, description=mend)


def _between(low: float, high: float) -> list[pa.Check]:
    return [
        _rule(lambda s: s >= low, f"is below {low:g}"),
        _rule(lambda s: s <= high, f"is above {high:g}"),
    ]


def _count(high: float = 1e7, low: float = 0) -> pa.Column:
    return pa.Column("int64", _between(low, high))


def _count_or_blank(high: float = 1e7) -> pa.Column:
    whole = _rule(lambda s: s % 1 == 0, "is not a whole number")
    return pa.Column("float64", [*_between(0, high), whole], nullable=True)


def _percent() -> pa.Column:
    present = pa.Check(
        lambda s: s.notna(), error="is not a number", description="Fill it in.", ignore_na=False
    )
    return pa.Column("float64", [*_between(0, 100), present], nullable=True)


def _percent_or_blank() -> pa.Column:
    return pa.Column("float64", _between(0, 100), nullable=True)


def _flag() -> pa.Column:
    return pa.Column("int64", _rule(lambda s: s.isin([0, 1]), "is not 0 or 1"))


def _month() -> pa.Column:
    return pa.Column("datetime64[us]")


def _financial_year() -> pa.Column:
    return _text(_is_financial_year, "is not a financial year such as 2025/26")


def _code() -> pa.Column:
    return _text(
        lambda s: s.str.fullmatch("[A-Z0-9]{3,6}"), "is not an organisation code such as RGT"
    )


def _one_of(*choices: str) -> pa.Column:
    return _text(lambda s: s.isin(choices), f"is not one of: {', '.join(choices)}")


def _text(test: Test, problem: str) -> pa.Column:
    return pa.Column("str", _rule(test, problem))


# Rules over several columns, each reported at one of them


def _across(column: str, test: Test, problem: str, mend: str = MEND) -> pa.Check:
    def holds(frame: pd.DataFrame) -> pd.Series[bool]:
        return pd.Series(test(frame), index=frame.index, dtype=bool)

    return pa.Check(holds, name=column, error=problem, description=mend, ignore_na=False)


def _key(*columns: str) -> pa.Check:
    """Rows are sorted by these columns, and none is there twice."""
    by = " and ".join(columns)
    return _across(
        columns[-1],
        lambda d: _rises(d[list(columns)]),
        f"is out of order, or is there twice for the same {by}",
        f"Sort the rows by {by}, and keep one row for each.",
    )


def _at_most(column: str, limit: str) -> pa.Check:
    return _across(column, lambda d: ~(d[column] > d[limit]), f"is more than {limit}")


def _blank_where(column: str, test: Test, reason: str) -> pa.Check:
    return _across(
        column,
        lambda d: d[column].isna() == test(d),
        f"should be blank {reason}, and a number otherwise",
    )


def _rises(keys: pd.DataFrame) -> list[bool]:
    rows = list(keys.itertuples(index=False, name=None))
    return [True, *(a < b for a, b in pairwise(rows))]


def _is_financial_year(values: pd.Series[str]) -> pd.Series[bool]:
    years = {f"{year}/{(year + 1) % 100:02}" for year in range(2000, 2100)}
    return values.isin(years)


def _agrees(percent: pd.Series[Any], within: pd.Series[Any], total: pd.Series[Any]) -> Any:
    """Whether a stored percentage, of two decimals, is what its counts give."""
    return percent.isna() | ((percent - 100 * within / total).abs() < 0.006)


def _ae_england_month() -> Table:
    counts_wait = ("t1_within_4h", "t1_over_4h", "t1_pct_within_4h", "all_pct_within_4h")
    columns = {
        "month": _month(),
        "t1_attendances": _count(),
        "t1_within_4h": _count_or_blank(),
        "t1_over_4h": _count_or_blank(),
        "t1_pct_within_4h": _percent_or_blank(),
        "all_attendances": _count(),
        "all_pct_within_4h": _percent_or_blank(),
        "em_admissions_via_ae": _count(),
        "dta_wait_over_12h": _count(),
        **{flag: _flag() for flag in FLAGS},
        "baseline": _count(),
    }
    rules = [
        _key("month"),
        _across(
            "month",
            lambda d: d["month"].isin(d["month"] + pd.DateOffset(months=1)) | (d.index == 0),
            "does not follow the month before it",
            "Add the months between; none may be left out.",
        ),
        *(
            _blank_where(c, lambda d: d["month"] < "2010-11-01", "before November 2010")
            for c in counts_wait
        ),
        _at_most("t1_attendances", "all_attendances"),
        _across(
            "t1_over_4h",
            # Months estimated from weekly returns were rounded, part by part.
            lambda d: (
                ~(d["t1_within_4h"] + d["t1_over_4h"] > d["t1_attendances"] + d["est_from_weekly"])
            ),
            "and t1_within_4h add up to more than t1_attendances",
        ),
        _across(
            "t1_pct_within_4h",
            lambda d: _agrees(
                d["t1_pct_within_4h"], d["t1_within_4h"], d["t1_within_4h"] + d["t1_over_4h"]
            ),
            "is not what t1_within_4h and t1_over_4h give",
        ),
        _across(
            "baseline",
            lambda d: d["baseline"] == baselines(d),
            "is not the number of the baseline",
            "Start at 1; add 1 where a flag changes, in March 2020 and in July 2020.",
        ),
    ]
    return columns, rules


def _ae_trust_month() -> Table:
    columns = {
        "month": _month(),
        "ods_code": _code(),
        "t1_attendances": _count(1e6),
        "t1_over_4h": _count_or_blank(1e6),
    }
    return columns, [_key("month", "ods_code"), _at_most("t1_over_4h", "t1_attendances")]


def _ae_trust_year() -> Table:
    columns = {
        "fy": _financial_year(),
        "ods_code": _code(),
        "final_ods_code": _code(),
        "trust_name": pa.Column("str"),
        "region": _one_of(*REGIONS),
        "months_with_4h": _count(12),
        "t1_attendances_4h": _count(),
        "t1_over_4h": _count_or_blank(),
        "t1_pct_within_4h": _percent_or_blank(),
        "crs_field_test": _flag(),
        "children_specialist": _flag(),
    }
    rules = [
        _key("fy", "ods_code"),
        *(
            _blank_where(c, lambda d: d["months_with_4h"] == 0, "where months_with_4h is 0")
            for c in ("t1_over_4h", "t1_pct_within_4h")
        ),
        _at_most("t1_over_4h", "t1_attendances_4h"),
        _across(
            "t1_pct_within_4h",
            lambda d: _agrees(
                d["t1_pct_within_4h"],
                d["t1_attendances_4h"] - d["t1_over_4h"],
                d["t1_attendances_4h"],
            ),
            "is not what t1_attendances_4h and t1_over_4h give",
        ),
    ]
    return columns, rules


def _staff_survey_trust_year() -> Table:
    columns = {
        "year": _count(high=2100, low=2000),
        "ods_code": _code(),
        "trust_name": pa.Column("str"),
        "benchmark_group": _one_of(*BENCHMARK_GROUPS),
        "region": _one_of(*REGIONS),
        "q3f_base": _count(1e5),
        "q3f_improvements_pct": _percent(),
    }
    return columns, [_key("year", "ods_code")]


def _staff_survey_summary() -> Table:
    figures = ("q3f_min", "q3f_median", "q3f_max", "q3f_respondent_weighted_mean")
    columns = {
        "year": _count(high=2100, low=2000),
        "benchmark_group": _one_of(ALL_TRUSTS, *BENCHMARK_GROUPS),
        "trusts": _count(1000),
        "respondents": _count(),
        "base": _count(),
        **{figure: _percent() for figure in figures},
    }
    rules = [
        _key("year", "benchmark_group"),
        _at_most("base", "respondents"),
        _at_most("q3f_min", "q3f_median"),
        _at_most("q3f_median", "q3f_max"),
        _at_most("q3f_respondent_weighted_mean", "q3f_max"),
    ]
    return columns, rules


def _trust_context() -> Table:
    columns = {
        "ods_code": _code(),
        "catchment_imd2019_score": _percent_or_blank(),
        "ga_occupancy_pct_2021_22": _percent_or_blank(),
        "q3i_enough_staff_pct_2024": _percent(),
    }
    return columns, [_key("ods_code")]


_TABLES: dict[str, Callable[[], Table]] = {
    "ae_england_month": _ae_england_month,
    "ae_trust_month": _ae_trust_month,
    "ae_trust_year": _ae_trust_year,
    "staff_survey_summary": _staff_survey_summary,
    "staff_survey_trust_year": _staff_survey_trust_year,
    "trust_context": _trust_context,
}
