// One file, loaded by one line: <script src="https://.../widget.js" async></script>

import { ArkasChat } from "./chat";

if (!customElements.get("arkas-chat")) {
  customElements.define("arkas-chat", ArkasChat);
  const arrive = () => document.querySelector("arkas-chat") ?? document.body.append(document.createElement("arkas-chat"));
  if (document.body) arrive();
  else addEventListener("DOMContentLoaded", arrive);
}
