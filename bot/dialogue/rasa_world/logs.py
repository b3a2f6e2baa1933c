"""What the Rasa process writes: warnings of its own, and nothing that a person wrote."""
# mypy: disable-error-code="import-not-found, import-untyped, misc, no-untyped-call, type-arg"

import logging

import structlog

_LOUD = ("sanic.root", "sanic.access", "apscheduler", "asyncio", "matplotlib")


def quiet() -> None:
    """Log warnings only.

    Rasa's info and debug lines hold messages and slots; its error lines name actions and stack traces.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s rasa %(levelname)s %(name)s %(message)s")
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.ERROR)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
