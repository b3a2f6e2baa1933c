import email
from email.policy import default

import pytest

from bot.clock import SettableClock
from bot.errors import CodeNotSent
from bot.mail.composing import Addresses
from bot.mail.models import MailDelayed
from bot.mail.smtp import MemoryMailer
from bot.people.mailing import MailedCodes

pytestmark = [pytest.mark.anyio]


async def test_code_is_mailed_and_stands_not_in_the_subject(clock: SettableClock) -> None:
    mailer = MemoryMailer()
    await MailedCodes(mailer, Addresses("Tim <bantuan@arkas.id>"), clock).send_code("rina@sdn1.sch.id", "012345")
    [envelope] = mailer.delivered
    letter = email.message_from_bytes(envelope.content, policy=default)
    assert (envelope.sender, envelope.recipient) == ("bantuan@arkas.id", "rina@sdn1.sch.id")
    assert "012345" in letter.get_content()
    assert "012345" not in letter["Subject"]
    assert letter["Auto-Submitted"] == "auto-generated"


async def test_server_that_takes_no_mail_is_told_to_the_person(clock: SettableClock) -> None:
    mailer = MemoryMailer()
    mailer.refused["rina@sdn1.sch.id"] = MailDelayed("try later")
    with pytest.raises(CodeNotSent):
        await MailedCodes(mailer, Addresses("bantuan@arkas.id"), clock).send_code("rina@sdn1.sch.id", "012345")
