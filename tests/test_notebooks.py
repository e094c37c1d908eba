"""nbval compares what tidy notebooks store, and runs the rest."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from improving.tidy import dumps, tidy

CONFTEST = Path(__file__).parents[1] / "conftest.py"


def run_nbval(folder, stored):
    checked = {
        "cell_type": "code",
        "metadata": {"tags": ["nbval-check-output"]},
        "source": "print(6 * 7)",
        "outputs": stored,
    }
    free = {"cell_type": "code", "metadata": {}, "source": "import time; time.time()"}
    notebook = tidy({"cells": [free, checked]})
    assert all(cell["execution_count"] is None for cell in notebook["cells"])
    (folder / "one.ipynb").write_text(dumps(json.loads(json.dumps(notebook))))
    shutil.copy(CONFTEST, folder)
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "one.ipynb"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("stored", "summary"),
    [("42\n", "2 passed"), ("43\n", "1 failed, 1 passed"), (None, "1 failed, 1 passed")],
)
def test_a_stored_output_must_agree(tmp_path, stored, summary):
    stream = {"output_type": "stream", "name": "stdout", "text": stored}
    assert summary in run_nbval(tmp_path, [stream] if stored else []).stdout
