"""Altair, imported a second faster.

Altair needs jsonschema, which builds 38 grammars for international web addresses if the package
rfc3987_syntax is at hand. No chart uses that format, so the package is hidden for this import.
"""

import sys

_UNUSED = "rfc3987_syntax"
_hide = _UNUSED not in sys.modules and "jsonschema" not in sys.modules
if _hide:
    sys.modules[_UNUSED] = None  # type: ignore[assignment]

import altair as alt  # noqa: E402

if _hide:
    del sys.modules[_UNUSED]

__all__ = ["alt"]
