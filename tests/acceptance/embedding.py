"""A page of another site, as strict as sites get, that embeds the widget with its one line."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final

from bot.supervision.ports import free_port

# The servers must know it before they start, so it is chosen once; a server that runs already has to allow it.
FOREIGN_PORT: Final = int(os.environ.get("ARKAS_TEST_FOREIGN_PORT", "0")) or free_port(0)
FOREIGN_ORIGIN: Final = f"http://127.0.0.1:{FOREIGN_PORT}"

_PAGE: Final = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Dinas Pendidikan</title>
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
    """Serve the page; its query string becomes the `data-` options of the widget, `lang` its language."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            options = self.path.partition("?")[2].replace("%20", " ").replace("&", " ")
            lang = "en" if "page=en" in options else "id"
            body = _PAGE.format(bot=bot, options=options, lang=lang).encode() if self.path.startswith("/?") else b""
            self.send_response(200 if body else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", _POLICY.format(bot=bot))
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
