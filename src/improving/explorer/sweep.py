"""Run a model at every combination of its controls' settings, once per version of anything."""

from __future__ import annotations

import ast
import hashlib
import importlib
import importlib.util
import inspect
import itertools
import os
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib
import pandas as pd

from improving.explorer.pack import Frames, pack

MOST_SETTINGS = 6000
SERIAL_SECONDS = 6.0
"""Below this a sweep runs in one process: starting workers would take longer."""

_VERSIONS = ("numpy", "pandas", "networkx", "scipy")

Model = Callable[..., pd.DataFrame | Frames]


def cache_folder() -> Path:
    """Where sweeps are kept: ``IMPROVING_CACHE``, else the project's ``_build/.sweeps``."""
    root = Path(__file__).resolve().parents[3]
    return Path(os.environ.get("IMPROVING_CACHE", root / "_build" / ".sweeps"))


def memory() -> joblib.Memory:
    """Results kept on disk; a corrupt or half-written one is computed again, with a warning."""
    return joblib.Memory(cache_folder(), verbose=0)


def as_frames(result: pd.DataFrame | Frames) -> Frames:
    """Give a model's result as a dict of frames; one frame alone is called ``rows``."""
    return {"rows": result} if isinstance(result, pd.DataFrame) else dict(result)


def combinations(settings: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """List every combination; the last control changes fastest."""
    return [
        dict(zip(settings, values, strict=True)) for values in itertools.product(*settings.values())
    ]


def sweep(
    model: Model,
    settings: Mapping[str, Sequence[Any]],
    fixed: Mapping[str, Any],
    summary: Callable[..., str] | None = None,
    answer: Callable[..., float] | None = None,
) -> dict[str, Any]:
    """Run `model` at every combination of `settings` and pack what it gives.

    Parameters
    ----------
    model : callable
        Returns a DataFrame or a dict of them.
    settings : mapping of str to sequence
        Values of each parameter that a control sets.
    fixed : mapping
        Arguments no control sets.
    summary, answer : callable, optional
        The sentence and the number to guess, both computed from the model's result.

    Returns
    -------
    dict
        ``frames`` (see `pack`), ``sentences`` and ``answers``.

    Raises
    ------
    ValueError
        If there are more than `MOST_SETTINGS` combinations, or the model fails at one;
        the message names the setting.
    """
    count = len(combinations(settings))
    if count > MOST_SETTINGS:
        raise ValueError(
            f"{model.__module__}.{model.__name__}: {count:,} settings, at most "
            f"{MOST_SETTINGS:,}. Use larger steps or fewer controls."
        )
    run = memory().cache(_sweep, ignore=["model", "summary", "answer"])
    names = tuple(f.__qualname__ if f else "" for f in (model, summary, answer))
    return dict(
        run(
            model,
            dict(settings),
            dict(fixed),
            summary,
            answer,
            names,
            fingerprint(model, summary, answer),
        )
    )


def _sweep(
    model: Model,
    settings: dict[str, Sequence[Any]],
    fixed: dict[str, Any],
    summary: Callable[..., str] | None,
    answer: Callable[..., float] | None,
    names: tuple[str, ...],
    version_of_everything: str,
) -> dict[str, Any]:
    runs = combinations(settings)
    # A model may do work that all its settings share at its first run: the second tells more.
    results, seconds = [], 0.0
    for run in runs[:2]:
        began = time.perf_counter()
        results.append(_run(model, run, fixed))
        seconds = (time.perf_counter() - began) * len(runs)
    if seconds < SERIAL_SECONDS:
        results += [_run(model, run, fixed) for run in runs[2:]]
    else:
        results += joblib.Parallel(n_jobs=-1, batch_size="auto")(
            joblib.delayed(_run)(model, run, fixed) for run in runs[2:]
        )
    return {
        "frames": pack([as_frames(r) for r in results]),
        "sentences": [summary(r) for r in results] if summary else [],
        "answers": [float(answer(r)) for r in results] if answer else [],
    }


def _run(model: Model, setting: dict[str, Any], fixed: dict[str, Any]) -> Any:
    try:
        return model(**fixed, **setting)
    except Exception as error:
        raise ValueError(
            f"{model.__module__}.{model.__name__} failed at {setting}: "
            f"{type(error).__name__}: {error}. Mend the model or narrow its control."
        ) from error


def fingerprint(*functions: Callable[..., Any] | None) -> str:
    """Hash all that decides what a model and its readings give, besides their arguments.

    That is the source of their modules and of every course module these import, the
    tables if they read any, the packer, and the versions of the libraries.
    """
    digest = hashlib.sha256()
    modules = {"improving.explorer.pack", __name__}
    for function in filter(None, functions):
        digest.update(inspect.getsource(function).encode())
        _gather(function.__module__, modules)
    for name in sorted(modules):
        digest.update(_source(name))
    if "improving.data" in modules:
        from improving.data import DATA

        for table in sorted(Path(DATA).glob("*.csv")):
            digest.update(table.name.encode() + table.read_bytes())
    digest.update(" ".join(version(v) for v in _VERSIONS).encode())
    return digest.hexdigest()


def _source(module: str) -> bytes:
    file = inspect.getsourcefile(importlib.import_module(module))
    return Path(file).read_bytes() if file else b""


def _gather(module: str, found: set[str]) -> None:
    if module in found or not module.startswith("improving"):
        return
    found.add(module)
    for node in ast.walk(ast.parse(_source(module))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            if name.startswith("improving") and _is_module(name):
                _gather(name, found)


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False
