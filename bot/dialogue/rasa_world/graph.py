"""Makes understanding and deciding cheap: what Rasa's graph does in every turn, without planning and copying.

Of a turn of 8 ms (Rasa 3.6.21, one core) Dask's scheduler for ten nodes takes 1.5 ms, a copy of all the weights of the
classifier 1 ms, and looking every rule up by text, which no rule here names, 0.5 ms.
"""

# ruff: noqa: SLF001 - there is no public way in a frozen Rasa
# mypy: disable-error-code="import-not-found, import-untyped, misc, no-untyped-call, type-arg"

from typing import Any

import numpy as np
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain


def apply() -> None:
    """Put the cheaper ways in place of Rasa's."""
    DaskGraphRunner.run = _run_in_order
    Domain.is_empty = _is_empty
    _skip_rules_on_text()


def settle(graph: Any) -> None:  # noqa: ANN401 - Rasa's graph runner
    """Lay out the loaded classifier for reading: scikit-learn would copy its weights in every turn."""
    for node in graph._instantiated_nodes.values():
        classifier = getattr(node._component, "clf", None)
        if classifier is not None and hasattr(classifier, "coef_"):
            classifier.coef_ = np.asfortranarray(classifier.coef_)


def _run_in_order(
    self: DaskGraphRunner, inputs: "dict[str, Any] | None" = None, targets: "list[str] | None" = None
) -> dict[str, Any]:
    """Run the nodes that the targets need one after the other; Dask plans the same ten nodes anew in every turn."""
    wanted = targets or self._graph_schema.target_names
    done: dict[str, Any] = dict((inputs or {}).items())
    for name in _order(self, tuple(wanted)):
        node = self._instantiated_nodes[name]
        needed = [(parent, done[parent]) for parent in node._inputs.values() if parent in done]
        done[name] = node(*needed)[1]
    return {name: done[name] for name in wanted}


def _order(runner: DaskGraphRunner, targets: "tuple[str, ...]") -> "list[str]":
    orders: dict[tuple[str, ...], list[str]] = runner.__dict__.setdefault("_arkas_orders", {})
    if targets not in orders:
        orders[targets] = []
        for target in targets:
            _visit(runner, target, orders[targets])
    return orders[targets]


def _visit(runner: DaskGraphRunner, name: str, order: "list[str]") -> None:
    if name in order or name not in runner._instantiated_nodes:
        return
    for parent in runner._instantiated_nodes[name]._inputs.values():
        _visit(runner, parent, order)
    order.append(name)


def _is_empty(self: Domain) -> bool:
    """Asked in every turn of a domain that never changes; Rasa writes the whole of it out to compare."""
    if "_arkas_empty" not in self.__dict__:
        self.__dict__["_arkas_empty"] = self.as_dict() == Domain.empty().as_dict()
    return bool(self.__dict__["_arkas_empty"])


def _skip_rules_on_text() -> None:
    """Look rules up by intent only: no rule here names a text, and Rasa would look every turn up by text first."""
    by_intent = RulePolicy._find_action_from_rules

    def find(self: RulePolicy, tracker: object, domain: object, use_text_for_last_user_input: bool) -> object:
        if use_text_for_last_user_input and not _has_text_rules(self):
            return None, None, False
        return by_intent(self, tracker, domain, use_text_for_last_user_input)

    RulePolicy._find_action_from_rules = find


def _has_text_rules(policy: RulePolicy) -> bool:
    if "_arkas_text_rules" not in policy.__dict__:
        keys = [key for lookup in policy.lookup.values() if isinstance(lookup, dict) for key in lookup]
        policy.__dict__["_arkas_text_rules"] = any('"text":' in key for key in keys)
    return bool(policy.__dict__["_arkas_text_rules"])
