"""Build the site: run the notebooks that changed, make the pages, then swap the new site in.

Everything happens in `_build/`, and the last good site stays until a new one is complete:

- `.notebooks/<key>/` keeps what notebooks printed. The key covers the package's source, the data,
  the question bank, the references and the pinned packages, so a change in any of them runs
  every notebook again.
- `html/` is the site, and `educator/` the educators' edition, which shows answers.
- `.html.staging/` is where Jupyter Book works. It is emptied when a build there was cut short or
  failed, and when anything but a page changed.
- `.html.published.json` says which inputs the site was made from.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from improving import lessons, quick_jsonschema
from improving.problems import CourseError, Problem

WORKERS = 2
CELL_SECONDS = 120
PAGES = frozenset({".md", ".ipynb"})
LISTED = ("book", "chapters", "exercises")
SITES = {"learner": "html", "educator": "educator"}
"""The folder of each edition."""

# What a notebook's output can depend on besides its own code.
BEHIND_NOTEBOOKS = (
    "src",
    "data",
    "exercises/questions",
    "book/references.bib",  # model cards name authors
    "requirements.lock",
    "pyproject.toml",
)
BEHIND_PAGES = ("_config.yml", "_toc.yml")
FALLBACK_DATE = "1735689600"

Inputs = dict[str, str]


def build(root: Path, edition: str = "learner") -> Path:
    """Bring the site up to date.

    Parameters
    ----------
    root : Path
        The root of the project.
    edition : str
        "learner", or "educator" for the edition that shows the answers of exercises.

    Returns
    -------
    Path
        The folder of the built site.

    Raises
    ------
    CourseError
        If a notebook fails or the book has a warning. The last good site is still in place.
    """
    quick_jsonschema.load()
    root = root.resolve()
    work = root / "_build"
    work.mkdir(exist_ok=True)
    with _alone(work / ".lock"):
        site = work / SITES[edition]
        _restore(site)
        inputs = read_inputs(root)
        if _is_published(site, inputs):
            _say(f"Nothing has changed. The site is in {site}")
        else:
            _rebuild(root, site, inputs, edition)
            _say(f"The site is in {site}\nOpen {(site / 'index.html').as_uri()}")
    return site


def _rebuild(root: Path, site: Path, inputs: Inputs, edition: str) -> None:
    clock = time.perf_counter()

    def lap(phase: str) -> None:
        nonlocal clock
        _say(f"{phase:<58}{time.perf_counter() - clock:6.1f} s")
        clock = time.perf_counter()

    cache = _cache_folder(root, inputs["notebooks"])
    run, kept = run_notebooks(root, cache)
    lap(f"Notebooks: {run} run, {kept} unchanged")
    staging = _beside(site, "staging")
    with _staged(staging, inputs):
        _make_pages(root, staging, cache, inputs["date"], edition)
    lap("Pages")
    _record(site).unlink(missing_ok=True)
    _publish(staging / "html", site)
    _record(site).write_text(json.dumps({"inputs": inputs, "files": _listing(site)}))
    lap("Publish")


def _say(text: str) -> None:
    print(text, flush=True)


# What the site is made from


def read_inputs(root: Path) -> Inputs:
    """Return the fingerprint of everything that the site is made from.

    Parameters
    ----------
    root : Path
        The root of the project.

    Returns
    -------
    dict of str to str
        `notebooks` covers what notebooks read, `shared` what every page depends on, `date` is the
        date of the last commit to any of them, in seconds since 1970. Every other key is the path
        of a page.
    """
    listed = {name: list(_files(root, [name])) for name in LISTED}
    pages = [path for paths in listed.values() for path in paths if path.suffix in PAGES]
    assets = [path for paths in listed.values() for path in paths if path.suffix not in PAGES]
    shared = [*_files(root, BEHIND_PAGES), *assets]
    inputs = {
        "notebooks": _digest(root, _files(root, BEHIND_NOTEBOOKS), seed=sys.version),
        "shared": _digest(root, shared),
        "date": _date(root),
    }
    return inputs | {page.relative_to(root).as_posix(): _digest(root, [page]) for page in pages}


def _files(root: Path, names: Iterable[str]) -> Iterator[Path]:
    """Yield the files of a folder in one order, without caches and hidden files."""
    for name in names:
        top = root / name
        if top.is_file():
            yield top
        for folder, inside, files in os.walk(top):
            inside[:] = sorted(n for n in inside if n != "__pycache__" and not n.startswith("."))
            yield from (Path(folder, n) for n in sorted(files) if not n.startswith("."))


def _digest(root: Path, files: Iterable[Path], seed: str = "") -> str:
    digest = hashlib.sha256(seed.encode())
    for path in files:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(root).as_posix()}\0{content}\0".encode())
    return digest.hexdigest()


def _date(root: Path) -> str:
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return given
    inputs = [n for n in (*BEHIND_NOTEBOOKS, *BEHIND_PAGES, *LISTED) if (root / n).exists()]
    command = ["git", "-C", str(root), "log", "-1", "--format=%ct", "--", *inputs]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return FALLBACK_DATE
    return answer.stdout.strip() or FALLBACK_DATE


# Notebooks


def run_notebooks(root: Path, cache_folder: Path) -> tuple[int, int]:
    """Run the notebooks of the table of contents whose code is not in the cache.

    Parameters
    ----------
    root : Path
        The root of the project.
    cache_folder : Path
        Where what notebooks printed is kept. A damaged one is emptied.

    Returns
    -------
    tuple of int
        How many notebooks ran, and how many did not need to.

    Raises
    ------
    CourseError
        If any notebook fails: which, in which cell, why and what to do. The others are kept.
    """
    notebooks = {path: _read_notebook(root, path) for path in _listed_notebooks(root)}
    cache, waiting = _open_cache(cache_folder, notebooks)
    queue = SimpleQueue[Path]()
    for path in waiting:
        queue.put(path)
    problems = []
    with ThreadPoolExecutor(WORKERS) as pool:
        workers = [pool.submit(_work, root, queue, notebooks) for _ in range(WORKERS)]
        if waiting:
            # Takes a second and a half, which would otherwise be spent waiting.
            import jupyter_book.sphinx  # noqa: F401
        results = {path: result for done in workers for path, result in done.result()}
    for path in waiting:
        if isinstance(results[path], Problem):
            problems.append(results[path])
        else:
            _keep(cache, path, results[path])
    if problems:
        raise CourseError(problems)
    return len(waiting), len(notebooks) - len(waiting)


def _listed_notebooks(root: Path) -> list[Path]:
    # Exercises are shown without having been run.
    names = (name for name in lessons.pages(root) if not name.startswith("exercises/"))
    return [path for name in names if (path := root / f"{name}.ipynb").is_file()]


def _read_notebook(root: Path, path: Path) -> Any:
    import nbformat

    from improving.tidy import read

    name = path.relative_to(root).as_posix()
    text = json.dumps(read(path, name))
    try:
        return nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    except Exception as error:
        mend = "Open it in JupyterLab and save it, or run `improving tidy`."
        raise CourseError([Problem(name, "", f"Not a valid notebook: {error}", mend)]) from None


def _open_cache(folder: Path, notebooks: dict[Path, Any]) -> tuple[Any, list[Path]]:
    """Return the cache, and the notebooks that are not in it."""
    from jupyter_cache import get_cache

    try:
        cache = get_cache(folder)
        return cache, [path for path, nb in notebooks.items() if not _is_kept(cache, nb)]
    except Exception:
        # Whatever a damaged cache raises, the remedy is the same: begin again without it.
        _say("The cache of notebooks was damaged and has been emptied.")
        shutil.rmtree(folder, ignore_errors=True)
        return get_cache(folder), list(notebooks)


def _is_kept(cache: Any, notebook: Any) -> bool:
    try:
        cache.merge_match_into_notebook(notebook)
    except KeyError:
        return False
    return True


def _keep(cache: Any, path: Path, notebook: Any) -> None:
    from jupyter_cache.base import CacheBundleIn

    bundle = CacheBundleIn(notebook, str(path), data={"execution_seconds": 0})
    cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def _work(root: Path, queue: SimpleQueue[Path], notebooks: dict[Path, Any]) -> list[Any]:
    """Run waiting notebooks one after another, in one kernel unless one of them fails."""
    done, kernel = [], None
    while True:
        try:
            path = queue.get_nowait()
        except Empty:
            break
        kernel = kernel or _start_kernel(root)
        result = _run(root, path, notebooks[path], kernel)
        done.append((path, result))
        if isinstance(result, Problem):
            _stop(kernel)
            kernel = None
    if kernel:
        _stop(kernel)
    return done


def _start_kernel(root: Path) -> Any:
    # Not a blocking manager: with one, nbclient waits for ever for a kernel that has died.
    from jupyter_client.manager import AsyncKernelManager
    from jupyter_core.utils import run_sync

    kernel = AsyncKernelManager(kernel_name="python3")
    arguments = ["--log-level=ERROR"]
    run_sync(kernel.start_kernel)(extra_arguments=arguments, env=_kernel_environment(root))
    return kernel


def _stop(kernel: Any) -> None:
    from jupyter_core.utils import run_sync

    run_sync(kernel.shutdown_kernel)(now=True)


def _run(root: Path, path: Path, notebook: Any, kernel: Any) -> Any:
    """Return the notebook with its outputs, or the problem that stopped it."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    at = 0

    def started(cell: Any, cell_index: int) -> None:
        nonlocal at
        at = cell_index + 1

    client = NotebookClient(
        notebook,
        km=kernel,
        timeout=CELL_SECONDS,
        store_widget_state=False,
        record_timing=False,
        on_cell_start=started,
    )
    try:
        _forget_all(kernel, path.parent)
        return client.execute()
    except CellExecutionError as error:
        what = f"{error.ename}: {error.evalue}"
    except CellTimeoutError:
        what = f"The cell ran for more than {CELL_SECONDS} seconds."
    except (DeadKernelError, RuntimeError) as error:
        what = f"Python stopped while it ran the notebook: {error}"
    mend = "Open the notebook, run it up to this cell, mend the cell, then build again."
    return Problem(path.relative_to(root).as_posix(), f"cell {at}", what, mend)


