"""The folder an educator works in, and who is in the cohort.

It has nbgrader's own layout, so that nbgrader's tools can be used on it as well:

    learners.csv                          id, name, email
    gradebook.db                          nbgrader's gradebook
    source/<slug>/<slug>.ipynb            the exercise as it was when it was assigned
    release/<slug>/<slug>.ipynb           what learners got
    submitted/<learner>/<slug>/           what they handed in
    results/<slug>/<learner>.json         how its marking went
    autograded/<learner>/<slug>/          the notebook after marking
    reviews/<slug>/<learner>.json         points and words given by hand
    feedback/<learner>/<slug>/            what the learner gets back
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from improving import files, tidy
from improving.problems import CourseError
from improving.tidy import Json

LEARNER = re.compile(
    r"(?!(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z))[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9_-])?",
    re.ASCII | re.IGNORECASE,
)
"""What an id may look like: it names folders, on every system."""

COLUMNS = ("id", "name", "email")

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet runs a cell that begins with one of these."""


@dataclass(frozen=True)
class Learner:
    """One person in the cohort.

    Parameters
    ----------
    id : str
        Names the learner's folders; letters, digits, dots, hyphens and underscores.
    name, email : str
        As the educator wrote them; may be empty.
    """

    id: str
    name: str = ""
    email: str = ""


