"""Every setting of the product: one typed object, read from `ARKAS_*` variables and `.env`."""

from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT: Final = Path(__file__).resolve().parent.parent
DEFAULT_SECRET: Final = "ganti-rahasia-ini"  # noqa: S105 - refused outside development, see below
_SHORTEST_KEY: Final = 32


def origin_of(address: str) -> str:
    """Return scheme, host and port of an address, as browsers write them in `Origin`."""
    parts = urlsplit(address.strip().lower())
    usual = {"https": ":443", "http": ":80"}.get(parts.scheme, "")
    return f"{parts.scheme}://{parts.netloc.removesuffix(usual) if usual else parts.netloc}"


class Settings(BaseSettings):
    """What an operator can set. Each description is shown by `./arkas config` and in docs/settings.md."""

    model_config = SettingsConfigDict(env_prefix="ARKAS_", env_file=".env", extra="ignore", frozen=True)

    environment: Literal["development", "production"] = Field(
        "development", description="production refuses default secrets."
    )
    secret_key: SecretStr = Field(
        SecretStr(DEFAULT_SECRET), description="Signs links and visitor marks; at least 32 random characters."
    )
    action_token: SecretStr = Field(
        SecretStr(DEFAULT_SECRET), description="Shared with Rasa; opens the internal action route."
    )
    public_url: str = Field(
        "http://127.0.0.1:8000", description="The address that people use; stands in links, feeds and the sitemap."
    )
    allowed_origins: str = Field(
        "", description="Sites that may embed the widget: origins like https://sekolah.go.id, comma-separated."
    )
    identity_key: SecretStr = Field(
        SecretStr(""),
        description="Shared with a site that signs who its visitor is, at least 32 characters; empty takes none.",
    )
    database_url: str = Field(
        "", description="SQLAlchemy address of the database; empty means SQLite in the var folder."
    )
    rasa_url: str = Field(
        "http://127.0.0.1:5005", description="Where the Rasa process listens; never a public address."
    )
    dialogue_timeout: timedelta = Field(
        timedelta(seconds=8), description="How long a turn may wait for Rasa before the ranker answers alone."
    )
    data_dir: Path = Field(ROOT / "data", description="Folder of articles, lexicon and Rasa's training data.")
    var_dir: Path = Field(ROOT / "var", description="Folder for what is built or lived in: database, index, files.")
    encoder: str = Field(
        "", description="Name or folder of another SentenceTransformer; empty means the encoder that ships with us."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="What is logged.")
    log_format: Literal["console", "json"] = Field("console", description="How logs are written.")
    message_max_characters: int = Field(10_000, ge=100, description="The longest message that is accepted.")
    file_max_bytes: int = Field(25 * 1024**2, ge=1024, description="The largest attachment, in bytes.")
    message_max_file_bytes: int = Field(
        60 * 1024**2, ge=1024, description="The most that all attachments of one message may hold, in bytes."
    )
    message_max_files: int = Field(10, ge=1, description="How many files one message may carry.")
    tickets_per_hour: int = Field(10, ge=1, description="Tickets that one address may open over HTTP within an hour.")
    lookups_per_hour: int = Field(
        120, ge=1, description="Ticket numbers that one address may look up within an hour, on the page or by the API."
    )
    trusted_proxies: str = Field(
        "",
        description="Addresses or networks of proxies before us, with commas: only they may say who asks "
        "(X-Forwarded-For). Behind nginx on this machine: 127.0.0.1.",
    )
    holidays_include_joint_leave: bool = Field(
        True, description="Whether cuti bersama closes the desk as national holidays do."
    )

    worker: bool = Field(True, description="Whether the web process works the outbox; false where ./arkas worker does.")
    outbox_poll: timedelta = Field(
        timedelta(seconds=1), description="How often an idle worker looks for due mails, reminders and closings."
    )
    silence_clock_pauses: Literal["never", "holidays", "closed_days"] = Field(
        "never", description="On which days the 6, 24 and 2x24 hours of an asked reporter stand still."
    )
    undo_window: timedelta = Field(
        timedelta(seconds=10),
        description="How long an answer written in the console waits, so that it can be taken back.",
    )
    first_response_target: timedelta = Field(
        timedelta(hours=9),
        description="Service time within which a ticket should have its first answer (9 h: one day).",
    )

    mail_from: str = Field(
        "Tim Helpdesk ARKAS <bantuan@arkas.example>",
        description="Whom the desk's mails come from: a name and an address.",
    )
    mail_reply_address: str = Field(
        "",
        description="Where answers go, e.g. bantuan+{token}@contoh.go.id (the ticket's signed mark); empty: mail_from.",
    )
    smtp_url: SecretStr = Field(
        SecretStr(""), description="smtp://user:password@host:587 or smtps://...; empty keeps mails for ./arkas mail."
    )
    smtp_timeout: timedelta = Field(
        timedelta(seconds=20), description="How long to wait for each answer of the SMTP server."
    )
    imap_url: SecretStr = Field(
        SecretStr(""), description="imaps://user:password@host/INBOX: the mailbox to empty; empty fetches nothing."
    )
    imap_poll: timedelta = Field(timedelta(minutes=1), description="How often the mailbox is looked into at the least.")
    imap_idle: bool = Field(True, description="Whether to be told of new mail at once where the IMAP server offers it.")
    imap_done_folder: str = Field("ARKAS-Selesai", description="The IMAP folder that finished mails are moved to.")
    imap_suspended_folder: str = Field(
        "ARKAS-Ditahan", description="The IMAP folder that suspended mails are moved to."
    )
    lmtp_listen: str = Field(
        "", description="Where to take mail over LMTP, e.g. 127.0.0.1:2424; empty takes none. Never a public address."
    )
    mail_max_bytes: int = Field(
        90 * 1024**2, ge=65_536, description="The largest incoming mail, in bytes, with its attachments encoded."
    )
    mail_flood: int = Field(
        20, ge=1, description="Mails that one sender may write within mail_flood_window before they are suspended."
    )
    mail_flood_window: timedelta = Field(timedelta(hours=1), description="The time over which mail_flood counts.")
    mail_authserv_id: str = Field(
        "", description="The server whose Authentication-Results are believed; mails that fail DMARC are suspended."
    )

    metrics_token: SecretStr = Field(
        SecretStr(""),
        description="The bearer token of /metrics; empty closes it, but for the machine itself in development.",
    )
    report_recipients: str = Field(
        "",
        description="Who gets the weekly report (Monday 07.00 WIB): addresses, comma-separated; empty is nobody.",
    )
    officer_tokens: SecretStr = Field(
        SecretStr(""),
        description="Who may use the officers' API: name:sha256-of-token, comma-separated; empty is nobody.",
    )
    officer_oidc_issuer: str = Field(
        "", description="OpenID Connect provider at which officers may sign in, like https://masuk.contoh.go.id."
    )
    officer_oidc_client_id: str = Field("", description="The client id that the provider knows the console by.")
    officer_oidc_client_secret: SecretStr = Field(SecretStr(""), description="The client's secret at the provider.")
    officer_oidc_label: str = Field("akun kantor", description="What the button says: Masuk dengan ...")
    officer_session_idle: timedelta = Field(
        timedelta(hours=2), description="An officer who does nothing in the console for this long signs in again."
    )
    officer_session_lifetime: timedelta = Field(
        timedelta(hours=12), description="How long one sign-in to the console lasts at most."
    )
    retention_transcripts: timedelta = Field(
        timedelta(days=730), description="How long after its last message a talk keeps its words; 0 keeps them."
    )
    retention_attachments: timedelta = Field(
        timedelta(days=730), description="How long files are kept, once their ticket is solved; 0 keeps them."
    )
    retention_suspended_mails: timedelta = Field(
        timedelta(days=90), description="How long suspended and discarded mails keep their content; 0 keeps it."
    )
    clamd: str = Field(
        "",
        description="Where clamd (ClamAV) listens, unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310; empty is no scan.",
    )
    file_link_lifetime: timedelta = Field(
        timedelta(days=7),
        description="How long a link to an attachment works; a fresh one is made with each page or mail.",
    )
    ticket_link_lifetime: timedelta = Field(
        timedelta(days=180),
        description="How long the link in a mail opens the whole ticket for its reporter; each mail has a fresh one.",
    )

    desk: Literal["builtin", "zendesk"] = Field(
        "builtin", description="Where tickets are worked on: here, or at Zendesk; see zendesk.md."
    )
    zendesk_url: str = Field("", description="The Zendesk account, like https://sekolah.zendesk.com.")
    zendesk_email: str = Field("", description="The agent's address that the API token is used with.")
    zendesk_token: SecretStr = Field(SecretStr(""), description="The API token of the Zendesk account.")
    zendesk_webhook_secret: SecretStr = Field(
        SecretStr(""), description="The signing secret of Zendesk's webhook; empty closes it, and statuses are polled."
    )

    telegram_token: SecretStr = Field(
        SecretStr(""), description="The bot's token from @BotFather; empty turns Telegram off."
    )
    telegram_secret: SecretStr = Field(
        SecretStr(""),
        description="What Telegram sends with each webhook call (A-Z, a-z, 0-9, _ and -); empty closes the webhook.",
    )
    telegram_bot: str = Field("", description="The bot's user name without @, for links that carry a talk to Telegram.")
    telegram_api_url: str = Field(
        "https://api.telegram.org", description="Where the Bot API answers; an own Bot API server can be named."
    )
    whatsapp_token: SecretStr = Field(
        SecretStr(""), description="The system user's access token of the Cloud API; empty turns WhatsApp off."
    )
    whatsapp_app_secret: SecretStr = Field(
        SecretStr(""), description="The Meta app's secret; the webhook's signatures are checked with it."
    )
    whatsapp_verify_token: SecretStr = Field(
        SecretStr(""), description="What Meta must repeat when the webhook is registered; choose it yourself."
    )
    whatsapp_phone_id: str = Field("", description="The phone number's id in the Cloud API, not the number itself.")
    whatsapp_number: str = Field(
        "", description="The number with country code and without +, for links that carry a talk to WhatsApp."
    )
    whatsapp_api_url: str = Field(
        "https://graph.facebook.com/v25.0", description="Where the Cloud API answers, with its version."
    )
    whatsapp_template: str = Field(
        "",
        description="Approved template with one body parameter, sent when the 24 hours are over; empty sends nothing.",
    )
    whatsapp_template_language: str = Field("id", description="The template's language code.")
    whatsapp_budget: int = Field(
        1000, ge=1, description="Messages a month on WhatsApp; the log raises an alarm at 80 % and at all of them."
    )
    channel_worker: bool = Field(True, description="Whether this process works the inbox and outbox of the channels.")
    channel_concurrency: int = Field(8, ge=1, description="How many people of the channels are answered at once.")

    @field_validator("allowed_origins")
    @classmethod
    def _refuse_what_is_no_origin(cls, listed: str) -> str:
        for origin in filter(None, (part.strip() for part in listed.split(","))):
            parts = urlsplit(origin)
            if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or "*" in origin:
                raise ValueError(f"{origin} is no origin; write scheme and host, like https://sekolah.go.id")
        return listed

    @field_validator("identity_key")
    @classmethod
    def _refuse_short_identity_key(cls, key: SecretStr) -> SecretStr:
        if 0 < len(key.get_secret_value()) < _SHORTEST_KEY:
            raise ValueError(f"ARKAS_IDENTITY_KEY needs at least {_SHORTEST_KEY} random characters")
        return key

    @field_validator("zendesk_url", "officer_oidc_issuer")
    @classmethod
    def _refuse_open_address(cls, url: str, info: ValidationInfo) -> str:
        parts = urlsplit(url)
        local = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
        if url and (parts.username or not parts.hostname or not (parts.scheme == "https" or local)):
            variable = f"ARKAS_{(info.field_name or '').upper()}"
            raise ValueError(f"{variable} must be https://<host>, so that nobody reads the secret on its way")
        return url

    @model_validator(mode="after")
    def _refuse_half_a_zendesk(self) -> Self:
        account = (self.zendesk_url, self.zendesk_email, self.zendesk_token.get_secret_value())
        if (self.desk == "zendesk" or self.zendesk_url) and not all(account):
            raise ValueError("Zendesk needs ARKAS_ZENDESK_URL, ARKAS_ZENDESK_EMAIL and ARKAS_ZENDESK_TOKEN")
        return self

    @model_validator(mode="after")
    def _refuse_half_a_provider(self) -> Self:
        if self.officer_oidc_issuer and not self.officer_oidc_client_id:
            raise ValueError("sign-in over OpenID Connect needs ARKAS_OFFICER_OIDC_CLIENT_ID beside the issuer")
        return self

    @model_validator(mode="after")
    def _refuse_default_secrets(self) -> Self:
        if self.environment == "development":
            return self
        for name in ("secret_key", "action_token"):
            value = getattr(self, name).get_secret_value()
            if value == DEFAULT_SECRET or len(value) < _SHORTEST_KEY:
                variable = f"ARKAS_{name.upper()}"
                raise ValueError(f"in production {variable} must be set to at least {_SHORTEST_KEY} random characters")
        return self

    @cached_property
    def database(self) -> str:
        """The database's address, with the default filled in."""
        return self.database_url or f"sqlite+aiosqlite:///{self.var_dir / 'arkas.db'}"

    @property
    def origins(self) -> tuple[str, ...]:
        """The listed origins, as browsers write them."""
        return tuple(origin_of(part) for part in self.allowed_origins.split(",") if part.strip())

    @property
    def articles_dir(self) -> Path:
        """Folder of the articles."""
        return self.data_dir / "articles"

    @property
    def lexicon_dir(self) -> Path:
        """Folder of abbreviations, slang and domain terms."""
        return self.data_dir / "lexicon"

    @property
    def index_dir(self) -> Path:
        """Folder of the built article index."""
        return self.var_dir / "index"

    @property
    def attachments_dir(self) -> Path:
        """Folder of stored attachments."""
        return self.var_dir / "attachments"

    @property
    def mail_dir(self) -> Path:
        """Folder of the raw mails that came in."""
        return self.var_dir / "mail"
