"""Check the course's content without running it: every fault with its file, place and mend."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

from improving import lessons, prose, tidy
from improving.problems import Problem
from improving.prose import Heading, Line

ANATOMY = (
    "A decision",
    "Predict",
    "Explore",
    "What the evaluation found",
    "Evidence",
    "The other side",
    "Possibilities",
    "Check yourself",
    "Reflect",
    "Exercise",
    "About this model",
    "Sources",
)

UNWRITTEN = "[write]"
"""What a new lesson holds wherever its author has something to write."""

_CITE = re.compile(r"\{(?:foot)?cite(?::\w+)?\}`([^`]+)`")
_CARD_CITE = re.compile(r"\[@([\w:-]+)\]")
_BIB_ENTRY = re.compile(r"^@(\w+)\{([^,\s]+),", re.MULTILINE)
_LINK = re.compile(r"\]\(<?([^)\s>]+)>?[^)]*\)|\{(?:download|doc)\}`(?:[^`<]*<)?([^`>]+)>?`")
_CODE_SPAN = re.compile(r"(\{[^}]+\}`[^`]*`)|`[^`]*`")
_ADDRESS = re.compile(r"[a-z][a-z+.-]*:|#|//")


def check_course(root: Path) -> list[Problem]:
    """Return everything that is wrong with the course's content.

    Parameters
    ----------
    root : Path
        The root of the project.

    Returns
    -------
    list of Problem
        Sorted by file. Empty when the content is in order.

    Raises
    ------
    CourseError
        If `_toc.yml` or a notebook cannot be read at all.
    """
    return sorted({problem for check in CHECKS for problem in check(root)})


def check_tidy(root: Path) -> Iterator[Problem]:
    """Find notebooks that are not in their tidy form."""
    for path in tidy.untidy(root):
        yield Problem(_name(root, path), "", "Untidy.", "Run `python course.py tidy`.")


def check_outputs(root: Path) -> Iterator[Problem]:
    """Find cells whose output is to be compared, but is not stored."""
    for path in tidy.notebooks(root):
        file = _name(root, path)
        for number, cell in enumerate(tidy.read(path, file)["cells"], start=1):
            checked = tidy.CHECKED in cell["metadata"].get("tags", ())
            if checked and not cell.get("outputs"):
                mend = "Run the notebook, save it, then run `python course.py tidy`."
                yield Problem(file, f"cell {number}", "Its output is not stored.", mend)


def check_slugs(root: Path) -> Iterator[Problem]:
    """Find lessons whose files do not all carry the lesson's slug, and files of no lesson."""
    slugs, pages = lessons.listed(root), lessons.pages(root)
    for slug in slugs:
        if not lessons.SLUG.fullmatch(slug):
            mend = "Name it with two digits and words, such as 16-my-lesson."
            yield Problem("_toc.yml", f"chapters/{slug}", "Not a lesson's name.", mend)
            continue
        for what, path in lessons.paths(root, slug).items():
            if not path.is_file():
                mend = f"Add it, or take chapters/{slug} out of _toc.yml."
                yield Problem(_name(root, path), "", f"The lesson has no {what}.", mend)
        if (page := f"exercises/{slug}/{slug}") not in pages:
            mend = f"Add `- file: {page}` below book/exercises."
            yield Problem("_toc.yml", "", f"The exercise of {slug} is not listed.", mend)
    for folder, pattern in (("chapters", "*.ipynb"), ("exercises/questions", "*.yml")):
        for path in sorted((root / folder).glob(pattern)):
            if path.stem not in slugs:
                mend = f"Add chapters/{path.stem} to _toc.yml, or remove the file."
                yield Problem(_name(root, path), "", "No lesson has this name.", mend)


def check_anatomy(root: Path) -> Iterator[Problem]:
    """Find lessons whose parts are missing, out of order or not part of a lesson."""
    for path in _chapters(root):
        parts = [h for h in prose.headings(prose.lines(root, path)) if h.level == 2]
        yield from _anatomy(_name(root, path), parts)


