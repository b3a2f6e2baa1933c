"""Real servers for mail: aiosmtpd for SMTP, Dovecot for IMAP where it is installed."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.clock import SettableClock
from bot.database import Database
from tests.integration.mail_desk import ImapAccount, MailWorld, SmtpSink, dovecot_config, free_port


@pytest.fixture
async def world(database: Database, clock: SettableClock, tmp_path: Path) -> MailWorld:
    return MailWorld(database, clock, tmp_path)


@pytest.fixture
async def smtp() -> AsyncIterator[SmtpSink]:
    sink = SmtpSink()
    await sink.start()
    yield sink
    await sink.stop()


@pytest.fixture(scope="session")
def dovecot() -> Iterator[int]:
    """The port of a Dovecot of this session's own, that runs without root."""
    program = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        if os.environ.get("ARKAS_TEST_DOVECOT"):
            pytest.fail("ARKAS_TEST_DOVECOT is set, but dovecot is not installed")
        pytest.skip("dovecot is not installed (Debian: dovecot-imapd); ARKAS_TEST_DOVECOT=1 insists on it")
    folder = Path(tempfile.mkdtemp(prefix="arkas-dovecot-"))
    folder.chmod(0o755)
    port = free_port()
    process = _start(program, folder, port)
    try:
        _wait_for(port, process, folder)
        yield port
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _start(program: str, folder: Path, port: int) -> "subprocess.Popen[bytes]":
    user = "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    group_id = pwd.getpwnam(user).pw_gid
    (folder / "dovecot.conf").write_text(dovecot_config(folder, port, user, group_id))
    if os.getuid() != 0:
        return subprocess.Popen([program, "-F", "-c", str(folder / "dovecot.conf")])
    os.chown(folder, pwd.getpwnam(user).pw_uid, group_id)
    return subprocess.Popen(
        [program, "-F", "-c", str(folder / "dovecot.conf")], user=user, group=group_id, extra_groups=[]
    )


def _wait_for(port: int, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    ends = time.monotonic() + 20
    while time.monotonic() < ends and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    log = folder / "log"
    pytest.fail(f"dovecot did not start: {log.read_text() if log.exists() else 'it wrote no log'}")


@pytest.fixture
def account(dovecot: int, request: pytest.FixtureRequest) -> ImapAccount:
    """A mailbox of this test's own."""
    return ImapAccount(dovecot, f"u{abs(hash(request.node.nodeid)) % 10**12}")
