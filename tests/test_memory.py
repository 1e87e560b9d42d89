"""A server's memory goes back when it is freed: glibc keeps one heap, however many threads allocate."""

import platform
import subprocess
import sys

import pytest

THREADS = """
import ctypes, sys, threading
import app.serve  # with all that it loads
from app.memory import give_back
if sys.argv[1] == "yes":
    give_back()
together = threading.Barrier(8)
def allocate():
    together.wait()
    held = [bytearray(50_000) for _ in range(100)]
    together.wait()
threads = [threading.Thread(target=allocate) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
library = ctypes.CDLL(None)
library.fdopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(library.fdopen(1, b"w"))
library.malloc_info(0, file)
library.fflush(file)
"""


def heaps(word: str, **environment: str) -> int:
    command = [sys.executable, "-c", THREADS, word]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return done.stdout.count("<heap nr=")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has mallopt")
def test_threads_share_one_heap_unless_somebody_tuned_it():
    assert heaps("no") > 1
    assert heaps("yes") == 1
    assert heaps("yes", MALLOC_ARENA_MAX="4") > 1
