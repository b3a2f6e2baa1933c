"""Whatever a platform sends is an event, nothing, or a ValueError; never another failure."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.bodies import read_object, same_secret, signed
from bot.channels.port import Inbound, ReceiptState
from bot.channels.telegram.reading import read_update
from bot.channels.whatsapp.reading import read_delivery
from bot.errors import BrokenJson

# A busy machine is slow at making examples, and that is no fault of what is tested.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
chat = st.fixed_dictionaries({"id": st.integers(), "type": st.just("private")})
messages = st.fixed_dictionaries(
    {"message_id": st.integers(), "chat": chat},
    optional={"date": st.integers(), "text": json_values, "photo": json_values, "voice": json_values},
)
kinds = ("message", "edited_message", "callback_query", "my_chat_member")
updates = st.fixed_dictionaries({"update_id": st.integers()}, optional=dict.fromkeys(kinds, json_values | messages))


@unhurried
@given(updates)
def test_any_update_is_an_event_or_nothing_or_refused(update: dict[str, object]) -> None:
    try:
        found = read_update(update)
    except ValueError:
        return
    assert found is None or isinstance(found, Inbound)


@unhurried
@given(
    st.fixed_dictionaries({"object": st.just("whatsapp_business_account"), "entry": json_values})
    | st.dictionaries(st.text(max_size=5), json_values)
)
def test_any_delivery_is_read_or_refused(delivery: dict[str, object]) -> None:
    try:
        received = read_delivery(delivery, "1")
    except ValueError:
        return
    assert received.inbound == ()


@unhurried
@given(st.binary(max_size=300))
def test_any_bytes_are_an_object_or_refused(body: bytes) -> None:
    try:
        assert isinstance(read_object(body), dict)
    except BrokenJson:
        return


def test_empty_secret_opens_nothing() -> None:
    assert not same_secret("", "")
    assert not same_secret(None, "")
    assert not signed("sha256=", b"", "")


@pytest.mark.parametrize("key", ["row:7", "row:", "row:x", "9" * 40, ""])
def test_receipt_finds_its_row_only_by_a_sane_key(key: str) -> None:
    status = {"id": "wamid.1", "status": "read", "biz_opaque_callback_data": key}
    value = {"metadata": {"phone_number_id": "1"}, "statuses": [status]}
    delivery = {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]}
    [receipt] = read_delivery(delivery, "1").receipts
    assert (receipt.state, receipt.row) == (ReceiptState.READ, 7 if key == "row:7" else None)
