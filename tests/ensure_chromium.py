"""See that a chromium for the browser tests is there: install Debian's where that is allowed, else say so."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")


def found() -> str | None:
    """Return the path of a chromium, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


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


def main() -> int:
    """Install chromium when it is missing; the tests that need one are skipped, with a reason, without it."""
    if found():
        return 0
    words = installer()
    if words is not None:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for step in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
            subprocess.run([*words, *step], env=environment, check=False, stdout=subprocess.DEVNULL)
    if not found():
        sys.stderr.write(
            "No chromium here and none could be installed: the browser tests are skipped. "
            "Install it (Debian: apt install chromium) and run again.\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
