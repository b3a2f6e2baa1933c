"""The widget on another site's page: its strict rules, a slow line, one talk in several tabs, a signed visitor."""

import re
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from bot.conversations.identity import sign
from bot.supervision.ports import free_port
from tests.acceptance.accessibility import findings
from tests.acceptance.conftest import IDENTITY_KEY
from tests.acceptance.embedding import FOREIGN_PORT, Line, foreign_site

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]

QUESTION = "tidak bisa tutup BKU"
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50 * 1024, "uploadThroughput": 50 * 1024}
USABLE_WITHIN = 1.5  # seconds from the click to a greeting and a written question


@pytest.fixture(scope="module")
def site(base_url: str) -> Iterator[str]:
    with foreign_site(base_url, FOREIGN_PORT) as address:
        yield address


@pytest.fixture
def visitors(browser: Browser) -> Iterator[BrowserContext]:
    """A browser on a phone. What scripts or the page's policy complain of fails the test."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="id-ID")
    complaints: list[str] = []
    context.on(
        "console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None
    )
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context
    context.close()
    assert complaints == []


def embedded(context: BrowserContext, site: str, options: str = "data-x") -> tuple[Page, Locator]:
    page = context.new_page()
    page.goto(f"{site}/?{options}")
    return page, page.locator("arkas-chat")


def opened(context: BrowserContext, site: str, options: str = "data-x") -> tuple[Page, Locator]:
    page, widget = embedded(context, site, options)
    widget.locator(".launch").click()
    expect(widget.locator(".m.bot").first).to_be_visible()
    return page, widget


def say(widget: Locator, text: str) -> None:
    widget.locator("textarea").fill(text)
    widget.locator(".send").click()


def test_whole_path_by_keyboard_alone_on_a_strict_foreign_page(visitors: BrowserContext, site: str) -> None:
    page, widget = embedded(visitors, site)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    launcher = widget.get_by_role("button", name="Tanya ARKAS Bot")
    expect(launcher).to_be_visible()
    assert asked == []
    assert visitors.cookies() == []
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(launcher).to_be_focused()
    page.keyboard.press("Enter")
    expect(widget.get_by_label("Pesan")).to_be_focused()
    expect(widget.locator(".m.bot").first).to_be_visible()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(widget.get_by_role("button", name=re.compile("^Baca lengkap")).first).to_be_visible()
    tab_to(page, re.compile("^Baca lengkap"))
    page.keyboard.press("Enter")
    expect(widget.locator(".read h1")).to_be_focused()
    expect(widget.locator(".read h2").first).to_be_visible()
    assert findings(page) == []
    tab_to(page, "Ya, membantu")
    page.keyboard.press("Enter")
    expect(widget.locator(".m.user").last).to_contain_text("Ya, membantu")
    expect(widget.get_by_role("status")).to_have_text("")
    assert findings(page) == []
    page.keyboard.press("Escape")
    expect(launcher).to_be_focused()
    assert visitors.cookies() == []
    assert {re.sub(r"(//[^/]+/).*", r"\1", url) for url in asked if not url.startswith("data:")} <= {f"{bot_of(page)}/"}


def bot_of(page: Page) -> str:
    address: str = page.evaluate("new URL(document.querySelector('script[src]').src).origin")
    return address


def tab_to(page: Page, name: str | re.Pattern[str]) -> None:
    """Press Tab until the focus is on what has this name."""
    for _ in range(30):
        page.keyboard.press("Tab")
        focused = page.evaluate("""() => {
          const node = document.activeElement.shadowRoot?.activeElement;
          return node?.ariaLabel ?? node?.textContent ?? "";
        }""")
        if focused == name if isinstance(name, str) else name.search(focused):
            return
    pytest.fail(f"no Tab led to {name}")


def test_page_that_embeds_it_twice_has_one(visitors: BrowserContext, site: str) -> None:
    page = visitors.new_page()
    page.goto(f"{site}/dua?data-x")
    page.wait_for_load_state("networkidle")
    expect(page.locator("arkas-chat .launch")).to_have_count(1)
    page.locator("arkas-chat .launch").click()
    expect(page.locator("arkas-chat .panel")).to_have_count(1)
    expect(page.locator("arkas-chat .m.bot").first).to_be_visible()


def test_link_at_the_end_of_a_slow_page_is_the_launcher(visitors: BrowserContext, site: str) -> None:
    page = visitors.new_page()
    page.goto(f"{site}/lambat?data-x")
    page.get_by_role("link", name="Tanya kami").click()
    expect(page.locator("arkas-chat .m.bot").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Tanya kami")).to_be_focused()
    expect(page.locator("arkas-chat .launch")).to_have_count(0)


def test_embedded_as_a_module_it_finds_its_server(visitors: BrowserContext, site: str) -> None:
    page = visitors.new_page()
    page.goto(f"{site}/modul?data-x")
    page.locator("arkas-chat .launch").click()
    expect(page.locator("arkas-chat .m.bot").first).to_be_visible()


def test_page_that_lets_nobody_read_html_gets_the_talk_and_a_link(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="id-ID")
    page = context.new_page()
    page.goto(f"{site}/ketat?data-x")
    widget = page.locator("arkas-chat")
    widget.locator(".launch").click()
    say(widget, QUESTION)
    widget.get_by_role("button", name=re.compile("^Baca lengkap")).first.click()
    expect(widget.locator(".read h1")).to_be_focused()
    expect(widget.get_by_role("link", name="Buka di halaman penuh")).to_be_visible()
    context.close()


def test_usable_soon_after_the_click_on_a_slow_line(visitors: BrowserContext, site: str) -> None:
    page, widget = embedded(visitors, site)
    devtools = visitors.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_3G)
    launcher = widget.locator(".launch")
    expect(launcher).to_be_visible()
    began = time.monotonic()
    launcher.click()
    widget.locator("textarea").fill(QUESTION)  # nobody has to wait for the line before writing
    widget.locator(".send").click()
    expect(widget.locator(".m.user.late")).to_be_visible()
    expect(widget.locator(".m.bot").first).to_be_visible()
    usable = time.monotonic() - began
    expect(widget.locator(".taps")).to_be_visible(timeout=15_000)
    assert usable <= USABLE_WITHIN
    assert widget.locator(".m.user").count() == 1


def test_loads_and_opens_on_a_slow_line_with_a_slow_processor(visitors: BrowserContext, site: str) -> None:
    page = visitors.new_page()
    devtools = visitors.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_3G)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 2})
    page.goto(f"{site}/?data-x")
    launcher = page.locator("arkas-chat .launch")
    expect(launcher).to_be_visible()
    launcher.click()
    expect(page.locator("arkas-chat .m.bot").first).to_be_visible()


def test_site_that_is_not_listed_gets_no_talk(browser: Browser, base_url: str) -> None:
    context = browser.new_context(locale="id-ID")
    with foreign_site(base_url, free_port(0)) as stranger:
        _, widget = embedded(context, stranger)
        widget.locator(".launch").click()
        expect(widget.get_by_role("status")).to_contain_text("Menunggu jaringan")
        assert widget.locator(".m").count() == 0
    context.close()


def test_two_tabs_share_one_talk_and_show_each_message_once(visitors: BrowserContext, site: str, base_url: str) -> None:
    page, one = opened(visitors, site)
    _, two = opened(visitors, site)
    greeting = one.locator(".m").count()
    assert two.locator(".m").count() == greeting
    say(one, QUESTION)
    expect(two.locator(".m.user .t")).to_have_text([QUESTION])
    expect(two.locator(".taps")).to_be_visible()
    say(two, "halo")
    expect(one.locator(".m.user .t")).to_have_text([QUESTION, "halo"])
    for tab in (one, two):
        expect(tab.get_by_role("status")).to_have_text("")
        expect(tab.locator(".m.late")).to_have_count(0)
    stored = senders(base_url, page.evaluate("JSON.parse(localStorage['arkas-chat'])"))
    for tab in (one, two):
        expect(tab.locator(".m")).to_have_class([re.compile(rf"^m {sender}\b") for sender in stored])


def test_what_was_said_elsewhere_is_counted_until_it_is_read(
    visitors: BrowserContext, site: str, base_url: str
) -> None:
    page, one = opened(visitors, site)
    _, two = embedded(visitors, site)
    one.get_by_role("button", name="Tutup percakapan").click()
    elsewhere(base_url, page.evaluate("JSON.parse(localStorage['arkas-chat'])"), QUESTION)
    badge = re.compile(r"^Tanya ARKAS Bot \(\d+ pesan baru\)$")
    expect(one.get_by_role("button", name=badge)).to_be_visible()
    two.get_by_role("button", name=badge).click()
    expect(two.locator(".taps")).to_be_visible()
    two.get_by_role("button", name="Tutup percakapan").click()
    for tab in (one, two):
        expect(tab.get_by_role("button", name="Tanya ARKAS Bot", exact=True)).to_be_visible()


def test_what_came_while_it_was_closed_is_in_view_when_it_opens(
    visitors: BrowserContext, site: str, base_url: str
) -> None:
    page, widget = opened(visitors, site)
    say(widget, QUESTION)
    expect(widget.locator(".taps")).to_be_visible()
    widget.get_by_role("button", name="Tutup percakapan").click()
    elsewhere(base_url, page.evaluate("JSON.parse(localStorage['arkas-chat'])"), "halo")
    widget.get_by_role("button", name="pesan baru").click()
    expect(widget.locator(".fresh")).to_be_in_viewport()
    expect(widget.locator(".fresh ~ .m.bot").first).to_be_in_viewport(ratio=0.9)


def test_talk_outlives_a_server_that_is_away(visitors: BrowserContext, site: str, base_url: str) -> None:
    line = Line(base_url)
    page, widget = opened(visitors, site, f"port={line.port}")
    line.cut()
    say(widget, QUESTION)
    expect(widget.get_by_role("status")).to_contain_text("Menunggu jaringan")
    line.mend()
    expect(widget.locator(".taps")).to_be_visible(timeout=20_000)
    expect(widget.locator(".m.user")).to_have_count(1)
    elsewhere(base_url, page.evaluate("JSON.parse(localStorage['arkas-chat'])"), "halo")
    expect(widget.locator(".m.user .t")).to_have_text([QUESTION, "halo"], timeout=20_000)  # the stream is back too
    line.cut()


HOLD_STREAMS_BACK = """
  const fetch = window.fetch;
  window.fetch = (address, options) => !String(address).endsWith("/events") ? fetch(address, options)
    : new Promise((_, reject) => options.signal.addEventListener("abort", () => reject(options.signal.reason)));
