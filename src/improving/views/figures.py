"""How figures of real trusts are drawn in more than one lesson."""

from __future__ import annotations

from typing import Any

import pandas as pd

from improving import charts
from improving.quick_altair import alt


def reach_chart(frame: pd.DataFrame) -> Any:
    """Draw a trust's answers by year between the quartiles of its group."""
    x = alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0))
    share: dict[str, Any] = {"scale": alt.Scale(domain=[15, 75])}
    title = "Staff who agree (%)"
    base = alt.Chart(frame).encode(x=x)
    half = base.mark_area().encode(
        y=alt.Y("lower_quartile:Q", title=title, **share), y2="upper_quartile:Q"
    )
    lines = charts.series(
        frame, x, {"pct": "This trust", "median": "Median of its group"}, title, (15, 75)
    )
    dots = base.mark_point(size=90, opacity=1).encode(y=alt.Y("pct:Q", title=title, **share))
    return alt.layer(half, lines, dots).properties(
        height=240,
        description="Question 3f by year: one trust, its group's median, and the middle half.",
    )
