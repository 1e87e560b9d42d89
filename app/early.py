"""What a page that opens on a long job needs first. Rule: its head names it, so it comes beside scripts.

The page's modules ask for the same addresses (static/js/log/sampling.js), and find the answers there.
"""

from typing import get_args

from app.jobs.view import job_json
from app.store.jobs import JobRow
from ml.entries import Split

SAMPLED_STEPS = 200_000  # of its own; the log of a shorter job is read whole
SAMPLE_POINTS = 4000
WORDED = "status,note,change,checkpoint,rewind,snapshot,diagnosis"
WORDS = 10_000  # entries without rows


def early_paths(row: JobRow) -> list[str]:
    """Below the page's root; none for a job whose log is read whole."""
    told = job_json(row)
    own_steps = told["step"] - (told["forked_from"] or {"step": 0})["step"]
    if own_steps < SAMPLED_STEPS:
        return []
    api = f"/api/jobs/{row.id}"
    sample = f"max_points={SAMPLE_POINTS}&at=true&encoding=typed"
    return [
        *(f"{api}/metrics?split={split}&{sample}" for split in get_args(Split)),
        f"{api}/log?types={WORDED}&limit={WORDS}",
    ]