"""


@pytest.mark.parametrize("kind", ["refused", "held back"])
def test_stream_that_says_nothing_is_replaced_by_asking(
    visitors: BrowserContext, site: str, base_url: str, kind: str
) -> None:
    if kind == "refused":
        visitors.route("**/events", lambda route: route.abort())
    else:  # a proxy that lets nothing through before the end, which never comes
        visitors.add_init_script(HOLD_STREAMS_BACK)
    page, widget = opened(visitors, site)
    saved = page.evaluate("JSON.parse(localStorage['arkas-chat'])")
    elsewhere(base_url, saved, "dari perangkat lain")
    expect(widget.locator(".m.user .t")).to_have_text(["dari perangkat lain"], timeout=12_000)


def senders(base_url: str, saved: dict[str, Any]) -> list[str]:
    """Who wrote each message that the server holds, in order."""
    path = f"{base_url}/api/v1/conversations/{saved['id']}/messages"
    answer = httpx.get(path, headers={"Authorization": f"Bearer {saved['token']}"}, timeout=30)
    return [message["sender"] for message in answer.json()["messages"]]


def elsewhere(base_url: str, saved: dict[str, Any], text: str) -> None:
    """Say something in the same talk from another device."""
    answer = httpx.post(
        f"{base_url}/api/v1/conversations/{saved['id']}/messages",
        headers={"Authorization": f"Bearer {saved['token']}"},
        json={"text": text},
        timeout=30,
    )
    answer.raise_for_status()


def test_upload_shows_how_far_it_is_and_can_be_stopped(visitors: BrowserContext, site: str) -> None:
    page, widget = opened(visitors, site)
    devtools = visitors.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_3G)
    picture = b"\x89PNG\r\n\x1a\n" + bytes(400_000)
    widget.locator("input[type=file]").set_input_files(
        {"name": "layar.png", "mimeType": "image/png", "buffer": picture}
    )
    say(widget, "ini layarnya")
    expect(widget.get_by_role("progressbar")).to_be_visible()
    widget.get_by_role("button", name="Batalkan pengiriman").click()
    expect(widget.get_by_role("status")).to_contain_text("dibatalkan")
    expect(widget.locator(".m.user")).to_have_count(0)
    expect(widget.get_by_label("Pesan")).to_have_value("ini layarnya")
    expect(widget.get_by_label("Pesan")).to_be_focused()  # what was pressed is gone
    expect(widget.get_by_role("button", name="Hapus lampiran layar.png")).to_be_visible()


def test_talk_can_be_taken_home(visitors: BrowserContext, site: str) -> None:
    page, widget = opened(visitors, site)
    say(widget, QUESTION)
    expect(widget.locator(".taps")).to_be_visible()
    with page.expect_download() as download:
        widget.get_by_role("button", name="Unduh percakapan").click()
    assert re.fullmatch(r"percakapan-arkas-\d{4}-\d\d-\d\d\.txt", download.value.suggested_filename)
    text = download.value.path().read_text(encoding="utf-8")
    assert QUESTION in text
    assert "WIB · ARKAS Bot" in text
    assert re.search(r"\(http://[\w.:]+/artikel/\d+", text), "a path alone leads nowhere from a file"


def test_page_decides_language_side_title_and_colours(visitors: BrowserContext, site: str) -> None:
    page, widget = opened(visitors, site, "data-lang=en&data-side=left&data-theme=dark&data-title=Helpdesk")
    expect(widget.get_by_role("dialog", name="Helpdesk")).to_be_visible()
    expect(widget.get_by_placeholder("Type your problem here")).to_be_visible()
    assert widget.locator(".panel").evaluate("node => getComputedStyle(node).backgroundColor") == "rgb(14, 24, 27)"
    page.evaluate("document.querySelector('arkas-chat').style.setProperty('--arkas-color-dark', 'rgb(80, 0, 80)')")
    assert widget.locator(".head").evaluate("node => getComputedStyle(node).backgroundColor") == "rgb(80, 0, 80)"
    assert findings(page) == []
    say(widget, QUESTION)
    widget.get_by_role("button", name=re.compile("^Read in full")).first.click()
    assert widget.locator(".read h1").evaluate("node => node.closest('[lang]').lang") == "id"
    assert widget.get_by_role("button", name="Yes, it helped").evaluate("node => node.closest('[lang]').lang") == "en"
    assert findings(page) == []


def test_signed_visitor_need_not_type_the_address_and_meets_no_other_visitors_talk(
    visitors: BrowserContext, site: str
) -> None:
    expires = int(time.time()) + 600

    def options(user: str, email: str) -> str:
        signature = sign(IDENTITY_KEY, user, email, expires)
        return f"data-user={user}&data-email={email}&data-expires={expires}&data-signature={signature}"

    page, widget = opened(visitors, site, options("77", "rina@sdn1.sch.id"))
    first = page.evaluate("JSON.parse(localStorage['arkas-chat']).id")
    say(widget, "mau bicara dengan petugas")
    expect(widget.locator(".m.bot").filter(has_text="Alamat emailnya saya pakai")).to_be_visible()
    page, _ = opened(visitors, site, options("78", "budi@sdn1.sch.id"))
    assert page.evaluate("JSON.parse(localStorage['arkas-chat']).id") != first


HOSTILE = {
    "unset": "* {all: unset !important}",
    "hidden": "div, section, form, button, ol, li, textarea {display: none !important} * {visibility: hidden}",
    "above all": "* {z-index: 2147483647 !important; position: relative !important; transform: scale(1) !important}",
    "words": "* {font: 40px/3 cursive !important; color: #eee !important; text-align: end !important;"
    " letter-spacing: 9px; text-transform: uppercase !important; white-space: nowrap; pointer-events: none}"
    " html {overflow: hidden !important}",
    "small root": "html {font-size: 62.5%}",
    "large root": "html {font-size: 200%}",
}
PARTS = (".launch", ".panel", ".head h2", ".log", ".m.bot .t", "textarea", ".send", "nav a")
LOOKS = """(widget, parts) => parts.map(part => {
  const node = widget.shadowRoot.querySelector(part), {x, y, width, height} = node.getBoundingClientRect();
  const {color, fontSize, lineHeight, textAlign, direction, visibility, letterSpacing} = getComputedStyle(node);
  return [part, x, y, width, height, color, fontSize, lineHeight, textAlign, direction, visibility, letterSpacing];
})"""


def looks(context: BrowserContext, site: str, css: str = "", direction: str = "ltr") -> list[list[Any]]:
    """Where the open widget's parts stand and how their words look, on a page with this style."""
    page, widget = embedded(context, site)
    page.evaluate(
        """([css, direction]) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(css);
          document.adoptedStyleSheets = [sheet];
          document.documentElement.dir = direction;
        }""",
        [css, direction],
    )
    widget.locator(".launch").click()
    expect(widget.locator(".m.bot").first).to_be_visible()
    expect(widget.get_by_role("status")).to_have_text("")
    # The greeting's words differ from talk to talk.
    widget.evaluate("widget => widget.shadowRoot.querySelector('.m.bot .t').textContent = 'Selamat pagi, Bapak/Ibu.'")
    found: list[list[Any]] = widget.evaluate(LOOKS, list(PARTS))
    page.close()
    return found


