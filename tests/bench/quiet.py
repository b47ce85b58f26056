"""How much of the machine other work takes: a figure of time is only worth something where that is next to nothing."""

import os
from concurrent.futures import ProcessPoolExecutor
from time import perf_counter, process_time


def taken(seconds: float = 1.0) -> float:
    """The share of the processors that others had, 0 to 1: what loops that only count lost of so many seconds."""
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(workers) as pool:
        had = list(pool.map(_spin, [seconds] * workers))
    return max(0.0, 1 - sum(had) / workers)


def _spin(seconds: float) -> float:
    start, worked = perf_counter(), process_time()
    while perf_counter() - start < seconds:
        pass
    return (process_time() - worked) / (perf_counter() - start)