@dataclass(frozen=True)
class Desk:
    """An educator's folder.

    Parameters
    ----------
    root : Path
        Where it is. It need not exist.
    """

    root: Path

    @property
    def gradebook_url(self) -> str:
        """Where nbgrader's gradebook is, as a database address."""
        return f"sqlite:///{self.root.resolve() / 'gradebook.db'}"

    def source(self, slug: str) -> Path:
        """Return the exercise as it was when it was assigned."""
        return self.root / "source" / slug / f"{slug}.ipynb"

    def release(self, slug: str) -> Path:
        """Return what learners got."""
        return self.root / "release" / slug / f"{slug}.ipynb"

    def submitted(self, slug: str, learner: str) -> Path:
        """Return what a learner handed in."""
        return self.root / "submitted" / learner / slug / f"{slug}.ipynb"

    def handed_in_as(self, slug: str, learner: str) -> Path:
        """Return the file that says under which name it was handed in."""
        return self.submitted(slug, learner).with_name("handed-in-as.txt")

    def moodle_number(self, slug: str, learner: str) -> Path:
        """Return the file that says under which of Moodle's numbers it was handed in."""
        return self.submitted(slug, learner).with_name("moodle-number.txt")

    def result(self, slug: str, learner: str) -> Path:
        """Return how a submission's marking went."""
        return self.root / "results" / slug / f"{learner}.json"

    def autograded(self, slug: str, learner: str) -> Path:
        """Return a submission after marking."""
        return self.root / "autograded" / learner / slug / f"{slug}.ipynb"

    def review(self, slug: str, learner: str) -> Path:
        """Return the points and words that were given by hand."""
        return self.root / "reviews" / slug / f"{learner}.json"

    def feedback(self, slug: str, learner: str) -> Path:
        """Return what a learner gets back."""
        return self.root / "feedback" / learner / slug / f"{slug}.html"

    def assigned(self) -> list[str]:
        """Return the slugs of the exercises that were assigned here, in order."""
        return sorted(path.stem for path in self.root.glob("release/*/*.ipynb"))

    def read_source(self, slug: str) -> Json:
        """Return an assigned exercise, with every answer and check.

        Raises
        ------
        CourseError
            If it was not assigned here.
        """
        return self._read(self.source(slug), slug)

    def read_release(self, slug: str) -> Json:
        """Return the learner's version of an assigned exercise.

        Raises
        ------
        CourseError
            If it was not assigned here.
        """
        return self._read(self.release(slug), slug)

    def _read(self, path: Path, slug: str) -> Json:
        if not path.is_file():
            known = ", ".join(self.assigned()) or "none"
            raise CourseError(
                f"{slug} was not assigned in {self.root}. Assigned there: {known}.\n"
                f"    Mend: run `python course.py assign {slug} --to FOLDER` first, or name "
                "another desk with --desk."
            )
        return tidy.read(path, str(path))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the desk, so that only one command at a time writes marks.

        Raises
        ------
        CourseError
            If another command holds it.
        """
        from filelock import FileLock, Timeout

        self.root.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.root / ".lock", timeout=0):
                yield
        except Timeout:
            raise CourseError(
                f"Another command is at work in {self.root}.\n"
                "    Mend: wait until it ends, then run this again."
            ) from None

    def learners(self) -> list[Learner]:
        """Return the cohort, in the order of the file; empty where there is no file yet.

        Raises
        ------
        CourseError
            If the file has a fault.
        """
        path = self.root / "learners.csv"
        return read_learners(path) if path.is_file() else []

    def add_learners(self, learners: list[Learner]) -> None:
        """Add to the cohort those who are not in it; nothing in the file is changed or removed."""
        path = self.root / "learners.csv"
        known = {learner.id for learner in self.learners()}
        new = [learner for learner in learners if learner.id not in known]
        if path.is_file() and not new:
            return
        # Excel reads UTF-8 only where the file says so.
        text = path.read_bytes().decode() if path.is_file() else f"\ufeff{','.join(COLUMNS)}"
        files.write_text(path, _with_lines(text, new))


def read_learners(path: Path) -> list[Learner]:
    """Read a cohort from a CSV file with the columns id, name and email.

    Parameters
    ----------
    path : Path
        The file. `name` and `email` may be left out.

    Returns
    -------
    list of Learner
        In the order of the file.

    Raises
    ------
    CourseError
        If the file cannot be read or has a fault: the line and the mend.
    """
    try:
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(
            f"{path}: cannot be read: {error}.\n    Mend: save it as CSV UTF-8 in that place."
        ) from None
    found: dict[str, Learner] = {}
    rows = _rows(text)
    try:
        if "id" not in _columns(rows):
            raise CourseError(
                f"{path}, line 1: no column is called id.\n"
                "    Mend: make the first line `id,name,email`, and give each person an id."
            )
        for row in rows:
            learner = Learner(*(" ".join((row.get(column) or "").split()) for column in COLUMNS))
            _check(learner, f"{path}, line {rows.line_num}", found)
            found[learner.id.casefold()] = learner
    except csv.Error as error:
        raise CourseError(
            f"{path}, line {rows.line_num + 1}: not CSV: {error}.\n"
            "    Mend: look for a quotation mark that is never closed."
        ) from None
    return list(found.values())


def _rows(text: str) -> csv.DictReader[str]:
    # Line ends stay as they are: one within quotation marks is part of a value.
    return csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)


def _columns(rows: csv.DictReader[str]) -> Sequence[str]:
    """Return the names of the columns, as we write them, and have the rows use these."""
    rows.fieldnames = [name.strip().casefold() for name in rows.fieldnames or ()]
    return rows.fieldnames


def _check(learner: Learner, place: str, found: dict[str, Learner]) -> None:
    if not LEARNER.fullmatch(learner.id):
        raise CourseError(
            f"{place}: {learner.id!r} cannot be an id.\n"
            "    Mend: use letters from a to z, digits, dots, hyphens and underscores, 64 at most. "
            "Begin with a letter or digit. Do not end with a dot, or use a word that Windows "
            "keeps for itself, such as con."
        )
    if learner.id.casefold() in found:
        raise CourseError(f"{place}: the id {learner.id!r} is there twice.\n    Mend: change one.")


def _with_lines(text: str, learners: list[Learner]) -> str:
    """Return the text of a cohort with a line more for each learner."""
    end = "\r\n" if "\r\n" in text else "\n"
    out = io.StringIO(newline="")
    columns = _columns(_rows(text))
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator=end)
    for one in learners:
        values = ((column, " ".join(getattr(one, column).split())) for column in COLUMNS)
        writer.writerow(dict(values))
    return text + ("" if text.endswith(("\r", "\n")) else end) + out.getvalue()


def as_id(name: str) -> str:
    """Make an id from a name: small letters and hyphens.

    Parameters
    ----------
    name : str
        Any text.

    Returns
    -------
    str
        An id that `LEARNER` allows, or "" if nothing in the name can stand in one.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    made = re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-")[:64].strip("-")
    return made if LEARNER.fullmatch(made) else ""
