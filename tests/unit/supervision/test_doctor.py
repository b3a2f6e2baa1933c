import socket
from pathlib import Path

from bot.settings import Settings
from bot.supervision.doctor import look


def findings(settings: Settings, port: int = 1) -> dict[bool, str]:
    found = list(look(settings, "127.0.0.1", port))
    return {good: "\n".join(str(finding) for finding in found if finding.good is good) for good in (True, False)}


def test_a_fresh_clone_is_healthy_and_says_what_will_be_built(tmp_path: Path) -> None:
    found = findings(Settings(var_dir=tmp_path))

    assert found[False] == ""
    assert "the article index is missing or outdated; serve builds it" in found[True]


def test_a_database_that_does_not_answer_is_a_finding_with_a_remedy(tmp_path: Path) -> None:
    url = "postgresql+asyncpg://nobody@127.0.0.1:1/none"

    found = findings(Settings(var_dir=tmp_path, database_url=url))

    assert "the database does not answer" in found[False]
    assert "check ARKAS_DATABASE_URL" in found[False]


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]

        assert f"port {port} is taken" in findings(Settings(var_dir=tmp_path), port)[True]
