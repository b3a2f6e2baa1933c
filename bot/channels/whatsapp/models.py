"""The parts of WhatsApp's webhooks that are read (Cloud API, "Webhooks", "Payload reference")."""

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Text(_Part):
    """Words."""

    body: str


class ReplyChoice(_Part):
    """What was tapped."""

    id: str = Field(max_length=256)
    title: str = ""


class Interactive(_Part):
    """A tap on a reply button or on a list's row."""

    button_reply: ReplyChoice | None = None
    list_reply: ReplyChoice | None = None


class TemplateButton(_Part):
    """A tap on a template's quick reply."""

    text: str = ""


class Media(_Part):
    """A file at the platform."""

    id: str = Field(max_length=200)
    caption: str | None = None
    filename: str | None = None
    mime_type: str = ""


class Message(_Part):
    """What a person did. `sender` is the number; who hides it behind a user name has a `user_id` alone."""

    id: str = Field(max_length=300)
    sender: str | None = Field(None, alias="from", max_length=64)
    user_id: str | None = Field(None, alias="from_user_id", max_length=140)
    timestamp: int = Field(ge=0, lt=2**33)
    type: str
    text: Text | None = None
    interactive: Interactive | None = None
    button: TemplateButton | None = None
    image: Media | None = None
    document: Media | None = None
    video: Media | None = None
    audio: dict[str, object] | None = None


class StatusError(_Part):
    """Why a message was not delivered."""

    code: int = 0
    title: str = ""


class Status(_Part):
    """How far a message of ours came."""

    id: str = Field(max_length=300)
    status: str
    biz_opaque_callback_data: str | None = None
    errors: list[StatusError] = Field(default_factory=list)


class Metadata(_Part):
    """Which of the business's numbers is meant."""

    phone_number_id: str = ""


class Contact(_Part):
    """Somebody of whom the call tells."""

    wa_id: str | None = None
    user_id: str | None = Field(None, max_length=140)


class Value(_Part):
    """What changed."""

    metadata: Metadata = Metadata()
    contacts: list[Contact] = Field(default_factory=list)
    # Read one by one (reading.py): one of a new shape must not keep the others out.
    messages: list[dict[str, object]] = Field(default_factory=list)
    statuses: list[dict[str, object]] = Field(default_factory=list)


class Change(_Part):
    """One change."""

    field: str
    value: dict[str, object]


class Entry(_Part):
    """The changes of one account."""

    changes: list[Change] = Field(default_factory=list)


class Delivery(_Part):
    """One webhook call."""

    object: str
    entry: list[Entry] = Field(default_factory=list)
