"""What every run of pytest shares: hypothesis without a clock, nbval that sees tidy notebooks.

nbval leaves out every cell without an execution count, and tidy notebooks have none. Without
this, an output that no longer agrees would never be noticed.
"""

import pytest
from hypothesis import settings

from improving.tidy import CHECKED

# Speed is the benchmark's business: on a busy machine a deadline fails a test that is right.
settings.register_profile("course", deadline=None)
settings.load_profile("course")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the cells whose outputs are checked as run."""
    for item in items:
        cell = getattr(item, "cell", None)
        if cell is not None and CHECKED in cell.metadata.get("tags", ()):
            cell.execution_count = 1
