"""The widget on the worst day: no network, a reload, hostile text, a keyboard, a screen reader."""

import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from tests.acceptance.accessibility import findings

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]

QUESTION = "tidak bisa tutup BKU"
HOSTILE = "<img src=x onerror=\"document.title='jebol'\"> & <b>tebal</b>"

LOSE_THE_FIRST_ANSWER = """() => {
  const fetch = window.fetch;
  window.sent = [];
  window.fetch = async (address, options) => {
    const answer = await fetch(address, options);
    if (options?.method !== "POST") return answer;
    window.sent.push(JSON.parse(options.body).client_id);
    if (window.sent.length === 1) throw new TypeError("the line dropped");
    return answer;
  };
}"""


@pytest.fixture
def widget(phone: Page) -> Locator:
    phone.goto("/")
    phone.locator(".launcher").click()
    widget = phone.locator("arkas-chat")
    expect(widget.locator(".m.bot").first).to_be_visible()
    return widget


def say(widget: Locator, text: str) -> None:
    widget.get_by_label("Pesan").fill(text)
    widget.get_by_role("button", name="Kirim", exact=True).click()


def test_nothing_is_asked_for_before_the_first_tap(phone: Page) -> None:
    phone.goto("/")
    phone.wait_for_load_state("networkidle")
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.wait_for_timeout(500)
    assert asked == []
    assert phone.context.cookies() == []
    phone.locator(".launcher").click()
    expect(phone.locator("arkas-chat .m.bot").first).to_be_visible()
    first, *later = [url.partition("/api/")[2] for url in asked]
    assert first == "v1/conversations"
    assert all(path.endswith("/events") for path in later)  # the stream of what officers write


def test_hostile_words_stay_words(phone: Page, widget: Locator) -> None:
    say(widget, HOSTILE)
    expect(widget.locator(".m.user .t").last).to_have_text(HOSTILE)
    expect(widget.locator(".m.bot")).not_to_have_count(1)
    assert widget.locator("img, b:not(.cards b):not(.ticket b)").count() == 0
    assert "jebol" not in phone.title()


def test_length_is_counted_in_characters_not_in_halves_of_emoji(widget: Locator) -> None:
    say(widget, "😀" * 10_001)
    expect(widget.get_by_role("status")).to_contain_text("terlalu panjang")
    assert widget.get_by_label("Pesan").input_value() == "😀" * 10_001
    say(widget, "😀" * 6_000)
    expect(widget.locator(".m.user")).to_have_count(1)


def test_article_opens_inside_and_back_leads_to_its_card(widget: Locator) -> None:
    say(widget, QUESTION)
    more = widget.get_by_role("button", name=re.compile("^Baca lengkap")).first
    more.click()
    expect(widget.locator(".read h1")).to_be_focused()
    expect(widget.locator(".read h2").first).to_be_visible()
    assert findings(widget.page) == []
    widget.get_by_role("button", name="Kembali ke percakapan").click()
    expect(more).to_be_focused()
    expect(widget.locator(".log")).to_be_visible()


def test_answer_is_shown_from_its_beginning(widget: Locator) -> None:
    before = widget.locator(".m.bot").count()
    say(widget, QUESTION)
    expect(widget.locator(".taps")).to_be_visible()
    expect(widget.locator(".m.bot").nth(before)).to_be_in_viewport(ratio=0.1)
    top = (
        widget.locator(".m.bot")
        .nth(before)
        .evaluate("n => n.getBoundingClientRect().top - n.parentNode.getBoundingClientRect().top")
    )
    assert top >= 0


def test_files_are_picked_removed_and_sent(widget: Locator) -> None:
    png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 32
    files: list[FilePayload] = [
        {"name": "layar.png", "mimeType": "image/png", "buffer": png},
        {"name": "keliru.png", "mimeType": "image/png", "buffer": png},
    ]
    widget.locator("input[type=file]").set_input_files(files)
    widget.get_by_role("button", name="Hapus lampiran keliru.png").click()
    say(widget, "ini layarnya, tidak bisa tutup BKU")
    expect(widget.locator(".m.user .sent")).to_have_text("Lampiran: layar.png")
    expect(widget.locator(".m.user.late")).to_have_count(0)
    expect(widget.locator(".files li")).to_have_count(0)


LAY = """(widget, way) => {
  const held = new DataTransfer();
  held.items.add(new File([Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10, 0)], `${way}.png`, {type: "image/png"}));
  const usual = {bubbles: true, composed: true, cancelable: true};
  const event = way === "paste" ? new ClipboardEvent(way, {...usual, clipboardData: held})
    : new DragEvent(way, {...usual, dataTransfer: held});
  return widget.shadowRoot.querySelector("h1, textarea").dispatchEvent(event);
}"""


