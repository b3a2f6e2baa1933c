from pathlib import Path

import pytest

from bot.settings import DEFAULT_SECRET, Settings
from bot.supervision.serving import action_token, address, make_programs, rasa_port


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("ARKAS_ACTION_TOKEN", "ARKAS_PUBLIC_URL", "ARKAS_TRACKER_URL"):
        monkeypatch.delenv(name, raising=False)
    return Settings(var_dir=tmp_path)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104
        ("::1", "http://[::1]:8000"),
        ("::", "http://127.0.0.1:8000"),
        ("helpdesk.example", "http://helpdesk.example:8000"),
    ],
)
def test_the_address_can_be_opened_on_this_machine(host: str, expected: str) -> None:
    assert address(host, 8000) == expected


def test_both_processes_share_a_token_that_nobody_knows(settings: Settings) -> None:
    rasa, web = make_programs(settings, "127.0.0.1", 8000, 5005)

    token = rasa.environment["ARKAS_ACTION_TOKEN"]
    assert token == web.environment["ARKAS_ACTION_TOKEN"]
    assert token != DEFAULT_SECRET
    assert len(token) >= 32


def test_each_start_has_a_token_of_its_own(settings: Settings) -> None:
    assert action_token(settings) != action_token(settings)


def test_a_configured_token_is_used(settings: Settings) -> None:
    configured = Settings(var_dir=settings.var_dir, action_token="t" * 40)

    assert action_token(configured) == "t" * 40


def test_they_are_told_of_each_other(settings: Settings) -> None:
    rasa, web = make_programs(settings, "0.0.0.0", 9000, 5999)  # noqa: S104

    assert rasa.environment["ARKAS_ACTION_URL"] == "http://127.0.0.1:9000/internal/actions/webhook"
    assert web.environment["ARKAS_RASA_URL"] == "http://127.0.0.1:5999"
    assert rasa.command[rasa.command.index("--port") + 1] == "5999"


def test_links_lead_to_where_it_listens_unless_configured(settings: Settings) -> None:
    configured = Settings(var_dir=settings.var_dir, public_url="https://bantuan.example")

    assert (
        make_programs(settings, "127.0.0.1", 9000, 5005)[1].environment["ARKAS_PUBLIC_URL"] == "http://127.0.0.1:9000"
    )
    assert (
        make_programs(configured, "127.0.0.1", 9000, 5005)[1].environment["ARKAS_PUBLIC_URL"]
        == "https://bantuan.example"
    )


def test_nobody_says_who_asks_but_a_proxy_that_was_named(settings: Settings) -> None:
    """X-Forwarded-For is anybody's to write, and the limits count by address."""
    named = Settings(var_dir=settings.var_dir, trusted_proxies="127.0.0.1,10.0.0.0/8")

    assert "--no-proxy-headers" in make_programs(settings, "127.0.0.1", 9000, 5005)[1].command
    command = make_programs(named, "127.0.0.1", 9000, 5005)[1].command
    assert command[command.index("--forwarded-allow-ips") + 1] == "127.0.0.1,10.0.0.0/8"
    assert "--no-proxy-headers" not in command


def test_rasa_gets_the_port_of_its_configured_address(settings: Settings) -> None:
    configured = Settings(var_dir=settings.var_dir, rasa_url="http://127.0.0.1:5999")

    assert rasa_port(configured) == 5999


def test_rasas_world_sees_nothing_of_ours(settings: Settings) -> None:
    rasa, _ = make_programs(settings, "127.0.0.1", 8000, 5005)

    assert rasa.environment["PYTHONPATH"] == ""


def test_no_secret_stands_in_a_command_line(settings: Settings) -> None:
    """Every user of a machine can read every process's command line."""
    for program in make_programs(settings, "127.0.0.1", 8000, 5005):
        assert program.environment["ARKAS_ACTION_TOKEN"] not in " ".join(program.command)
