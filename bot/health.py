"""Whether the process lives, and whether all that it needs answers (DESIGN.md, contract 2)."""

import asyncio
from collections.abc import Awaitable

import structlog
from fastapi import APIRouter
from fastapi.responses import JSONResponse

from bot.services import Services

log = structlog.get_logger(__name__)

_PATIENCE_SECONDS = 3.0


async def _answers(name: str, question: Awaitable[bool]) -> bool:
    try:
        return await asyncio.wait_for(question, _PATIENCE_SECONDS)
    except Exception:  # whatever a part fails with, it is not ready, and the caller must be told so
        log.warning("not_ready", part=name, exc_info=True)
        return False


def health_router(services: Services) -> APIRouter:
    """Return /healthz and /readyz."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def alive() -> dict[str, str]:
        """Say that the process lives."""
        return {"status": "ok"}

    @router.get("/readyz")
    async def ready() -> JSONResponse:
        """Say 200 when Rasa, the index and the database answer, else 503 with what is missing."""
        rasa, database = await asyncio.gather(
            _answers("rasa", services.dialogue.ready()), _answers("database", services.database.answers())
        )
        parts = {"rasa": rasa, "index": bool(services.articles.collection.articles), "database": database}
        missing = [name for name, answers in parts.items() if not answers]
        body = {"status": "ok" if not missing else "unready", "missing": missing}
        return JSONResponse(body, 503 if missing else 200)

    return router
