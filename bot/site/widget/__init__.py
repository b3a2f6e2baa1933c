"""The chat widget: TypeScript in `src`, built by esbuild into the one file that pages and other sites load.

    <script src="https://.../widget.js" async></script>

Any element with `data-arkas-chat` opens it; a page without one gets a round button. Nothing is asked for before the
first tap. What is built is committed (`../static`), so serving needs no node; `npm ci && npm run build` in this folder
builds it anew.
"""

from functools import lru_cache
from typing import Final

from bot.site.templating import STATIC

_BUILT: Final = STATIC / "widget.js"


@lru_cache
def widget_script() -> str:
    """Return the one file."""
    return _BUILT.read_text(encoding="utf-8")
