"""Lesson 14: how hubs that leave, one small network and a campaign are shown."""

from __future__ import annotations

from typing import Any

import pandas as pd

from improving import charts
from improving.explorer.pack import Frames
from improving.quick_altair import alt

REMAINS = {
    "hubs_pct": "Best connected leave",
    "random_pct": "Random people leave",
    "ceiling_pct": "Everyone who stays",
}

CAMPAIGN = {
    "now_pct": "Hear a message now",
    "next_pct": "Hear the next one",
    "heard_pct": "Criticism that arrives",
}

STATES = {
    "in the largest group": ("In the group", charts.NAVY, "circle"),
    "cut off": ("Cut off", charts.ORANGE, "triangle-up"),
    "has left": ("Has left", charts.CHARCOAL, "cross"),
}

TOLD_AT = 5
"""How many figureheads the campaign's sentence speaks of."""


def _spread(frame: pd.DataFrame, x: alt.X) -> Any:
    edges = {"y": alt.Y("low:Q", scale=alt.Scale(domain=[0, 100])), "y2": "high:Q"}
    return alt.Chart(frame).mark_area().encode(x=x, **edges)


def remains_chart(frame: pd.DataFrame) -> Any:
    """Draw what is left of the group as people leave, against the most that could be."""
    axis = alt.Axis(format="d", tickCount=5)
    scale = alt.Scale(domain=[0, 20], nice=False)
    x = alt.X("left_pct:Q", title="Staff who have left (%)", axis=axis, scale=scale)
    lines = charts.series(frame, x, REMAINS, "Staff in the largest group (%)", (0, 100))
    return alt.layer(_spread(frame, x), lines).properties(
        description="Share in one connected group as the best connected, or random people, leave."
    )


def _row(frame: pd.DataFrame, left: float) -> pd.Series[Any]:
    return frame.iloc[int((frame["left_pct"] - left).abs().argmin())]


def left_at_ten(frame: pd.DataFrame) -> float:
    """Share of all staff still in one group when 10% have left, best connected first."""
    return float(_row(frame, 10)["hubs_pct"])


def remains_summary(frame: pd.DataFrame) -> str:
    """Say what is left at 10% and 20%, and how many ties the best connected then has."""
    ten, last = _row(frame, 10), frame.iloc[-1]
    return (
        f"When the best-connected 10% have left, {ten.hubs_pct:.0f}% of all staff are still in "
        f"one group (8 networks in 10: {ten.low:.0f}% to {ten.high:.0f}%). When 10% at random "
        f"have left, it is {ten.random_pct:.0f}%. When the best-connected 20% have left, it is "
        f"{last.hubs_pct:.0f}%. The best-connected person left then has {last.most_ties:.0f} ties."
    )


def drawing(frames: Frames) -> Any:
    """Draw people and ties: who is in the largest group, cut off or gone."""
    bare: dict[str, Any] = {"axis": None, "scale": alt.Scale(domain=[-1.08, 1.08])}
    x, y = alt.X("x:Q", **bare), alt.Y("y:Q", **bare)
    handed = "datum.handed_over == 1"
    lines = (
        alt.Chart(frames["ties"])
        .mark_rule(opacity=0.75)
        .encode(
            x=x,
            y=y,
            x2="x2:Q",
            y2="y2:Q",
            color=alt.condition(handed, alt.value(charts.PLUM), alt.value(charts.CHARCOAL)),
            strokeWidth=alt.condition(handed, alt.value(2.5), alt.value(1)),
        )
    )
    names, colours, shapes = (list(column) for column in zip(*STATES.values(), strict=True))
    naming = " : ".join(f"datum.state == '{k}' ? '{v[0]}'" for k, v in STATES.items())
    legend = alt.Legend(symbolSize=90, symbolStrokeWidth=0)
    dots = (
        alt.Chart(frames["people"])
        .transform_calculate(is_now=f"{naming} : ''")
        .mark_point(size=110, opacity=1)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "is_now:N", scale=alt.Scale(domain=names, range=colours), legend=legend
            ),
            shape=alt.Shape("is_now:N", scale=alt.Scale(domain=names, range=shapes)),
        )
    )
    return (lines + dots).properties(
        height=380,
        description="60 people and their ties: in the largest group, cut off from it, or gone.",
    )


def drawing_summary(frames: Frames) -> str:
    """Count who has left, who is together and who is cut off."""
    count = frames["people"]["state"].value_counts()
    gone, inside, cut = (int(count.get(state, 0)) for state in ("has left", *list(STATES)[:2]))
    handed = int(frames["ties"]["handed_over"].sum())
    return (
        f"Of 60 people, {gone} have left, {inside} are in the largest group and {cut} are cut off "
        f"from it. {handed} ties were handed over."
    )


def campaign_chart(frame: pd.DataFrame) -> Any:
    """Draw what figureheads carry, what is carried after they leave, and what gets past them."""
    axis = alt.Axis(format="d", values=[1, 5, 10, 15, 20])
    scale = alt.Scale(domain=[1, 20], nice=False)
    x = alt.X("figureheads:Q", title="Figureheads who front the campaign", axis=axis, scale=scale)
    lines = charts.series(frame, x, CAMPAIGN, "Share (%)", (0, 100))
    return alt.layer(_spread(frame, x), lines).properties(
        description="By number of figureheads: who hears now, who hears next, criticism arriving."
    )


def at(frame: pd.DataFrame, figureheads: int) -> pd.Series[Any]:
    """Give the row for a number of figureheads."""
    return frame.iloc[int((frame["figureheads"] == figureheads).argmax())]


def campaign_summary(frame: pd.DataFrame) -> str:
    """Say what 1 figurehead and what 5 carry, before and after, and what gets past 5."""
    one, five = at(frame, 1), at(frame, TOLD_AT)
    return (
        f"With 1 figurehead, {one.now_pct:.0f}% of staff hear a message and {one.next_pct:.0f}% "
        f"hear the next one. With {TOLD_AT}, it is {five.now_pct:.0f}%, then {five.next_pct:.0f}% "
        f"(8 networks in 10: {five.low:.0f}% to {five.high:.0f}%). "
        f"{five.heard_pct:.0f}% of criticism gets past {TOLD_AT} figureheads."
    )
