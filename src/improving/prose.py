"""The text of the course's pages, line by line, with where each line stands."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from improving import tidy

LONGEST = 20
"""Words in a sentence that nobody has to read twice."""

_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_HEADING = re.compile(r"(#{1,6}) +(.+?)\s*$")
_NOT_PROSE = re.compile(r"\s*(#|\||:::|:\w|\(.*\)=$|%|<)")
_ROLE = re.compile(r"\{[^}]+\}`([^`<]*)(?:<[^>]*>)?`")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_LIST_ITEM = re.compile(r"^\s*([-*+]|\d+\.) ")
_SENTENCE_END = re.compile(r"(?<=[.!?:])[\"')*]*\s+(?=[\"'(*]*[A-Z0-9{])")
_WORD = re.compile(r"[A-Za-z0-9][\w'’%.,/-]*")
_VOWELS = re.compile(r"[aeiouy]+")


class Line(NamedTuple):
    """One line of a page.

    Parameters
    ----------
    file : str
        Path from the root of the project.
    place : str
        Such as "line 4", or "cell 2, line 4" in a notebook.
    text : str
        The line, without its end.
    code : bool
        Whether it lies inside a fenced block.
    """

    file: str
    place: str
    text: str
    code: bool


class Heading(NamedTuple):
    """A heading: its level from 1 to 6, its text, and the line it stands on."""

    level: int
    text: str
    line: Line


class Sentence(NamedTuple):
    """A sentence, and the line on which its paragraph starts."""

    text: str
    line: Line

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(_WORD.findall(self.text))


def pages(root: Path) -> list[Path]:
    """Return the pages of the course, in order: book/, chapters/ and exercises/."""
    return sorted([*(root / "book").rglob("*.md"), *tidy.notebooks(root)])


def lines(root: Path, path: Path) -> list[Line]:
    """Return the lines of a page's text; a notebook's code cells are left out.

    Parameters
    ----------
    root : Path
        The root of the project.
    path : Path
        A Markdown file or a notebook.

    Returns
    -------
    list of Line
        The lines, in order.

    Raises
    ------
    CourseError
        If a notebook cannot be read.
    """
    name = path.relative_to(root).as_posix()
    if path.suffix != ".ipynb":
        return list(_lines(name, "", path.read_text(encoding="utf-8")))
    cells = enumerate(tidy.read(path, name)["cells"], start=1)
    texts = ((n, "".join(c["source"])) for n, c in cells if c["cell_type"] == "markdown")
    return [line for number, text in texts for line in _lines(name, f"cell {number}, ", text)]


def _lines(file: str, prefix: str, text: str) -> Iterator[Line]:
    fence = ""
    for number, line in enumerate(text.splitlines(), start=1):
        found = _FENCE.match(line)
        mark = found[1] if found else ""
        inside = bool(fence)
        if fence and mark.startswith(fence) and not line.strip().strip("`~"):
            fence = ""
        elif mark and not fence:
            fence = mark
        yield Line(file, f"{prefix}line {number}", line, inside or bool(fence))
    # A blank line between cells keeps their paragraphs apart.
    yield Line(file, f"{prefix}end", "", False)


def headings(page: Iterable[Line]) -> list[Heading]:
    """Return the headings of a page, in order."""
    found = ((_HEADING.match(line.text), line) for line in page if not line.code)
    return [Heading(len(match[1]), match[2], line) for match, line in found if match]


def sentences(page: Iterable[Line]) -> list[Sentence]:
    """Return the sentences of a page's paragraphs and lists, without markup."""
    paragraphs: list[tuple[Line, list[str]]] = []
    open_paragraph = False
    for line in page:
        if line.code or not line.text.strip() or _NOT_PROSE.match(line.text):
            open_paragraph = False
            continue
        if not open_paragraph or _LIST_ITEM.match(line.text):
            paragraphs.append((line, []))
            open_paragraph = True
        paragraphs[-1][1].append(_LIST_ITEM.sub("", line.text).strip())
    return [
        Sentence(text, line)
        for line, parts in paragraphs
        for text in _SENTENCE_END.split(_plain(" ".join(parts)))
    ]


def _plain(text: str) -> str:
    text = re.sub(r"\{(foot)?cite[^}]*\}`[^`]*`", "", text)
    text = _ROLE.sub(lambda role: role[1] if " " in role[1] else "it", text)
    return re.sub(r"[*`]+", "", _LINK.sub(r"\1", text)).strip()


def reading_age(found: Iterable[Sentence]) -> float:
    """Return the Flesch-Kincaid reading age of some sentences.

    Parameters
    ----------
    found : iterable of Sentence
        At least one sentence with a word.

    Returns
    -------
    float
        Age in years: the school grade, plus 5.
    """
    split = [_WORD.findall(one.text) for one in found]
    words = [word for sentence in split for word in sentence]
    per_sentence = len(words) / sum(1 for sentence in split if sentence)
    per_word = sum(map(syllables, words)) / len(words)
    return 0.39 * per_sentence + 11.8 * per_word - 15.59 + 5


def syllables(word: str) -> int:
    """Return roughly how many syllables a word has; at least 1."""
    lowered = re.sub(r"(?<=[^aeiouy])(?<![^aeiouy]l)e[sd]?$", "", word.lower())
    return max(1, len(_VOWELS.findall(lowered)))
