#!/usr/bin/env python3
"""Set the course up in .venv, then hand over to it: `python course.py book`.

Only the standard library is used, so this runs on a fresh machine with Linux, macOS or Windows.
Packages come from requirements.lock and are installed again only when something they depend on
has changed. Run `python course.py --help` to see every command.
"""

import hashlib
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "course.stamp")
PYTHON = os.path.join(VENV, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))
OLDEST = (3, 11)

NO_VENV = """\
Python could not make the folder {venv}.
What to do:
  - On Debian or Ubuntu, install the package python3-venv, then run this again.
  - Check that you may write to {root} and that the disk is not full.
  - If the folder exists and is damaged, delete it, then run this again."""

NO_PACKAGES = """\
The packages could not be downloaded. Nothing else was changed.
What to do:
  - Check that you are online, then run this again. It carries on from here.
  - Behind a proxy, set HTTPS_PROXY to its address first, for example
      HTTPS_PROXY=http://proxy.example:8080
  - With no network, collect the packages on a machine of the same kind that has one:
      python -m pip download -r requirements.lock -d wheels
    Copy the folder `wheels` here, then set PIP_NO_INDEX=1 and PIP_FIND_LINKS=wheels."""

NO_MATCH = """\
A downloaded package is not the one that requirements.lock names, so it was not installed.
What to do:
  - Run this again: a download may have been cut short or changed on its way.
  - If you edited requirements.lock, make it again as CONTRIBUTING.md says."""

NO_INSTALL = """\
The packages could not be installed. The lines above say why.
What to do: mend that, then run this again. If it still fails, delete {venv} and run it again."""


class SetupError(Exception):
    """The environment cannot be made; the message says what to do."""


def wanted() -> "tuple[str, str]":
    """Return what the stamp should hold: where the environment is, and what goes in it."""
    needs = hashlib.sha256()
    for name in ("requirements.lock", "pyproject.toml"):
        with open(os.path.join(ROOT, name), "rb") as file:
            needs.update(file.read())
    # Scripts and the project's link hold full paths: a moved folder or interpreter needs a new one.
    return f"{ROOT} {os.path.realpath(PYTHON)}", needs.hexdigest()


def stamped() -> "tuple[str, str]":
    """Return what the stamp holds; empty strings before the first complete installation."""
    try:
        with open(STAMP, encoding="utf-8") as file:
            place, needs = file.read().splitlines()
    except (OSError, ValueError):
        return "", ""
    return place, needs


def runs(python: str) -> bool:
    """Say whether `python` starts, is new enough and has pip."""
    probe = f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"
    try:
        return subprocess.run([python, "-c", probe], capture_output=True).returncode == 0
    except OSError:
        return False


def make_venv() -> None:
    """Make .venv, replacing one that does not run."""
    print(f"Making {VENV}", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True)
    if made.returncode or not runs(PYTHON):
        sys.stderr.write(made.stderr.decode(errors="replace"))
        raise SetupError(NO_VENV.format(venv=VENV, root=ROOT))


def why_pip_failed(said: str) -> str:
    """Turn what pip said into what to do."""
    if "HASH" in said:
        return NO_MATCH
    lost = ("No matching distribution", "Could not find a version", "connection", "ProxyError")
    if any(word in said for word in lost):
        return NO_PACKAGES
    return NO_INSTALL.format(venv=VENV)


def pip_install(*arguments: str) -> None:
    """Run pip in .venv, showing what it says; raise `SetupError` if it fails."""
    command = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    pip = subprocess.Popen(
        [*command, *arguments], cwd=ROOT, stderr=subprocess.PIPE, text=True, errors="replace"
    )
    said = []
    for line in pip.stderr or ():
        sys.stderr.write(line)
        said.append(line)
    if pip.wait():
        raise SetupError(why_pip_failed("".join(said)))


def set_up() -> None:
    """Make .venv hold what the lock names; return at once if it does already.

    The stamp is removed first and written last, so an interrupted installation is done again.
    """
    place, needs = wanted()
    old_place, old_needs = stamped()
    if (place, needs) == (old_place, old_needs) and os.path.exists(PYTHON):
        return
    if os.path.exists(STAMP):
        os.remove(STAMP)
    if (old_place and place != old_place) or not runs(PYTHON):
        make_venv()
    print("Installing the packages in requirements.lock (minutes the first time)", flush=True)
    pip_install("--quiet", "--require-hashes", "-r", "requirements.lock")
    pip_install("--quiet", "--no-deps", "--no-build-isolation", "-e", ".")
    with open(STAMP, "w", encoding="utf-8") as file:
        file.write("\n".join(wanted()) + "\n")


def hand_over(arguments: "list[str]") -> int:
    """Run the course's own command in .venv and return its exit code."""
    # A fixed seed keeps two builds of one commit identical.
    environment = {"PYTHONHASHSEED": "0", **os.environ}
    command = [PYTHON, "-m", "improving", *arguments]
    if os.name == "nt":
        return subprocess.call(command, env=environment)
    sys.stdout.flush()
    os.execve(PYTHON, command, environment)


def main(arguments: "list[str]") -> int:
    """Check Python, set up, hand over; return the exit code."""
    if sys.version_info < OLDEST:
        need, have = (".".join(map(str, v[:2])) for v in (OLDEST, sys.version_info))
        print(f"The course needs Python {need} or newer. This is Python {have}.", file=sys.stderr)
        print("What to do: install a newer Python and run this with it.", file=sys.stderr)
        return 1
    try:
        set_up()
    except SetupError as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run this again to finish the installation.", file=sys.stderr)
        return 130
    return hand_over(arguments or ["--help"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
