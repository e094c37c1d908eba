"""Lesson 07: how March's model of learning from people who differ is shown."""

from __future__ import annotations

from typing import Any

import pandas as pd

from improving import charts
from improving.quick_altair import alt

LINES = {
    "people_pct": "Your people",
    "approach_pct": "Your shared approach",
    "slow_pct": "People, slow organisation",
}

EARLY = 10
"""The round at which the sentence reads who leads early."""


def chart(frame: pd.DataFrame) -> Any:
    """Draw what people and approach get right, beside a slow organisation."""
    rounds = alt.X(
        "round:Q",
        title="Rounds",
        axis=alt.Axis(format="d", tickCount=5),
        scale=alt.Scale(domain=[0, 80], nice=False),
    )
    scale = alt.Scale(domain=[20, 100], clamp=True)
    right = alt.Y("low:Q", title="Beliefs that are right (%)", scale=scale)
    band = alt.Chart(frame).mark_area().encode(x=rounds, y=right, y2="high:Q")
    lines = charts.series(frame, rounds, LINES, "Beliefs that are right (%)", (20, 100))
    return alt.layer(band, lines).properties(
        description="Right beliefs over 80 rounds: your people with a band, approach, slow people."
    )


def right_at_end(frame: pd.DataFrame) -> float:
    """Share of people's beliefs that are right in the last round, percent."""
    return float(frame["people_pct"].iloc[-1])


def summary(frame: pd.DataFrame) -> str:
    """Say who leads early, who leads at the end, and how much difference is left."""
    early, end = frame.set_index("round").loc[EARLY], frame.iloc[-1]
    return (
        f"After {EARLY} rounds your people have {early.people_pct:.0f}% right, and the slow "
        f"organisation's {early.slow_pct:.0f}%. After {end['round']:.0f} rounds it is "
        f"{end.people_pct:.0f}% (8 runs in 10 lie from {end.low:.0f}% to {end.high:.0f}%) "
        f"against {end.slow_pct:.0f}%. Your approach has {end.approach_pct:.0f}% right, and "
        f"{end.differ_pct:.0f}% of your people's beliefs still differ from it."
    )
