"""Serves the talk: Rasa's own server parts, put together without what is not used."""
# mypy: disable-error-code="import-not-found, import-untyped, misc, no-untyped-call, type-arg"

import argparse
import logging
import sys
from asyncio import AbstractEventLoop
from functools import partial
from pathlib import Path

from rasa.core import channels
from rasa.core.run import create_http_input_channels, load_agent_on_start
from rasa.core.utils import AvailableEndpoints
from sanic import Sanic

from . import faster, filling, graph, locks, sentences
from .logs import quiet
from .place import model_file

_LOOPBACK = "127.0.0.1"
_log = logging.getLogger("arkas.rasa")


def serve(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT, which let a running turn end."""
    quiet()
    faster.apply()
    filling.apply()
    graph.apply()
    sentences.apply()
    model = model_file(Path(options.model))
    if not model.is_file():
        sys.stderr.write(f"Model Rasa belum ada di {model}; jalankan perintah train lebih dahulu.\n")
        return 3
    app = make_app(str(model), options.endpoints, options.credentials)
    app.run(host=_LOOPBACK, port=options.port, workers=1, access_log=False, motd=False, debug=False)
    return 0


def make_app(model: str, endpoints: str, credentials: str) -> Sanic:
    """Return Rasa's web application with our channel only: no HTTP API that could read or steer talks."""
    app = Sanic("arkas_rasa", configure_logging=False)
    app.config.KEEP_ALIVE_TIMEOUT = 120
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = 10
    app.config.REQUEST_MAX_SIZE = 1_000_000
    app.ctx.agent = None
    channels.channel.register(create_http_input_channels(None, credentials), app, route="/webhooks/")
    configured = AvailableEndpoints.read_endpoints(endpoints)
    configured.lock_store = locks.lock_store() or configured.lock_store
    app.register_listener(partial(_load, model, configured), "before_server_start")
    app.register_listener(_stop, "after_server_stop")
    return app


async def _load(model: str, endpoints: AvailableEndpoints, app: Sanic, loop: AbstractEventLoop) -> None:
    agent = await load_agent_on_start(model, endpoints, None, app, loop)
    if not agent.is_ready():
        raise SystemExit(4)  # a server that is up without a model would answer nothing for ever
    graph.settle(agent.processor.graph_runner)
    # Rasa would answer from an empty in-memory store when ours fails, and lose the talk unnoticed.
    store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
    agent.tracker_store = agent.processor.tracker_store = store
    _log.warning("ready on the loopback")


async def _stop(_: Sanic, __: AbstractEventLoop) -> None:
    await faster.close()
