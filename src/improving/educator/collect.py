"""Take in what a cohort handed in: a ZIP from a learning platform, or a folder.

Whatever is in it comes from many people, so nothing is unpacked. Each notebook is read by itself,
up to a limit, and written under a name of ours. What cannot be taken is told, and stops nobody
else.
"""

from __future__ import annotations

import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from improving import files
from improving.educator import submission
from improving.educator.assign import READ_ME
from improving.educator.desk import DANGEROUS, LEARNER, Desk, Learner, as_id
from improving.problems import CourseError

MAX_ENTRIES = 50_000
MAX_TOTAL = 2 * 1024**3
"""How many bytes of notebooks are held at once."""

MAX_PATH = 1000
MAX_RATIO = 200
"""A notebook does not shrink to a 200th; a bomb does."""

PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How platforms pack. Other ways unpack a block at a time, however large it becomes."""

PASSED_OVER = frozenset((READ_ME, ".DS_Store", "Thumbs.db", "desktop.ini"))

PATTERNS = {
    # Moodle: a folder for each person, or a file that starts with the same words. The first such
    # words count: what stands behind them was named by the learner.
    "Moodle": r"(?P<above>(?:.*?/)??)(?P<name>[^/]+?)_(?P<number>\d+)_assignsubmission_[a-z]+_?/?"
    r"(?P<file>.*)",
    # Teams keeps every version that was handed in; the last one counts.
    "Teams": r"(?P<above>(?:.*?/)??)Submitted files/(?P<name>[^/]+)/[^/]+"
    r"/Version (?P<version>\d{1,9})/(?P<file>.+)",
    "drafts in Teams": r"(?:.*?/)??Working files/[^/]+/[^/]+/(?P<draft>.+)",
    # As `improving assign` laid it out.
    "folders": r"(?P<above>(?:.*/)?)(?P<name>[^/]+)/(?P<slug>\d\d-[a-z0-9-]+)/(?P<file>[^/]+)",
    "names": r"(?P<above>(?:.*/)?)(?P<name>[^/]+)/(?P<file>[^/]+)",
}
"""How learning platforms name what they hand over, tried in this order."""


class Found(NamedTuple):
    """One notebook in a ZIP or a folder: where it was, with forward slashes, and what it holds."""

    path: str
    content: bytes


class Taken(NamedTuple):
    """One notebook that is somebody's work on an exercise.

    Of several, the one of the highest `rank` counts: its version, and whether its name is right.
    `number` is Moodle's, which differs between two people of one name. `place` is that number, or
    the folder that the learner's own stands in.
    """

    learner: Learner
    exercise: str
    found: Found
    rank: tuple[int, int]
    number: str
    place: str


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
        If `where` is neither or is too large, or the pattern has no `{learner}`.
    """
    left: list[str] = []
    assigned = desk.assigned()
    if exercise and exercise not in assigned:
        desk.read_release(exercise)
    forms = [_as_expression(pattern)] if pattern else list(PATTERNS.values())
    people = _People(desk.learners())
    taken, held = [], 0
    for found in _notebooks(where, left):
        held += len(found.content)
        if held > MAX_TOTAL:
            raise CourseError(
                f"{where} holds more than {MAX_TOTAL // 1024**2} MB of notebooks.\n"
                "    Mend: check where it comes from; collect it in parts if it is right."
            )
        one = _take(found, forms, people, exercise, assigned)
        if isinstance(one, str):
            left.append(_told(found.path, one))
        elif _is_untouched(desk, one):
            left.append(_told(found.path, "as it was given out: nothing is filled in."))
        else:
            taken.append(one)
    with desk.alone():
        chosen = [one for one in _one_each(taken, left) if not _is_another(desk, one, left)]
        desk.add_learners([one.learner for one in chosen])
        new = [one for one in chosen if _put(desk, one)]
    names = [(one.learner.id, one.exercise) for one in new]
    return Collected(names, len(chosen) - len(new), left)


def _is_untouched(desk: Desk, one: Taken) -> bool:
    """Say whether a notebook is as it was given out; to mark it would give its learner a 0."""
    try:
        submitted = submission.read(one.found.content)
    except submission.UnreadableError:
        return False
    return submission.is_untouched(desk.read_release(one.exercise), submitted)


def _is_another(desk: Desk, one: Taken, left: list[str]) -> bool:
    """Say whether the learner's work is there already under another of Moodle's numbers."""
    kept = desk.moodle_number(one.exercise, one.learner.id)
    before = kept.read_text(encoding="utf-8") if kept.is_file() else ""
    if one.number in ("", before or one.number):
        return False
    left.append(
        _told(
            one.found.path,
            f"the work of {one.learner.id} came from Moodle's number {before}. If they are 2 "
            "people, give each a line in learners.csv, and rename this to an id. If not, delete "
            f"{kept}.",
        )
    )
    return True


def _put(desk: Desk, one: Taken) -> bool:
    slug, learner = one.exercise, one.learner.id
    path = desk.submitted(slug, learner)
    same = path.is_file() and path.read_bytes() == one.found.content
    name = _shown(PurePosixPath(one.found.path).name)
    files.write_bytes(desk.handed_in_as(slug, learner), name.encode())
    if one.number:
        files.write_bytes(desk.moodle_number(slug, learner), one.number.encode())
    if not same:
        # How other work went is no result of this.
        desk.result(slug, learner).unlink(missing_ok=True)
        files.write_bytes(path, one.found.content)
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
        if _is_passed_over(name):
            continue
        if path.is_symlink() or not path.resolve().is_relative_to(top.resolve()):
            left.append(_told(name, "a link to another place. It was not followed."))
        elif path.is_file() and not _is_notebook(name):
            left.append(_told(name, "not a notebook."))
        elif path.is_file():
            try:
                with path.open("rb") as file:
                    content = file.read(submission.MAX_BYTES + 1)
            except OSError as error:
                left.append(_told(name, f"it cannot be read ({error.strerror})."))
                continue
            yield from _of_fair_size(name, content, left)


