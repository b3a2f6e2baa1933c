"""The real servers, started as `./arkas serve` starts them, and a real browser.

ARKAS_TEST_URL names a server that runs already (with ARKAS_TEST_FOREIGN_PORT, the port whose origin it allows, the
identity key and the officer's token below, and ARKAS_TEST_VAR_DIR, its var folder); ARKAS_TEST_CHROMIUM names the
browser, which is then insisted on.
"""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import httpx
import pytest
from playwright.sync_api import Browser, Page, Playwright, StorageState, sync_playwright

from bot.settings import Settings
from tests.acceptance.embedding import FOREIGN_ORIGIN

ROOT = Path(__file__).parents[2]
READY_WITHIN = 420  # seconds: on a fresh clone the model is trained and the index built first
STOPPED_WITHIN = 30
BUILT = ("encoder", "index", "rasa/model")  # stamped with the hash of their sources, so a copy is as good as a new one
IDENTITY_KEY = "kunci-identitas-untuk-uji-coba-0123456789"
OFFICER, OFFICER_PASSWORD = "sari", "kuda-liar-minum-teh-hijau"  # the console's admin
OFFICER_TOKEN = "token-petugas-untuk-uji-coba"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A browser that reports nothing home, and runs where containers have no sandbox or graphics.
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The var folder of the servers under test."""
    if named := os.environ.get("ARKAS_TEST_VAR_DIR"):
        return Path(named)
    if "ARKAS_TEST_URL" in os.environ:
        pytest.skip("ARKAS_TEST_VAR_DIR does not name the var folder of the running server")
    return tmp_path_factory.mktemp("acceptance") / "var"


@pytest.fixture(scope="session")
def base_url(request: pytest.FixtureRequest) -> Iterator[str]:
    if running := os.environ.get("ARKAS_TEST_URL"):
        yield running.rstrip("/")
        return
    var: Path = request.getfixturevalue("var_dir")
    folder, port = var.parent, free_port()
    with (folder / "serve.log").open("w") as log:
        process = start_servers(var, port, log)
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", process, folder / "serve.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            stop(process)


def start_servers(var: Path, port: int, log: IO[str]) -> subprocess.Popen[bytes]:
    built = Settings(_env_file=ROOT / ".env").var_dir
    for name in BUILT:
        if (built / name).exists():
            shutil.copytree(built / name, var / name)
    url = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "ARKAS_VAR_DIR": str(var),
        "ARKAS_RASA_URL": f"http://127.0.0.1:{free_port()}",
        "ARKAS_PUBLIC_URL": url,
        "ARKAS_TICKETS_PER_HOUR": "1000",
        "ARKAS_ALLOWED_ORIGINS": FOREIGN_ORIGIN,
        "ARKAS_IDENTITY_KEY": IDENTITY_KEY,
        "ARKAS_TELEGRAM_BOT": "arkas_bot",
        "ARKAS_WHATSAPP_NUMBER": "6281100000000",
        "ARKAS_OFFICER_TOKENS": f"petugas:{hashlib.sha256(OFFICER_TOKEN.encode()).hexdigest()}",
    }
    command = [sys.executable, "-m", "bot.cli", "serve", "--port", str(port)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    pytest.fail(f"the servers did not become ready; the end of their log:\n{log.read_text()[-4000:]}")


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOPPED_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path."""
    if wanted := os.environ.get("ARKAS_TEST_CHROMIUM"):
        assert Path(wanted).exists(), f"ARKAS_TEST_CHROMIUM names {wanted}, which does not exist"
        return wanted
    found = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium was found; install one or name it in ARKAS_TEST_CHROMIUM")
    return found


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def phone(browser: Browser, base_url: str) -> Iterator[Page]:
    """A page on a small telephone. What scripts complain of, and what leaves for other hosts, fails the test."""
    # Without the help center's worker, which would answer in the network's place (test_offline.py is about it).
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, base_url=base_url, locale="id-ID", service_workers="block"
    )
    page = context.new_page()
    complaints = complaints_of(page, base_url)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def officer_state(browser: Browser, base_url: str, var_dir: Path) -> StorageState:
    """The cookies of a browser in which an admin is signed in; the account is made as an operator makes it."""
    command = [sys.executable, "-m", "bot.cli", "officer", "create", OFFICER, "--role", "admin", "--ask"]
    environment = os.environ | {"ARKAS_VAR_DIR": str(var_dir)}
    typed = f"{OFFICER_PASSWORD}\n" * 2
    subprocess.run(command, cwd=ROOT, env=environment, input=typed, text=True, check=True, start_new_session=True)
    context = browser.new_context(base_url=base_url, locale="id-ID")
    page = context.new_page()
    page.goto("/petugas/masuk")
    page.get_by_label("Nama masuk").fill(OFFICER)
    page.get_by_label("Kata sandi").fill(OFFICER_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/masuk" not in url)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def console_page(browser: Browser, base_url: str, officer_state: StorageState) -> Iterator[Page]:
    """The console on a small laptop, an admin signed in. What scripts complain of, and what leaves, fails the test."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 720}, base_url=base_url, locale="id-ID", storage_state=officer_state
    )
    page = context.new_page()
    complaints = complaints_of(page, base_url)
    yield page
    context.close()
    assert complaints == []


def complaints_of(page: Page, base_url: str) -> list[str]:
    """Fills itself with what scripts and the content policy complain of, and with what leaves for other hosts."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
    page.on("request", lambda request: complaints.append(request.url) if foreign(request.url, base_url) else None)
    return complaints


def foreign(url: str, base_url: str) -> bool:
    return not url.startswith((base_url, "data:", "blob:"))
