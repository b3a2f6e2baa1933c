"""How errors and Markdown-free answers leave over HTTP: one shape for machines, Indonesian for people."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from bot.errors import ArkasError, BrokenJson, InvalidInput, NotFound

log = structlog.get_logger(__name__)

_PIECE_BYTES: Final = 256 * 1024


class ErrorBody(BaseModel):
    """What every error looks like: a code for machines and an Indonesian sentence for people."""

    error: str
    detail: str


ERROR_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    status: {"model": ErrorBody, "description": "Galat dengan kalimat untuk pengguna"}
    for status in (400, 401, 404, 413, 422)
}


@dataclass(frozen=True)
class HttpUpload:
    """A multipart file as the attachment service wants it."""

    file: UploadFile

    @property
    def filename(self) -> str | None:
        """The name that the sender gave."""
        return self.file.filename

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the content in order, a quarter of a megabyte each."""
        while piece := await self.file.read(_PIECE_BYTES):
            yield piece


def typed(form: FormData, name: str) -> str:
    """What a form's field holds; nothing where it is missing or a file."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def uploads(form: FormData, name: str) -> list[HttpUpload]:
    """The files that were chosen in a form's field."""
    return [HttpUpload(each) for each in form.getlist(name) if isinstance(each, UploadFile) and each.filename]


def error_response(error: ArkasError) -> JSONResponse:
    """The answer for one of our own errors."""
    return JSONResponse({"error": error.code, "detail": error.detail}, error.status)


def install_error_handlers(app: FastAPI) -> None:
    """Give every error the one shape; what nobody expected is logged and told without its inside."""

    @app.exception_handler(ArkasError)
    async def _own(_request: Request, error: ArkasError) -> JSONResponse:
        return error_response(error)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        broken = any(problem["type"] in {"json_invalid", "model_attributes_type"} for problem in error.errors())
        return error_response(BrokenJson() if broken else InvalidInput())

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> JSONResponse:
        known = {404: NotFound(), 400: BrokenJson()}.get(error.status_code)
        if known is not None:
            return error_response(known)
        body = {"error": f"http_{error.status_code}", "detail": "Permintaan ini tidak dapat diproses."}
        return JSONResponse(body, error.status_code, headers=error.headers)

    @app.exception_handler(Exception)
    async def _unexpected(_request: Request, error: Exception) -> JSONResponse:
        log.error("unexpected", exc_info=error)
        return error_response(ArkasError())
