"""Take in what a cohort handed in: a ZIP from a learning platform, or a folder.

Whatever is in it comes from many people, so nothing is unpacked. Each notebook is read by itself,
up to a limit, and written under a name of ours. What cannot be taken is told, and stops nobody
else.
"""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from improving.educator import submission
from improving.educator.assign import READ_ME
from improving.educator.desk import LEARNER, Desk, Learner, as_id
from improving.educator.results import save_bytes
from improving.problems import CourseError

MAX_ENTRIES = 50_000
MAX_RATIO = 200
"""A notebook does not shrink to a 200th; a bomb does."""

PATTERNS = {
    # Moodle: a folder for each person, or a file that starts with the same words.
    "Moodle": r"(?:.*/)?(?P<name>[^/]+?)_(?P<number>\d+)_assignsubmission_[a-z]+_?/?"
    r"(?P<file>[^/]*)",
    # Teams keeps every version that was handed in; the last one counts.
    "Teams": r"(?:.*/)?(?:Submitted files|Working files)/(?P<name>[^/]+)/[^/]+"
    r"/Version (?P<version>\d+)/(?P<file>[^/]+)",
    # As `improving assign` laid it out.
    "folders": r"(?:.*/)?(?P<name>[^/]+)/(?P<slug>\d\d-[a-z0-9-]+)/(?P<file>[^/]+)",
    "names": r"(?:.*/)?(?P<name>[^/]+)/(?P<file>[^/]+)",
}
"""How learning platforms name what they hand over, tried in this order."""


class Found(NamedTuple):
    """One notebook in a ZIP or a folder: where it was, and what it holds."""

    path: str
    content: bytes


class Taken(NamedTuple):
    """One notebook that is somebody's work on an exercise.

    Of several, the one of the highest `rank` counts: its version, and whether its name is right.
    `number` is Moodle's, which differs between two people of one name.
    """

    learner: Learner
    exercise: str
    found: Found
    rank: tuple[int, int]
    number: str


@dataclass(frozen=True)
class Collected:
    """What was taken in.

    Parameters
    ----------
    taken : list of (str, str)
        Learner and exercise of each submission that was new or had changed.
    same : int
        How many were there already.
    left : list of str
        What was not taken, each with its reason.
    """

    taken: list[tuple[str, str]]
    same: int
    left: list[str]


def collect(desk: Desk, where: Path, exercise: str = "", pattern: str = "") -> Collected:
    """Take in a ZIP or a folder of submissions.

    Parameters
    ----------
    desk : Desk
        The educator's folder. Learners who are not in its cohort join it.
    where : Path
        A ZIP, or a folder.
    exercise : str
        The exercise, where a notebook does not say; a damaged one cannot.
    pattern : str
        How paths are named, if not as Moodle, Teams or `improving assign` do: `{learner}` and
        `{file}` stand for what they say, `*` for anything, such as `{learner} - */{file}`.

    Returns
    -------
    Collected
        What was taken, and what was not.

    Raises
    ------
    CourseError
        If `where` is neither, or the pattern has no `{learner}`.
    """
    left: list[str] = []
    assigned = desk.assigned()
    if exercise and exercise not in assigned:
        desk.read_release(exercise)
    forms = [_as_expression(pattern)] if pattern else list(PATTERNS.values())
    people = _People(desk.learners())
    taken = []
    for found in _notebooks(where, left):
        one = _take(found, forms, people, exercise, assigned)
        if isinstance(one, str):
            left.append(f"{found.path}: {one}")
        else:
            taken.append(one)
    chosen = _one_each(taken, left)
    with desk.alone():
        desk.add_learners([one.learner for one in chosen])
        new = [one for one in chosen if _put(desk, one)]
    names = [(one.learner.id, one.exercise) for one in new]
    return Collected(names, len(chosen) - len(new), left)


def _put(desk: Desk, one: Taken) -> bool:
    path = desk.submitted(one.exercise, one.learner.id)
    name = PurePosixPath(one.found.path).name
    same = path.is_file() and path.read_bytes() == one.found.content
    save_bytes(desk.handed_in_as(one.exercise, one.learner.id), name.encode())
    if not same:
        save_bytes(path, one.found.content)
    return not same


# Finding notebooks


def _notebooks(where: Path, left: list[str]) -> Iterator[Found]:
    if where.is_dir():
        return _in_folder(where, left)
    if not zipfile.is_zipfile(where):
        raise CourseError(
            f"{where} is neither a folder nor a ZIP.\n"
            "    Mend: download the submissions as one ZIP, and give its path."
        )
    return _in_zip(where, left)


def _in_folder(top: Path, left: list[str]) -> Iterator[Found]:
    for path in sorted(top.rglob("*")):
        name = path.relative_to(top).as_posix()
        if ".ipynb_checkpoints" in path.parts:
            continue
        if path.is_symlink() or not path.resolve().is_relative_to(top.resolve()):
            left.append(f"{name}: a link to another place. It was not followed.")
        elif path.is_file() and path.suffix == ".ipynb":
            if path.stat().st_size > submission.MAX_BYTES:
                left.append(f"{name}: {_TOO_LARGE}")
            else:
                yield Found(name, path.read_bytes())
        elif path.is_file() and path.name != READ_ME:
            left.append(f"{name}: not a notebook.")


