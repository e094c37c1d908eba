"""The server holds the site to its policy, compresses text, and serves nothing else."""

import gzip
import threading
import urllib.error
import urllib.request

import pytest

from improving.problems import CourseError
from improving.serve import POLICY, make_server, serve


@pytest.fixture
def address(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text("<h1>Hello £</h1>" * 100, encoding="utf-8")
    (tmp_path / "site/picture.png").write_bytes(b"\x89PNG" * 100)
    (tmp_path / "secret.txt").write_text("secret")
    server = make_server(tmp_path / "site")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def get(address, **headers):
    request = urllib.request.Request(address, headers=headers)
    return urllib.request.urlopen(request)


@pytest.mark.parametrize("path", ["/", "/index.html", "/index.html?a=b"])
def test_text_is_compressed_for_browsers_that_accept_it(address, path):
    answer = get(address + path, **{"Accept-Encoding": "gzip"})
    body = answer.read()
    assert gzip.decompress(body).decode() == "<h1>Hello £</h1>" * 100
    assert int(answer.headers["Content-Length"]) == len(body) < 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_without_compression_the_text_is_the_same(address):
    assert get(f"{address}/").read().decode() == "<h1>Hello £</h1>" * 100


def test_pictures_are_sent_as_they_are(address):
    answer = get(f"{address}/picture.png", **{"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] is None
    assert answer.read() == b"\x89PNG" * 100


@pytest.mark.parametrize("path", ["/index.html", "/picture.png"])
def test_every_answer_carries_the_policy(address, path):
    assert get(address + path).headers["Content-Security-Policy"] == POLICY


@pytest.mark.parametrize("path", ["/none.html", "/../secret.txt", "/%2e%2e/secret.txt"])
def test_nothing_outside_the_site_is_sent(address, path):
    with pytest.raises(urllib.error.HTTPError, match="404") as caught:
        get(address + path, **{"Accept-Encoding": "gzip"})
    assert caught.value.headers["Content-Security-Policy"] == POLICY


def test_without_a_site_it_says_what_to_do(tmp_path):
    with pytest.raises(CourseError, match=r"course\.py book"):
        serve(tmp_path)


def test_a_taken_port_says_what_to_do(tmp_path):
    (tmp_path / "index.html").touch()
    with make_server(tmp_path) as server, pytest.raises(CourseError, match="choose another port"):
        serve(tmp_path, server.server_address[1])


@pytest.mark.parametrize(("error", "told"), [(BrokenPipeError(), ""), (ValueError("odd"), "odd")])
def test_a_reader_who_leaves_is_no_fault(tmp_path, capsys, error, told):
    server = make_server(tmp_path)
    try:
        raise error
    except (BrokenPipeError, ValueError):
        server.handle_error(None, ("127.0.0.1", 1))
    server.server_close()
    said = capsys.readouterr().err
    assert (told in said) if told else not said
