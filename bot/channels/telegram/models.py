"""The parts of Telegram's updates that are read (Bot API, "Update", "Message", "CallbackQuery")."""

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Chat(_Part):
    """Where something was said."""

    id: int
    type: str


class Account(_Part):
    """Who did something."""

    id: int
    is_bot: bool = False


class File(_Part):
    """A photo in one size, a document or a video."""

    file_id: str = Field(max_length=500)
    file_size: int | None = None
    file_name: str | None = None
    width: int = 0


class Message(_Part):
    """A message."""

    message_id: int
    chat: Chat
    sender: Account | None = Field(None, alias="from")
    date: int = 0
    text: str | None = None
    caption: str | None = None
    media_group_id: str | None = Field(None, max_length=100)
    photo: list[File] = Field(default_factory=list)
    document: File | None = None
    video: File | None = None
    animation: File | None = None
    video_note: dict[str, object] | None = None
    voice: dict[str, object] | None = None
    audio: dict[str, object] | None = None
    sticker: dict[str, object] | None = None
    location: dict[str, object] | None = None
    venue: dict[str, object] | None = None
    contact: dict[str, object] | None = None
    # What a person does to the chat itself: it says nothing.
    pinned_message: dict[str, object] | None = None
    message_auto_delete_timer_changed: dict[str, object] | None = None
    chat_background_set: dict[str, object] | None = None
    write_access_allowed: dict[str, object] | None = None


class CallbackQuery(_Part):
    """A tap on an inline keyboard. `message` is missing when ours is too old."""

    id: str = Field(max_length=100)
    sender: Account = Field(alias="from")
    message: Message | None = None
    data: str | None = Field(None, max_length=64)


class Member(_Part):
    """How the bot stands in a chat."""

    status: str


class MemberChange(_Part):
    """The bot was blocked, unblocked, or put into a group."""

    chat: Chat
    date: int = 0
    new_chat_member: Member


class Update(_Part):
    """One event."""

    update_id: int = Field(ge=0, lt=2**63)
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: CallbackQuery | None = None
    my_chat_member: MemberChange | None = None
