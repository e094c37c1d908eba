"""A page of the built site, read from its file."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import html5lib

POINTING = {"a": "href", "link": "href", "script": "src", "img": "src", "source": "src"}


@dataclass(frozen=True)
class Document:
    """One HTML file; `name` is its path from the site's folder."""

    folder: Path
    name: str

    @cached_property
    def text(self) -> str:
        return (self.folder / self.name).read_text(encoding="utf-8")

    @cached_property
    def _parsed(self) -> tuple[Any, list[Any]]:
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        return parser.parse(self.text), parser.errors

    @property
    def tree(self) -> Any:
        return self._parsed[0]

    @property
    def errors(self) -> list[str]:
        """Faults against the HTML standard: line, column, kind."""
        return [f"line {place[0]}: {kind} {more}" for place, kind, more in self._parsed[1]]

    @cached_property
    def ids(self) -> list[str]:
        return [e.get("id") for e in self.tree.iter() if e.get("id")]

    @property
    def title(self) -> str:
        return "".join(self.tree.find(".//title").itertext()).strip()

    @property
    def lesson(self) -> str:
        return self.tree.find("body").get("data-lesson", "")

    @property
    def forwards(self) -> bool:
        """Whether the page only leads on to another."""
        return self.tree.find(".//meta[@http-equiv='refresh']") is not None

    @cached_property
    def explorers(self) -> dict[str, Any]:
        return {e.get("data-explorer"): e for e in self.having("section", "data-explorer")}

    def having(self, tag: str, attribute: str) -> list[Any]:
        return [e for e in self.tree.iter(tag) if e.get(attribute) is not None]

    @property
    def targets(self) -> list[tuple[str, str]]:
        """Tag and address of all that the page links to or loads."""
        return [(tag, e.get(a)) for tag, a in POINTING.items() for e in self.having(tag, a)]

    def resolve(self, target: str) -> tuple[Path, str]:
        """File and anchor that an address inside the site leads to."""
        parts = urlsplit(target)
        here = self.folder / self.name
        path = (here.parent / unquote(parts.path)).resolve() if parts.path else here.resolve()
        return path, unquote(parts.fragment)
