"""Show the built site at an address of this computer, under the policy that it must hold."""

import gzip
import sys
import webbrowser
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from improving.problems import CourseError

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'self'; "
    "form-action 'self'; object-src 'none'"
)
COMPRESSED = (".css", ".csv", ".html", ".ipynb", ".js", ".json", ".svg", ".txt")


class SiteHandler(SimpleHTTPRequestHandler):
    """Send files with the strict policy; text is compressed, as a web host would."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> BinaryIO | BytesIO | None:
        """Send the headers, compressing text where the browser accepts it."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if self.path.endswith("/") else path
        accepts = "gzip" in self.headers.get("Accept-Encoding", "")
        if path.suffix not in COMPRESSED or not accepts or not path.is_file():
            return super().send_head()
        body = gzip.compress(path.read_bytes(), mtime=0)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return BytesIO(body)

    def end_headers(self) -> None:
        """Add the policy to every answer."""
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def guess_type(self, path: object) -> str:
        """Return the type of a file, naming the encoding of text."""
        kind = super().guess_type(str(path))
        return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the reader's terminal is not a log."""


class SiteServer(ThreadingHTTPServer):
    """Serves until it is told to stop, whatever readers do."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a reader who left before the answer was complete."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def make_server(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    """Return a server for a folder, reachable from this computer only.

    Parameters
    ----------
    folder : Path
        The folder to show.
    port : int
        The port, from 0 to 65535. 0 takes any free one; `server_address[1]` then says which.

    Returns
    -------
    ThreadingHTTPServer
        Call `serve_forever` to start it and `shutdown` to stop it.

    Raises
    ------
    OSError
        If the port is taken.
    """
    return SiteServer(("127.0.0.1", port), partial(SiteHandler, directory=str(folder)))


def serve(site: Path, port: int = 8000, show: bool = True) -> None:
    """Show the built site in the browser until interrupted.

    Parameters
    ----------
    site : Path
        The folder of the built site.
    port : int
        The port, from 0 to 65535.
    show : bool
        Whether to open the browser.

    Raises
    ------
    CourseError
        If there is no built site, or the port is taken.
    """
    if not (site / "index.html").exists():
        raise CourseError(f"There is no site in {site}.\n    Mend: run `python course.py book`.")
    try:
        server = make_server(site, port)
    except OSError as error:
        mend = f"choose another port, such as `--port {port + 1}`."
        raise CourseError(f"Port {port} cannot be used: {error}.\n    Mend: {mend}") from None
    address = f"http://127.0.0.1:{server.server_address[1]}/"
    print(f"The course is at {address}\nPress Ctrl and C to stop.", flush=True)
    if show:
        webbrowser.open(address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print("\nStopped.")
    finally:
        server.server_close()
