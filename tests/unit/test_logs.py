from bot.logs import mask_event


def test_personal_data_never_reaches_the_log() -> None:
    event = mask_event(None, "info", {"event": "x", "text": "rina@gmail.com 081234567890 password: abc"})
    assert event["text"] == "[email] [telepon] password: ********"


def test_own_identifiers_are_kept_whole() -> None:
    event = mask_event(None, "info", {"event": "x", "conversation": "1234567890123456", "status": 200})
    assert event["conversation"] == "1234567890123456"
