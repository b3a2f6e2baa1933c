"""One-time codes."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from bot.officers import second_factor

NOW = datetime(2026, 11, 23, 3, 0, 10, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
APP = pyotp.TOTP(SECRET)


@pytest.mark.parametrize(("seconds", "accepted"), [(0, True), (-30, True), (30, True), (-60, False), (60, False)])
def test_clock_of_a_phone_may_be_one_step_off(seconds: int, *, accepted: bool) -> None:
    code = APP.at(NOW + timedelta(seconds=seconds))
    assert (second_factor.accepted_step(SECRET, code, now=NOW, last=None) is not None) is accepted


def test_code_is_taken_once_and_none_before_it_any_more() -> None:
    step = second_factor.accepted_step(SECRET, APP.at(NOW), now=NOW, last=None)
    for seconds in (0, -30):
        code = APP.at(NOW + timedelta(seconds=seconds))
        assert second_factor.accepted_step(SECRET, code, now=NOW, last=step) is None


@pytest.mark.parametrize("code", ["", "abc", "12345", "١٢٣٤٥٦", "é" * 6, "9" * 40])
def test_anything_may_be_typed(code: str) -> None:
    assert second_factor.accepted_step(SECRET, code, now=NOW, last=None) is None


def test_picture_needs_no_style_and_holds_no_script() -> None:
    drawn = second_factor.qr_svg(second_factor.enrolment_address(SECRET, "rina"))
    assert drawn.startswith("<svg")
    assert "style=" not in drawn
    assert "<script" not in drawn


def test_recovery_codes_are_read_however_they_are_typed() -> None:
    [first, *others] = second_factor.new_recovery_codes()
    digest = second_factor.recovery_digest(first, b"k")
    assert second_factor.recovery_digest(f" {first.upper().replace('-', ' ')} ", b"k") == digest
    assert len({first, *others}) == second_factor.RECOVERY_CODES
    assert second_factor.recovery_digest(first, b"other") != digest
