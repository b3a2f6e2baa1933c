"""Hashes of passwords."""

import pytest
from argon2 import PasswordHasher, Type

from bot.officers.passwords import Passwords

pytestmark = pytest.mark.anyio

CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


async def test_right_password_matches_its_hash_alone() -> None:
    stored = await CHEAP.hash("kuda liar minum teh")
    assert await CHEAP.matches(stored, "kuda liar minum teh")
    assert not await CHEAP.matches(stored, "kuda liar minum tea")


@pytest.mark.parametrize("stored", [None, "", "bukan hash"])
async def test_nobodys_password_matches_nothing(stored: str | None) -> None:
    assert not await CHEAP.matches(stored, "apa saja")


async def test_hash_of_older_parameters_is_told() -> None:
    stored = await CHEAP.hash("kuda liar minum teh")
    assert not CHEAP.outdated(stored)
    assert Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)).outdated(stored)


def test_passwords_are_hashed_at_full_cost_unless_told_otherwise() -> None:
    # At least what RFC 9106 recommends where memory is scarce (section 4, second choice): 64 MiB, 3 passes, 4 lanes.
    hasher = Passwords()._hasher
    assert (hasher.type, hasher.memory_cost >= 64 * 1024, hasher.time_cost >= 3) == (Type.ID, True, True)
