"""What an object has worked out before, kept in the object."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast
from weakref import WeakMethod

P = ParamSpec("P")
T = TypeVar("T")


def remembered(method: Callable[P, T], most: int) -> Callable[P, T]:
    """A method that remembers its last `most` answers, for an attribute of the method's own object.

    A cache of a bound method would hold the object that holds it, and such a ring waits for Python's collector: an
    index that another one has replaced would stay for as long. This one does not, and so cannot outlive its object.
    """
    found = WeakMethod(method)

    def ask(*args: P.args, **kwargs: P.kwargs) -> T:
        alive = found()
        if alive is None:
            raise ReferenceError("the object of this method is gone")
        return alive(*args, **kwargs)

    return cast("Callable[P, T]", lru_cache(maxsize=most)(ask))
