"""A page of another site, as strict as sites get, that embeds the widget; and a line to the server that can be cut."""

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final

from bot.supervision.ports import free_port

# The servers must know it before they start, so it is chosen once; a server that runs already has to allow it.
FOREIGN_PORT: Final = int(os.environ.get("ARKAS_TEST_FOREIGN_PORT", "0")) or free_port(0)
FOREIGN_ORIGIN: Final = f"http://127.0.0.1:{FOREIGN_PORT}"

_PAGE: Final = """<!doctype html><html lang="id"><head><meta charset="utf-8"><title>Dinas Pendidikan</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script src="{bot}/widget.js" async {options}></script></head>
<body><main><h1>Dinas Pendidikan</h1><p>Halaman situs lain.</p><button>Tombol halaman</button></main></body></html>"""

# Neither inline scripts nor any style but by script, and no HTML that a script did not vouch for.
_POLICY: Final = (
    "default-src 'none'; script-src {bot}; connect-src {bot}; require-trusted-types-for 'script'; "
    "trusted-types arkas-chat; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@contextmanager
def foreign_site(bot: str, port: int = FOREIGN_PORT) -> Iterator[str]:
    """Serve the page; its query string becomes the widget's `data-` options, and `port` says where it comes from."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            options = self.path.partition("?")[2].replace("%20", " ").replace("&", " ")
            other = re.search(r"port=(\d+)", options)
            home = f"http://127.0.0.1:{other[1]}" if other else bot
            body = _PAGE.format(bot=home, options=options).encode() if self.path.startswith("/?") else b""
            self.send_response(200 if body else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", _POLICY.format(bot=home))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        server.server_close()


class Line:
    """A way to a server that can be cut, as when the server stops, and mended."""

    def __init__(self, server: str) -> None:
        self._server = ("127.0.0.1", int(server.rpartition(":")[2]))
        self.port = free_port(0)
        self._ends: list[socket.socket] = []
        self.mend()

    def mend(self) -> None:
        self._door = socket.create_server(("127.0.0.1", self.port))
        Thread(target=self._welcome, args=(self._door,), daemon=True).start()

    def cut(self) -> None:
        for end in (self._door, *self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def _welcome(self, door: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = door.accept()
                far = socket.create_connection(self._server)
                self._ends += [near, far]
                Thread(target=_carry, args=(near, far), daemon=True).start()
                Thread(target=_carry, args=(far, near), daemon=True).start()


def _carry(source: socket.socket, goal: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            goal.sendall(piece)
        goal.shutdown(socket.SHUT_WR)
