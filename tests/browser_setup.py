"""Make sure a browser is there for the browser tests: Debian's package as root, else Playwright's own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def system_browser() -> str | None:
    """The path of an installed Chromium or Chrome."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def playwrights_browser() -> str | None:
    """The path of the browser that Playwright installed for itself."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if path and Path(path).exists() else None


def browser_path() -> str | None:
    """The browser to test with, None when there is none."""
    return system_browser() or playwrights_browser()


def main() -> None:
    """Install a browser where none is; say plainly when that cannot be done."""
    if browser_path():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-q"], check=False)
        subprocess.run(["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"], check=False)
    if not browser_path():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if not browser_path():
        sys.stderr.write("No browser could be installed: the browser tests will be skipped, by name.\n")


if __name__ == "__main__":
    main()
