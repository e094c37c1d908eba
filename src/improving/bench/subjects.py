"""The models that the benchmark shows in every way it compares: one light, one slow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from improving import Slider, explore
from improving.explorer import Explorer
from improving.models import connecting_people, mandate
from improving.quick_altair import alt
from improving.views import mandate as mandate_view


@dataclass(frozen=True)
class Subject:
    """A model, its chart and the one slider that moves it; every step changes the chart."""

    name: str
    model: Callable[..., pd.DataFrame]
    chart: Callable[..., Any]
    parameter: str
    slider: Slider
    fixed: dict[str, Any]

    @property
    def steps(self) -> int:
        """How many settings lie above the lowest."""
        return len(self.slider.settings) - 1

    def explorer(self) -> Explorer:
        """Return the subject as an explorer."""
        explorer: Explorer = explore(
            self.model,
            name=f"benchmark/{self.name}",
            title="Benchmark",
            chart=self.chart,
            summary=lambda frame: f"{len(frame)} rows.",
            fixed=self.fixed,
            **{self.parameter: self.slider},
        )
        return explorer


def world_chart(frame: pd.DataFrame) -> Any:
    """Draw path length and clustering as shares of the ring's."""
    bars = alt.Chart(frame).mark_bar()
    return bars.encode(
        x=alt.X("relative:Q", scale=alt.Scale(domain=[0, 1]), title="Share of the ring's"),
        y=alt.Y("measure:N", title=None),
    ).properties(description="Bars: path length and clustering as a share of the ring's.")


LIGHT = Subject(
    "light",
    mandate.simulate,
    mandate_view.chart,
    "lasts",
    Slider("Mandate lasts", 1, 7, unit="years"),
    {},
)

SLOW = Subject(
    "slow",
    connecting_people.measures,
    world_chart,
    "rewired",
    Slider("Ties rewired", 0, 0.5, step=0.1),
    {"people": 100, "runs": 50},
)
