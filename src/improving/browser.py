"""Find, or install, the browser that the tests of the built site drive."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from improving import debian
from improving.problems import CourseError

LAUNCH_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# The shell is the same engine without windows, menus and profiles. A page in it takes less than
# half the work, so it comes first.
_SHELL = "chromium-headless-shell"
_ON_PATH = (_SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium_path() -> str | None:
    """Return the path of an installed Chromium.

    Returns
    -------
    str or None
        The first of: the variable `CHROMIUM`, a browser on the search path, the one that
        Playwright installed. None when there is none.
    """
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, _ON_PATH)), None)
    return found or _playwright_chromium()


def _playwright_chromium() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install_chromium() -> str:
    """Install Chromium if none is found, and return its path.

    Returns
    -------
    str
        The path of the browser.

    Raises
    ------
    CourseError
        If no browser could be installed; the message says what to do.
    """
    if path := chromium_path():
        return path
    if debian.can_install():
        debian.install(_SHELL)
        # An older Debian has no such package.
        if not shutil.which(_SHELL):
            debian.install("chromium")
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if path := chromium_path():
        return path
    raise CourseError(
        "No Chromium was found, and none could be installed.\n"
        "    Mend: install Chromium or Chrome, or set CHROMIUM to the path of one."
    )
