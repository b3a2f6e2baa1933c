"""Accounts, passwords and the second factor, through the console's pages and the command line's service."""

import re
from datetime import timedelta

import pyotp
import pytest

from bot.officers.errors import LastAdmin, OfficerTaken, WeakPassword
from bot.officers.models import Role
from bot.officers.service import NewOfficer
from tests.integration.console.test_signing_in import token_in, tries
from tests.integration.consoles import PASSWORD, House, Visitor

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


async def enrol(house: House, visitor: Visitor) -> tuple[pyotp.TOTP, list[str]]:
    """Turn the second factor on as an officer does; returns the app and the recovery codes."""
    form = await visitor.get("/petugas/profil/kode")
    secret = re.search(r'name="secret" value="([A-Z2-7]{32})"', form.text)
    assert secret
    app = pyotp.TOTP(secret.group(1))
    wrong = await visitor.submit("/petugas/profil/kode", secret=app.secret, kode="000000")
    assert wrong.status_code == 422
    done = await visitor.submit("/petugas/profil/kode", secret=app.secret, kode=app.at(house.clock.now()))
    codes = re.findall(r"<li>([a-z0-9]{5}-[a-z0-9]{5})</li>", done.text)
    assert len(codes) == 10
    house.clock.advance(timedelta(minutes=1))
    return app, codes


async def half_way(house: House) -> Visitor:
    """A browser that has given name and password, and is asked for a code."""
    visitor = house.stranger()
    assert (await tries(visitor, "petugas", PASSWORD)).headers["location"] == "/petugas/masuk/kode"
    assert (await visitor.get("/petugas/profil")).status_code == 303
    visitor.csrf = token_in(await visitor.get("/petugas/masuk/kode"))
    return visitor


async def test_code_is_asked_for_and_works_once(house: House) -> None:
    app, _ = await enrol(house, house.browser(Role.OFFICER))
    visitor, code = await half_way(house), app.at(house.clock.now())
    assert (await visitor.submit("/petugas/masuk/kode", kode="123456")).status_code == 422
    assert (await visitor.submit("/petugas/masuk/kode", kode=code)).headers["location"] == "/petugas"
    assert (await visitor.get("/petugas/profil")).status_code == 200
    another = await half_way(house)
    assert (await another.submit("/petugas/masuk/kode", kode=code)).status_code == 422


async def test_recovery_code_replaces_the_app_once(house: House) -> None:
    _, codes = await enrol(house, house.browser(Role.OFFICER))
    assert (await (await half_way(house)).submit("/petugas/masuk/kode", kode=codes[3].upper())).status_code == 303
    assert (await (await half_way(house)).submit("/petugas/masuk/kode", kode=codes[3])).status_code == 422
    assert ("officer:petugas", "officer.recovery_code_used", "officer:petugas") in await house.audited()


async def test_guessing_codes_is_slowed_down_and_the_first_step_ages(house: House) -> None:
    app, _ = await enrol(house, house.browser(Role.OFFICER))
    visitor = await half_way(house)
    for _ in range(5):
        assert (await visitor.submit("/petugas/masuk/kode", kode="123456")).status_code == 422
    code = app.at(house.clock.now())
    assert (await visitor.submit("/petugas/masuk/kode", kode=code)).status_code == 429
    house.clock.advance(timedelta(minutes=6))
    late = await visitor.submit("/petugas/masuk/kode", kode=app.at(house.clock.now()))
    assert late.headers["location"] == "/petugas/masuk"


async def test_second_factor_is_turned_off_by_the_password_alone(house: House) -> None:
    browser = house.browser(Role.OFFICER)
    await enrol(house, browser)
    await browser.submit("/petugas/profil/kode/mati", password="salah")
    assert (await house.services.officers.find("petugas")).has_second_factor
    await browser.submit("/petugas/profil/kode/mati", password=PASSWORD)
    assert not (await house.services.officers.find("petugas")).has_second_factor


async def test_new_password_signs_other_browsers_out(house: House) -> None:
    browser, other = house.browser(Role.OFFICER), await house.sign_in(house.officers[Role.OFFICER])
    wrong = await browser.submit("/petugas/profil/sandi", present="salah", new="gajah-terbang-di-atas-awan")
    assert "tidak cocok" in wrong.text
    weak = await browser.submit("/petugas/profil/sandi", present=PASSWORD, new="petugasarkas2026")
    assert "mudah ditebak" in weak.text
    done = await browser.submit("/petugas/profil/sandi", present=PASSWORD, new="gajah-terbang-di-atas-awan")
    assert done.status_code == 303
    assert (await browser.get("/petugas/profil")).status_code == 200
    assert (await other.get("/petugas/profil")).status_code == 303
    assert (await tries(house.stranger(), "petugas", "gajah-terbang-di-atas-awan")).status_code == 303