def test_style_of_the_page_changes_nothing_in_the_widget(visitors: BrowserContext, site: str) -> None:
    undisturbed = looks(visitors, site)
    for name, css in HOSTILE.items():
        assert (name, looks(visitors, site, css)) == (name, undisturbed)
    assert looks(visitors, site, direction="rtl") == undisturbed


def test_keyboard_of_a_phone_covers_neither_the_composer_nor_the_head(visitors: BrowserContext, site: str) -> None:
    visitors.add_init_script("""
      const view = Object.assign(new EventTarget(), {height: innerHeight, offsetTop: 0, scale: 1});
      Object.defineProperty(window, "visualViewport", {value: view});
    """)
    page, widget = opened(visitors, site)
    page.evaluate("""() => {
      Object.assign(visualViewport, {height: 400, offsetTop: 120});
      visualViewport.dispatchEvent(new Event("resize"));
    }""")
    head, send = widget.locator(".head").bounding_box(), widget.locator(".send").bounding_box()
    assert head is not None
    assert send is not None
    assert (head["y"], send["y"] + send["height"] <= 120 + 400) == (120, True)
    expect(widget.get_by_role("navigation")).to_be_hidden()  # leaves its room to the talk


def test_site_can_hide_the_widget_and_prints_without_it(visitors: BrowserContext, site: str) -> None:
    page, widget = embedded(visitors, site)
    launcher = widget.locator(".launch")
    expect(launcher).to_be_visible()
    page.emulate_media(media="print")
    expect(launcher).to_be_hidden()
    page.emulate_media(media="screen")
    expect(launcher).to_be_visible()
    page.evaluate("document.querySelector('arkas-chat').style.setProperty('--arkas-display', 'none')")
    expect(launcher).to_be_hidden()


@pytest.mark.parametrize("width", [360, 1280])
def test_open_widget_on_a_foreign_page_stands_in_nobodys_way(browser: Browser, site: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 740}, locale="id-ID")
    page, widget = opened(context, site)
    say(widget, QUESTION)
    expect(widget.locator(".taps")).to_be_visible()
    found = findings(page)
    context.close()
    assert found == []
