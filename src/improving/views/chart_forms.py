"""The page of chart forms for maintainers: one explorer for each form no lesson shows yet."""

from __future__ import annotations

from typing import Any

import pandas as pd

from improving import charts
from improving.explorer.pack import Frames


def sizes_chart(frame: pd.DataFrame) -> Any:
    """Draw how often crowds end at each size."""
    return charts.distribution(
        frame, "joined", "crowds_pct", "People in at the end", "Crowds (%)", (0, 100)
    ).properties(description="Bars: share of random crowds that end at each size, in tenths.")


def sizes_summary(frame: pd.DataFrame) -> str:
    """Say how many crowds end small and how many end whole."""
    small, whole = frame["crowds_pct"].iloc[0], frame["crowds_pct"].iloc[-1]
    return f"{small:.0f}% of crowds end below 10 people, {whole:.0f}% end at 90 or more."


def network_chart(frames: Frames) -> Any:
    """Draw the ring of people and its shortcuts."""
    return charts.network(frames["people"], frames["ties"], "datum.distance == 0").properties(
        height=360, description="A ring of people joined to their neighbours, with a few shortcuts."
    )


def network_summary(frames: Frames) -> str:
    """Say how many shortcuts there are and how far people are apart."""
    shortcuts = int(frames["ties"]["shortcut"].sum())
    people = frames["people"]
    return (
        f"{shortcuts} of {len(frames['ties'])} ties are shortcuts. The marked person is "
        f"{people['distance'].mean():.1f} steps from the others on average."
    )
