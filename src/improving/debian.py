"""Install a program from Debian's packages, where this is Debian or like it and root may."""

import os
import shutil
import subprocess


def can_install() -> bool:
    """Say whether packages can be installed: apt-get is there, and this is root."""
    return bool(shutil.which("apt-get")) and hasattr(os, "geteuid") and os.geteuid() == 0


def install(package: str) -> None:
    """Install a package; what it brings must be looked for afterwards.

    Parameters
    ----------
    package : str
        Its name, such as "chromium".
    """
    quiet = ["apt-get", "-qq", "-y"]
    for command in ([*quiet, "update"], [*quiet, "install", "--no-install-recommends", package]):
        subprocess.run(command, check=False)
