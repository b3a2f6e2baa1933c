"""Training that gives the same bytes again, however many cores there are. Imports torch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from threadpoolctl import threadpool_limits


@contextmanager
def repeatable() -> Iterator[None]:
    """One thread, and only algorithms that add up in a fixed order: a sum is rounded by how threads share it.

    Seeds are set where chance is used. Also a decorator.
    """
    threads, fixed = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(mode=True)
    try:
        with threadpool_limits(1):
            yield
    finally:
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(fixed)
