"""A small model in a module of its own, so that its source can change under a test."""

import importlib
import sys
from types import ModuleType

import pytest

SOURCE = '''
"""A throw-away model."""
import os
import pandas as pd

def line(slope=1, offset=0):
    with open(os.environ["RUNS_LOG"], "a") as log:
        log.write("run\\n")
    if slope == 13:
        raise RuntimeError("unlucky")
    return pd.DataFrame({"x": range(5), "y": [offset + slope * x for x in range(5)]})

def say(frame):
    return f"It ends at {frame.y.iloc[-1]}."
'''


class TinyModel:
    """The module, how often its model has run, and a way to edit its source."""

    def __init__(self, folder, monkeypatch):
        self.file = folder / "tiny_model.py"
        self.log = folder / "runs.log"
        monkeypatch.setenv("RUNS_LOG", str(self.log))
        monkeypatch.syspath_prepend(str(folder))
        self.write(SOURCE)

    def write(self, source: str) -> None:
        self.file.write_text(source, encoding="utf-8")
        sys.modules.pop("tiny_model", None)
        importlib.invalidate_caches()

    @property
    def module(self) -> ModuleType:
        return importlib.import_module("tiny_model")

    @property
    def runs(self) -> int:
        return len(self.log.read_text().splitlines()) if self.log.exists() else 0


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A sweep cache of the test's own."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("IMPROVING_CACHE", str(folder))
    return folder


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield TinyModel(tmp_path, monkeypatch)
    sys.modules.pop("tiny_model", None)
