"""The two processes of a small installation: Rasa on the loopback, and the web process that people reach."""

import os
import secrets
import sys
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from bootstrap.progress import Progress
from bot.settings import DEFAULT_SECRET, ROOT, Settings
from bot.supervision import ports
from bot.supervision.preparing import prepare
from bot.supervision.processes import Program
from bot.supervision.rasa_model import RasaModel
from bot.supervision.supervisor import Supervisor
from bot.supervision.surroundings import RASA_ONLY, quiet

ACTIONS: Final = "/internal/actions/webhook"
# An open stream of events would hold a stopping web process for ever (uvicorn waits for its connections).
DRAIN_SECONDS: Final = 5
EVERYWHERE: Final = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not listened on


def serve(settings: Settings, host: str, port: int, progress: Progress) -> None:
    """Set up what is missing, start both processes and watch them until somebody asks to stop."""
    ports.demand(host, port)
    prepare(settings, progress)
    programs = make_programs(settings, host, port, ports.free_port(rasa_port(settings)))
    Supervisor(programs, progress).run(lambda: progress.say(f"ready: {address(host, port)} (Ctrl-C stops it)"))


def make_programs(settings: Settings, host: str, port: int, port_of_rasa: int) -> tuple[Program, Program]:
    """Return Rasa and the web process, told of each other."""
    logs = settings.var_dir.absolute() / "logs"
    shared = quiet() | {"ARKAS_ACTION_TOKEN": action_token(settings)}
    rasa = _rasa(settings, port_of_rasa, address(host, port) + ACTIONS, logs, shared)
    told = shared | {
        "ARKAS_RASA_URL": address("127.0.0.1", port_of_rasa),
        "ARKAS_PUBLIC_URL": _public(settings, host, port),
    }
    return rasa, _web(host, port, logs, told, settings.trusted_proxies)


def _public(settings: Settings, host: str, port: int) -> str:
    """The links of an installation whose address nobody configured lead to where it listens."""
    default = Settings.model_fields["public_url"].default
    return address(host, port) if settings.public_url == default else settings.public_url


def rasa_port(settings: Settings) -> int:
    """Return the port that Rasa gets unless another program has it: the one of the configured address."""
    return urlsplit(settings.rasa_url).port or 5005


def action_token(settings: Settings) -> str:
    """Return the configured token, or one for this start alone: the default is known to everybody."""
    configured = settings.action_token.get_secret_value()
    return secrets.token_urlsafe(32) if configured == DEFAULT_SECRET else configured


def address(host: str, port: int) -> str:
    """Return the address under which this machine reaches a server that listens on `host`."""
    name = "127.0.0.1" if host in EVERYWHERE else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _rasa(settings: Settings, port: int, actions: str, logs: Path, shared: dict[str, str]) -> Program:
    tracker = f"sqlite:///{settings.var_dir.absolute() / 'rasa' / 'tracker.db'}"
    files = ("--endpoints", str(ROOT / "endpoints.yml"), "--credentials", str(ROOT / "credentials.yml"))
    environment = (
        shared
        | RASA_ONLY
        | {
            "ARKAS_ACTION_URL": actions,
            "ARKAS_RASA_PORT": str(port),
            "ARKAS_TRACKER_URL": os.environ.get("ARKAS_TRACKER_URL", tracker),
        }
    )
    return Program(
        name="Rasa",
        command=RasaModel(settings).command("run", "--model", "--port", str(port), *files),
        log=logs / "rasa.log",
        ready_url=address("127.0.0.1", port) + "/webhooks/arkas/",
        folder=ROOT,
        environment=environment,
    )


def _web(host: str, port: int, logs: Path, environment: dict[str, str], proxies: str) -> Program:
    """uvicorn believes X-Forwarded-For from this machine by default, so limits by address would be anybody's there."""
    believed = ("--forwarded-allow-ips", proxies) if proxies else ("--no-proxy-headers",)
    listen = ("--host", host, "--port", str(port), "--timeout-graceful-shutdown", str(DRAIN_SECONDS), *believed)
    return Program(
        name="the web process",
        command=(sys.executable, "-m", "uvicorn", "bot.app:create_app", "--factory", "--no-access-log", *listen),
        log=logs / "web.log",
        ready_url=address(host, port) + "/readyz",
        folder=ROOT,
        environment=environment,
    )
