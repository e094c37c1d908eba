"""The built site, or one lesson of it, as a SCORM package for a learning management system (LMS).

A package holds one activity, the shell `scorm.html`. It shows the site in a frame, sends the
answers to the LMS as they are given, and brings them back next time. `shell.js` says how.

The standard's own schema files are not in the package. Their licences do not say that others
may hand them out, and the systems that read packages do not need them there.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Template
from typing import Any, Literal
from urllib.parse import quote

from improving.educator.export import archive, lesson_site
from improving.educator.export.banks import check_lesson
from improving.educator.export.xml import Element, document, node
from improving.files import write_bytes
from improving.problems import CourseError

Version = Literal["1.2", "2004"]

COURSE = "Improving at Scale"
SITE = "site/"
SHELL = "scorm.html"
# Where each of the shell's own files goes.
STATIC = {"shell.css": "scorm.css", "shell.js": "scorm.js"}
MOST_CHARACTERS = 4096

SPACES = {
    "1.2": {
        "xmlns": "http://www.imsproject.org/xsd/imscp_rootv1p1p2",
        "xmlns:adlcp": "http://www.adlnet.org/xsd/adlcp_rootv1p2",
    },
    "2004": {
        "xmlns": "http://www.imsglobal.org/xsd/imscp_v1p1",
        "xmlns:adlcp": "http://www.adlnet.org/xsd/adlcp_v1p3",
    },
}
SCHEMA_VERSIONS = {"1.2": "1.2", "2004": "2004 4th Edition"}
# The only name that the two standards spell in different ways.
KINDS = {"1.2": "adlcp:scormtype", "2004": "adlcp:scormType"}


def package(site: Path, to: Path, version: Version, lesson: str | None = None) -> Path:
    """Write the built site as a SCORM package.

    Parameters
    ----------
    site : Path
        The folder of the built site.
    to : Path
        The ZIP file. Two packages of one site are identical, byte for byte.
    version : {"1.2", "2004"}
        The standard: SCORM 1.2, or SCORM 2004 4th edition.
    lesson : str, optional
        The one lesson to take, such as "12-mandate". Without it, the whole course.

    Returns
    -------
    Path
        The ZIP file.

    Raises
    ------
    CourseError
        If there is no site, no such lesson or no such version, if the answers could outgrow
        what an LMS keeps, or if the file cannot be written.
    """
    if version not in SPACES:
        raise CourseError(f"There is no SCORM {version!r}.\n    Mend: use `1.2` or `2004`.")
    return write_bytes(to, archive.zipped(files(archive.read_site(site), version, lesson)))


def files(
    site: Mapping[str, bytes], version: Version, lesson: str | None = None
) -> dict[str, bytes]:
    """Return the files of a package.

    Parameters
    ----------
    site : mapping of str to bytes
        The built site.
    version : {"1.2", "2004"}
        The standard.
    lesson : str, optional
        The one lesson to take.

    Returns
    -------
    dict of str to bytes
        Content by path.

    Raises
    ------
    CourseError
        If there is no such lesson, or the answers could outgrow what an LMS keeps.
    """
    lessons = lesson_site.lessons(site)
    if lesson is not None:
        check_lesson(lesson, [entry["slug"] for entry in lessons])
        lessons = [entry for entry in lessons if entry["slug"] == lesson]
        site = lesson_site.cut_out(site, lesson)
    check_room(lessons)
    title = lessons[0]["title"] if lesson else COURSE
    start = lessons[0]["url"] if lesson else "index.html"
    found = {f"{SITE}{name}": content for name, content in site.items()}
    found |= _shell(title, start, _facts(site, lessons, version, start))
    manifest = _manifest(f"improving-{lesson or 'at-scale'}", title, found, version)
    return found | {"imsmanifest.xml": document(manifest)}


# The shell


def _facts(
    site: Iterable[str], lessons: list[dict[str, Any]], version: str, start: str
) -> dict[str, Any]:
    """Return what the shell must know of the course."""
    return {
        "version": version,
        "start": start,
        "pages": [name for name in site if name.endswith(".html")],
        "questions": {
            question["id"]: {
                "options": len(question["options"]),
                "right": sum(1 << n for n, o in enumerate(question["options"]) if o["correct"]),
            }
            for entry in lessons
            for question in entry["questions"]
        },
    }


def _shell(title: str, start: str, facts: dict[str, Any]) -> dict[str, bytes]:
    here = Path(__file__).parent
    page = Template((here / "shell.html").read_text(encoding="utf-8"))
    content = json.dumps(facts, ensure_ascii=False, indent=1)
    own = {to: (here / name).read_bytes() for name, to in STATIC.items()}
    return own | {
        SHELL: page.substitute(title=html.escape(title), start=f"{SITE}{quote(start)}").encode(),
        "scorm-data.js": f"window.improvingPackage = {content};\n".encode(),
    }


def check_room(lessons: list[dict[str, Any]]) -> None:
    """Raise a CourseError if the answers to all questions could outgrow an LMS's record.

    Parameters
    ----------
    lessons : list of dict
        The lessons of the package, as `lesson_site.lessons` gives them.
    """
    answers = {
        entry["slug"]: {
            question["id"].partition("/")[2]: (1 << len(question["options"])) - 1
            for question in entry["questions"]
        }
        for entry in lessons
    }
    fullest = {"v": 1, "a": answers, "r": [entry["slug"] for entry in lessons]}
    length = len(json.dumps(fullest, separators=(",", ":")))
    if length > MOST_CHARACTERS:
        raise CourseError(
            f"The answers could take {length} characters, and an LMS keeps {MOST_CHARACTERS}.\n"
            "    Mend: make one package for each lesson."
        )


# The manifest


def _manifest(name: str, title: str, names: Iterable[str], version: Version) -> Element:
    metadata = node(
        "metadata",
        None,
        node("schema", None, "ADL SCORM"),
        node("schemaversion", None, SCHEMA_VERSIONS[version]),
    )
    organization = node(
        "organization",
        {"identifier": "course"},
        node("title", None, title),
        node(
            "item",
            {"identifier": "activity", "identifierref": "shell", "isvisible": "true"},
            node("title", None, title),
        ),
    )
    resource = node(
        "resource",
        {"identifier": "shell", "type": "webcontent", KINDS[version]: "sco", "href": SHELL},
        *(node("file", {"href": quote(path)}) for path in sorted(names)),
    )
    return node(
        "manifest",
        SPACES[version] | {"identifier": name, "version": "1.0"},
        metadata,
        node("organizations", {"default": "course"}, organization),
        node("resources", None, resource),
    )
