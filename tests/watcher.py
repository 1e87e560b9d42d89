"""A client in a process of its own: follows one job's stream to its end through cuts and server restarts.

`python -m tests.watcher URL JOB OUTPUT [--typed] [--cuts N]` writes what it folded as JSON: every split's
columns, whether each entry came once, and how often it connected. `--cuts` makes it drop its own connection.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect

from ml.columns import decode, plain

FRAMES_BETWEEN_CUTS = 60
TERMINAL = {"completed", "stopped", "failed", "interrupted"}


class Folded:
    """Entries folded as a client should: in order, each once."""

    def __init__(self) -> None:
        self.last_seq = 0
        self.seqs: list[int] = []
        self.columns: dict[str, dict[str, list[Any]]] = {}
        self.statuses: list[str] = []

    def take(self, entry: dict[str, Any]) -> None:
        """Fold one entry."""
        self.seqs.append(entry["seq"])
        self.last_seq = entry["seq"]
        if entry["type"] == "status":
            self.statuses.append(entry["status"])
        if entry["type"] == "metrics":
            target = self.columns.setdefault(entry["split"], {})
            for name, column in entry["columns"].items():
                values = plain(decode(column)) if isinstance(column, dict) else column
                target.setdefault(name, []).extend(values)


def follow(address: str, folded: Folded, cuts: int) -> int:
    """Read until the terminal entry; returns how many connections it took."""
    connections = 0
    while not (folded.statuses and folded.statuses[-1] in TERMINAL):
        try:
            with connect(f"{address}after={folded.last_seq}", max_size=None, compression=None) as socket:
                connections += 1
                for frames, frame in enumerate(socket):
                    for entry in orjson.loads(frame):
                        folded.take(entry)
                    if cuts and frames == FRAMES_BETWEEN_CUTS:
                        cuts -= 1
                        break
        except (ConnectionClosed, InvalidHandshake, OSError):
            time.sleep(0.1)  # the server is away; a client tries again
    return connections


def main() -> None:
    """Follow and write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("job")
    parser.add_argument("output", type=Path)
    parser.add_argument("--typed", action="store_true")
    parser.add_argument("--cuts", type=int, default=0)
    given = parser.parse_args()
    query = "encoding=typed&" if given.typed else ""
    address = f"{given.url.replace('http', 'ws', 1)}/api/jobs/{given.job}/stream?{query}"
    folded = Folded()
    connections = follow(address, folded, given.cuts)
    steps = np.array(folded.columns["train"]["step"])
    result = {
        "connections": connections,
        "gapless": folded.seqs == list(range(1, len(folded.seqs) + 1)),
        "steps_once": bool(np.array_equal(steps, np.arange(1, len(steps) + 1))),
        "statuses": folded.statuses,
        "columns": folded.columns,
    }
    given.output.write_text(json.dumps(result))


if __name__ == "__main__":
    main()
