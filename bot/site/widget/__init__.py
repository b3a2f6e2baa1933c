"""The chat widget: hand-written parts, put together into the one file that pages and other sites load.

    <script src="https://.../widget.js" async></script>

Any element with `data-arkas-chat` opens it; a page without one gets a round button. Nothing is asked for before the
first tap. Its parts need no library and no build step; putting them together is all that happens here.
"""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent
_PARTS: Final = ("dom.js", "store.js", "line.js", "chat.js")
_FRAME: Final = """(() => {{
"use strict";
if (customElements.get("arkas-chat")) return;
const HOME = new URL(document.currentScript.src).origin;
const STYLE = {style};
{parts}
}})();
"""


@lru_cache
def widget_script() -> str:
    """Return the one file, without the parts' comments and indentation, which only weigh on a slow line."""
    style = _squeezed((_HERE / "style.css").read_text(encoding="utf-8"), r"/\*.*?\*/")
    parts = (_squeezed((_HERE / name).read_text(encoding="utf-8"), r"^\s*//.*?$|\s//\s.*?$") for name in _PARTS)
    return _FRAME.format(style=json.dumps(style, ensure_ascii=False), parts="\n".join(parts))


def _squeezed(text: str, comment: str) -> str:
    text = re.sub(comment, "", text, flags=re.DOTALL | re.MULTILINE)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
