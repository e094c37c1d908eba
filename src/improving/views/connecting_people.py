"""Lesson 05: how small worlds, news and practices that spread, and bridges are shown."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from improving import charts
from improving.explorer.pack import Frames
from improving.quick_altair import alt

REWIRED = {
    "None: only neighbours": 0,
    "1 in 100": 0.01,
    "3 in 100": 0.03,
    "1 in 10": 0.1,
    "3 in 10": 0.3,
    "All of them": 1,
}
"""Shares of ties moved, as a reader chooses them."""

ALONE = {"Nobody": 0, "1 in 100 each step": 0.01, "1 in 20 each step": 0.05}
"""Chances of starting on fewer contacts, as a reader chooses them."""

HEARD = ("Has heard", "Not yet")


def news_chart(frames: Frames) -> Any:
    """Draw the network, who has heard, and the long ties."""
    ties, _ = charts.network(frames["people"], frames["ties"], "false").layer
    place: dict[str, Any] = {"axis": None, "scale": alt.Scale(domain=[-1.1, 1.1])}
    shown = alt.Legend(symbolSize=120, symbolStrokeWidth=0)
    people = (
        alt.Chart(frames["people"])
        .transform_calculate(state=f"datum.heard == 1 ? '{HEARD[0]}' : '{HEARD[1]}'")
        .mark_point(size=120, opacity=1)
        .encode(
            x=alt.X("x:Q", **place),
            y=alt.Y("y:Q", **place),
            color=alt.Color(
                "state:N",
                scale=alt.Scale(domain=HEARD, range=[charts.NAVY, charts.LILAC]),
                legend=shown,
            ),
            shape=alt.Shape("state:N", scale=alt.Scale(domain=HEARD, range=["diamond", "circle"])),
        )
    )
    start = (
        alt.Chart(frames["people"])
        .transform_filter("datum.person == 0")
        .mark_text(text="Start", dy=-16, fontWeight="bold")
        .encode(x=alt.X("x:Q", **place), y=alt.Y("y:Q", **place))
    )
    return alt.layer(ties, people, start).properties(
        height=380,
        description="A ring of 60 people, their ties, the long ties, and who has heard the news.",
    )


def news_summary(frames: Frames) -> str:
    """Say who has heard, and when everyone will have, here, typically and on the ring."""
    people, reach = frames["people"], frames["all"].set_index("network")
    long = int(frames["ties"]["shortcut"].sum())
    here, ring = reach["steps"]["this draw"], reach["steps"]["ring"]
    start = f"{int(people['heard'].sum())} of {len(people)} people have heard."
    if long == 0:
        return f"{start} With no long ties, everyone hears after {here:.0f} steps."
    low, high = (round(reach[end]["typical draw"]) for end in ("low", "high"))
    spread = f"{low} steps" if low == high else f"{low} to {high} steps"
    return (
        f"{start} With {long} long {_plural('tie', long)}, everyone hears after {here:.0f} steps; "
        f"with none it takes {ring:.0f}. In 8 of 10 random draws it takes {spread}."
    )


def steps_until_all(frames: Frames) -> float:
    """Return the steps until everyone has heard, in this draw."""
    return float(frames["all"]["steps"].iloc[0])


def by_rewiring_chart(frame: pd.DataFrame) -> Any:
    """Draw path length and clustering as shares of the ring's, as more ties move."""
    names = {
        "path length": "Steps between 2 people",
        "clustering": "Contacts who know each other",
    }
    x = alt.X("moved_pct:O", title="Ties moved, of every 100", axis=alt.Axis(labelAngle=0))
    fields = ("low_pct", "relative_pct", "high_pct")
    return _two_bands(
        frame, "measure", names, x, fields, "Compared with no long ties (%)"
    ).properties(
        description="As ties move, steps between people fall early; shared contacts fall later."
    )


def spread_chart(frames: Frames) -> Any:
    """Draw the share who have the news and the practice, with bands over networks."""
    names = {"News": "News", "Practice": "Practice"}
    x = alt.X("step:Q", title="Steps", axis=alt.Axis(format="d", tickCount=6))
    fields = ("low", "mid", "high")
    return _two_bands(
        frames["share"], "kind", names, x, fields, "People who have it (%)"
    ).properties(
        description="Share of people with the news and with the practice, step by step, with bands."
    )


def _two_bands(
    frame: pd.DataFrame,
    by: str,
    names: dict[str, str],
    x: alt.X,
    fields: tuple[str, str, str],
    title: str,
) -> Any:
    """Draw two lines, each in the band that holds most networks; dash and colour differ."""
    low, mid, high = fields
    scale = alt.Scale(domain=[0, 100])
    shown, colours = list(names.values()), charts.PALETTE[:2]
    base = alt.Chart(frame).encode(x=x)
    bands = [
        base.transform_filter(f"datum.{by} == '{key}'")
        .mark_area(opacity=0.2, color=colour)
        .encode(y=alt.Y(f"{low}:Q", title=title, scale=scale), y2=f"{high}:Q")
        for key, colour in zip(names, colours, strict=True)
    ]
    first, second = names
    lines = (
        base.transform_calculate(
            name=f"datum.{by} == '{first}' ? '{names[first]}' : '{names[second]}'"
        )
        .mark_line()
        .encode(
            y=alt.Y(f"{mid}:Q", title=title, scale=scale),
            color=alt.Color("name:N", scale=alt.Scale(domain=shown, range=list(colours))),
            strokeDash=alt.StrokeDash(
                "name:N", scale=alt.Scale(domain=shown, range=list(charts.DASHES[:2]))
            ),
        )
    )
    return alt.layer(*bands, lines)


def spread_summary(frames: Frames) -> str:
    """Say how far each goes and how fast, beside no long ties."""
    news, practice = (frames["reach"].iloc[i] for i in (0, 1))
    end = frames["share"].iloc[-1]
    if math.isnan(practice["step"]):
        then = f". By step {end.step} the typical network is at {end.mid:.0f}%"
        if end.high - end.low >= 1:
            then += f" (8 in 10: {end.low:.0f}% to {end.high:.0f}%)"
    else:
        then = f", typically at step {practice['step']:.0f} ({_without(practice)})"
    return (
        f"News reaches 9 in 10 people at step {news['step']:.0f} ({_without(news)}). "
        f"The practice gets there in {practice['networks_pct']:.0f} of 100 networks{then}."
    )


def _without(reach: pd.Series) -> str:
    return f"with no long ties: {reach['ring_step']:.0f}"


def bridges_chart(frame: pd.DataFrame) -> Any:
    """Draw the teams that take a practice up, for each way to share the ties."""
    ways = [f"{row.teams} × {row.each}" for row in frame.itertuples()]
    base = (
        alt.Chart(frame)
        .transform_calculate(
            way="datum.teams + ' × ' + datum.each",
            label="format(datum.practice_teams, '.1f') + ' of ' + datum.teams",
        )
        .encode(
            y=alt.Y("way:N", title="Teams × ties to each", sort=ways),
            x=alt.X(
                "practice_teams:Q",
                title="Teams that take it up, on average",
                scale=alt.Scale(domain=[0, 3]),
                axis=alt.Axis(tickCount=4),
            ),
        )
    )
    label = base.mark_text(align="left", dx=5).encode(text="label:N")
    return (base.mark_bar() + label).properties(
        height=270,
        description="24 ties shared out: the most teams take it up when 3 teams get 8 ties each.",
    )


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
