"""`make fuzz`: bad input in its long form. Prints cases, failures, answers 5xx; ends with 1 if a bound fails.

`CASES=20 EXAMPLES=100 make fuzz` is shorter: examples a call, and a property. `SEED=n` repeats the calls.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.calls import ROOT, try_every_call
from tests.fuzz.world import world_in

LEAST_CASES = 5000
NAMES = ("bad_config", "bad_archives", "bad_sockets", "bad_log", "notation")
PROPERTIES = [f"tests/test_{name}.py" for name in NAMES]


def calls(examples: int) -> bool:
    """Every call of the API, from its description."""
    began = time.monotonic()
    seed = int(os.environ.get("SEED", str(random.randrange(10**6))))
    print(f"calls: SEED={seed}", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="livetrain-fuzz-") as folder,
        world_in(Path(folder) / "data") as world,
    ):
        outcome = try_every_call(world, Path(folder), examples, seed=seed)
        answers = world.answers
    seconds = time.monotonic() - began
    said = f"{len(outcome.failures)} failures, answers {answers}"
    print(f"calls: {outcome.cases:,} cases in {seconds:.0f} s, {said}", flush=True)
    if outcome.failures or outcome.errors:
        print(outcome.words)
    return not (outcome.failures or outcome.errors or answers["5xx"]) and outcome.cases >= LEAST_CASES


def properties(examples: int) -> bool:
    """Configs, notation, archives, folders, websockets and torn rows."""
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "-o", "timeout=3600", *PROPERTIES]
    environment = {**os.environ, "FUZZ_EXAMPLES": str(examples)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else "no word"
    seconds = time.monotonic() - began
    print(f"properties: {examples:,} examples each in {seconds:.0f} s: {last.strip('= ')}")
    if done.returncode:
        print(done.stdout[-6000:], done.stderr[-2000:])
    return done.returncode == 0


def main() -> None:
    """Both, and whether the bounds hold."""
    held = [calls(int(os.environ.get("CASES", "80"))), properties(int(os.environ.get("EXAMPLES", "1000")))]
    print("bad input: every bound holds" if all(held) else "bad input: a bound does not hold")
    sys.exit(not all(held))


if __name__ == "__main__":
    main()