def test_pasted_and_dropped_files_go_along(widget: Locator) -> None:
    assert widget.evaluate(LAY, "paste") is False  # taken, so that no browser opens it instead
    widget.get_by_role("button", name="Lainnya").click()
    expect(widget.get_by_role("heading", name="Percakapan saya")).to_be_visible()
    assert widget.evaluate(LAY, "drop") is False
    expect(widget.locator(".files li")).to_have_text(["paste.png", "drop.png"])
    expect(widget.locator(".files")).to_be_visible()  # what was being read made room
    say(widget, "ini layarnya")
    expect(widget.locator(".m.user .sent")).to_have_text("Lampiran: paste.png, drop.png")
    expect(widget.locator(".m.user.late")).to_have_count(0)


def test_sent_file_can_be_fetched_after_a_reload(phone: Page, widget: Locator) -> None:
    png = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
    widget.locator("input[type=file]").set_input_files({"name": "layar.png", "mimeType": "image/png", "buffer": png})
    say(widget, "ini layarnya")
    expect(widget.locator(".m.user.late")).to_have_count(0)
    phone.reload()
    phone.locator(".launcher").click()
    with phone.expect_download() as download:
        widget.get_by_role("link", name="layar.png").click()
    assert download.value.path().read_bytes() == png


def test_unusable_file_keeps_no_good_one_out_and_is_forgotten_with_the_next(widget: Locator) -> None:
    png = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
    mixed: list[FilePayload] = [
        {"name": "layar.png", "mimeType": "image/png", "buffer": png},
        {"name": "aneh.txt", "mimeType": "text/plain", "buffer": b""},
    ]
    widget.locator("input[type=file]").set_input_files(mixed)
    expect(widget.get_by_role("status")).to_contain_text("aneh.txt kosong")
    expect(widget.locator(".files li")).to_have_text(["layar.png"])
    widget.locator("input[type=file]").set_input_files({"name": "lain.png", "mimeType": "image/png", "buffer": png})
    expect(widget.locator(".files li")).to_have_text(["layar.png", "lain.png"])
    expect(widget.get_by_role("status")).to_have_text("")


def test_more_than_a_message_may_hold_is_not_even_sent(widget: Locator, tmp_path: Path) -> None:
    for number in range(3):
        with (tmp_path / f"{number}.png").open("wb") as file:
            file.truncate(24 * 1024**2)
    widget.locator("input[type=file]").set_input_files([tmp_path / f"{number}.png" for number in range(3)])
    expect(widget.get_by_role("status")).to_contain_text("60 MB")
    expect(widget.locator(".files li")).to_have_text(["0.png", "1.png"])
    small: list[FilePayload] = [{"name": f"k{n}.png", "mimeType": "image/png", "buffer": b"x"} for n in range(9)]
    widget.locator("input[type=file]").set_input_files(small)
    expect(widget.get_by_role("status")).to_contain_text("10 berkas")
    expect(widget.locator(".files li")).to_have_count(10)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "kosong (0 byte)"), (b"MZ" + b"\0" * 60, "Jenis berkas ini tidak dapat kami terima")],
    ids=["empty", "program"],
)
def test_unusable_file_is_explained(widget: Locator, content: bytes, sentence: str) -> None:
    widget.locator("input[type=file]").set_input_files(
        {"name": "aneh.bin", "mimeType": "application/octet-stream", "buffer": content}
    )
    say(widget, "")
    expect(widget.get_by_role("status")).to_contain_text(sentence)
    expect(widget.locator(".m.user")).to_have_count(0)


def test_talk_and_its_last_buttons_survive_a_reload(phone: Page, widget: Locator) -> None:
    say(widget, QUESTION)
    expect(widget.locator(".taps")).to_be_visible()
    said = widget.locator(".m .t").all_inner_texts()
    phone.reload()
    phone.locator(".launcher").click()
    expect(widget.locator(".taps")).to_be_visible()
    assert widget.locator(".m .t").all_inner_texts() == said


