"""What one submission may use while it is marked."""

from __future__ import annotations

from dataclasses import asdict, dataclass

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """The limits of one run.

    Parameters
    ----------
    cell_seconds : int
        How long one cell may run before it is interrupted, in seconds.
    notebook_seconds : int
        How long the whole notebook may run before everything is ended, in seconds.
    memory_mb : int
        What all its processes may hold in memory together, in MB.
    processes : int
        How many processes it may have at once, beside the one that runs the notebook.
    scratch_mb : int
        What it may write to its throw-away folder, in MB.
    output_kb : int
        How much of each cell's output is kept, in kB. More is cut, and the run goes on.
    """

    cell_seconds: int = 60
    notebook_seconds: int = 300
    memory_mb: int = 2048
    processes: int = 16
    scratch_mb: int = 200
    output_kb: int = 200

    @property
    def result_bytes(self) -> int:
        """How much the run may hand back in all, in bytes."""
        return 40 * MB

    def as_dict(self) -> dict[str, int]:
        """Return the limits by name."""
        return asdict(self)