def _forget_all(kernel: Any, folder: Path) -> None:
    """Clear every name that the last notebook left, and go to the next one's folder.

    Imports stay: starting Python and importing takes longer than running a notebook. The tests
    run each notebook in a kernel of its own.
    """
    client = kernel.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=CELL_SECONDS)
        clear = f"import os\nos.chdir({str(folder)!r})\nget_ipython().reset(new_session=True)"
        client.execute_interactive(clear, silent=True, store_history=False, timeout=CELL_SECONDS)
    finally:
        client.stop_channels()


def _kernel_environment(root: Path) -> dict[str, str]:
    return os.environ | {
        "IMPROVING_BOOK": "1",
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        # A reader's own start-up files must not change what the book says.
        "IPYTHONDIR": str(root / "_build" / ".ipython"),
    }


def _cache_folder(root: Path, key: str) -> Path:
    """Return the cache for these inputs, and remove those for any other."""
    folder = root / "_build" / ".notebooks" / key[:16]
    folder.mkdir(parents=True, exist_ok=True)
    for other in folder.parent.iterdir():
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    return folder


# Pages


@contextmanager
def _staged(staging: Path, inputs: Inputs) -> Iterator[None]:
    """Make the staging folder fit for these inputs; trust it next time only after success."""
    done = staging / ".inputs.json"
    before = _read_json(done)
    if any(before.get(key) != inputs[key] for key in ("notebooks", "shared")):
        shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(exist_ok=True)
    _clear_html(staging / "html")
    for page, content in inputs.items():
        if before.get(page) != content:
            # Sphinx compares times, which a restored file can deceive; a missing doctree cannot.
            (staging / "doctrees" / page).with_suffix(".doctree").unlink(missing_ok=True)
    done.unlink(missing_ok=True)
    yield
    done.write_text(json.dumps(inputs))


