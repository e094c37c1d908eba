"""Lesson 02: how league tables, XmR charts and funnels are shown."""

from __future__ import annotations

from typing import Any

import pandas as pd

from improving import charts
from improving.explorer.pack import Frames
from improving.quick_altair import alt


def league_chart(frames: Frames) -> Any:
    """Draw one league table: this year's figures in order, next year's beside them."""
    years = ["This year", "Next year"]
    x = alt.X("rank:Q", title="Place in this year's table", axis=alt.Axis(format="d"))
    base = alt.Chart(frames["table"]).encode(x=x)
    layers = [
        base.transform_calculate(year=f"'{year}'")
        .mark_point(size=size)
        .encode(
            y=alt.Y(f"{field}:Q", title="Share who agree (%)", scale=alt.Scale(domain=[25, 85])),
            color=alt.Color("year:N", scale=_pair(years, [charts.NAVY, charts.ORANGE])),
            shape=alt.Shape("year:N", scale=_pair(years, ["circle", "triangle-up"])),
        )
        for year, field, size in zip(years, ("year1_pct", "year2_pct"), (40, 30), strict=True)
    ]
    return alt.layer(*layers).properties(
        description="Trusts in order of this year's figure, each with its figure for next year."
    )


def _pair(names: list[str], values: list[str]) -> alt.Scale:
    return alt.Scale(domain=names, range=values)


def share_that_rise(frames: Frames) -> float:
    """Share of the bottom tenth that rises the year after, percent."""
    return float(frames["summary"]["rise_pct"].iloc[0])


def league_summary(frames: Frames) -> str:
    """Say how wide the table is and what its bottom tenth does next."""
    row = frames["summary"].iloc[0]
    return (
        f"Best and worst lie {row.gap:.1f} points apart on average. Next year the bottom tenth "
        f"moves up {row.rebound:.1f} points, and {row.rise_pct:.0f}% of it rises. "
        f"The 2 years correlate at {max(row.r, 0):.2f}."
    )


def england_chart(frame: pd.DataFrame) -> Any:
    """Draw an XmR chart of an England series."""
    return charts.control_chart(frame, _months(), "Value for the month").properties(
        description="XmR chart by month: values, centre line, limits, and marks for special cause."
    )


def _months() -> alt.X:
    return alt.X("month:T", title=None, axis=alt.Axis(format="%Y", tickCount="year"))


def england_summary(frame: pd.DataFrame) -> str:
    """Count the special-cause points and the stretches that have limits of their own."""
    known = frame.dropna(subset=["value"])
    marked = int((known["rule"].fillna("") != "").sum())
    stretches = known.loc[known["lower"].notna(), "baseline"].nunique()
    lines = "1 set of limits" if stretches == 1 else f"{stretches} sets of limits"
    return (
        f"{marked} of {len(known)} months show special cause, judged against {lines}. "
        f"The latest value is {_value(known['value'].iloc[-1])}."
    )


def _value(value: float) -> str:
    return f"{value:.1f}%" if value <= 100 else f"{value:,.0f}"


def funnel_chart(frames: Frames) -> Any:
    """Draw the A&E funnel."""
    return charts.funnel(
        frames["trusts"],
        frames["limits"],
        "attendances",
        "pct",
        "Type 1 attendances in the year",
        "Within 4 hours (%)",
        (30, 100),
    ).properties(
        description="Funnel plot: each trust's share within 4 hours by attendances, with limits."
    )


def funnel_summary(frames: Frames) -> str:
    """Say how many trusts lie outside and how over-dispersed the figures are."""
    row = frames["spread"].iloc[0]
    total = len(frames["trusts"])
    return (
        f"{row.outside:.0f} of {total} trusts lie outside the limits. The average is "
        f"{row.centre:.1f}%. Differences are {row.phi:,.0f} times what chance alone would give "
        f"(φ), and true differences have a standard deviation of about {row.tau_pct:.1f} points."
    )


def trust_chart(frame: pd.DataFrame) -> Any:
    """Draw one trust's own XmR chart."""
    renamed = charts.control_chart(frame, _months(), "Within 4 hours (%)", (20, 100))
    return renamed.properties(
        description="XmR chart of type 1 A&E within 4 hours by month, with centre line and limits."
    )


def trust_summary(frame: pd.DataFrame) -> str:
    """Say where the latest month stands against the chart's own limits."""
    last = frame.iloc[-1]
    month = pd.Timestamp(last["month"]).strftime("%B %Y")
    where = "shows special cause" if last["rule"] else "shows no special cause"
    if pd.isna(last["centre"]):
        return f"{month}: {last['value']:.1f}%. There are too few months for limits."
    return (
        f"{month}: {last['value']:.1f}%, which {where}. The limits run from {last['lower']:.1f}% "
        f"to {last['upper']:.1f}% around {last['centre']:.1f}%."
    )


def place_chart(frame: pd.DataFrame) -> Any:
    """Draw a trust's place among trusts of its kind."""
    x = alt.X("rank:Q", title="Place (1 is highest)", axis=alt.Axis(format="d"))
    share: dict[str, Any] = {
        "title": "Staff who agree (%)",
        "scale": alt.Scale(domain=[20, 75]),
    }
    y = alt.Y("pct:Q", **share)
    base = alt.Chart(frame)
    others = base.mark_point(size=40).encode(x=x, y=y)
    own = (
        base.transform_filter("datum.is_trust == 1")
        .mark_point(size=260, shape="diamond", color=charts.PLUM, opacity=1)
        .encode(x=x, y=y)
    )
    quartiles = [
        base.mark_line(strokeDash=[6, 4], strokeWidth=1.5, color=charts.CHARCOAL).encode(
            x=x, y=alt.Y(f"{edge}:Q", **share)
        )
        for edge in ("lower_quartile", "upper_quartile")
    ]
    return alt.layer(*quartiles, others, own).properties(
        description="Trusts of one kind in order of Staff Survey question 3f, with quartile lines."
    )


def place_summary(frame: pd.DataFrame) -> str:
    """Say the trust's figure and place, and where half of its kind lie."""
    first = frame.iloc[0]
    half = (
        f"Half of the {first.trusts} trusts in the group “{first.benchmark_group}” lie between "
        f"{first.lower_quartile:.1f}% and {first.upper_quartile:.1f}% ({first.year})."
    )
    own = frame[frame["is_trust"] == 1]
    if own.empty:
        return half
    row = own.iloc[0]
    return f"{row.pct:.1f}%: place {row['rank']:.0f} of {row.trusts}. {half}"
