from __future__ import annotations

import pytest

from bootstrap.failures import (
    DiskTooSmall,
    FolderNotWritable,
    InstallFailed,
    RegistryUnreachable,
    SetupError,
    TorchMissing,
    explain,
)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("error: failed to copy file: No space left on device (os error 28)", DiskTooSmall),
        (
            "error: Failed to fetch: `https://registry.example/simple/rasa/`\n  Caused by: dns error: failed to lookup",
            RegistryUnreachable,
        ),
        ("  Caused by: tcp connect error: Connection refused (os error 111)", RegistryUnreachable),
        ("NewConnectionError: Failed to establish a new connection: [Errno -3]", RegistryUnreachable),
        ("error: Failed to fetch: `https://download.pytorch.org/whl/cpu/torch/`", TorchMissing),
        ("error: failed to create directory `/srv/x`: Permission denied (os error 13)", FolderNotWritable),
        ("error: Hash mismatch for `rasa==3.6.21`", InstallFailed),
    ],
)
def test_an_installers_words_become_the_one_line_that_helps(printed: str, expected: type[SetupError]) -> None:
    failure = explain(printed, "product.log")

    assert type(failure) is expected
    assert "\n" not in str(failure)
    assert failure.remedy


def test_an_unknown_failure_names_the_log() -> None:
    assert "logs/product.log" in str(explain("Hash mismatch", "logs/product.log"))
