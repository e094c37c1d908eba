"""Show a model card: what a model assumes, leaves out, rests on and cannot tell you."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from improving.models.card import ModelCard

BIBLIOGRAPHY = Path(__file__).resolve().parents[2] / "book" / "references.bib"

_HEADINGS = {
    "assumes": "What it assumes",
    "leaves_out": "What it leaves out",
    "numbers": "Where its numbers come from",
    "cannot_tell": "What it cannot tell you",
}


@dataclass(frozen=True)
class Card:
    """A model card ready to be shown at the end of a cell."""

    card: ModelCard

    def _repr_html_(self) -> str:
        parts = "".join(
            f"<h4>{heading}</h4><ul>{_items(getattr(self.card, field))}</ul>"
            for field, heading in _HEADINGS.items()
        )
        return f'<div class="model-card"><h3>{html.escape(self.card.title)}</h3>{parts}</div>'

    def __repr__(self) -> str:
        return f"Model card: {self.card.title}"


def about(card: ModelCard) -> Card:
    """Show a model card in a lesson."""
    return Card(card)


def _items(sentences: tuple[str, ...]) -> str:
    return "".join(f"<li>{_cited(sentence)}</li>" for sentence in sentences)


def _cited(sentence: str) -> str:
    text = html.escape(sentence).replace("] [", "]; [")
    return re.sub(r"\[@(\w+)\]", lambda match: f"({_author_year(match[1])})", text).replace(
        "); (", "; "
    )


def _author_year(key: str) -> str:
    known = _references()
    if key not in known:
        raise ValueError(f"{BIBLIOGRAPHY}: no entry {key!r}, which a model card cites. Add it.")
    return known[key]


@cache
def _references() -> dict[str, str]:
    from pybtex.database import parse_file

    def label(entry: object) -> str:
        people = entry.persons.get("author", [])  # type: ignore[attr-defined]
        # As rich text, an accent written in LaTeX becomes the letter.
        names = [" ".join(map(str, p.rich_prelast_names + p.rich_last_names)) for p in people]
        year = entry.fields.get("year", "no date")  # type: ignore[attr-defined]
        if len(names) > 2:
            return f"{names[0]} and others {year}"
        return f"{' and '.join(names)} {year}"

    return {key: label(entry) for key, entry in parse_file(str(BIBLIOGRAPHY)).entries.items()}
