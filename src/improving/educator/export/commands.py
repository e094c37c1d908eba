"""The commands `improving export gift`, `qti`, `scorm` and `offline`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from improving.problems import told_plainly
from improving.project import find_root

# Each command imports what it needs: help must not wait for Sphinx.

export_app = typer.Typer(
    help="Take the course to a learning platform, or to a shared drive.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

LessonOption = Annotated[str | None, typer.Option(help="One lesson, instead of all.")]
ToOption = Annotated[Path | None, typer.Option("--to", help="The file to write.")]


class Scorm(StrEnum):
    """An edition of SCORM."""

    first = "1.2"
    fourth = "2004"


@export_app.command()
def gift(lesson: LessonOption = None, to: ToOption = None) -> None:
    """Write the questions for Moodle, as GIFT."""
    with told_plainly():
        from improving.educator.export import banks
        from improving.educator.export import gift as form

        chosen = banks.chosen(find_root(), lesson)
        typer.echo(form.write(chosen, to or _file("questions", lesson, "gift.txt")))


@export_app.command()
def qti(lesson: LessonOption = None, to: ToOption = None) -> None:
    """Write the questions for other platforms, as QTI 2.1."""
    with told_plainly():
        from improving.educator.export import banks
        from improving.educator.export import qti as form

        chosen = banks.chosen(find_root(), lesson)
        typer.echo(form.package(chosen, to or _file("questions", lesson, "qti.zip")))


@export_app.command()
def scorm(
    lesson: LessonOption = None,
    to: ToOption = None,
    edition: Annotated[Scorm, typer.Option(help="Of SCORM.")] = Scorm.first,
) -> None:
    """Write the course, or one lesson, as a SCORM package."""
    with told_plainly():
        from improving.build import build
        from improving.educator.export import scorm as form

        site = build(find_root())
        file = to or _file("course", lesson, f"scorm-{edition.value}.zip")
        typer.echo(form.package(site, file, edition.value, lesson))


@export_app.command()
def offline(to: ToOption = None) -> None:
    """Write the course as one ZIP for a shared drive or a memory stick."""
    with told_plainly():
        from improving.build import build
        from improving.educator.export import offline as form

        site = build(find_root())
        typer.echo(form.package(site, to or _file("course", None, "offline.zip")))


def _file(what: str, lesson: str | None, ending: str) -> Path:
    folder = find_root() / "_build" / "export"
    return folder / f"improving-{lesson or what}-{ending}"
