"""`docs/reproduction.md` and its plots. Rule: made only from what the API says, finished so far.

What another server trained earlier stays on the page until a study of that name has finished jobs here.
"""

from pathlib import Path
from typing import Any

from tests.reproduce import pictures, sections
from tests.reproduce.claims import Claim, accuracy, claims, points, share
from tests.reproduce.driving import Driver
from tests.reproduce.parts import Part, counted

HEAD = """# The practical, trained again

The practical's studies, run through the REST API of a server by `make reproduce` and written down from
what that API says, nothing else. Accuracies are of the test set: the mean of the last three evaluations,
± the deviation over the seeds where there are several; of a sweep the median. `make reproduce` goes on
where it was left; `make reproduce PARTS=ladder PRECISION=bfloat16` trains one part at another precision;
`REPORT_ONLY=1` only writes this page. Parts may come from different runs: each says when and on what it ran.
"""
DIFFERENCES = """## What differs from the practical, and why

* **The test set is watched.** As in the practical nothing is held out, so values are compared on the test
  set. That is fine for telling these curves apart, and too kind as an estimate of what a chosen network
  will reach.
* **Length.** The practical trains about 50 epochs; each table says how many these are. A schedule that
  multiplies by 0.95 an epoch has only begun to work after 20, and dropout, which slows learning down,
  needs more of them to pay.
* **Precision.** `bfloat16` where the line under a heading says so: faster, and single figures differ
  slightly from `float32`.
* **85.9 % with augmentation** is what the practical reports; plain runs of its protocol reach 80–81 %,
  and that is the figure to compare with.
* **Seeds.** One seed a rung on CIFAR-10: differences of less than about a point say nothing.
* **Training accuracy** is measured while it trains, on the augmented pictures and with dropout, so it
  lies below what the same network reaches on the plain training pictures.
* **Batch sizes 1, 10 and 100 on circles** end within two of the 200 test points of each other, so which is
  best cannot be told from these; that the full batch has not arrived after as many epochs, and that batch 1
  costs the most time, can.
* **Ten hidden units on circles** do not stall here: four already part two rings, and 150 epochs of the
  summed gradient are enough for ten. The practical's sweep ran a network of its own, with another beginning.
* **The first epoch** of the baseline is one seed's here, and that figure moves by many points from seed to
  seed: the median of three others, trained at `float32` by `make accept`, was 34 %.
* **Momentum 0.9** is added at the unchanged rate of 0.1, which makes steps about ten times as long. With
  this network that is too long, and costs points instead of gaining some; with a smaller rate it would
  be another experiment.
* **Time** is of the machine named above. Queue is waiting for earlier jobs; data is from the start of a job
  until it trains; compute is training with the preparation of its batches; evaluation is the rest: both
  evaluations an epoch, checkpoints, pictures.
"""


def write(driver: Driver, target: Path, note: str = "") -> int:
    """Write the page and its plots below `target`, a docs folder; returns how many studies it tells of.

    `note`: what else should be known of the run.
    """
    studies = driver.studies()
    page, plots = target / "reproduction.md", target / "reproduction"
    plots.mkdir(parents=True, exist_ok=True)
    told = sections.read(page)
    for part, study in studies:
        if _finished(study) or study["name"] not in told:
            told[study["name"]] = _section(part, study, driver, plots, note)
    body = sections.joined(told) or "Nothing has been trained yet.\n"
    page.write_text("\n".join([HEAD, body, DIFFERENCES]))
    for old in plots.glob("*.svg"):
        if f"({plots.name}/{old.name})" not in body:
            old.unlink()
    return len(told)


def _machine(driver: Driver, study: dict[str, Any]) -> str:
    """The devices its jobs were trained on."""
    title = {device["name"]: device["title"] for device in driver.get("/api/devices")}
    used = {(job["device"], job["threads"]) for job in study["jobs"] if job["device"]}
    words = [
        f"{title.get(device, device)}"
        + (f", {threads} thread{'s' if threads != 1 else ''}" if threads else "")
        for device, threads in sorted(used, key=str)
    ]
    return "; ".join(dict.fromkeys(words)) or "; ".join(title.values())


def _finished(study: dict[str, Any]) -> int:
    return sum(study["statuses"].get(status, 0) for status in ("completed", "failed"))


