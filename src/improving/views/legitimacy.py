"""Lesson 03: how the two sites and the choice of whom to ask are shown."""

from __future__ import annotations

from typing import Any

import pandas as pd

from improving import charts
from improving.explorer.pack import Frames
from improving.quick_altair import alt

WHOM = {
    "random_pct": "Asked at random",
    "keenest_pct": "The keenest",
    "reluctant_pct": "The most reluctant",
}

PANEL = ": share of staff (%)"

ENOUGH = 90
"""Percent of crowds with over half in that the sentence calls enough: 9 in 10."""


def sites_chart(frames: Frames) -> Any:
    """Draw both sites' thresholds as bars, those who joined filled and the rest hollow."""
    x = alt.X(
        "above:Q",
        title="Colleagues needed first (of 100)",
        axis=alt.Axis(values=[0, 25, 50, 75]),
        scale=alt.Scale(domain=[-5, 75], nice=False),
    )
    y = alt.Y(
        "from:Q",
        title=None,
        axis=alt.Axis(values=[0, 10, 20]),
        scale=alt.Scale(domain=[0, 30], nice=False),
    )
    states = {"Joined": "0", "Waiting": "datum.joined_pct"}
    tops = {"Joined": "datum.joined_pct", "Waiting": "datum.joined_pct + datum.waiting_pct"}
    filled = alt.Scale(domain=list(states), range=[charts.NAVY, "transparent"])
    edged = alt.Scale(domain=list(states), range=[charts.NAVY, charts.ORANGE])
    bars = [
        alt.Chart()
        .transform_calculate(**{"from": bottom, "to": tops[state], "state": f"'{state}'"})
        .transform_filter("datum.to - datum.from > 0.05")
        .mark_bar(strokeWidth=1.5)
        .encode(
            x=x,
            x2="up_to:Q",
            y=y,
            y2="to:Q",
            fill=alt.Fill("state:N", scale=filled),
            stroke=alt.Stroke("state:N", scale=edged),
        )
        for state, bottom in states.items()
    ]
    total = (
        alt.Chart()
        .transform_joinaggregate(joined="sum(joined_pct)", groupby=["site"])
        .transform_filter("datum.above == -5")
        .transform_calculate(
            label="format(datum.joined, datum.joined < 9.95 ? '.1f' : '.0f') + '% join'"
        )
        .mark_text(align="right", baseline="top", fontSize=16, fontWeight="bold")
        .encode(text="label:N", x=alt.datum(75), y=alt.datum(29))
    )
    both = alt.layer(*bars, total, data=frames["groups"]).transform_calculate(
        panel=f"datum.site + '{PANEL}'"
    )
    panels = [f"{site}{PANEL}" for site in ("North", "South")]
    return charts.small_multiples(both, "panel", panels).properties(
        description="Two panels: staff by how many colleagues they need first; joined or waiting."
    )


def joined_at_south(frames: Frames) -> float:
    """Share of South's staff who join, percent."""
    return float(frames["sites"].set_index("site")["joined_pct"]["South"])


def sites_summary(frames: Frames) -> str:
    """Say where each site ends, and how many would carry it further."""
    sites = frames["sites"].set_index("site")
    north, south = (float(sites["joined_pct"][site]) for site in ("North", "South"))
    ends = f"{_percent(north)} of staff join at North and {_percent(south)} at South."
    carry = [
        f"at {name} if {row.carry_pct:.0f}% were in"
        for name, row in sites.iterrows()
        if row.carry_pct < 100
    ]
    if carry:
        return f"{ends} The rest would follow {', and '.join(carry)}."
    if min(north, south) < 50:
        return f"{ends} At a site that stops, no number of people already in would bring the rest."
    return f"{ends} Nobody had to be asked."


def _percent(share: float) -> str:
    return f"{share:.1f}%" if share < 9.95 else f"{share:.0f}%"


def asked_chart(frame: pd.DataFrame) -> Any:
    """Draw how often a crowd is carried, by how many are asked first and who they are."""
    x = alt.X(
        "asked:Q",
        title="People asked first (of 100)",
        axis=alt.Axis(format="d", tickCount=5),
        scale=alt.Scale(domain=[0, 20], nice=False),
    )
    lines = charts.series(frame, x, WHOM, "Crowds where over half join (%)", (0, 100))
    return lines.properties(
        description="Share of crowds carried, by how many people are asked first and who they are."
    )


def enough(frame: pd.DataFrame, column: str) -> int | None:
    """Fewest people asked that carry 9 crowds in 10, or None if the frame has no such row."""
    carried = frame.loc[frame[column] >= ENOUGH, "asked"]
    return None if carried.empty else int(carried.iloc[0])


def asked_summary(frame: pd.DataFrame) -> str:
    """Say what 10 people do, and how many it takes to carry 9 crowds in 10."""
    if enough(frame, "random_pct") == 0:
        share = frame["random_pct"].iloc[0]
        return (
            f"With nobody asked, over half join in {share:.0f}% of 400 random crowds. "
            "Whom you ask hardly matters."
        )
    ten = frame.set_index("asked").loc[10]
    need = {column: enough(frame, column) for column in WHOM}
    most = int(frame["asked"].max())
    counts = [f"more than {most}" if n is None else str(n) for n in need.values()]
    return (
        f"Ask 10 at random, and over half join in {ten.random_pct:.0f}% of 400 random crowds. Ask "
        f"the 10 keenest, and it is {ten.keenest_pct:.0f}%. To reach 9 crowds in 10, ask "
        f"{counts[0]} at random, {counts[1]} of the keenest or {counts[2]} of the most reluctant."
    )