def _anatomy(file: str, parts: list[Heading]) -> Iterator[Problem]:
    names = [part.text for part in parts]
    for missing in (name for name in ANATOMY if name not in names):
        yield Problem(file, "", f"No part called {missing!r}.", f"Add the heading `## {missing}`.")
    known = []
    for part in parts:
        if part.text in ANATOMY:
            known.append(part)
        else:
            mend = "Make it a `###` heading inside one of the lesson's parts."
            yield Problem(file, part.line.place, f"{part.text!r} is no part of a lesson.", mend)
    for before, after in pairwise(known):
        if ANATOMY.index(before.text) >= ANATOMY.index(after.text):
            mend = f"Keep one of each, in this order: {', '.join(ANATOMY)}."
            what = f"{after.text!r} comes after {before.text!r}."
            yield Problem(file, after.line.place, what, mend)


def check_headings(root: Path) -> Iterator[Problem]:
    """Find pages without exactly one title, levels that skip, and headings that ask."""
    for path in prose.pages(root):
        file, level = _name(root, path), 0
        found = prose.headings(prose.lines(root, path))
        if sum(heading.level == 1 for heading in found) != 1:
            yield Problem(file, "", "Not exactly 1 title.", "Write one line `# Title`, at the top.")
        for heading in found:
            place = heading.line.place
            if heading.level > level + 1:
                mend = f"Write it with {level + 1} #."
                yield Problem(file, place, f"The heading {heading.text!r} skips a level.", mend)
            if heading.text.endswith("?"):
                mend = "Say what the part tells the reader."
                yield Problem(file, place, f"The heading {heading.text!r} is a question.", mend)
            level = heading.level


def check_links(root: Path) -> Iterator[Problem]:
    """Find links to files that do not exist."""
    for path in [*prose.pages(root), *sorted(root.glob("*.md"))]:
        for line in prose.lines(root, path):
            for target in _targets(line):
                base = root if target.startswith("/") else path.parent
                goal = base / target.lstrip("/").partition("#")[0]
                if not any(p.exists() for p in (goal, *_with_endings(goal))):
                    what = f"The link to {target!r} leads nowhere."
                    mend = "Correct the path; it starts from this file's folder."
                    yield Problem(line.file, line.place, what, mend)


def _targets(line: Line) -> list[str]:
    if line.code:
        return []
    text = _CODE_SPAN.sub(lambda span: span[1] or "", line.text)
    found = (match[1] or match[2] for match in _LINK.finditer(text))
    return [target for target in found if not _ADDRESS.match(target)]


def _with_endings(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in (".md", ".ipynb")]


def check_citations(root: Path) -> Iterator[Problem]:
    """Find sources that are cited but not listed, listed but not cited, or listed twice."""
    bib = root / "book" / "references.bib"
    text = bib.read_text(encoding="utf-8") if bib.is_file() else ""
    listed: dict[str, int] = {}
    for entry in _BIB_ENTRY.finditer(text):
        key, line = entry[2], text.count("\n", 0, entry.start()) + 1
        if key in listed:
            mend = f"Keep one; the other is on line {listed[key]}."
            yield Problem(_name(root, bib), f"line {line}", f"{key!r} is listed twice.", mend)
        listed[key] = line
    cited = set()
    for file, place, key in _citations(root):
        cited.add(key)
        if key not in listed:
            mend = "Add the source to book/references.bib, or correct the key."
            yield Problem(file, place, f"The source {key!r} is not listed.", mend)
    for key in listed.keys() - cited:
        mend = "Cite it where it is used, or remove it."
        yield Problem(_name(root, bib), f"line {listed[key]}", f"{key!r} is never cited.", mend)


def _citations(root: Path) -> Iterator[tuple[str, str, str]]:
    for path in prose.pages(root):
        for line in prose.lines(root, path):
            for match in _CITE.finditer(line.text):
                yield from ((line.file, line.place, key.strip()) for key in match[1].split(","))
    for path in sorted((root / "src" / "improving").glob("*/*.py")):
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for key in _CARD_CITE.findall(text):
                yield _name(root, path), f"line {number}", key


