"""Lesson 06: how the model of a practice retold is shown."""

from __future__ import annotations

from typing import Any

import pandas as pd

from improving import charts
from improving.quick_altair import alt

SUPPORTS = {
    "nothing_pct": "Nothing added",
    "toolkit_pct": "Toolkit",
    "coach_pct": "Coach",
    "both_pct": "Both",
}

PARTS = {
    "effect_pct": "Effect",
    "core_pct": "Core kept",
    "fit_pct": "Edge that fits",
}

READ_AT = 10
"""The retelling at which the sentence and the guess read the lines."""


def supports_chart(frame: pd.DataFrame) -> Any:
    """Draw how much of the core is kept, retelling by retelling, under 4 kinds of support."""
    x = alt.X(
        "retelling:Q",
        title="Retellings",
        axis=alt.Axis(format="d", tickCount=5),
        scale=alt.Scale(domain=[0, 20], nice=False),
    )
    return charts.series(frame, x, SUPPORTS, "Core kept (%)", (0, 100)).properties(
        description="Core kept over 20 retellings, with nothing, a toolkit, a coach and both."
    )


def nothing_added(frame: pd.DataFrame) -> float:
    """Core kept after 10 retellings with nothing added, percent."""
    return float(frame.loc[frame["retelling"] == READ_AT, "nothing_pct"].iloc[0])


def leads(frame: pd.DataFrame) -> tuple[int, int]:
    """How many retellings the toolkit leads for, and how many the coach leads for."""
    told = frame[frame["retelling"] > 0]
    ahead = told["coach_pct"] - told["toolkit_pct"]
    return int((ahead < 0).sum()), int((ahead > 0).sum())


def supports_summary(frame: pd.DataFrame) -> str:
    """Say what is kept after 10 retellings, and when the coach passes the toolkit."""
    row = frame.set_index("retelling").loc[READ_AT]
    toolkit, coach = leads(frame)
    if toolkit == 0:
        order = "The coach is ahead of the toolkit from the first retelling."
    elif coach == 0:
        order = f"The toolkit is ahead of the coach for all {toolkit} retellings."
    else:
        order = f"The toolkit is ahead up to retelling {toolkit}, the coach from {toolkit + 1}."
    kept = "core parts are right" if row.each_counts else "sites have the whole core"
    return (
        f"After {READ_AT} retellings, {row.nothing_pct:.0f}% of {kept} with nothing "
        f"added, {row.toolkit_pct:.0f}% with a toolkit, {row.coach_pct:.0f}% with a coach and "
        f"{row.both_pct:.0f}% with both. {order}"
    )


def freedom_chart(frame: pd.DataFrame) -> Any:
    """Draw core, fit and effect as freedom to adapt grows, with the most effect marked."""
    x = alt.X(
        "freedom_pct:Q",
        title="Freedom to adapt (%)",
        axis=alt.Axis(format="d", tickCount=5),
        scale=alt.Scale(domain=[0, 100], nice=False),
    )
    lines = charts.series(frame, x, PARTS, "Share (%)", (0, 100))
    best = (
        alt.Chart(frame)
        .transform_filter("datum.best == 1")
        .mark_point(size=220, shape="diamond", color=charts.PLUM, opacity=1)
        .encode(x=x, y=alt.Y("effect_pct:Q"))
    )
    return alt.layer(lines, best).properties(
        description="Effect, core kept and edge that fits, by freedom to adapt; a diamond is best."
    )


def freedom_summary(frame: pd.DataFrame) -> str:
    """Say which freedom gives the most effect, and what copying exactly gives."""
    best, copied = frame.iloc[int(frame["best"].argmax())], frame.iloc[0]
    if best.freedom_pct == 0:
        free = frame.iloc[-1]
        return (
            f"Copying exactly gives the most: {copied.effect_pct:.0f}% of the full effect. Full "
            f"freedom gives {free.effect_pct:.0f}%."
        )
    return (
        f"The most effect comes at {best.freedom_pct:.0f}% freedom: {best.effect_pct:.0f}% of the "
        f"full effect. Copying exactly gives {copied.effect_pct:.0f}%."
    )
