"""Somebody who talks over the HTTP API, as the widget does."""

import httpx

from tests.integration.scenarios import Seen

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 32


class WebTalker:
    """A talk over HTTP."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self._token: dict[str, str] = {}
        self._payloads: dict[str, str] = {}
        self.conversation_id = ""

    def begins(self) -> Seen:
        answer = self._http.post("/api/v1/conversations", json={"channel": "web"})
        started = answer.raise_for_status().json()
        self.conversation_id = started["id"]
        self._token = {"Authorization": f"Bearer {started['token']}"}
        return self._seen(answer)

    def says(self, text: str) -> Seen:
        return self._seen(self._http.post(self._messages, json={"text": text}, headers=self._token))

    def taps(self, title: str) -> Seen:
        """Tap a button or a card of any earlier message by (a part of) its title: they stay on the screen."""
        payload = next(payload for shown, payload in reversed(self._payloads.items()) if title in shown)
        return self._seen(self._http.post(self._messages, json={"payload": payload}, headers=self._token))

    def sends(self, name: str) -> Seen:
        files = {"files": (name, PNG, "image/png")}
        return self._seen(self._http.post(self._messages, files=files, headers=self._token))

    @property
    def _messages(self) -> str:
        return f"/api/v1/conversations/{self.conversation_id}/messages"

    def _seen(self, answer: httpx.Response) -> Seen:
        if answer.is_client_error:  # what the widget shows of an error
            return Seen([answer.json()["detail"]])
        messages = answer.raise_for_status().json()["messages"]
        seen = Seen([each["text"] for each in messages])
        for each in messages:
            seen.cards += [card["id"] for card in each["articles"]]
            seen.buttons += [button["title"] for button in each["buttons"]]
            seen.tickets += [each["ticket"]["number"]] if each["ticket"] else []
            for shown in (*each["articles"], *each["buttons"]):
                self._payloads.pop(shown["title"], None)
                self._payloads[shown["title"]] = shown["payload"]
        return seen
