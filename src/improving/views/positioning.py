"""Lesson 13: how the models of senders, groups and a closing host are shown."""

from __future__ import annotations

from typing import Any

import pandas as pd

from improving import charts
from improving.models.positioning import COLUMNS, GROUPS, YEARS
from improving.quick_altair import alt

SHORT = dict(
    zip(COLUMNS, ("Executives", "Nurses, managers", "Doctors", "Outside hospital"), strict=True)
)

AFTER = 5
"""The year at which the lesson compares senders."""


def _years() -> alt.X:
    axis = alt.Axis(format="d", tickCount=5)
    scale = alt.Scale(domain=[0, YEARS], nice=False)
    return alt.X("year:Q", title="Years from now", axis=axis, scale=scale)


def reach_chart(frame: pd.DataFrame) -> Any:
    """Draw the share of each group reached."""
    return charts.series(frame, _years(), SHORT, None, (0, 100)).properties(
        height=340,
        description="Lines over 10 years: share of executives, nurses, doctors and others reached.",
    )


def reached(frame: pd.DataFrame, year: float = AFTER) -> pd.Series:
    """Share of each group reached by a year, percent, under the groups' names."""
    row = frame.loc[frame["year"] == year, COLUMNS].iloc[0]
    return row.set_axis(list(GROUPS))


def doctors(frame: pd.DataFrame) -> float:
    """Share of doctors reached after 5 years, percent."""
    return float(reached(frame)["Doctors"])


def reach_summary(frame: pd.DataFrame) -> str:
    """Say how far each group is reached after 5 years, and the average of the groups."""
    now = reached(frame)
    first, *rest = (f"{share:.0f}% of {str(name).lower()}" for name, share in now.items())
    return (
        f"After {AFTER} years the message has reached {first}, {', '.join(rest[:-1])} and "
        f"{rest[-1]}. The average of the 4 groups is {now.mean():.0f}%."
    )


def closure_chart(frame: pd.DataFrame) -> Any:
    """Draw each group with the host closing and with the host staying, on one scale."""
    measures = {"host_closes_pct": "Host closes", "host_stays_pct": "Host stays"}
    lines = charts.series(frame, _years(), measures, None, (0, 100))
    closing = (
        alt.Chart(frame)
        .transform_filter("datum.year == 0")
        .mark_rule(color=charts.CHARCOAL, strokeWidth=1.5, strokeDash=[3, 3])
        .encode(x=alt.X("closes:Q"))
    )
    panels = charts.small_multiples(alt.layer(closing, lines, data=frame), "group", list(GROUPS))
    return panels.properties(
        description="Four panels, one per group: share reached if the host closes and if it stays."
    )


def at_end(frame: pd.DataFrame) -> pd.DataFrame:
    """Share of each group reached at year 10, percent, one row for each group."""
    return frame[frame["year"] == YEARS].set_index("group")[["host_closes_pct", "host_stays_pct"]]


def closure_summary(frame: pd.DataFrame) -> str:
    """Say where executives and doctors end, and how many they would be if the host stayed."""
    end = at_end(frame)
    leaders, medics = (
        f"{row.host_closes_pct:.0f}% of {str(name).lower()} "
        f"({row.host_stays_pct:.0f}% if the host stays)"
        for name, row in end.loc[["Executives", "Doctors"]].iterrows()
    )
    return (
        f"The host closes after {frame['closes'].iloc[0]} years. "
        f"At year {YEARS} the message has reached {leaders} and {medics}."
    )
