"""Run a submission where it can reach nothing and harm nobody.

Each run has a box of its own, made by bubblewrap or by a container runtime: no network, a system
that it can read and not change, a throw-away folder, and nothing else of this computer. Where no
box can be made, nothing is run.

What the system's own limits do not cover is watched from here: time, processes, and the memory of
all processes together. A box that goes over is ended.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any, Literal, Protocol

from improving.educator.limits import MB, Limits
from improving.problems import CourseError

WATCH_SECONDS = 0.1
SCRATCH = "/tmp"
"""The throw-away folder of a box: a box's own, not this computer's."""

RUNNER = ["-m", "improving.educator.boxed"]
FIRST_FREE_USER = 1_000_000_000
"""Above every user of a usual system; each run by root gets one of its own."""

Json = dict[str, Any]

NO_BOX = """\
There is no sandbox on this computer, so nothing was marked. A submission is somebody else's \
program: it must not run unprotected.
    Mend: install bubblewrap (on Debian or Ubuntu: apt-get install bubblewrap), or make the \
container image that the page Assign and mark describes and add --container podman."""


class MachineryError(CourseError):
    """The run failed through no fault of the submission; it must not become a mark."""


@dataclass(frozen=True)
class Run:
    """What came back from a box.

    Parameters
    ----------
    records : list of dict
        What `boxed` told, in order.
    stopped : str
        Why the box was ended from outside: "", "time", "memory", "processes" or "output".
    """

    records: list[Json]
    stopped: Literal["", "time", "memory", "processes", "output"] = ""
    seconds: float = field(default=0.0, compare=False)


class Box(Protocol):
    """A way to make boxes."""

    @property
    def python(self) -> str:
        """The interpreter inside the box."""

    def command(self, name: str, limits: Limits) -> list[str]:
        """Return the command that starts a program in a box of this name; the program follows."""

    def user(self) -> int | None:
        """Return the user whom the runner becomes; None to stay as it is."""

    def end(self, name: str) -> None:
        """End what killing the command would leave."""


class Bubblewrap:
    """Boxes made by bubblewrap, from the environment that runs this."""

    python = sys.executable

    def command(self, name: str, limits: Limits) -> list[str]:
        """Return the command that starts a program in a box of this name; the program follows."""
        # Without a user namespace, root keeps the right to become another user, and no more.
        rights = ["--cap-drop", "ALL"]
        rights += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"] if _is_root() else []
        apart = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
        apart += ["--unshare-cgroup-try", *([] if _is_root() else ["--unshare-user"])]
        scratch = ["--perms", "1777", "--size", str(limits.scratch_mb * MB), "--tmpfs", SCRATCH]
        settings = [part for pair in _environment().items() for part in ("--setenv", *pair)]
        return [
            "bwrap",
            *("--die-with-parent", "--new-session", "--clearenv", "--hostname", "box"),
            *apart,
            *rights,
            # The scratch folder comes first: the course itself may lie below it.
            *scratch,
            *_system(),
            *("--proc", "/proc", "--dev", "/dev"),
            *("--chdir", SCRATCH),
            *settings,
            *("--remount-ro", "/"),
            *("--", "nice", "-n", "5"),
        ]

    def user(self) -> int | None:
        """Return a user of the run's own, if this is root; a limit on processes is per user."""
        return FIRST_FREE_USER + threading.get_native_id() if _is_root() else None

    def end(self, name: str) -> None:
        """Do nothing: the box ends with its command."""


@dataclass(frozen=True)
class Container:
    """Boxes made by a container runtime, from the image that `Containerfile` describes.

    Parameters
    ----------
    runtime : str
        "podman" or "docker".
    image : str
        The image's name.
    """

    runtime: str
    image: str = "improving-marker"
    python: str = "python"

    def command(self, name: str, limits: Limits) -> list[str]:
        """Return the command that starts a program in a box of this name; the program follows."""
        settings = [part for pair in _settings().items() for part in ("--env", "=".join(pair))]
        return [
            *(self.runtime, "run", "--rm", "--interactive", "--name", name, "--pull=never"),
            *("--network=none", "--read-only", "--cap-drop=ALL", "--user=65534:65534"),
            *("--security-opt=no-new-privileges", "--ulimit=nofile=512:512"),
            "--ulimit=nproc=1024:1024",
            f"--pids-limit={limits.processes + 64}",
            *(f"--memory={limits.memory_mb + 512}m", f"--memory-swap={limits.memory_mb + 512}m"),
            f"--tmpfs={SCRATCH}:rw,mode=1777,size={limits.scratch_mb}m",
            *(f"--workdir={SCRATCH}", *settings, self.image),
        ]

    def user(self) -> int | None:
        """Return None: the runtime has chosen the user."""
        return None

    def end(self, name: str) -> None:
        """Stop the container, which outlives the command that started it."""
        subprocess.run([self.runtime, "kill", name], capture_output=True, check=False)


def _is_root() -> bool:
    return os.geteuid() == 0


