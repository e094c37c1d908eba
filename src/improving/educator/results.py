"""What marking found out about one submission, and how it is kept.

Results are files, one for each learner, written whole or not at all. A run of marking that was
killed therefore leaves finished results and no half ones, and the next run goes on from there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

Status = Literal["marked", "missing", "unreadable", "crashed", "timed out", "tampered"]

State = Literal["right", "not yet", "not answered", "stopped", "not reached"]


class CheckResult(BaseModel):
    """How one check went.

    Parameters
    ----------
    cell : str
        The check's name, such as "part-1a-check".
    points : float
        What it is worth.
    earned : float or None
        What it gave; None where it was never reached, which is not 0.
    state : str
        How it ended.
    words : str
        What the check found, for the learner.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    cell: str
    points: float
    earned: float | None
    state: State
    words: str


class Result(BaseModel):
    """What marking found out about one submission.

    Parameters
    ----------
    learner, exercise : str
        Whose, and of what.
    digest : str
        Of everything that went into it. Another digest means it must be marked again.
    status : str
        How it went. Everything but "missing" and "unreadable" has checks.
    reason : str
        Why it did not go as it should; empty where it did.
    notes : tuple of str
        What a marker should know.
    checks : tuple of CheckResult
        In the order of the exercise.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    learner: str
    exercise: str
    digest: str
    status: Status
    reason: str = ""
    notes: tuple[str, ...] = ()
    checks: tuple[CheckResult, ...] = ()


def load(path: Path) -> Result | None:
    """Return a kept result; None if there is none, or if it cannot be read and must be made again.

    Parameters
    ----------
    path : Path
        The file.
    """
    try:
        return Result.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
