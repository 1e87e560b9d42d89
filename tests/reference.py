"""An undisturbed training, in its own process: `python -m tests.reference CONFIG DATA_DIR THREADS OUTPUT`.

Writes the columns of every split as JSON; loss, accuracy and rate are what any job of that config must show.
"""

import json
import sys
from pathlib import Path


def main() -> None:
    """Train and write."""
    import torch

    from ml.allocator import keep_pages
    from ml.columns import plain
    from ml.config import TrainConfig
    from ml.control import NoControl
    from ml.entries import Metrics
    from ml.train import train

    keep_pages()
    config = TrainConfig.model_validate(json.loads(sys.argv[1]))
    torch.set_num_threads(int(sys.argv[3]))
    columns: dict[str, dict[str, list[object]]] = {}
    for entry in train(config, NoControl(), Path(sys.argv[2])):
        if isinstance(entry, Metrics):
            target = columns.setdefault(entry.split, {})
            for name, column in entry.columns.items():
                target.setdefault(name, []).extend(plain(column))
    Path(sys.argv[4]).write_text(json.dumps(columns))


if __name__ == "__main__":
    main()
