"""What runs inside the sandbox: run a notebook cell by cell, and tell the outside how each went.

Started as `python -m improving.educator.boxed`. Standard input holds one JSON object:
`notebook`, `limits` and `user`. Standard output gets one JSON object a line:

- `{"kind": "ready"}` when Python is up; before it, a failure is the machine's, not the learner's
- `{"kind": "start", "cell": 3}`
- `{"kind": "cell", "cell": 3, "ok": true, "outputs": [...], "cut": false}`
- `{"kind": "died", "cell": 3}` if Python stopped
- `{"kind": "end"}`
- `{"kind": "fault", "said": "..."}` if this program failed

The submission runs in another process, the notebook's kernel. It must not be able to write these
lines or to change this process: the pipe is not handed on, and the kernel may not trace us.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import traceback
from typing import Any

from improving import quick_jsonschema

PR_SET_DUMPABLE = 4
MB = 1024 * 1024
KEPT_TYPES = ("text/plain", "image/png")

Json = dict[str, Any]


def main() -> None:
    """Run the notebook on standard input."""
    pipe = _private_pipe()

    def tell(**record: Any) -> None:
        _write(pipe, record)

    try:
        task = json.loads(sys.stdin.buffer.read())
        _give_up_rights(task["limits"], task["user"])
        _run(task["notebook"], task["limits"], tell)
    except Exception:
        tell(kind="fault", said=traceback.format_exc()[-2000:])


def _private_pipe() -> int:
    """Keep standard output for ourselves; a kernel inherits the numbers 0, 1 and 2."""
    pipe = os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return pipe


def _write(pipe: int, record: Json) -> None:
    left = json.dumps(record).encode() + b"\n"
    while left:
        left = left[os.write(pipe, left) :]


def _give_up_rights(limits: Json, user: int | None) -> None:
    """Set the limits that the system keeps, and become a user who owns nothing."""
    import resource

    def limit(what: int, most: int) -> None:
        resource.setrlimit(what, (most, most))

    # Address space is more than memory: libraries reserve far more than they use. What is really
    # used, by all processes together, is watched from outside.
    limit(resource.RLIMIT_AS, (limits["memory_mb"] + 2048) * MB)
    limit(resource.RLIMIT_FSIZE, limits["scratch_mb"] * MB)
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_NOFILE, 512)
    # Threads count too, and a kernel has about 12.
    limit(resource.RLIMIT_NPROC, limits["processes"] + 64)
    if user is not None:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def _run(notebook: Json, limits: Json, tell: Any) -> None:
    quick_jsonschema.load()
    import nbformat
    from jupyter_client.manager import AsyncKernelManager
    from nbclient.exceptions import DeadKernelError

    made = nbformat.from_dict(notebook)  # type: ignore[no-untyped-call]
    manager = AsyncKernelManager(kernel_name="python3")
    client = _client_class()(made, limits, tell, km=manager)
    with client.setup_kernel():
        tell(kind="ready")
        for number, cell in enumerate(made.cells):
            if cell.cell_type != "code":
                continue
            tell(kind="start", cell=number)
            try:
                client.execute_cell(cell, number)
            except (DeadKernelError, RuntimeError):
                tell(kind="died", cell=number)
                return
            tell(kind="cell", cell=number, **client.told())
        # Before the kernel is shut down, which a hostile one can delay.
        tell(kind="end")


def _client_class() -> Any:
    """Return the client; a function, so that the limits are set before nbclient is imported."""
    from nbclient import NotebookClient

    class BoxedClient(NotebookClient):
        """Runs on after an error, keeps a bounded output, and notes how each cell ended."""

        def __init__(self, notebook: Any, limits: Json, tell: Any, **settings: Any) -> None:
            super().__init__(
                notebook,
                timeout=limits["cell_seconds"],
                interrupt_on_timeout=True,
                error_on_timeout={"ename": "TimedOut", "evalue": "", "traceback": []},
                allow_errors=True,
                store_widget_state=False,
                record_timing=False,
                # Joining them runs a search that takes a minute on one line of 200 kB.
                coalesce_streams=False,
                iopub_timeout=10,
                extra_arguments=["--log-level=CRITICAL"],
                **settings,
            )
            self._most = limits["output_kb"] * 1024
            self._begin()
            self.on_cell_start = lambda cell, cell_index: self._begin()
            self.on_cell_executed = self._note

        def _begin(self) -> None:
            self._kept, self._cut = 0, False
            self._reply: Json = {}
            self._cell: Json = {}

        def _note(self, cell: Any, cell_index: int, execute_reply: Any) -> None:
            self._cell, self._reply = cell, (execute_reply or {}).get("content", {})

        def process_message(self, msg: Json, cell: Any, cell_index: int) -> Any:
            if msg["msg_type"] in ("stream", "display_data", "execute_result", "error"):
                size = sum(len(str(part)) for part in _parts(msg["content"]))
                if self._kept + size > self._most:
                    self._cut = True
                    msg["content"] = _shortened(msg, self._most - self._kept)
                self._kept = min(self._most, self._kept + size)
            return super().process_message(msg, cell, cell_index)

        def handle_comm_msg(self, outs: Any, msg: Json, cell_index: int) -> None:
            """Leave widgets alone: nobody sees them here, and what they print is output."""

        def told(self) -> Json:
            error = {key: str(self._reply.get(key, ""))[:2000] for key in ("ename", "evalue")}
            return {
                "ok": self._reply.get("status") == "ok",
                "error": error if self._reply.get("status") != "ok" else None,
                "outputs": [_plain(one) for one in self._cell.get("outputs", [])],
                "cut": self._cut,
            }

    return BoxedClient


def _parts(content: Json) -> list[Any]:
    return [content.get("text", ""), *content.get("data", {}).values(), content.get("evalue", "")]


def _shortened(message: Json, room: int) -> Json:
    content = message["content"]
    if message["msg_type"] == "stream":
        return {**content, "text": content["text"][:room]}
    if message["msg_type"] == "error":
        return {"ename": str(content["ename"])[:200], "evalue": "", "traceback": []}
    return {**content, "data": {}, "metadata": {}}


def _plain(output: Json) -> Json:
    """Return an output without what a browser would run."""
    kind = output["output_type"]
    if kind == "stream":
        return {"output_type": kind, "name": output["name"], "text": output["text"]}
    if kind == "error":
        return {
            "output_type": kind,
            "ename": output["ename"],
            "evalue": str(output["evalue"]),
            "traceback": [],
        }
    data = {key: output["data"][key] for key in KEPT_TYPES if key in output.get("data", {})}
    return {"output_type": "display_data", "data": data, "metadata": {}}


if __name__ == "__main__":
    main()
