"""Who may do what, which passwords are taken, how failures slow the next try down, when a session is over."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.officers.errors import InvalidOfficer, WeakPassword
from bot.officers.models import Officer, Permission, Role, Session, Stage
from bot.officers.passwords import pronounceable_password
from bot.officers.rules import (
    NAME_THROTTLE,
    SessionPolicy,
    check_password,
    normal_password,
    parse_name,
    permissions_of,
    session_lives,
    wait_until,
)

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
POLICY = SessionPolicy(timedelta(hours=2), timedelta(hours=12))


def test_admin_may_everything_and_a_supervisor_more_than_an_officer() -> None:
    assert permissions_of(Role.ADMIN) == set(Permission)
    assert permissions_of(Role.OFFICER) < permissions_of(Role.SUPERVISOR) < permissions_of(Role.ADMIN)


@pytest.mark.parametrize("permission", [Permission.READ_TICKETS, Permission.REVEAL_PERSONAL_DATA])
def test_editor_sees_nobodys_ticket(permission: Permission) -> None:
    assert permission not in permissions_of(Role.EDITOR)


@pytest.mark.parametrize(
    "password",
    [
        "kuda liar minum teh hijau",
        "correct-horse-battery-staple",
        "ñandú-çevik-żółw-brzoza",
        "x7#kQ9!vT2@mW4$z",
        "é" * 3 + "pagar-besi-tua-hitam",
    ],
)
def test_any_long_password_that_nobody_tries_first_is_taken(password: str) -> None:
    check_password(password, "rina", "Bu Rina", "rina@arkas.example")


@pytest.mark.parametrize(
    "password",
    ["", "pendek", "a" * 14, "a" * 30, "123456789012345", "petugasarkas2026", "qwertyuiopasdfghjkl",
     "rina.rina.rina.rina", "BuRinaBuRina12345", "passwordpassword1", "rina@arkas.example", "helpdesk-indonesia-123",
     "x" * 257],
)  # fmt: skip
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_password(password, "rina", "Bu Rina", "rina@arkas.example")


def test_password_is_the_same_however_it_is_composed() -> None:
    assert normal_password("café") == normal_password("cafe\u0301")


def test_invented_passwords_are_strong_and_differ() -> None:
    invented = {pronounceable_password() for _ in range(50)}
    assert len(invented) == 50
    for password in invented:
        check_password(password, "rina")


@pytest.mark.parametrize("name", ["Rina", "  rina.s ", "p-2", "a_b"])
def test_names_are_lowered(name: str) -> None:
    assert parse_name(name) == name.strip().lower()


@pytest.mark.parametrize("name", ["", "ab", "1rina", "rina s", "rina.", "r" * 65, "rina@x", "<b>"])
def test_odd_names_are_refused(name: str) -> None:
    with pytest.raises(InvalidOfficer):
        parse_name(name)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, None), (4, None), (5, 30), (6, 60), (7, 120), (9, 480), (10, 900), (500, 900)]
)
def test_each_failure_beyond_the_free_ones_doubles_the_wait(failures: int, seconds: int | None) -> None:
    until = wait_until([NOW] * failures, NAME_THROTTLE)
    assert until == (None if seconds is None else NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("stage", "age", "unused", "lives"),
    [
        (Stage.FULL, 11.9, 0.1, True),
        (Stage.FULL, 12, 0.1, False),
        (Stage.FULL, 3, 2, False),
        (Stage.PASSWORD, 0.05, 0.05, True),
        (Stage.PASSWORD, 0.1, 0.1, False),
    ],
)
def test_session_ends_by_age_and_for_lack_of_use(stage: Stage, age: float, unused: float, *, lives: bool) -> None:
    session = Session(1, 1, stage, NOW - timedelta(hours=age), NOW - timedelta(hours=unused), "", "")
    officer = Officer(1, "rina", "Bu Rina", None, Role.OFFICER, None, False, None, None, NOW, None, None)
    assert session_lives(session, officer, NOW, POLICY) is lives
