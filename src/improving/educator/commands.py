"""The educator's commands: `improving assign`, `collect`, `mark`, `review`, `feedback`, `marks`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from improving.educator.export.commands import export_app
from improving.problems import CourseError, told_plainly

# Each command imports what it needs: help must not wait for nbgrader.

Slug = Annotated[str, typer.Argument(help="The exercise, such as 12-mandate.")]
DeskOption = Annotated[
    Path,
    typer.Option("--desk", envvar="IMPROVING_DESK", help="The folder that you mark in."),
]
HERE = Path("marking")

Item = TypeVar("Item")


def register(app: typer.Typer) -> None:
    """Add the educator's commands."""
    for command in (assign, collect, mark, review, feedback, marks):
        app.command()(command)
    app.add_typer(export_app, name="export")


def assign(
    slug: Slug,
    to: Annotated[Path, typer.Option("--to", help="Where to write what learners get.")],
    learners: Annotated[
        Path | None,
        typer.Option(help="A CSV file with the columns id, name, email: a folder for each."),
    ] = None,
    checks: Annotated[
        Path | None, typer.Option(help="A folder with further checks of your own.")
    ] = None,
    desk: DeskOption = HERE,
) -> None:
    """Give an exercise out: one folder to upload, or one for each learner."""
    with told_plainly():
        from improving.educator.assign import assign as give_out
        from improving.educator.desk import Desk, read_learners

        cohort = read_learners(learners) if learners else []
        done = give_out(Desk(desk), slug, to, cohort, checks)
        for folder in done.folders:
            typer.echo(folder)
        for path in done.kept:
            typer.echo(f"Already there, left as it is: {path}")
        typer.echo(f"Marks will be kept in {desk}. Keep that folder private.")


def collect(
    where: Annotated[Path, typer.Argument(help="The ZIP or folder of what was handed in.")],
    exercise: Annotated[
        str, typer.Option(help="The exercise, where a notebook does not say.")
    ] = "",
    pattern: Annotated[
        str, typer.Option(help="How paths are named, such as '{learner} - */{file}'.")
    ] = "",
    desk: DeskOption = HERE,
) -> None:
    """Take in what was handed in, from Moodle, Teams or a folder."""
    with told_plainly():
        from improving.educator.collect import collect as take_in
        from improving.educator.desk import Desk

        done = take_in(Desk(desk), where, exercise, pattern)
        for learner, slug in done.taken:
            typer.echo(f"Taken: {learner}, {slug}")
        for line in done.left:
            typer.echo(f"Not taken: {line}")
        typer.echo(
            f"{len(done.taken)} new or changed, {done.same} as before, {len(done.left)} not taken."
        )


def mark(
    slug: Slug,
    workers: Annotated[int, typer.Option(min=1, help="How many to run at once here.")] = 1,
    scheduler: Annotated[
        str | None, typer.Option(help="A Dask scheduler, to mark on its workers instead.")
    ] = None,
    container: Annotated[
        str | None, typer.Option(help="podman or docker, instead of bubblewrap.")
    ] = None,
    cell_seconds: Annotated[int, typer.Option(min=1, help="How long a cell may run.")] = 60,
    notebook_seconds: Annotated[int, typer.Option(min=1, help="How long a notebook may.")] = 300,
    memory_mb: Annotated[int, typer.Option(min=256, help="What it may hold in memory.")] = 2048,
    again: Annotated[bool, typer.Option("--again", help="Mark everything again.")] = False,
    desk: DeskOption = HERE,
) -> None:
    """Mark what was collected, each submission in a sandbox of its own."""
    with told_plainly():
        from improving.educator.desk import Desk
        from improving.educator.limits import Limits
        from improving.educator.mark import mark_cohort

        done = mark_cohort(
            Desk(desk),
            slug,
            workers=workers,
            scheduler=scheduler,
            container=container,
            limits=Limits(cell_seconds, notebook_seconds, memory_mb),
            again=again,
            watch=_watched,
        )
        typer.echo(f"{done.marked_now} marked now. The cohort:")
        for status, count in sorted(done.statuses.items()):
            typer.echo(f"  {status:<16}{count:>5}")
        if done.failures:
            lines = [f"  {learner}: {why}" for learner, why in done.failures.items()]
            raise CourseError(
                "These could not be run, through no fault of theirs. They have no mark:\n"
                + "\n".join(lines)
                + "\n    Mend: mend the cause, then run this again. The others are done."
            )
        typer.echo(f"Next: `python course.py review {slug}`")


def _watched(items: Iterable[Item], length: int) -> Iterator[Item]:
    with typer.progressbar(items, length=length, label="Marking", file=sys.stderr) as bar:
        yield from bar


def review(
    slug: Slug,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free port.")] = 0,
    show: Annotated[bool, typer.Option(help="Open the browser.")] = True,
    desk: DeskOption = HERE,
) -> None:
    """Mark the written part by hand, in the browser."""
    with told_plainly():
        from improving.educator.desk import Desk
        from improving.educator.review_server import review as open_pages

        open_pages(Desk(desk), slug, port, show)


def feedback(slug: Slug, desk: DeskOption = HERE) -> None:
    """Write a page of feedback for each learner."""
    with told_plainly():
        from improving.educator.desk import Desk
        from improving.educator.feedback import write_feedback

        written = write_feedback(Desk(desk), slug)
        typer.echo(f"{written} pages are in {desk / 'feedback'}.")


def marks(
    to: Annotated[Path, typer.Option("--to", help="A .csv or .xlsx file.")],
    desk: DeskOption = HERE,
) -> None:
    """Write the marks of the cohort to a file."""
    with told_plainly():
        from improving.educator.desk import Desk
        from improving.educator.marks import write_marks

        typer.echo(f"{write_marks(Desk(desk), to)} rows are in {to}.")