def check_references(root: Path) -> Iterator[Problem]:
    """Find what keeps the list of references from being read."""
    from pybtex.database import parse_file
    from pybtex.exceptions import PybtexError

    path = root / "book" / "references.bib"
    if not path.is_file():
        return
    try:
        parse_file(str(path))
    except PybtexError as error:
        mend = "Mend the entry; each one ends with a closing brace on a line of its own."
        yield Problem(_name(root, path), "", f"Cannot be read: {error}.", mend)


def check_questions(root: Path) -> Iterator[Problem]:
    """Find faults in the question banks."""
    from improving.questions import check_bank

    for path in sorted((root / "exercises" / "questions").glob("*.yml")):
        for fault in check_bank(path):
            yield _told(_name(root, path), fault)


def check_data(root: Path) -> Iterator[Problem]:
    """Find tables that break their schema."""
    from improving.data import TABLES, DataError, read

    for name in TABLES:
        path = root / "data" / f"{name}.csv"
        try:
            read(name, path)
        except DataError as error:
            yield _told(_name(root, path), str(error))


def check_exercises(root: Path) -> Iterator[Problem]:
    """Find exercises that could not be assigned and marked as they are."""
    from improving.exercises import check_all

    yield from check_all(root)


def check_map(root: Path) -> Iterator[Problem]:
    """Find lessons that the course map leaves out, or that do not exist."""
    from improving.course_map import find_faults

    yield from find_faults(root)


def check_times(root: Path) -> Iterator[Problem]:
    """Find lessons that state another time than they take."""
    from improving import reading_time

    yield from reading_time.find_faults(root)


def check_written(root: Path) -> Iterator[Problem]:
    """Find what a new lesson still has to say."""
    folders = (
        "chapters",
        "exercises",
        "src/improving/models",
        "src/improving/views",
        "tests/models",
        "tests/views",
    )
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in (".ipynb", ".py", ".yml"):
                continue
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                if UNWRITTEN in line:
                    mend = f"Replace the line that says {UNWRITTEN}."
                    yield Problem(_name(root, path), f"line {number}", "Not written yet.", mend)


CHECKS: tuple[Callable[[Path], Iterator[Problem]], ...] = (
    check_tidy,
    check_outputs,
    check_slugs,
    check_anatomy,
    check_headings,
    check_links,
    check_citations,
    check_references,
    check_questions,
    check_data,
    check_exercises,
    check_map,
    check_times,
    check_written,
)


def reading_report(root: Path, each: bool = False) -> list[str]:
    """Describe how hard each page is to read; nothing depends on it.

    Parameters
    ----------
    root : Path
        The root of the project.
    each : bool
        Whether to list every long sentence.

    Returns
    -------
    list of str
        One line for each page: its reading age and its sentences over 20 words.
    """
    report = []
    for path in prose.pages(root):
        found = [s for s in prose.sentences(prose.lines(root, path)) if s.words]
        if not found:
            continue
        long = [sentence for sentence in found if sentence.words > prose.LONGEST]
        age = prose.reading_age(found)
        report.append(
            f"{_name(root, path)}: reading age {age:.0f}; {len(long)} of {len(found)} sentences "
            f"over {prose.LONGEST} words"
        )
        if each:
            report += [f"  {s.line.place}: {s.words} words: {s.text}" for s in long]
    return report


def _chapters(root: Path) -> list[Path]:
    return sorted((root / "chapters").glob("*.ipynb"))


def _name(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()


def _told(file: str, message: str) -> Problem:
    """Take apart a message of the form "file, place: what. Mend."."""
    where, colon, said = message.partition(": ")
    place = where.partition(", ")[2] if colon else ""
    what, _, mend = (said if colon else message).partition(". ")
    return Problem(file, place, f"{what}.", mend or "Correct it.")
