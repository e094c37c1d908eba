"""jsonschema, imported a second faster. Call `load` before importing Altair or nbformat.

It builds 38 grammars for international web addresses if the package rfc3987_syntax is at hand.
Nothing here uses that format, so the package is hidden for this import.
"""

import sys

_UNUSED = "rfc3987_syntax"


def load() -> None:
    """Import jsonschema without the package that makes it slow; do nothing if it is there."""
    if _UNUSED in sys.modules or "jsonschema" in sys.modules:
        return
    sys.modules[_UNUSED] = None  # type: ignore[assignment]
    import jsonschema  # noqa: F401

    del sys.modules[_UNUSED]
