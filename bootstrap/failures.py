"""Why a set-up stops, each in one line that also says what to do.

SetupError
 +- PythonMissing        no interpreter of a needed version, and none could be fetched
 +- DiskTooSmall         not enough free space for the environments
 +- RegistryUnreachable  the package registry does not answer
 +- TorchMissing         no CPU build of torch for this machine
 +- FolderNotWritable    the project's folder cannot be written to
 +- InstallerMissing     uv is not there and cannot be installed
 +- InstallFailed        uv failed for another reason; its log says which
"""

from __future__ import annotations


class SetupError(Exception):
    """The set-up cannot go on."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what} {remedy}")
        self.what = what
        self.remedy = remedy


class PythonMissing(SetupError):
    """No interpreter of a needed version, and none could be fetched."""


class DiskTooSmall(SetupError):
    """Not enough free space for the environments."""


class RegistryUnreachable(SetupError):
    """The package registry does not answer."""


class TorchMissing(SetupError):
    """No CPU build of torch for this machine."""


class FolderNotWritable(SetupError):
    """The project's folder cannot be written to."""


class InstallerMissing(SetupError):
    """The installer uv is not there and cannot be installed."""


class InstallFailed(SetupError):
    """The installer failed for a reason that we do not know; its log says which."""


NO_SPACE = ("no space left on device", "disk quota exceeded")
# What uv, pip and the system's resolver print when nobody answers (uv 0.13, pip 23-26).
NO_REGISTRY = (
    "error sending request",
    "failed to fetch",
    "dns error",
    "tcp connect error",
    "connection refused",
    "connection reset",
    "operation timed out",
    "temporary failure in name resolution",
    "name or service not known",
    "failed to establish a new connection",
    "network is unreachable",
    "could not connect",
)
NOT_WRITABLE = ("permission denied", "read-only file system")


def explain(output: str, log: str) -> SetupError:
    """Turns what an installer printed before it failed into the one line that helps."""
    text = output.lower()
    if any(sign in text for sign in NO_SPACE):
        return DiskTooSmall(
            "The disk is full.", "Free about 5 GB (`uv cache clean` may help), then run the same command again."
        )
    if any(sign in text for sign in NO_REGISTRY):
        return _unreachable(text, log)
    if any(sign in text for sign in NOT_WRITABLE):
        return FolderNotWritable(
            "A file or folder could not be written.", "Give yourself write access to the project's folder; see " + log
        )
    return InstallFailed("The packages could not be installed.", "The installer's own words are in " + log)


def _unreachable(text: str, log: str) -> SetupError:
    if "download.pytorch.org" in text:
        return TorchMissing(
            "No CPU build of torch could be fetched.",
            "Let this machine reach download.pytorch.org, or put its CPU wheel into a folder named by PIP_FIND_LINKS.",
        )
    return RegistryUnreachable(
        "The package registry does not answer.",
        "Check the network, or name your mirror in PIP_INDEX_URL (or UV_DEFAULT_INDEX), then run it again; see " + log,
    )
