"""The words of `./arkas`: which environments a command needs, and the hand-over to bot/cli.py."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple, NoReturn, Sequence

from bootstrap import worlds
from bootstrap.failures import SetupError
from bootstrap.making import provide
from bootstrap.worlds import PRODUCT, RASA, TEST, World


class Command(NamedTuple):
    """One word: what it does, and the environments it needs."""

    what: str
    needs: tuple[World, ...]


COMMANDS: dict[str, Command] = {
    "serve": Command("set everything up and serve the help center [--host --port]", (PRODUCT, RASA)),
    "test": Command("run all checks and tests; arguments go to pytest", (TEST, RASA)),
    "train": Command("train what is missing or outdated [rasa|encoder|general|passages|calibration]", (PRODUCT, RASA)),
    "index": Command("build the article index, unless it would be worse [--force REASON]", (PRODUCT,)),
    "replay": Command("show which past questions gain and lose by a change of articles", (PRODUCT,)),
    "rank": Command("rank the articles for questions [--json] [TEXT ...]", (PRODUCT,)),
    "evaluate": Command("score the ranking on labelled questions --questions FILE", (PRODUCT,)),
    "articles": Command("look after the knowledge base: lint, new, list, show, import, export", (PRODUCT,)),
    "mail": Command("read the mails sent, kept, received and suspended list|show|release", (PRODUCT,)),
    "officer": Command("look after the accounts of the console: create, list, disable, enable, reset", (PRODUCT,)),
    "person": Command("give out or erase one person's data: show, export, erase ADDRESS", (PRODUCT,)),
    "worker": Command("send mails, remind and close in a process of its own", (PRODUCT,)),
    "report": Command("tell how it goes: talks, solved, tickets, times", (PRODUCT,)),
    "backup": Command("save database and files in one FILE, while everything runs", (PRODUCT,)),
    "restore": Command("put back what backup saved FILE, while everything runs", (PRODUCT,)),
    "telegram": Command("talk to Telegram: poll (from a laptop) | webhook URL (for a server)", (PRODUCT,)),
    "config": Command("print every setting, its value and what it is for", (PRODUCT,)),
    "doctor": Command("say what is missing on this machine and how to mend it", ()),
    "setup": Command("only make the environments", (PRODUCT, RASA)),
    "lock": Command("compile the locked requirement files (maintainers) [--upgrade]", ()),
}

USAGE = """\
Usage: ./arkas COMMAND [ARGUMENTS]

{commands}

`./arkas COMMAND --help` tells more. Environments are made on first use, under .arkas/; what is built lies under var/.
"""


def usage() -> str:
    """What `./arkas --help` prints."""
    width = max(len(name) for name in COMMANDS)
    return USAGE.format(commands="\n".join("  {:<{}}  {}".format(n, width, c.what) for n, c in COMMANDS.items()))


def main(root: str, arguments: Sequence[str]) -> int:
    """Runs one command and gives its exit code: 2 for a word that does not exist, 1 for a set-up that failed."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        sys.stdout.write(usage())
        return 0 if arguments else 2
    if arguments[0] not in COMMANDS:
        sys.stderr.write(f"arkas: there is no command {arguments[0]!r}.\n\n{usage()}")
        return 2
    try:
        return run(Path(root), arguments[0], list(arguments[1:]))
    except SetupError as failure:
        sys.stderr.write(f"arkas: {failure}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\narkas: stopped.\n")
        return 130


def run(root: Path, name: str, arguments: list[str]) -> int:
    """Makes the environments that the command needs, then becomes it."""
    if name == "lock":
        from bootstrap.locking import lock

        return lock(root, arguments)
    if name == "doctor":
        from bootstrap.doctor import examine

        return examine(root)
    needed = [_at_hand(world, root) for world in COMMANDS[name].needs]
    provide(root, needed)
    return 0 if name == "setup" else hand_over(root, needed[0], [name, *arguments])


def _at_hand(world: World, root: Path) -> World:
    """The test environment holds all of the product's: a developer who has only that one needs no second."""
    absent = world is PRODUCT and worlds.state(PRODUCT, root) == worlds.MISSING
    return TEST if absent and worlds.state(TEST, root) == worlds.READY else world


def hand_over(root: Path, world: World, arguments: list[str]) -> NoReturn:
    """Becomes the product's command line, in the folder where the person stands."""
    python = str(world.python(root))
    environment = {**os.environ, "PYTHONPATH": str(root)}
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(python, [python, "-P", "-m", "bot.cli", *arguments], environment)