def _section(part: Part, study: dict[str, Any], driver: Driver, plots: Path, note: str) -> str:
    rows = study["table"]["rows"]
    base = study["definition"]["base"]
    axes = study["definition"]["axes"]
    seeds = len(study["definition"]["seeds"])
    finished = [job["finished_at"] for job in study["jobs"] if job["finished_at"]]
    facts = [counted(base["epochs"], "epoch"), base["precision"], counted(seeds, "seed")]
    facts += [f"{base['train_size']} samples"] if base["train_size"] else []
    facts += [] if "learning_rate" in axes else [f"learning rate {base['learning_rate']:g}"]
    facts += [] if "batch_size" in axes else [f"batch {base['batch_size']}"]
    facts += ["standardized"] if base["standardize"] else []
    facts.append(
        f"{_finished(study)} of {study['job_count']} jobs finished"
        + (f", the last {max(finished)[:10]}" if finished else "")
    )
    version = driver.get("/api/health")["version"]
    where = f"By Livetrain {version} on: {_machine(driver, study)}. {note}".rstrip()
    made = [f"## {part.title}", "", " · ".join(facts), "", where, ""]
    made += _ladder_table(part, rows) if study["kind"] == "ladder" else _sweep_table(part, rows)
    made += _times(rows)
    found = claims(part.id, study, driver)
    if found:
        made += ["", "| the practical says | here | |", "|---|---|---|", *map(_claim, found)]
    made.append("")
    suffix = study["name"].partition(": ")[2].replace(", ", "-").replace(" ", "")
    for name, picture in pictures.of(part, study, driver):
        file = f"{part.id}-{suffix}-{name}.svg"
        (plots / file).write_text(picture)
        made.append(f"![{part.title}: {name}](reproduction/{file})")
    return "\n".join(made)


def _claim(claim: Claim) -> str:
    verdict = {True: "holds", False: "not so here", None: "too close to tell"}[claim.holds]
    return f"| {claim.says} | {claim.found} | {verdict} |"


def _mean(measure: dict[str, Any] | None, as_share: bool = True) -> str:
    if measure is None:
        return "–"
    mean = share(float(measure["mean"])) if as_share else f"{float(measure['mean']):.3f}"
    if measure["deviation"] is None:
        return mean
    deviation = measure["deviation"] * (100 if as_share else 1)
    return f"{mean} ± {deviation:.1f}" if as_share else f"{mean} ± {deviation:.3f}"


def _median(measure: dict[str, Any] | None, digits: int = 3) -> str:
    return "–" if measure is None else f"{float(measure['median']):.{digits}f}"


def _marks(row: dict[str, Any]) -> str:
    words = (["**best**"] if row["is_best"] else []) + (["**diverged**"] if row["has_diverged"] else [])
    return " ".join(words)


def _ladder_table(part: Part, rows: list[dict[str, Any]]) -> list[str]:
    names = "rung", "test accuracy", "best epoch's", "gain", "training accuracy", "gap", "seconds an epoch"
    head = f"| {' | '.join(names)} | the practical |"
    made = [head, "|---|---|---|---|---|---|---|---|"]
    for row in rows:
        scores = row["scores"]["test"]
        gain = points(row["gain"]["accuracy"]) if row["gain"] else "–"
        gap = row["train_test_gap"]
        cells = [
            f"{row['label']} {_marks(row)}".strip(),
            "–" if accuracy(row) is None else _mean(scores["last"]["accuracy"]),
            "–" if scores is None else _mean(scores["best"]["accuracy"]),
            gain,
            _mean(row["train"]["accuracy"]),
            "–" if gap is None else points(float(gap["mean"])),
            _median(row["seconds_per_epoch"], 1),
            part.practical.get(row["label"], ""),
        ]
        made.append(f"| {' | '.join(cells)} |")
    return made


def _sweep_table(part: Part, rows: list[dict[str, Any]]) -> list[str]:
    says = bool(part.practical)
    head = "| value | test accuracy | test loss | best epoch's accuracy | training loss | seconds an epoch |"
    made = [
        head + (" the practical |" if says else ""),
        "|---|---|---|---|---|---|" + ("---|" if says else ""),
    ]
    for row in rows:
        scores = row["scores"]["test"]
        last = scores["last"] if scores else {"accuracy": None, "loss": None}
        cells = [
            f"{row['label']} {_marks(row)}".strip(),
            "–" if last["accuracy"] is None else share(float(last["accuracy"]["median"])),
            _median(last["loss"]),
            "–" if scores is None else share(float(scores["best"]["accuracy"]["median"])),
            _median(row["train"]["loss"]),
            _median(row["seconds_per_epoch"], 4),
        ]
        made.append(f"| {' | '.join(cells + ([part.practical.get(row['label'], '')] if says else []))} |")
    return made


def _times(rows: list[dict[str, Any]]) -> list[str]:
    made = ["", "| seconds a job, mean | queue | data | compute | evaluation |", "|---|---|---|---|---|"]
    for row in rows:
        if row["times"]["compute"] is not None:
            cells = [
                f"{row['times'][name]['mean']:.1f}" for name in ("queue", "data", "compute", "evaluation")
            ]
            made.append(f"| {row['label']} | {' | '.join(cells)} |")
    return made if len(made) > 3 else []
