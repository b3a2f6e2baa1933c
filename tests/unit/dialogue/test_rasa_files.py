"""Rasa's files agree with each other and with the code."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions import _ACTIONS
from bot.dialogue.payloads import INTENTS, parse_payload
from bot.dialogue.stories import Field
from bot.dialogue.talk import Stage

ROOT = Path(__file__).resolve().parents[3]
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
RULES = yaml.safe_load((ROOT / "data" / "dialogue" / "rules.yml").read_text(encoding="utf-8"))["rules"]
CODE = "\n".join(
    path.read_text(encoding="utf-8") for folder in ("actions", "bot/dialogue") for path in (ROOT / folder).rglob("*.py")
)


def _buttons() -> list[dict[str, str]]:
    variants = [variant for response in DOMAIN["responses"].values() for variant in response]
    return [button for variant in variants for button in variant.get("buttons", [])]


def test_every_payload_of_a_button_is_let_through_and_within_bounds() -> None:
    assert _buttons()
    for button in _buttons():
        assert parse_payload(button["payload"]) is not None, button
        assert len(button["title"]) <= 24  # WhatsApp's list rows; its buttons are cut to 20


def test_payloads_are_intents_of_the_domain() -> None:
    assert {next(iter(intent)) for intent in DOMAIN["intents"]} >= INTENTS


def test_every_action_of_the_domain_is_served_and_no_other() -> None:
    assert {action.action for action in _ACTIONS} == set(DOMAIN["actions"])


def test_every_response_that_the_code_names_exists_and_none_lies_idle() -> None:
    named = set(re.findall(r"utter_\w+", CODE)) | {
        step["action"] for rule in RULES for step in rule["steps"] if str(step.get("action", "")).startswith("utter_")
    }
    built = {name for name in DOMAIN["responses"] if name.removesuffix("_one") in named or name == "utter_default"}
    asked = {f"utter_form_{field.value}" for field in Field}
    built |= asked | {f"{name}_again" for name in {*asked, "utter_form_details_told"}}
    assert named - {"utter_form_", "utter_message"} <= set(DOMAIN["responses"])
    assert set(DOMAIN["responses"]) <= named | built


def test_what_is_said_often_has_variants() -> None:
    for often in ("utter_suggest", "utter_resolved", "utter_welcome", "utter_greet", "utter_no_fit", "utter_calm"):
        assert len(DOMAIN["responses"][often]) >= 2


def test_texts_speak_to_bapak_ibu_and_not_to_kamu() -> None:
    texts = [variant["text"] for response in DOMAIN["responses"].values() for variant in response]
    assert not [text for text in texts if re.search(r"\b(?:kamu|kau|anda sekalian|kita semua)\b", text, re.IGNORECASE)]


def test_stages_and_form_slots_are_those_of_the_code() -> None:
    assert DOMAIN["slots"]["stage"]["values"] == [stage.value for stage in Stage]
    assert DOMAIN["forms"]["ticket_form"]["required_slots"] == [field.value for field in Field]


def test_every_rule_that_answers_a_person_has_a_test_story() -> None:
    told = {pair for story in _stories() for pair in _pairs(story["steps"], [])}
    missing = [rule["rule"] for rule in RULES for pair in _rule_pairs(rule) if pair not in told]
    assert missing == []


def _stories() -> list[dict[str, Any]]:
    files = sorted((ROOT / "tests" / "dialogue").glob("test_*.yml"))
    return [story for file in files for story in yaml.safe_load(file.read_text(encoding="utf-8"))["stories"]]


def _pairs(steps: list[dict[str, Any]], before: list[str]) -> set[tuple[str, str]]:
    pairs = set()
    intent = before[0] if before else None
    for step in steps:
        intent = step.get("intent", intent)
        if "action" in step and intent and step["action"] != "ticket_form":
            pairs.add((str(intent), str(step["action"])))
            intent = None
    return pairs


def _rule_pairs(rule: dict[str, Any]) -> set[tuple[str, str]]:
    return _pairs([step for step in rule["steps"] if "intent" in step or "action" in step], [])


def _examples() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file in (ROOT / "data" / "nlu").glob("*.yml"):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            if "intent" in block:
                found.setdefault(block["intent"], []).extend(
                    line[2:].strip() for line in block["examples"].splitlines()
                )
    return found


def test_there_are_enough_examples_of_everything_and_no_one_stands_twice() -> None:
    examples = _examples()
    assert sum(map(len, examples.values())) >= 1500
    assert min(map(len, examples.values())) >= 20
    everything = [text.lower() for texts in examples.values() for text in texts]
    assert len(everything) == len(set(everything))


def test_no_question_of_an_article_is_an_example() -> None:
    """What the ranker is measured with must not be what the classifier was taught with.

    Short ones may coincide ("lupa password arkas"): everybody says them. Five words and more were copied.
    """
    asked = set()
    for article in (ROOT / "data" / "articles").glob("*/*.md"):
        front = yaml.safe_load(article.read_text(encoding="utf-8").split("---")[1])
        asked |= {str(question).lower().strip(" .?!") for question in front.get("questions", [])}
    assert asked
    common = asked & {text.lower().strip(" .?!") for text in _examples()["ask_question"]}
    assert [text for text in common if len(text.split()) >= 5] == []


@pytest.mark.parametrize("name", ["config.yml", "credentials.yml", "endpoints.yml"])
def test_no_secret_stands_in_rasas_files(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"(?:token|password|secret)\s*:\s*['\"]?[A-Za-z0-9]{8,}", text, re.IGNORECASE)
