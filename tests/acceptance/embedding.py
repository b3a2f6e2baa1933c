"""A page of another site, as strict as sites get, that embeds the widget; and a line to the server that can be cut."""

import os
import re
import socket
import time
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
{script}</head>
<body><main><h1>Dinas Pendidikan</h1><p>Halaman situs lain.</p><button>Tombol halaman</button></main>"""
_ONE: Final = '<script src="{bot}/widget.js" async {options}></script>'
# By path: how sites embed it, as they should and as they do.
_SCRIPTS: Final = {
    "/": _ONE,
    "/dua": _ONE * 2,
    "/modul": '<script src="{bot}/widget.js" type="module"></script>',
    "/lambat": _ONE,
    "/ketat": _ONE,
}
_ENDS: Final = {
    "/dua": "<arkas-chat></arkas-chat><arkas-chat></arkas-chat>",
    "/lambat": '<a href="{bot}/chat" data-arkas-chat>Tanya kami</a>',
}
_SLOW_SECONDS: Final = 1.0  # before the end of /lambat comes

# Neither inline scripts nor any style but by script, and no HTML that a script did not vouch for.
_POLICY: Final = (
    "default-src 'none'; script-src {bot}; connect-src {bot}; require-trusted-types-for 'script'; "
    "trusted-types arkas-chat; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def _policy(home: str, path: str) -> str:
    granted = _POLICY.format(bot=home)
    return granted.replace("arkas-chat", "'none'") if path == "/ketat" else granted


@contextmanager
def foreign_site(bot: str, port: int = FOREIGN_PORT) -> Iterator[str]:
    """Serve the pages; a query string becomes the widget's `data-` options, and `port` says where it comes from."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, asked, query = self.path.partition("?")
            options = query.replace("%20", " ").replace("&", " ")
            other = re.search(r"port=(\d+)", options)
            home = f"http://127.0.0.1:{other[1]}" if other else bot
            script = _SCRIPTS[path].format(bot=home, options=options) if asked and path in _SCRIPTS else ""
            self.send_response(200 if script else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", _policy(home, path))
            self.end_headers()
            if script:
                self._write(_PAGE.format(script=script), _ENDS.get(path, "").format(bot=home), slowly=path == "/lambat")

        def _write(self, page: str, end: str, *, slowly: bool) -> None:
            self.wfile.write(page.encode())
            if slowly:
                self.wfile.flush()
                time.sleep(_SLOW_SECONDS)
            self.wfile.write(f"{end}</body></html>".encode())

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
