"""Keeps Python's collector of cycles from going through what lives as long as the process.

Articles, index and modules are a quarter of a million objects. A full collection walks through all of them and holds
every request meanwhile: 200 to 290 ms, once in a few hundred requests. What is frozen is not walked through; it is
still freed when nobody holds it any more.
"""

import gc


def settle() -> None:
    """Free what is garbage now, and leave everything else out of later collections.

    Call it when what stays has been loaded. What was frozen before is looked at once more, so that a ring of objects
    that nobody needs is freed then. It takes as long as one full collection.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def settle_newer() -> None:
    """The same for what came since: milliseconds, because nothing that was frozen before is walked through.

    For what takes the place of something while requests wait. What it replaced has to be without rings, because in
    what is frozen nobody looks for them.
    """
    gc.collect()
    gc.freeze()
