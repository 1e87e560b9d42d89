"""Which queued job gets which device. Rule: first come, first served among jobs that want the same device."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queued job and the device its config names."""

    job_id: str
    device: str


def acceptable(device: str, present: Sequence[str]) -> list[str]:
    """The devices that `device` may mean: `auto` is any GPU where there is one, else the CPU."""
    gpus = [name for name in present if name.startswith("cuda")]
    if device == "auto":
        return gpus or ["cpu"]
    if device == "cuda":
        return gpus
    return [device] if device in present else []


def assignments(
    queue: Iterable[Waiting], slots: Mapping[str, int], used: Mapping[str, int]
) -> list[tuple[str, str]]:
    """Pairs of job id and device for all that can start now; `queue` is in order, slots are counted.

    A job that finds all its devices taken keeps them for itself: nobody behind it may have them first.
    """
    free = {name: count - used.get(name, 0) for name, count in slots.items()}
    kept_for_earlier: set[str] = set()
    chosen = []
    for job in queue:
        wanted = acceptable(job.device, list(slots))
        device = next((name for name in wanted if name not in kept_for_earlier and free[name] > 0), None)
        if device is None:
            kept_for_earlier.update(wanted)
            continue
        free[device] -= 1
        chosen.append((job.job_id, device))
    return chosen
