// One file, loaded by one line: <script src="https://.../widget.js" async></script>

import { ArkasChat } from "./chat";

const arrive = (): void => {
  if (customElements.get("arkas-chat")) return;
  customElements.define("arkas-chat", ArkasChat);
  if (!document.querySelector("arkas-chat")) document.body.append(document.createElement("arkas-chat"));
};

// Not before the page is whole: an asynchronous script may come early, and what opens the widget may stand at its end.
if (document.readyState === "loading") addEventListener("DOMContentLoaded", arrive);
else arrive();
