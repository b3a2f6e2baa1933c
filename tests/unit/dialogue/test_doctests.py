"""The examples in the docstrings of the rules are true."""

import doctest
from types import ModuleType

import pytest

from bot.dialogue import aftermath, asides, escalating, filling, hearing, languages, payloads, problem, stories


@pytest.mark.parametrize(
    "module", [aftermath, asides, escalating, filling, hearing, languages, payloads, problem, stories]
)
def test_examples_in_docstrings_are_true(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
