"""Show the pages to mark by hand, from this computer only and at an address nobody can guess."""

from __future__ import annotations

import secrets
import webbrowser
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from urllib.parse import parse_qs, unquote, urlsplit

from improving.educator import pages
from improving.educator.desk import Desk, Learner
from improving.educator.review import FormError, Reviewing, one
from improving.problems import CourseError

MAX_FORM = 200_000
"""How large a filled-in form may be, in bytes."""

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


class _Handler(BaseHTTPRequestHandler):
    server: ReviewServer
    timeout = 30

    def do_GET(self) -> None:
        name = self._name()
        if name is None:
            return self._tell(HTTPStatus.NOT_FOUND, "There is no such page.")
        try:
            with self.server.turn:
                page = self._page(name)
        except CourseError as problem:
            return self._tell(HTTPStatus.INTERNAL_SERVER_ERROR, str(problem))
        if page is None:
            return self._tell(HTTPStatus.NOT_FOUND, "There is nothing to mark here.")
        return self._send(HTTPStatus.OK, page)

    def do_POST(self) -> None:
        name, body = self._name(), self._body()
        if name is None or body is None:
            return self._tell(HTTPStatus.BAD_REQUEST, "This form cannot be taken.")
        form = parse_qs(body.decode("utf-8", errors="replace"), keep_blank_values=True)
        try:
            with self.server.turn:
                following, page = self._save(name, form)
        except CourseError as problem:
            return self._tell(HTTPStatus.INTERNAL_SERVER_ERROR, str(problem))
        if following is None:
            return self._send(HTTPStatus.UNPROCESSABLE_ENTITY, page)
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", f"{self.server.base}{following}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _page(self, name: str) -> str | None:
        if not name:
            saved = one(parse_qs(urlsplit(self.path).query), "saved")
            return self.server.reviewing.cohort_page(saved)
        learner = self.server.learner(name)
        return self.server.reviewing.learner_page(learner) if learner else None

    def _save(self, name: str, form: dict[str, list[str]]) -> tuple[str | None, str]:
        """Save a form; return the address that follows, or None and a page that says why not."""
        learner = self.server.learner(name)
        if learner is None:
            return None, _message("This form cannot be taken.")
        try:
            return self.server.reviewing.save(learner, form) or f"?saved={learner.id}", ""
        except (FormError, CourseError) as problem:
            page = self.server.reviewing.learner_page(learner, form, str(problem))
            return None, page or _message(str(problem))

    def _body(self) -> bytes | None:
        """Return what was sent; None where it is too long, or not as long as it says."""
        said = self.headers.get("Content-Length", "")
        length = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0
        # A browser that is cut off while it sends shows an error of its own, not ours.
        body = self.rfile.read(min(length, 10 * MAX_FORM))
        return body if 0 < len(body) == length <= MAX_FORM else None

    def _name(self) -> str | None:
        """Return what an address names; None if it is not ours or came under another name."""
        path = unquote(urlsplit(self.path).path)
        ours = self.headers.get("Host") in self.server.hosts
        return (
            path.removeprefix(self.server.base)
            if ours and path.startswith(self.server.base)
            else None
        )

    def _tell(self, status: HTTPStatus, text: str) -> None:
        self._send(status, _message(text))

    def _send(self, status: HTTPStatus, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: names of learners do not belong in a terminal's history."""


def _message(text: str) -> str:
    return pages.render("message.html", text=text)


class ReviewServer(ThreadingHTTPServer):
    """Serves one exercise's pages; answers one request at a time, so that there is one writer.

    A browser opens connections that it may never use. Each waits in a thread of its own.

    Parameters
    ----------
    reviewing : Reviewing
        The pages.
    port : int
        The port; 0 takes any free one.
    """

    def __init__(self, reviewing: Reviewing, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.reviewing = reviewing
        self.turn = Lock()
        self.base = f"/{secrets.token_urlsafe(16)}/"
        here = self.server_address[1]
        self.hosts = (f"127.0.0.1:{here}", f"localhost:{here}")
        self.address = f"http://{self.hosts[0]}{self.base}"

    def learner(self, name: str) -> Learner | None:
        """Return the learner of this id."""
        return next((one for one in self.reviewing.desk.learners() if one.id == name), None)


def review(desk: Desk, slug: str, port: int = 0, show: bool = True) -> None:
    """Open the pages to mark by hand, until interrupted.

    Parameters
    ----------
    desk : Desk
        The educator's folder.
    slug : str
        The exercise.
    port : int
        The port; 0 takes any free one.
    show : bool
        Whether to open the browser.

    Raises
    ------
    CourseError
        If the exercise was not assigned here, or the port is taken.
    """
    reviewing = Reviewing(desk, slug)
    try:
        server = ReviewServer(reviewing, port)
    except OSError as error:
        raise CourseError(
            f"Port {port} cannot be used: {error}.\n    Mend: leave --port out."
        ) from None
    print(f"Mark {slug} at {server.address}\nPress Ctrl and C to stop.", flush=True)
    if show:
        webbrowser.open(server.address)
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("\nStopped. What you saved is kept.")
