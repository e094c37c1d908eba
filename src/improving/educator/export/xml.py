"""Build XML, and refuse what XML cannot hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree

from improving.problems import CourseError

Element = ElementTree.Element

SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def node(
    tag: str, attributes: Mapping[str, str] | None = None, *children: Element | str
) -> Element:
    """Return an element with its children, or with the lines of a text, broken as they are.

    Parameters
    ----------
    tag : str
        Its name.
    attributes : mapping of str to str, optional
        Its attributes.
    *children : Element or str
        What it holds. The lines of a text have `br` elements between them.

    Returns
    -------
    xml.etree.ElementTree.Element
        The element.
    """
    element = ElementTree.Element(tag, dict(attributes or {}))
    for child in children:
        if isinstance(child, str):
            first, *rest = child.splitlines()
            element.text = first
            for line in rest:
                ElementTree.SubElement(element, "br").tail = line
        else:
            element.append(child)
    return element


def document(root: Element) -> bytes:
    """Return an XML document, indented.

    Parameters
    ----------
    root : xml.etree.ElementTree.Element
        Its root. The names in it carry their prefixes, and the root declares them.

    Returns
    -------
    bytes
        The document in UTF-8.
    """
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def check(words: str, where: str) -> None:
    """Raise a CourseError if a text has a character that XML forbids."""
    if found := _FORBIDDEN.search(words):
        raise CourseError(
            f"{where}: the character U+{ord(found[0]):04X} cannot stand in XML.\n"
            "    Mend: remove it from the question bank."
        )
