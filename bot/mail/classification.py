"""What an incoming mail is: a person's, or a machine's that must never open or answer a ticket.

Sources: RFC 3834 (automatic responses), RFC 3464 (delivery reports), RFC 8098 (receipts), RFC 2369 and 2919 (lists),
and the fields that mail programs set without any RFC.
"""

import re
from typing import Final

from bot.mail.bounces import find_bounce
from bot.mail.models import IncomingMail, MailKind, Verdict
from bot.mail.signing import TicketMarks
from bot.mail.threads import same_address

_AUTO_FIELDS: Final = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "auto-reply", "x-vacation")
_AUTO_PRECEDENCE: Final = frozenset({"auto_reply", "auto-reply", "autoreply"})
_BULK_PRECEDENCE: Final = frozenset({"bulk", "junk", "list"})
_AUTO_SUBJECT: Final = re.compile(
    r"(?:re:\s*)?(?:automatic(?:ally)? (?:reply|response|generated)|auto(?:matic)?[- ]?(?:reply|response|respon)\b|"
    r"out of (?:the )?office|balasan otomatis|jawaban otomatis|respon otomatis|respons otomatis|otomatis:|auto:|"
    r"(?:sedang )?(?:di luar kantor|cuti)\s*[:\-(]|tidak (?:berada )?di kantor|vacation (?:reply|response)|away from)",
    re.IGNORECASE,
)
_RECEIPT_SUBJECT: Final = re.compile(r"(?:read|dibaca|read receipt|tanda terima baca)\s*:", re.IGNORECASE)
_MACHINES: Final = re.compile(
    r"(?:no-?_?reply|do-?not-?reply|donotreply|tidak-?balas|jangan-?balas|newsletter|notifikasi|notifications?|"
    r"mailer-daemon|postmaster)(?:[+._-].*)?@",
    re.IGNORECASE,
)
_LIST_FIELDS: Final = (
    "list-unsubscribe",
    "list-id",
    "list-post",
    "feedback-id",
    "x-campaign",
    "x-mailchimp-campaignid",
)
_FAILED: Final = re.compile(r"\bdmarc\s*=\s*fail\b", re.IGNORECASE)


def classify(mail: IncomingMail, *, marks: TicketMarks, own: str, signed: bool, authserv_id: str = "") -> Verdict:
    """What `mail` is. `own` is the desk's address; `signed` says that the mail carries a valid sign of a ticket.

    `authserv_id` names the server whose Authentication-Results are to be believed (RFC 8601); empty believes none.
    """
    return (
        _sender_trouble(mail)
        or _loop(mail, marks, own)
        or _bounce(mail)
        or _automatic(mail)
        or _unwanted(mail, authserv_id)
        or (None if signed else _bulk(mail))
        or _nothing_in_it(mail)
        or Verdict(MailKind.PERSON)
    )


def _sender_trouble(mail: IncomingMail) -> Verdict | None:
    authors = sum(1 for _ in mail.all_of("from"))
    if authors > 1:
        return Verdict(MailKind.FORGED, "surat memuat lebih dari satu baris From")
    if not mail.sender and find_bounce(mail) is None:
        return Verdict(MailKind.UNREADABLE, "alamat pengirim tidak ada atau tidak dapat dibaca")
    return None


def _loop(mail: IncomingMail, marks: TicketMarks, own: str) -> Verdict | None:
    if same_address(mail.sender, own) or marks.number_of_address(mail.sender) is not None:
        return Verdict(MailKind.LOOP, "dikirim dari alamat kami sendiri")
    if marks.own_message_ids(mail.message_id):
        return Verdict(MailKind.LOOP, "surat kami sendiri yang kembali")
    if mail.first("x-arkas-mail"):
        return Verdict(MailKind.LOOP, "surat kami sendiri yang diteruskan kembali oleh mesin")
    return None


def _bounce(mail: IncomingMail) -> Verdict | None:
    found = find_bounce(mail)
    if found is None:
        return None
    return Verdict(MailKind.BOUNCE, "surat kami gagal terkirim" if found.final else "pengiriman surat kami tertunda")


def _automatic(mail: IncomingMail) -> Verdict | None:
    submitted = mail.first("auto-submitted").split(";")[0].strip().lower()
    if submitted and submitted != "no":
        return Verdict(MailKind.AUTO_REPLY, f"balasan otomatis (Auto-Submitted: {submitted[:40]})")
    named = next((name for name in _AUTO_FIELDS if mail.first(name).strip().lower() not in {"", "no", "false"}), None)
    if named:
        return Verdict(MailKind.AUTO_REPLY, f"balasan otomatis ({named})")
    if _precedences(mail) & _AUTO_PRECEDENCE or any("autorespond" in v.lower() for v in mail.all_of("delivered-to")):
        return Verdict(MailKind.AUTO_REPLY, "balasan otomatis (Precedence atau Delivered-To)")
    return _automatic_by_form(mail)


def _automatic_by_form(mail: IncomingMail) -> Verdict | None:
    if str(mail.message.get_param("report-type", "")).lower() == "disposition-notification":
        return Verdict(MailKind.AUTO_REPLY, "tanda terima baca")
    if _AUTO_SUBJECT.match(mail.subject) or _RECEIPT_SUBJECT.match(mail.subject):
        return Verdict(MailKind.AUTO_REPLY, "balasan otomatis (menurut subjeknya)")
    return None


def _precedences(mail: IncomingMail) -> set[str]:
    return {value.strip().lower() for name in ("precedence", "x-precedence") for value in mail.all_of(name)}


def _unwanted(mail: IncomingMail, authserv_id: str) -> Verdict | None:
    if mail.first("x-spam-flag").strip().lower() in {"yes", "true"}:
        return Verdict(MailKind.SPAM, "ditandai sebagai spam oleh server surat")
    results = (v for v in mail.all_of("authentication-results") if _server(v) == authserv_id.lower())
    if authserv_id and any(_FAILED.search(value) for value in results):
        return Verdict(MailKind.FORGED, "pengirim tidak terbukti (DMARC gagal)")
    return None


def _server(results: str) -> str:
    return results.split(";")[0].split()[0].lower() if results.split(";")[0].split() else ""


def _bulk(mail: IncomingMail) -> Verdict | None:
    """A list's mail; the answer of a person whose office address is a list carries our sign and never comes here."""
    field = next((name for name in _LIST_FIELDS if mail.first(name)), None)
    if field:
        return Verdict(MailKind.NEWSLETTER, f"surat edaran atau milis ({field})")
    if _precedences(mail) & _BULK_PRECEDENCE:
        return Verdict(MailKind.NEWSLETTER, "surat massal (Precedence)")
    if _MACHINES.match(mail.sender):
        return Verdict(MailKind.NEWSLETTER, "pengirim adalah mesin yang tidak membaca balasan")
    return None


def _nothing_in_it(mail: IncomingMail) -> Verdict | None:
    if mail.text.strip() or mail.files:
        return None
    return Verdict(MailKind.EMPTY, "surat tanpa isi dan tanpa lampiran")
