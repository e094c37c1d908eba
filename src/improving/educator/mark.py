"""Mark a cohort: many submissions at once, each in a box, and one writer of marks.

What a submission is worth is worked out from its own bytes alone, so a worker can be on another
machine. A result is kept as soon as it is there. A run that was killed goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from improving import files, tidy
from improving.educator import gradebook, judge, results, sandbox, submission
from improving.educator.desk import Desk, Learner
from improving.educator.gradebook import Ledger
from improving.educator.limits import Limits
from improving.educator.results import Result
from improving.problems import CourseError
from improving.tidy import Json

RULES = "1"
"""Change it when marking itself changes, so that everything is marked again."""

PATIENCE = 10
"""How long to wait for a scheduler to answer, in seconds."""


class Job(NamedTuple):
    """Everything that marking one submission needs; it can travel to another machine."""

    learner: str
    exercise: str
    digest: str
    content: bytes
    source: Json
    released: Json
    limits: Limits
    container: str | None
    notes: tuple[str, ...]


class Marked(NamedTuple):
    """A result, and the notebook after marking; None for one that could not be read."""

    result: Result
    notebook: Json | None


@dataclass(frozen=True)
class Summary:
    """How a run of marking went.

    Parameters
    ----------
    statuses : dict of str to int
        How many of the cohort have each status now.
    marked_now : int
        How many submissions this run marked.
    failures : dict of str to str
        Learners whose submission the machinery could not run, and why. They have no mark.
    """

    statuses: dict[str, int]
    marked_now: int
    failures: dict[str, str]


def _unwatched(done: Iterator[Future[Marked]], of: int) -> Iterable[Future[Marked]]:
    return done


def mark_cohort(
    desk: Desk,
    slug: str,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    container: str | None = None,
    limits: Limits | None = None,
    again: bool = False,
    watch: Callable[[Iterator[Future[Marked]], int], Iterable[Future[Marked]]] = _unwatched,
) -> Summary:
    """Mark every submission of an exercise that is new or has changed.

    Parameters
    ----------
    desk : Desk
        The educator's folder.
    slug : str
        The exercise.
    workers : int
        How many to run at once on this machine, 1 or more.
    scheduler : str, optional
        The address of a Dask scheduler, to run them on its workers instead.
    container : str, optional
        A container runtime to use instead of bubblewrap.
    limits : Limits, optional
        What one submission may use.
    again : bool
        Whether to mark those that have a result as well.
    watch : callable
        Passes on what is done, of how many, and may show it.

    Returns
    -------
    Summary
        How it went.

    Raises
    ------
    CourseError
        If the exercise was not assigned here, or no sandbox can be made.
    """
    sandbox.find_box(container)
    with desk.alone(), gradebook.opened(desk) as ledger:
        jobs = list(_jobs(desk, slug, limits or Limits(), container))
        todo = [job for job in jobs if again or not _is_done(desk, job)]
        failures: dict[str, str] = {}
        people = {learner.id: learner for learner in desk.learners()}
        with _pool(workers, scheduler) as pool:
            waiting = {pool.submit(mark_one, job): job for job in todo}
            for future in watch(as_completed(waiting), len(todo)):
                job = waiting[future]
                try:
                    _keep(desk, ledger, people[job.learner], future.result())
                # Whatever it is, it is not the learner's doing: tell it, and mark the others.
                except Exception as error:
                    failures[job.learner] = str(error) or type(error).__name__
        _record_missing(desk, slug, people)
        return Summary(_statuses(desk, slug), len(todo) - len(failures), failures)


def mark_one(job: Job) -> Marked:
    """Mark one submission.

    Parameters
    ----------
    job : Job
        What to mark.

    Returns
    -------
    Marked
        How it went.

    Raises
    ------
    MachineryError
        If the sandbox did not start. That is no result.
    """
    blank = Result(
        learner=job.learner,
        exercise=job.exercise,
        digest=job.digest,
        status="unreadable",
        notes=job.notes,
    )
    try:
        submitted = submission.read(job.content)
    except submission.UnreadableError as error:
        return Marked(blank.model_copy(update={"reason": str(error)}), None)
    assembled = submission.assemble(job.source, job.released, submitted)
    notebook = assembled.notebook
    box = sandbox.find_box(job.container)
    run = sandbox.run_boxed(judge.runnable(notebook), box, job.limits)
    status, reason = judge.status_of(run, assembled, job.limits)
    found = {
        "status": status,
        "reason": reason,
        "notes": (*job.notes, *assembled.notes),
        "checks": judge.judge(run, notebook),
    }
    return Marked(blank.model_copy(update=found), judge.with_outputs(run, notebook))


def _jobs(desk: Desk, slug: str, limits: Limits, container: str | None) -> Iterator[Job]:
    source, released = desk.read_source(slug), desk.read_release(slug)
    for learner in desk.learners():
        path = desk.submitted(slug, learner.id)
        if not path.is_file():
            continue
        content = path.read_bytes()
        digest = _digest(content, source, released, limits)
        notes = _notes(desk.handed_in_as(slug, learner.id), slug)
        yield Job(learner.id, slug, digest, content, source, released, limits, container, notes)


def _digest(content: bytes, source: Json, released: Json, limits: Limits) -> str:
    settings = json.dumps([RULES, source, released, limits.as_dict()], sort_keys=True)
    return hashlib.sha256(content + b"\0" + settings.encode()).hexdigest()[:16]


def _notes(path: Path, slug: str) -> tuple[str, ...]:
    name = path.read_text(encoding="utf-8") if path.is_file() else f"{slug}.ipynb"
    return () if name == f"{slug}.ipynb" else (f"It was handed in as {name}.",)


def _is_done(desk: Desk, job: Job) -> bool:
    kept = results.load(desk.result(job.exercise, job.learner))
    return kept is not None and kept.digest == job.digest


def _keep(desk: Desk, ledger: Ledger, learner: Learner, marked: Marked) -> None:
    """Write one result. The result file comes last: where it is, all the rest is too."""
    result, notebook = marked
    if notebook is not None:
        files.write_text(desk.autograded(result.exercise, result.learner), tidy.dumps(notebook))
        ledger.record(learner, result)
    files.write_text(desk.result(result.exercise, result.learner), result.model_dump_json(indent=1))


def _record_missing(desk: Desk, slug: str, people: dict[str, Learner]) -> None:
    for learner in people:
        if not desk.submitted(slug, learner).is_file():
            result = Result(learner=learner, exercise=slug, digest="", status="missing")
            files.write_text(desk.result(slug, learner), result.model_dump_json(indent=1))


def _statuses(desk: Desk, slug: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for learner in desk.learners():
        kept = results.load(desk.result(slug, learner.id))
        status = kept.status if kept else "not marked yet"
        counts[status] = counts.get(status, 0) + 1
    return counts


@contextmanager
def _pool(workers: int, scheduler: str | None) -> Iterator[Executor]:
    """Give what runs jobs: threads, each of which waits for its box, or a Dask cluster."""
    if scheduler is None:
        pool = ThreadPoolExecutor(workers)
        try:
            yield pool
        finally:
            # After an interruption nothing new is started; after a whole run nothing is left.
            pool.shutdown(cancel_futures=True)
        return
    from distributed import Client

    try:
        client = Client(scheduler, timeout=PATIENCE)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as error:
        raise CourseError(
            f"The scheduler at {scheduler} does not answer: {error}\n"
            "    Mend: start it with `dask scheduler`, and give the address that it prints."
        ) from None
    with client, client.get_executor(pure=False) as cluster:  # type: ignore[no-untyped-call]
        yield cluster
