"""The course's command line: `improving book`, `improving test` and the rest."""

import os
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from improving.educator import commands
from improving.problems import CourseError, told_plainly
from improving.project import find_root

# Each command imports what it needs: help and an unchanged book must not wait for the rest.

app = typer.Typer(
    help="Build, test and extend the course Improving at Scale.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
new_app = typer.Typer(help="Start something new.", no_args_is_help=True, rich_markup_mode=None)
data_app = typer.Typer(help="Refresh the data.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(new_app, name="new")
app.add_typer(data_app, name="data")


class Edition(StrEnum):
    """For whom the site is made."""

    learner = "learner"
    educator = "educator"


EditionOption = Annotated[
    Edition, typer.Option(help="educator shows answers, and is made in _build/educator.")
]


@app.command()
def book(edition: EditionOption = Edition.learner) -> None:
    """Build the site in _build/html; only what changed is made again."""
    with told_plainly():
        from improving.build import build

        build(find_root(), edition.value)


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free port.")] = 8000,
    show: Annotated[bool, typer.Option(help="Open the browser.")] = True,
    edition: EditionOption = Edition.learner,
) -> None:
    """Show the built site in the browser."""
    with told_plainly():
        from improving.build import SITES
        from improving.serve import serve as serve_site

        serve_site(find_root() / "_build" / SITES[edition.value], port, show)


@app.command()
def test() -> None:
    """Run every test: the code, the notebooks, the site in a real browser."""
    with told_plainly():
        from improving.testing import run_tests

        raise typer.Exit(run_tests(find_root()))


@app.command()
def check(
    long: Annotated[bool, typer.Option("--long", help="List every long sentence.")] = False,
) -> None:
    """Check the course's content: lessons, questions, data, links, citations."""
    with told_plainly():
        from improving.check import check_course, reading_report

        root = find_root()
        for line in reading_report(root, long):
            typer.echo(line)
        if problems := check_course(root):
            raise CourseError(problems)
        typer.echo("The course's content is in order.")


@app.command()
def tidy(
    check: Annotated[bool, typer.Option("--check", help="Only list the untidy ones.")] = False,
) -> None:
    """Put every notebook into its tidy form."""
    with told_plainly():
        from improving.tidy import tidy_files, untidy

        root = find_root()
        found = untidy(root) if check else tidy_files(root)
        for path in found:
            typer.echo(f"{path.relative_to(root).as_posix()}: {'untidy' if check else 'tidied'}")
        if check and found:
            raise CourseError("Mend: run `python course.py tidy`.")


@new_app.command("lesson")
def new_lesson(slug: Annotated[str, typer.Argument(help="Such as 16-my-lesson.")]) -> None:
    """Write the files of a new lesson, to be filled in."""
    with told_plainly():
        from improving.scaffold import NEXT, new_lesson

        root = find_root()
        for path in new_lesson(root, slug):
            typer.echo(path.relative_to(root).as_posix())
        typer.echo(NEXT.format(slug=slug))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench(context: typer.Context) -> None:
    """Measure the budgets, side by side with what a reader would use instead."""
    with told_plainly():
        root = find_root()
        command = [sys.executable, str(root / "tests" / "bench" / "run.py"), *context.args]
        raise typer.Exit(subprocess.call(command, cwd=root, env=os.environ))


@data_app.command("add")
def data_add(
    kind: Annotated[str, typer.Argument(help="The kind of table: ae.")],
    file: Annotated[Path, typer.Argument(help="The file as published.")],
) -> None:
    """Add a published file to the course's data."""
    with told_plainly():
        if kind != "ae":
            raise CourseError(f"No kind of table is called {kind!r}.\n    Mend: use `ae`.")
        from improving.ae_update import add_ae
        from improving.data import DataError

        try:
            done = add_ae(file)
        except DataError as error:
            raise CourseError(str(error)) from None
        for line in done:
            typer.echo(line)


commands.register(app)