def _in_zip(path: Path, left: list[str]) -> Iterator[Found]:
    with _opened(path) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise CourseError(
                f"{path} has {len(entries)} files, more than {MAX_ENTRIES}.\n"
                "    Mend: check where it comes from; collect it in parts if it is right."
            )
        for entry in entries:
            if entry.is_dir() or "__MACOSX" in entry.filename:
                continue
            if why := _danger(entry):
                left.append(f"{_shown(entry.filename)}: {why}")
            elif not entry.filename.endswith(".ipynb"):
                left.append(f"{_shown(entry.filename)}: not a notebook.")
            else:
                try:
                    with archive.open(entry) as file:
                        # The size in the list may be a lie; what is read is not.
                        content = file.read(submission.MAX_BYTES + 1)
                # What damaged archives raise has no common base.
                except Exception as error:
                    left.append(f"{_shown(entry.filename)}: it cannot be unpacked ({error}).")
                    continue
                if len(content) > submission.MAX_BYTES:
                    left.append(f"{_shown(entry.filename)}: {_TOO_LARGE}")
                else:
                    yield Found(entry.filename, content)


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise CourseError(
            f"{path}: the ZIP is damaged: {error}.\n    Mend: download it again."
        ) from None


_TOO_LARGE = f"larger than {submission.MAX_BYTES // 1024**2} MB."


def _danger(entry: zipfile.ZipInfo) -> str:
    """Say what is wrong with an entry before it is opened; "" if nothing."""
    parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
    if not parts or parts[0] == "/" or ".." in parts or ":" in parts[0]:
        return "its path leads out of the ZIP."
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "a link, not a file."
    if entry.file_size > MAX_RATIO * max(entry.compress_size, 1) and entry.file_size > 1024**2:
        return "packed too tightly to be a notebook. It may be a ZIP bomb."
    if entry.flag_bits & 1:
        return "it is encrypted."
    return ""


def _shown(name: str) -> str:
    """Return a path fit to be printed."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:200]


# Whose it is, and of what


class _People:
    """Finds a learner by what a platform calls them."""

    def __init__(self, learners: Iterable[Learner]) -> None:
        self._by: dict[str, list[Learner]] = {}
        for learner in learners:
            self._add(learner)

    def _add(self, learner: Learner) -> None:
        for key in {_folded(one) for one in (learner.id, learner.name, learner.email) if one}:
            self._by.setdefault(key, []).append(learner)

    def find(self, name: str) -> Learner | str:
        """Return the learner of this name, one who joins, or why there is none."""
        found = self._by.get(_folded(name), [])
        if len(found) > 1:
            ids = " or ".join(learner.id for learner in found)
            return f"{len(found)} people are called {name}. Rename it to an id: {ids}."
        if found:
            return found[0]
        made = name if LEARNER.fullmatch(name) else as_id(name)
        if not made:
            return f"no id can be made from {name!r}. Add the person to learners.csv."
        if _folded(made) in self._by:
            return f"the id {made} is taken by somebody else. Add {name} to learners.csv."
        learner = Learner(made, "" if made == name else name)
        self._add(learner)
        return learner


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _take(
    found: Found, forms: list[str], people: _People, exercise: str, assigned: list[str]
) -> Taken | str:
    path = found.path.replace("\\", "/")
    match = next((hit for form in forms if (hit := re.fullmatch(form, path))), None)
    if match is None:
        return "its path does not say whose it is. Give --pattern."
    groups = match.groupdict()
    slug = _exercise_in(found.content) or exercise or groups.get("slug") or _named(path, assigned)
    if slug not in assigned:
        return (
            f"it belongs to {slug}, which was not assigned here."
            if slug
            else "it does not say which exercise it belongs to. Give --exercise."
        )
    learner = people.find(groups["name"].strip())
    if isinstance(learner, str):
        return learner
    right_name = PurePosixPath(path).name.endswith(f"{slug}.ipynb")
    rank = (int(groups.get("version") or 0), int(right_name))
    return Taken(learner, slug, found, rank, groups.get("number") or "")


def _exercise_in(content: bytes) -> str:
    try:
        return submission.exercise_of(submission.read(content))
    except submission.UnreadableError:
        return ""


def _named(path: str, assigned: list[str]) -> str:
    return next((slug for slug in assigned if slug in PurePosixPath(path).name), "")


def _one_each(taken: list[Taken], left: list[str]) -> list[Taken]:
    """Keep one notebook for each learner and exercise: the last version, then the right name."""
    groups: dict[tuple[str, str], list[Taken]] = {}
    for one in taken:
        groups.setdefault((one.learner.id, one.exercise), []).append(one)
    chosen = []
    for group in groups.values():
        if len({one.number for one in group}) > 1:
            left += [
                f"{one.found.path}: 2 people are called {one.learner.name}. Give each a line in "
                "learners.csv, and rename these to their ids."
                for one in group
            ]
            continue
        best = max(group, key=lambda one: one.rank)
        chosen.append(best)
        left += [
            f"{one.found.path}: {best.found.path} was taken instead."
            for one in group
            if one is not best
        ]
    return chosen


def _as_expression(pattern: str) -> str:
    if "{learner}" not in pattern:
        raise CourseError(
            f"The pattern {pattern!r} does not say where the learner's name stands.\n"
            "    Mend: write {learner} there, such as '{learner}/{file}'."
        )
    parts = {"{learner}": "(?P<name>[^/]+?)", "{file}": "(?P<file>[^/]+)", "*": "[^/]*"}
    split = re.split(r"(\{learner\}|\{file\}|\*)", pattern)
    return "(?:.*/)?" + "".join(parts.get(one, re.escape(one)) for one in split)
