"""How every tool of the course reports what is wrong: the file, the place, the mend."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in one file.

    Parameters
    ----------
    file : str
        Path from the root of the project, with forward slashes.
    place : str
        Where in the file, such as "line 4" or "cell 2"; empty for the whole file.
    what : str
        What is wrong.
    mend : str
        What to do about it.
    """

    file: str
    place: str
    what: str
    mend: str

    def __str__(self) -> str:
        where = f"{self.file}, {self.place}" if self.place else self.file
        return f"{where}: {self.what}\n    Mend: {self.mend}"


class CourseError(Exception):
    """Something the author of the course can mend.

    Parameters
    ----------
    problems : str or iterable of Problem
        One message, or every problem found.
    """

    def __init__(self, problems: str | Iterable[Problem]) -> None:
        lines = [problems] if isinstance(problems, str) else [str(one) for one in problems]
        super().__init__("\n".join(lines))


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn a problem that somebody can mend into its message and exit code 1."""
    try:
        yield
    except CourseError as problem:
        print(problem, file=sys.stderr)
        sys.exit(1)
