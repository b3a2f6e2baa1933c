import pytest

from bot.mail.imap import ImapServer
from bot.mail.smtp import SmtpServer


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", SmtpServer("mail.example", 587)),
        ("smtps://u%40x:p%2Fq@mail.example", SmtpServer("mail.example", 465, True, "u@x", "p/q")),
        ("smtp://127.0.0.1:2525", SmtpServer("127.0.0.1", 2525)),
    ],
)
def test_smtp_address(url: str, server: SmtpServer) -> None:
    assert SmtpServer.parse(url) == server


def test_password_is_sent_over_tls_only_except_on_this_machine() -> None:
    assert SmtpServer.parse("smtp://u:p@mail.example").starttls is True
    assert SmtpServer.parse("smtp://u:p@127.0.0.1").starttls is None
    assert SmtpServer.parse("smtp://mail.example").starttls is None


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "mail.example:25"])
def test_wrong_smtp_address_is_refused_without_telling_it(url: str) -> None:
    with pytest.raises(ValueError, match="must look like"):
        SmtpServer.parse(url)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("imaps://u:p@mail.example", ImapServer("mail.example", 993, "u", "p")),
        ("imap://u%40x:p@127.0.0.1:1143/Tiket/Masuk", ImapServer("127.0.0.1", 1143, "u@x", "p", False, "Tiket/Masuk")),
    ],
)
def test_imap_address(url: str, server: ImapServer) -> None:
    assert ImapServer.parse(url) == server


@pytest.mark.parametrize("url", ["pop3://u:p@x", "imaps://mail.example", ""])
def test_wrong_imap_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must look like"):
        ImapServer.parse(url)


@pytest.mark.parametrize("server", [SmtpServer.parse("smtp://u:rahasia@x"), ImapServer.parse("imaps://u:rahasia@x")])
def test_password_is_not_shown(server: object) -> None:
    assert "rahasia" not in repr(server)
