"""The machine's devices. Rule: the driver is asked, not torch; no driver, no GPU."""

import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pynvml


@dataclass(frozen=True, slots=True)
class Device:
    """A place to train; memory in bytes, utilization 0..1, None where the driver does not say."""

    name: str
    kind: str
    title: str
    slots: int
    memory_total: int | None
    memory_used: int | None
    utilization: float | None


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def threads_per_worker(cpu_slots: int) -> int:
    """Threads of one training: workers times threads never exceed the cores, which would halve the speed."""
    return max(1, cores() // cpu_slots)


def _cpu_title() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass  # not Linux
    return platform.processor() or platform.machine()


def _cpu(slots: int) -> Device:
    memory = psutil.virtual_memory()
    load = psutil.cpu_percent(None) / 100
    title = f"{_cpu_title()}, {cores()} cores"
    return Device("cpu", "cpu", title, slots, memory.total, memory.total - memory.available, load)


def _gpus() -> Iterator[Device]:
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return
    try:
        for index in range(pynvml.nvmlDeviceGetCount()):
            handle = pynvml.nvmlDeviceGetHandleByIndex(index)
            title = pynvml.nvmlDeviceGetName(handle)
            memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
            try:
                load = pynvml.nvmlDeviceGetUtilizationRates(handle).gpu / 100
            except pynvml.NVMLError:
                load = None  # partitioned GPUs do not say
            yield Device(f"cuda:{index}", "cuda", title, 1, memory.total, memory.used, load)
    except pynvml.NVMLError:
        return
    finally:
        pynvml.nvmlShutdown()


def detect(cpu_slots: int) -> list[Device]:
    """The CPU and every GPU the driver shows."""
    return [_cpu(cpu_slots), *_gpus()]