def _in_zip(path: Path, left: list[str]) -> Iterator[Found]:
    with _opened(path) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise CourseError(
                f"{path} has {len(entries)} files, more than {MAX_ENTRIES}.\n"
                "    Mend: check where it comes from; collect it in parts if it is right."
            )
        for entry in entries:
            name = _path_of(entry)
            if name.endswith("/") or _is_passed_over(name):
                continue
            if why := _danger(entry, name):
                left.append(_told(name, why))
            elif not _is_notebook(name):
                left.append(_told(name, "not a notebook."))
            else:
                try:
                    with archive.open(entry) as file:
                        # The size in the list may be a lie; what is read is not.
                        content = file.read(submission.MAX_BYTES + 1)
                # What damaged archives raise has no common base.
                except Exception as error:
                    left.append(_told(name, f"it cannot be unpacked ({error})."))
                    continue
                yield from _of_fair_size(name, content, left)


def _of_fair_size(name: str, content: bytes, left: list[str]) -> Iterator[Found]:
    if len(content) > submission.MAX_BYTES:
        left.append(_told(name, f"larger than {submission.MAX_BYTES // 1024**2} MB."))
    else:
        yield Found(name, content)


def _is_passed_over(path: str) -> bool:
    """Say whether a path is of what computers keep for themselves."""
    parts = PurePosixPath(path).parts
    kept = ".ipynb_checkpoints" in parts or "__MACOSX" in parts
    return kept or not PASSED_OVER.isdisjoint(parts[-1:])


def _is_notebook(path: str) -> bool:
    return path.casefold().endswith(".ipynb")


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    # What damaged archives raise has no common base.
    except Exception as error:
        raise CourseError(
            f"{path}: the ZIP is damaged: {error}.\n    Mend: download it again."
        ) from None


def _path_of(entry: zipfile.ZipInfo) -> str:
    """Return an entry's path with forward slashes; a Mac writes UTF-8 and does not say so."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode()
    return name.replace("\\", "/")


def _danger(entry: zipfile.ZipInfo, path: str) -> str:
    """Say what is wrong with an entry before it is opened; "" if nothing."""
    parts = PurePosixPath(path).parts
    if not parts or parts[0].startswith("/") or ".." in parts or ":" in parts[0]:
        return "its path leads out of the ZIP."
    if len(path) > MAX_PATH:
        return "its path is too long."
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "a link, not a file."
    if entry.file_size > MAX_RATIO * max(entry.compress_size, 1) and entry.file_size > 1024**2:
        return "packed too tightly to be a notebook. It may be a ZIP bomb."
    if entry.compress_type not in PACKED:
        return "packed in a way that no learning platform uses."
    if entry.flag_bits & 1:
        return "it is encrypted."
    return ""


def _told(path: str, why: str) -> str:
    return _shown(f"{_shown(path)}: {why}", 1000)


def _shown(text: str, most: int = 200) -> str:
    """Return a text of a learner's fit to be printed and kept."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:most]


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
        plain = _shown(" ".join(name.split())).lstrip("".join(DANGEROUS))
        found = self._by.get(_folded(name)) or self._by.get(_folded(plain), [])
        if len(found) > 1:
            ids = " or ".join(learner.id for learner in found)
            return f"{len(found)} people are called {name}. Rename it to an id: {ids}."
        if found:
            return found[0]
        made = plain if LEARNER.fullmatch(plain) else as_id(plain)
        if not made:
            return f"no id can be made from {name!r}. Add the person to learners.csv."
        if _folded(made) in self._by:
            return f"the id {made} is taken by somebody else. Add {name} to learners.csv."
        learner = Learner(made, "" if made == plain else plain)
        self._add(learner)
        return learner


def _folded(text: str) -> str:
    # A Mac writes an accent as a letter of its own.
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _take(
    found: Found, forms: list[str], people: _People, exercise: str, assigned: list[str]
) -> Taken | str:
    path = found.path
    match = next((hit for form in forms if (hit := re.fullmatch(form, path, re.DOTALL))), None)
    if match is None:
        return "its path does not say whose it is. Give --pattern."
    groups = match.groupdict()
    if "draft" in groups:
        return "a draft in Teams, which was not handed in. To take it, give --pattern."
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
    number = groups.get("number") or ""
    return Taken(learner, slug, found, rank, number, number or groups["above"])


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
        places = len({one.place for one in group})
        if places > 1:
            name = group[0].learner.name or group[0].learner.id
            left += [
                _told(
                    one.found.path,
                    f"it may be of {places} people called {name}. Give each a line in "
                    "learners.csv, and rename these to their ids; or keep one.",
                )
                for one in group
            ]
            continue
        best = max(group, key=lambda one: one.rank)
        chosen.append(best)
        left += [
            _told(one.found.path, f"{_shown(best.found.path)} was taken instead.")
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
    return "(?P<above>(?:.*/)?)" + "".join(parts.get(one, re.escape(one)) for one in split)