def test_officers_words_take_no_question_away(phone: Page, widget: Locator) -> None:
    say(widget, QUESTION)
    expect(widget.get_by_role("button", name="Belum", exact=True)).to_be_visible()
    phone.evaluate("""() => {
      const said = {id: 2 ** 40, sender: "officer", text: "Sudah kami perbaiki.", articles: [], buttons: [],
                    attachments: [], ticket: null, client_id: null, created_at: new Date().toISOString()};
      const {id} = JSON.parse(localStorage["arkas-chat"]);
      new BroadcastChannel("arkas-chat").postMessage({talk: id, messages: [said], ordered: false});
    }""")
    expect(widget.locator(".m.officer")).to_contain_text("Sudah kami perbaiki.")
    widget.get_by_role("button", name="Belum", exact=True).click()
    expect(widget.locator(".m.user.late")).to_have_count(0)
    expect(widget.get_by_role("button", name="Belum", exact=True)).to_have_count(0)


def test_message_waits_for_the_network_and_is_sent_once(phone: Page, widget: Locator) -> None:
    phone.context.set_offline(True)
    say(widget, QUESTION)
    expect(widget.get_by_role("status")).to_contain_text("Menunggu jaringan")
    expect(widget.locator(".m.user.late")).to_have_count(1)
    phone.context.set_offline(False)
    expect(widget.locator(".taps")).to_be_visible()
    expect(widget.locator(".m.user.late")).to_have_count(0)
    assert len(own_messages(phone)) == 1


def test_lost_answer_is_asked_for_again_with_the_same_client_id(phone: Page, widget: Locator) -> None:
    phone.evaluate(LOSE_THE_FIRST_ANSWER)
    say(widget, QUESTION)
    expect(widget.locator(".taps")).to_be_visible(timeout=15_000)
    expect(widget.get_by_role("status")).to_have_text("", timeout=15_000)  # the stream brings the answer before
    sent = phone.evaluate("window.sent")
    assert len(sent) == 2
    assert sent[0] == sent[1]
    assert len(own_messages(phone)) == 1


def test_what_could_not_be_sent_goes_out_after_a_reload(phone: Page, widget: Locator) -> None:
    phone.route("**/messages", lambda route: route.abort())
    say(widget, QUESTION)
    expect(widget.get_by_role("status")).to_contain_text("Menunggu jaringan")
    phone.unroute("**/messages")
    phone.reload()
    phone.locator(".launcher").click()
    expect(widget.locator(".taps")).to_be_visible()
    assert len(own_messages(phone)) == 1
    expect(widget.locator(".m.user")).to_have_count(1)


def test_talk_that_is_gone_is_begun_anew_without_losing_the_question(phone: Page, widget: Locator) -> None:
    phone.evaluate("""() => {
      const saved = JSON.parse(localStorage["arkas-chat"]);
      localStorage["arkas-chat"] = JSON.stringify({...saved, token: "salah"});
    }""")
    phone.reload()
    phone.locator(".launcher").click()
    expect(widget.locator(".m.bot").first).to_be_visible()
    say(widget, QUESTION)
    expect(widget.locator(".taps")).to_be_visible()


def test_keyboard_reaches_everything_stays_inside_and_leaves_by_escape(phone: Page, widget: Locator) -> None:
    say(widget, QUESTION)
    expect(widget.locator(".taps")).to_be_visible()
    widget.get_by_label("Pesan").focus()
    seen = []
    for _ in range(30):
        phone.keyboard.press("Tab")
        seen.append(
            phone.evaluate(
                "document.activeElement.shadowRoot?.activeElement?.ariaLabel ?? document.activeElement.tagName"
            )
        )
    assert "BODY" not in seen
    assert "A" not in seen  # never out to the page behind
    assert {"Tutup percakapan", "Percakapan", "Kirim"} <= set(seen)
    phone.keyboard.press("Escape")
    expect(widget.get_by_role("dialog")).to_be_hidden()
    expect(phone.locator(".launcher")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_open_widget_stands_in_nobodys_way(
    browser: Browser, base_url: str, scheme: Literal["light", "dark"], width: int
) -> None:
    context = browser.new_context(base_url=base_url, color_scheme=scheme, viewport={"width": width, "height": 740})
    page = context.new_page()
    page.goto("/")
    page.locator(".launcher").click()
    widget = page.locator("arkas-chat")
    say(widget, QUESTION)
    expect(widget.locator(".taps")).to_be_visible()
    found, wide = findings(page), widget.locator(".log").evaluate("node => node.scrollWidth - node.clientWidth")
    context.close()
    assert found == []
    assert wide == 0


def own_messages(page: Page) -> list[str]:
    """What the server holds of what was said here."""
    said: list[str] = page.evaluate("""async () => {
      const {id, token} = JSON.parse(localStorage["arkas-chat"]);
      const answer = await fetch(`/api/v1/conversations/${id}/messages`, {headers: {Authorization: `Bearer ${token}`}});
      return (await answer.json()).messages.filter((m) => m.sender === "user").map((m) => m.text);
    }""")
    return said
