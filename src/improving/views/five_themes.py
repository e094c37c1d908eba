"""Lesson 07: how the five themes, and what happens without one of them, are shown."""

from __future__ import annotations

from typing import Any

import pandas as pd

from improving import charts
from improving.quick_altair import alt

LINES = {
    "benefit_pct": "Benefit",
    "all_five_pct": "Benefit, all 5 in place",
    "practising_pct": "People practising",
    "core_pct": "Core intact",
    "right_pct": "Right beliefs",
}


def chart(frame: pd.DataFrame) -> Any:
    """Draw the benefit, what makes it up, and the benefit with all five in place."""
    years = alt.X(
        "year:Q",
        title="Years from now",
        axis=alt.Axis(format="d", tickCount=5),
        scale=alt.Scale(domain=[0, 10], nice=False),
    )
    return charts.series(
        frame, years, LINES, "Share of the most possible (%)", (0, 100)
    ).properties(
        height=360,
        description="Lines over 10 years: benefit, benefit with all 5, practising, core, beliefs.",
    )


def summary(frame: pd.DataFrame) -> str:
    """Say what the benefit is after 1, 5 and 10 years, beside the benefit with all five."""
    at = frame.set_index("year").loc[[1, 5, 10]].round().astype(int)
    mine, best = at["benefit_pct"].tolist(), at["all_five_pct"].tolist()
    end = at.loc[10]
    last = (
        f"At year 10, {end['practising_pct']}% practise, the core is {end['core_pct']}% intact "
        f"and {end['right_pct']}% of beliefs are right."
    )
    if end["missing"] == 0:
        return f"All 5 in place: benefit {_years(mine)}. {last}"
    return f"Benefit {_years(mine)}. With all 5 in place: {_years(best)}. {last}"


def _years(values: list[int]) -> str:
    one, five, ten = values
    return f"{one}% at year 1, {five}% at year 5 and {ten}% at year 10"