async def test_officer_ends_a_session_of_hers_and_of_nobody_else(house: House) -> None:
    browser, other = house.browser(Role.OFFICER), await house.sign_in(house.officers[Role.OFFICER])
    for role in (Role.OFFICER, Role.ADMIN):
        for session in await house.services.officers.sessions(house.officers[role]):
            if f'value="{session.id}"' in (await browser.get("/petugas/profil")).text or role is Role.ADMIN:
                await browser.submit("/petugas/profil/sesi", session=session.id)
    assert (await other.get("/petugas/profil")).status_code == 303
    assert (await browser.get("/petugas/profil")).status_code == 200
    assert (await house.browser(Role.ADMIN).get("/petugas/profil")).status_code == 200


async def test_admin_makes_changes_closes_and_resets_an_account(house: House) -> None:
    admin = house.browser(Role.ADMIN)
    made = await admin.submit("/petugas/akun", name="Tono", display_name="Pak Tono", role="petugas")
    password = re.search(r"<code>([a-z-]+)</code>", made.text)
    assert password
    tono = await house.services.officers.find("tono")
    signed_in = house.stranger()
    assert (await tries(signed_in, "tono", password.group(1))).status_code == 303
    assert (await signed_in.get("/petugas/profil")).headers["location"] == "/petugas/profil/sandi"
    fields = {"display_name": "Pak Tono S.", "role": "penyelia", "email": "tono@arkas.example"}
    await admin.submit(f"/petugas/akun/{tono.id}", **fields)
    assert (await house.services.officers.find("tono")).role is Role.SUPERVISOR
    await admin.submit(f"/petugas/akun/{tono.id}/tutup")
    assert (await signed_in.get("/petugas/profil/sandi")).headers["location"].startswith("/petugas/masuk")
    assert (await tries(house.stranger(), "tono", password.group(1))).status_code == 401
    await admin.submit(f"/petugas/akun/{tono.id}/buka")
    again = await admin.submit(f"/petugas/akun/{tono.id}/sandi")
    assert password.group(1) not in again.text
    deeds = [
        action for actor, action, subject in await house.audited() if actor == "officer:admin" and "tono" in subject
    ]
    assert deeds == ["officer.created", "officer.changed", "officer.disabled", "officer.enabled", "officer.reset"]


async def test_last_admin_stays(house: House) -> None:
    officers = house.services.officers
    with pytest.raises(LastAdmin):
        await officers.disable("admin", by="system:test")
    with pytest.raises(LastAdmin):
        await officers.change("admin", display_name="Bu Admin", role=Role.OFFICER, email="", by="system:test")


async def test_name_and_address_belong_to_one_account(house: House) -> None:
    for new in (
        NewOfficer("petugas", "Bu P", Role.OFFICER),
        NewOfficer("tono", "Bu P", Role.OFFICER, "ADMIN@arkas.example"),
    ):
        with pytest.raises(OfficerTaken):
            await house.services.officers.create(new, by="system:test")
    weak = NewOfficer("tono", "Bu P", Role.OFFICER, password="pendek")
    with pytest.raises(WeakPassword):
        await house.services.officers.create(weak, by="system:test")


async def test_audit_log_is_narrowed_and_downloaded(house: House) -> None:
    await house.services.audit.record("officer:petugas", "ticket.read", "ticket:10001", version=3)
    supervisor = house.browser(Role.SUPERVISOR)
    page = await supervisor.get("/petugas/audit", pelaku="petugas", perihal="ticket:10001", sejak="2026-11-23")
    assert "versi: 3" in page.text
    assert "versi: 3" not in (await supervisor.get("/petugas/audit", sampai="2026-11-22")).text
    csv = await supervisor.get("/petugas/audit/csv", tindakan="ticket.read")
    assert csv.text.splitlines() == [
        "\ufeffwaktu_wib,pelaku,tindakan,perihal,rincian",
        "2026-11-23 10:00:00,officer:petugas,ticket.read,ticket:10001,versi: 3",
    ]
    for nonsense in ("x", "99999-1-1", "2026-02-30"):
        assert (await supervisor.get("/petugas/audit", sejak=nonsense, sampai=nonsense)).status_code == 200
