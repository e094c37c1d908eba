"""Improving at Scale: the models, explorers and book behind the course."""

from importlib import import_module
from typing import Any

_FROM = {
    "Choice": "improving.explorer",
    "Explorer": "improving.explorer",
    "Guess": "improving.explorer",
    "Slider": "improving.explorer",
    "Switch": "improving.explorer",
    "explore": "improving.explorer",
    "about": "improving.model_card",
    "check_yourself": "improving.questions",
    "reflect": "improving.questions",
}

__all__ = sorted(_FROM)


def __getattr__(name: str) -> Any:
    """Import on first use: the command line must not wait for Altair."""
    if name in _FROM:
        return getattr(import_module(_FROM[name]), name)
    raise AttributeError(f"module 'improving' has no attribute {name!r}")
