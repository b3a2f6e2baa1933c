"""Keeps libraries out of the process that Rasa imports and this product never calls.

`import rasa.core.agent` takes 15 s and 550 MB, of which TensorFlow is 11 s and 400 MB, although a pipeline without a
TensorFlow component calls nothing of it. A stand-in that can be imported, subclassed and annotated with, but not
used, takes the place of these libraries: 3 s and 155 MB (measured with Rasa 3.6.21 on two cores).
"""

import importlib.abc
import importlib.machinery
import sys
import types

# TensorFlow is imported for type names and base classes only; the rest are SDKs of chat platforms and stores that
# Rasa imports to offer them, while this product has its own channels and its own tracker store.
UNUSED = frozenset(
    {
        "tensorflow", "tensorflow_hub", "tensorflow_text", "tensorflow_addons", "keras", "matplotlib",
        "aiogram", "slack_sdk", "twilio", "fbmessenger", "webexteamssdk", "rocketchat_API", "mattermostwrapper",
        "socketio",
        "boto3", "botocore", "pymongo", "gridfs", "bson",
        "aio_pika", "aiormq", "kafka", "confluent_kafka",
    }
)  # fmt: skip


class _StandInType(type):
    def __getattr__(cls, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return cls


class StandIn(Exception, metaclass=_StandInType):
    """Takes the place of a class of a library that was left out."""

    def __init__(self, *_: object, **__: object) -> None:
        raise RuntimeError("a library that this process leaves out was used; see rasa_world/lighter.py")


class _StandInModule(types.ModuleType):
    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn


class _StandInFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, names: "frozenset[str]") -> None:
        self._names = names

    def find_spec(
        self,
        fullname: str,
        path: object = None,  # noqa: ARG002 - the protocol's signature
        target: object = None,  # noqa: ARG002
    ) -> "importlib.machinery.ModuleSpec | None":
        if fullname.split(".")[0] not in self._names:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        module = _StandInModule(spec.name)
        module.__path__ = []
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing to run: the stand-in is complete."""


def leave_out(names: "frozenset[str]" = UNUSED) -> None:
    """Let `names` be imported as stand-ins from now on. Must run before Rasa is imported."""
    sys.meta_path.insert(0, _StandInFinder(names))
