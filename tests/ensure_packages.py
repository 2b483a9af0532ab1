"""See that what the tests need of Debian is there: install it where that is allowed, else say what is skipped."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from glob import glob

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
ADMIN_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin"


def found() -> str | None:
    """Return the path of a chromium, or None."""
    return next((path for name in CHROMIUMS if (path := shutil.which(name))), None)


def nginx() -> str | None:
    """Return the path of nginx, or None; it lies where only administrators look for programs."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:{ADMIN_FOLDERS}")


def libfaketime() -> str | None:
    """Return the path of the library that sets the clock for one process, or None."""
    return next(iter(glob("/usr/lib/*/faketime/libfaketime.so.1")), None)


PACKAGES: dict[str, tuple[Callable[[], str | None], str]] = {
    "chromium": (found, "the browser tests"),
    "nginx-light": (nginx, "the tests behind nginx"),
    "faketime": (libfaketime, "the tests of a clock that is set"),
}
"""Debian packages: how each is found, and what is skipped without it."""


def installer() -> list[str] | None:
    """Return the words before `apt-get` with which this user may install packages, or None."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    if shutil.which("sudo") and subprocess.run([*sudo, "true"], capture_output=True, check=False).returncode == 0:
        return sudo
    return None


def missing(packages: Sequence[str]) -> list[str]:
    """Return which of the packages are not here."""
    return [package for package in packages if PACKAGES[package][0]() is None]


def install(packages: Sequence[str]) -> None:
    """Install packages, each for itself, so that one that cannot be had keeps none of the others away."""
    words = installer()
    if words is None:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update", "-qq"], *(["install", "-y", "-qq", package] for package in packages)):
        subprocess.run([*words, "apt-get", *step], env=environment, check=False, stdout=subprocess.DEVNULL)


def main(packages: Sequence[str]) -> int:
    """Install what is missing of the packages, of all when none is named."""
    wanted = list(packages) or list(PACKAGES)
    if lacking := missing(wanted):
        install(lacking)
    for package in missing(wanted):
        sys.stderr.write(
            f"No {package} here and none could be installed: {PACKAGES[package][1]} are skipped. "
            f"Install it (Debian: apt install {package}) and run again.\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
