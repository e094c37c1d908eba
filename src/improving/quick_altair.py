"""Altair, imported a second faster."""

from improving import quick_jsonschema

quick_jsonschema.load()

import altair as alt  # noqa: E402

__all__ = ["alt"]
