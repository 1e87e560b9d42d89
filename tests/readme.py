"""The README's shell lines, taken out to be run as they stand."""

import re
import subprocess
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def curl_lines() -> str:
    """The block of the README that creates, watches and stops a job."""
    blocks = re.findall(r"```sh\n(.*?)```", README.read_text(), re.S)
    (block,) = [block for block in blocks if "curl" in block]
    return str(block)


def run_curl_lines(url: str) -> subprocess.CompletedProcess[str]:
    """Run them against the server at `url`; the job's id is printed last."""
    script = curl_lines().replace("http://127.0.0.1:8000", url) + "\necho; echo $JOB\n"
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, timeout=60
    )
