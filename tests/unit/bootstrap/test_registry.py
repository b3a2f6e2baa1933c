from __future__ import annotations

from pathlib import Path

import pytest

from bootstrap.registry import Sources, from_environment, local_torch, parse


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_CERT"):
        monkeypatch.delenv(name, raising=False)


def test_pips_mirror_is_told_to_uv() -> None:
    sources = parse("global.index-url='https://mirror.example/simple'\nglobal.timeout='9'\n")

    assert sources.environment() == {"UV_DEFAULT_INDEX": "https://mirror.example/simple"}


def test_a_variable_wins_over_pips_files_in_whatever_order_pip_prints_them() -> None:
    sources = parse(":env:.index-url='https://a.example'\nglobal.index-url='https://b.example'\n")

    assert sources.main_index == "https://a.example"


def test_several_indexes_are_compared_as_pip_compares_them() -> None:
    environment = parse("global.extra-index-url='https://a.example\\nhttps://b.example'").environment()

    assert environment["UV_INDEX"] == "https://a.example https://b.example"
    assert environment["UV_INDEX_STRATEGY"] == "unsafe-best-match"


@pytest.mark.parametrize("name", ["UV_DEFAULT_INDEX", "UV_INDEX_URL"])
def test_what_the_person_told_uv_stays(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "https://own.example")

    assert "UV_DEFAULT_INDEX" not in parse("global.index-url='https://mirror.example'").environment()


def test_folders_of_wheels_become_options() -> None:
    assert parse(":env:.find-links='/a /b'").options() == ["--find-links", "/a", "--find-links", "/b"]


def test_without_pip_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", "/wheels")

    assert from_environment().find_links == ("/wheels",)


def test_a_folder_with_a_cpu_build_of_torch_says_for_which_python(tmp_path: Path) -> None:
    for name in ("torch-2.13.0+cpu-cp311-cp311-linux.whl", "torch-2.12.0+cpu-cp312-cp312-linux.whl", "torchx-1.whl"):
        (tmp_path / name).touch()

    assert local_torch(Sources(find_links=(str(tmp_path), "https://x.example")), "2.13.0") == [(3, 11)]
