"""Finds all routes and pages of the console by itself, so that new ones are covered as they come."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from bot.console.guard import Gate, OpenGate
from bot.console.routing import gate_of
from bot.officers.models import Permission, Role
from bot.officers.rules import permissions_of
from tests.integration.consoles import Visitor

_LINK = re.compile(r'(?:href|hx-get)="(/petugas[^"#]*)')
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


@dataclass(frozen=True)
class Way:
    """One method of one route of the console."""

    method: str
    path: str
    gate: Gate | OpenGate | None

    @property
    def permission(self) -> Permission | None:
        return self.gate.permission if isinstance(self.gate, Gate) else None

    def address(self, number: int = 1) -> str:
        return _PARAMETER.sub(str(number), self.path)

    def refused_to(self) -> list[Role]:
        """The roles that may not go this way."""
        wanted = self.permission
        return [role for role in Role if wanted is not None and wanted not in permissions_of(role)]


def ways(app: FastAPI) -> list[Way]:
    """All ways into the console."""
    found = [
        Way(method, route.path, gate_of(route.dependant))
        for route in _routes(app)
        for method in sorted(route.methods or ())
    ]
    assert len(found) > 20
    return found


def _routes(app: FastAPI) -> Iterator[APIRoute]:
    return (route for route in under_petugas(app) if isinstance(route, APIRoute))


def under_petugas(app: FastAPI) -> Iterator[object]:
    """All that answers at an address of the console, however it came into the application."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if str(getattr(route, "path", "")).startswith("/petugas"):
            yield route


def without_gate(app: FastAPI) -> list[str]:
    """The addresses of the console that anybody may ask, because nothing checks who asks."""
    return [
        str(getattr(route, "path", ""))
        for route in under_petugas(app)
        if not isinstance(route, APIRoute) or gate_of(route.dependant) is None
    ]


def kind_of(path: str) -> str:
    """An address without its numbers and its query."""
    return re.sub(r"\d+", "N", path.partition("?")[0])


async def crawl(visitor: Visitor, seen: Callable[[str, str], None], *, of_a_kind: int = 3) -> int:
    """Read the pages that links lead to, `seen(path, html)` for each; returns how many. Downloads are read as well.

    Of addresses that differ in their numbers or their query alone, some are read.
    """
    waiting, known = ["/petugas"], {"/petugas"}
    kinds = Counter[str]()
    count = 0
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        kinds[kind] += 1
        if kinds[kind] > of_a_kind:
            continue
        answer = await visitor.http.get(path, follow_redirects=True)
        assert answer.status_code < 500, f"{path}: {answer.status_code}"
        count += 1
        seen(path, answer.text)
        for link in _LINK.findall(answer.text):
            address = link.replace("&amp;", "&")
            if address not in known and not address.startswith("/petugas/masuk"):
                known.add(address)
                waiting.append(address)
    return count