def _clear_html(html: Path) -> None:
    """Empty the folder but for payloads, which are written when their page is read.

    Sphinx adds a checksum to the address of a file that is already there, so a page made after
    another build would differ from one made from scratch.
    """
    from improving.book.explorers import FOLDER

    for path in html.glob("*"):
        if path.is_file():
            path.unlink()
        elif path.name != FOLDER:
            shutil.rmtree(path)


def _make_pages(root: Path, staging: Path, cache: Path, date: str, edition: str) -> None:
    from jupyter_book.sphinx import build_sphinx

    settings = {
        "external_toc_path": (root / "_toc.yml").as_posix(),
        "latex_individualpages": False,
        "nitpicky": True,
        "nb_execution_mode": "cache",
        "nb_execution_cache_path": str(cache),
        "nb_execution_raise_on_error": True,
    }
    with _environment(SOURCE_DATE_EPOCH=date, IMPROVING_BOOK="1", IMPROVING_EDITION=edition):
        result = build_sphinx(
            root,
            staging / "html",
            doctreedir=staging / "doctrees",
            noconfig=True,
            path_config=root / "_config.yml",
            confoverrides=settings,
            # Every page shows the titles of the others, so all are written each time.
            force_all=True,
            warningiserror=True,
            keep_going=True,
            quiet=True,
        )
    if result:
        raise CourseError(
            "The book has errors or warnings; the lines above name the file and the place.\n"
            "    Mend: put them right, then build again. The last good site is unchanged."
        )


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


# The site


def _beside(site: Path, name: str) -> Path:
    return site.with_name(f".{site.name}.{name}")


def _record(site: Path) -> Path:
    return _beside(site, "published.json")


def _is_published(site: Path, inputs: Inputs) -> bool:
    record = _read_json(_record(site))
    return record == {"inputs": inputs, "files": _listing(site)}


def _listing(site: Path) -> str:
    """Return a fingerprint of the site's file names and sizes, to notice a damaged site."""
    rows = (f"{path.relative_to(site)} {path.stat().st_size}" for path in _files(site, ["."]))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _publish(staged: Path, site: Path) -> None:
    """Put a complete copy of the staged site in place of the last one."""
    fresh, last = _beside(site, "next"), _beside(site, "last")
    for folder in (fresh, last):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(staged, fresh, ignore=shutil.ignore_patterns(".buildinfo*", ".doctrees"))
    if site.exists():
        _rename(site, last)
    _rename(fresh, site)
    shutil.rmtree(last, ignore_errors=True)


def _restore(site: Path) -> None:
    """Put the last site back if a build was cut short between taking it away and replacing it."""
    last = _beside(site, "last")
    if last.exists() and not site.exists():
        _rename(last, site)


def _rename(old: Path, new: Path) -> None:
    try:
        old.rename(new)
    except PermissionError:
        raise CourseError(
            f"{old} is in use by another program.\n"
            "    Mend: close what shows the site, such as `improving serve`, then build again."
        ) from None


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock that the system frees even when the holder is killed; wait for another's."""
    from filelock import FileLock, Timeout

    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        _say("Waiting for another build to finish.")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
