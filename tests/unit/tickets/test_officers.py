import pytest

from bot.tickets.officers import OfficerTokens, new_token


def test_token_opens_only_for_its_officer() -> None:
    (rina, entry), (budi, other) = new_token("rina"), new_token("budi")
    tokens = OfficerTokens.parse(f"{entry}, {other}")
    assert (tokens.officer(rina), tokens.officer(budi), tokens.officer("salah")) == ("rina", "budi", None)
    assert rina not in entry


def test_unset_setting_lets_nobody_in() -> None:
    assert OfficerTokens.parse("").officer("") is None


@pytest.mark.parametrize("setting", ["rina", "rina:abc", ":" + "a" * 64, "rina:" + "Z" * 64])
def test_wrongly_written_setting_is_refused(setting: str) -> None:
    with pytest.raises(ValueError, match="sha256"):
        OfficerTokens.parse(setting)