def _settings() -> dict[str, str]:
    return {
        "HOME": SCRATCH,
        "LANG": "C.UTF-8",
        "IPYTHONDIR": f"{SCRATCH}/.ipython",
        "JUPYTER_RUNTIME_DIR": f"{SCRATCH}/.runtime",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        # One thread each: many submissions run at once, and threads count as processes.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _environment() -> dict[str, str]:
    return {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", **_settings()}


def _system() -> list[str]:
    """Return what a box can read: the system's programs, Python, the course's code and tables."""
    from improving import data

    code = Path(__file__).resolve().parents[2]
    shown = ["/usr", "/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime"]
    shown += [sys.base_prefix, sys.prefix, str(code), str(data.DATA)]
    above = sorted({str(parent) for path in shown for parent in Path(path).parents[:-1]})
    # Named, because bubblewrap closes the folders it makes itself to all but their owner.
    binds = [part for path in above for part in ("--perms", "0755", "--dir", path)]
    binds += [part for path in shown for part in ("--ro-bind-try", path, path)]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        path = Path("/", name)
        if path.is_symlink():
            binds += ["--symlink", os.readlink(path), str(path)]
        elif path.is_dir():
            binds += ["--ro-bind", str(path), str(path)]
    return binds


@cache
def find_box(container: str | None = None) -> Box:
    """Return the way to make boxes on this computer, after trying it.

    Parameters
    ----------
    container : str, optional
        A container runtime to use instead of bubblewrap: "podman" or "docker".

    Raises
    ------
    CourseError
        If no box can be made. The message says what to do.
    """
    if container:
        box: Box = Container(container)
        mend = "make the image as the page Assign and mark says, or leave --container out."
    elif sys.platform == "linux" and shutil.which("bwrap"):
        box = Bubblewrap()
        mend = "allow user namespaces for bwrap (on Ubuntu see its AppArmor profile), or use root."
    else:
        raise CourseError(NO_BOX)
    command = [*box.command("improving-probe", Limits()), box.python, "-c", "import improving"]
    try:
        tried = subprocess.run(command, capture_output=True, text=True, check=False)
        said = tried.stderr.strip() if tried.returncode else ""
    except OSError as error:
        said = str(error)
    if said:
        raise CourseError(
            f"The sandbox does not work on this computer, so nothing was marked: {said}\n"
            f"    Mend: {mend}"
        )
    return box


def run_boxed(notebook: Json, box: Box, limits: Limits) -> Run:
    """Run a notebook in a box of its own.

    Parameters
    ----------
    notebook : dict
        The notebook. Its code cells are run in order; an error does not stop the run.
    box : Box
        How boxes are made here.
    limits : Limits
        What the run may use.

    Returns
    -------
    Run
        What came back.

    Raises
    ------
    MachineryError
        If Python did not start in the box. Nothing of the submission has run then.
    """
    name = f"improving-{uuid.uuid4().hex[:12]}"
    began = time.monotonic()
    process = subprocess.Popen(
        [*box.command(name, limits), box.python, *RUNNER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    task = {"notebook": notebook, "limits": limits.as_dict(), "user": box.user()}
    inbox, errors = _Inbox(limits.result_bytes), _Inbox(4000)
    threads = [
        threading.Thread(target=_feed, args=(process.stdin, json.dumps(task).encode())),
        threading.Thread(target=inbox.fill, args=(process.stdout,)),
        threading.Thread(target=errors.fill, args=(process.stderr,)),
    ]
    for thread in threads:
        thread.start()
    try:
        stopped = _watch(process, limits, inbox)
    finally:
        process.kill()
        box.end(name)
        process.wait()
        for thread in threads:
            thread.join()
    records = list(_records(bytes(inbox.held)))
    if not any(record["kind"] == "ready" for record in records):
        said = bytes(errors.held).decode(errors="replace").strip()
        said = "\n".join([said, *(record["said"] for record in records if "said" in record)])
        raise MachineryError(f"Python did not start in the sandbox: {said}\n    Mend: mark again.")
    return Run(records, stopped, time.monotonic() - began)


class _Inbox:
    """Keeps what a pipe brings, up to a limit, and goes on emptying it."""

    def __init__(self, most: int) -> None:
        self.held = bytearray()
        self.over = False
        self._most = most

    @property
    def ended(self) -> bool:
        """Whether the runner has told that it is done, so that no more is to come."""
        return b'{"kind": "end"}' in self.held[-200:] or b'{"kind": "died"' in self.held[-200:]

    def fill(self, pipe: IO[bytes]) -> None:
        while chunk := pipe.read1(65536):  # type: ignore[attr-defined]
            self.over = self.over or len(self.held) + len(chunk) > self._most
            if not self.over:
                self.held += chunk


def _feed(pipe: IO[bytes], content: bytes) -> None:
    try:
        pipe.write(content)
        pipe.close()
    except BrokenPipeError:
        # The box has ended; what it said tells why.
        pass


def _watch(process: subprocess.Popen[bytes], limits: Limits, inbox: _Inbox) -> Any:
    """Wait for the box to end or to tell that it is done; say what it went over, if anything."""
    deadline = time.monotonic() + limits.notebook_seconds
    while True:
        try:
            process.wait(WATCH_SECONDS)
            return ""
        except subprocess.TimeoutExpired:
            pass
        if inbox.ended:
            return ""
        if inbox.over:
            return "output"
        if time.monotonic() > deadline:
            return "time"
        processes, memory = _usage(process.pid)
        # bubblewrap's own two, the runner and the kernel.
        if processes > limits.processes + 4:
            return "processes"
        if memory > limits.memory_mb * MB:
            return "memory"


def _usage(pid: int) -> tuple[int, int]:
    """Return how many processes a box has, and their memory in bytes."""
    import psutil

    try:
        family = psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return 0, 0
    memory = 0
    for one in family:
        try:
            memory += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return len(family), memory


def _records(text: bytes) -> Iterator[Json]:
    """Yield the whole lines; a box that was ended may leave half of one."""
    for line in text.split(b"\n")[:-1]:
        yield json.loads(line)
