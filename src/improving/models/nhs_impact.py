"""Lesson 01: the published baseline, and where a reader's own organisation stands."""

from __future__ import annotations

import pandas as pd

from improving.models.card import ModelCard
from improving.models.ranges import require_choice

BASELINE = {
    "executive": 96,
    "method": 95,
    "strategy": 84,
    "induction": 41,
}
"""Percent of NHS providers, August 2023 [@nhse_baseline2023]."""

COMPONENTS = {
    "purpose": "Purpose and vision",
    "people": "People and culture",
    "leadership": "Leadership behaviours",
    "capability": "Capability and capacity",
    "systems": "Management systems",
}
"""The 5 components of NHS IMPACT in short [@nhse_about_impact]."""

STEPS = {
    "absent": (0, 0),
    "on paper": (2, 0),
    "some teams": (3, 1),
    "most teams": (3, 3),
    "unsupported": (0, 2),
}
"""What a reader can say of a component: steps of structure and of reach, each from 0 to 3."""

WIDE = 2
"""Steps by which structure must lead before it counts as outrunning reach."""

THEMES = {
    "legitimacy": "Legitimacy",
    "language": "Shared language",
    "connection": "Connecting people",
    "translation": "Translation",
    "interpretation": "Diverse interpretations",
}
"""The 5 themes of the evaluation [@burgess2025challenges]."""

SOURCES = {
    "missing": (0, 0),
    "national": (1, 0),
    "own": (0, 1),
    "both": (1, 1),
}
"""Where an organisation gets a theme from: the national programme, its own work."""


def baseline(figure: str = "induction") -> pd.DataFrame:
    """Draw one figure of the baseline as 100 providers.

    Parameters
    ----------
    figure
        One of `BASELINE`.

    Returns
    -------
    pandas.DataFrame
        One row for each of 100 providers: ``column`` and ``row`` (0 to 9) of its place in a
        square, and ``has`` (1 or 0).

    Raises
    ------
    ValueError
        If the figure is not one of the baseline.
    """
    require_choice("figure", figure, list(BASELINE))
    provider = range(100)
    return pd.DataFrame(
        {
            "column": [place % 10 for place in provider],
            "row": [place // 10 for place in provider],
            "has": [int(place < BASELINE[figure]) for place in provider],
        }
    )


def place(
    purpose: str = "some teams",
    people: str = "on paper",
    leadership: str = "some teams",
    capability: str = "on paper",
    systems: str = "absent",
) -> pd.DataFrame:
    """Place an organisation on the 5 components: what is set up, and whom it reaches.

    Parameters
    ----------
    purpose, people, leadership, capability, systems
        What a reader says of each component, one of `STEPS`.

    Returns
    -------
    pandas.DataFrame
        One row for each component: ``component``, ``structure`` and ``reach`` (steps, 0 to 3),
        and ``outruns`` (1 where structure leads by `WIDE` or more).

    Raises
    ------
    ValueError
        If something is said that is not one of `STEPS`.
    """
    said = {
        "purpose": purpose,
        "people": people,
        "leadership": leadership,
        "capability": capability,
        "systems": systems,
    }
    for name, value in said.items():
        require_choice(name, value, list(STEPS))
    structure, reach = zip(*(STEPS[value] for value in said.values()), strict=True)
    return pd.DataFrame(
        {
            "component": list(COMPONENTS.values()),
            "structure": structure,
            "reach": reach,
            "outruns": [int(s - r >= WIDE) for s, r in zip(structure, reach, strict=True)],
        }
    )


def themes(
    legitimacy: str = "national",
    language: str = "both",
    connection: str = "national",
    translation: str = "own",
    interpretation: str = "missing",
    stops: bool = False,
) -> pd.DataFrame:
    """Say where an organisation gets each theme from, and what is left without the programme.

    Parameters
    ----------
    legitimacy, language, connection, translation, interpretation
        Where each theme comes from, one of `SOURCES`.
    stops
        Whether the national programme stops.

    Returns
    -------
    pandas.DataFrame
        A row for each theme and source, 10 in all: ``theme``, ``source`` ("National" or "Own")
        and ``there`` (1 or 0).

    Raises
    ------
    ValueError
        If a theme comes from somewhere that is not one of `SOURCES`.
    """
    said = {
        "legitimacy": legitimacy,
        "language": language,
        "connection": connection,
        "translation": translation,
        "interpretation": interpretation,
    }
    rows = []
    for name, value in said.items():
        require_choice(name, value, list(SOURCES))
        national, own = SOURCES[value]
        rows.append((THEMES[name], "National", 0 if stops else national))
        rows.append((THEMES[name], "Own", own))
    return pd.DataFrame(rows, columns=["theme", "source", "there"])


CARD = ModelCard(
    title="Placing an organisation",
    assumes=(
        "You can say of each component how far it is set up and whom it reaches.",
        "A step of structure can be set against a step of reach.",
        "A lead of 2 steps or more is worth a look.",
    ),
    leaves_out=(
        "What others in your organisation would say.",
        "How good the work is that reaches people.",
        "What any of it does for patients.",
    ),
    numbers=(
        "Evidence: the 4 shares of providers [@nhse_baseline2023].",
        "Evidence: the names of the 5 components [@nhse_about_impact].",
        "Illustration: the steps from 0 to 3, and the lead of 2. They are ours.",
        "This is not NHS England's self-assessment, and it gives no score.",
    ),
    cannot_tell=(
        "Whether your answers are right. Ask someone on a night shift.",
        "How your organisation compares with another.",
    ),
)
