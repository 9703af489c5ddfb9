"""Which changes the layer above allows, as far as the text shows. What is refused is told and taken out.

Directions and ranges of parameters need typed values; they are checked where books are made.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, assert_never

from policyengine.diagnostics import did_you_mean
from policyengine.language.syntax import BookText
from policyengine.overlays import wording
from policyengine.overlays.apply import WAIVED
from policyengine.overlays.syntax import Addition, Raising, Setting, Tightening, Waiving

if TYPE_CHECKING:
    from datetime import date

    from policyengine.diagnostics import Problems, Span
    from policyengine.documents import Scalar
    from policyengine.language.syntax import DefinitionText, ParameterText, RuleText
    from policyengine.overlays.syntax import Change, OverlayText
    from policyengine.vocabulary.terms import Vocabulary


def admit(
    above: BookText, overlay: OverlayText, vocabulary: Vocabulary, problems: Problems, above_name: str
) -> OverlayText:
    """Check every change against the whole text of the layer above (all its days); give those that may stand."""
    gate = _Gate(above, vocabulary, problems, above_name)
    changes = tuple(one for change in overlay.changes if (one := gate.admit(change)) is not None)
    return replace(overlay, changes=changes)


def parameters_in(text: BookText) -> dict[str, ParameterText]:
    """Every declared parameter by name."""
    holders: tuple[RuleText | DefinitionText, ...] = (*text.rules, *text.definitions)
    return {one.name.text: one for holder in holders for one in holder.parameters}


@dataclass(slots=True)
class _Gate:
    above: BookText
    vocabulary: Vocabulary
    problems: Problems
    above_name: str
    rules: dict[str, RuleText] = field(init=False)
    parameters: dict[str, ParameterText] = field(init=False)
    derived: set[str] = field(init=False)
    values: set[str] = field(init=False)
    done: dict[tuple[str, str, str], Span] = field(default_factory=dict)
    added: dict[str, Span] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rules = {rule.id.text: rule for rule in self.above.rules}
        self.parameters = parameters_in(self.above)
        self.derived = {one.name.text for one in self.above.definitions}
        types = [term.type for term in self.vocabulary.terms.values()]
        types += [term.type for term in self.vocabulary.event_terms]
        types_of_tables = [member for one in self.above.definitions for member in one.members]
        types_of_sets = [member for one in self.parameters.values() for member in one.members]
        self.values = {member for of in types for member in of.members} | {*types_of_tables, *types_of_sets}

    def admit(self, change: Change) -> Change | None:
        match change:
            case Setting():
                return self._setting(change)
            case Tightening():
                return self._tightening(change)
            case Raising():
                rule = self._open_rule(change.rule)
                return change if rule is not None and self._recommended(rule, change.rule, "升格") else None
            case Waiving():
                named = self._rule(change.rule)
                return change if named is not None and self._recommended(named, change.rule, WAIVED) else None
            case Addition():
                return self._addition(change)
            case _:
                assert_never(change)

    def _setting(self, change: Setting) -> Setting | None:
        name = change.parameter
        if name.text not in self.parameters:
            near = did_you_mean(name.text, self.parameters) or wording.PARAMETERS_HELP
            self.problems.add(
                "O011", wording.unknown_parameter(name.text, self.above_name), name.span, help=near
            )
            return None
        declared = self.parameters[name.text]
        if declared.adjustable == "不可":
            message, advice = wording.not_adjustable(name.text), wording.ADD_RULE_HELP
            self.problems.add("O020", message, name.span, clause=self._clause(declared.owner), help=advice)
            return None
        return change if self._first("设定", name) else None

    def _tightening(self, change: Tightening) -> Tightening | None:
        rule = self._open_rule(change.rule)
        if rule is None:
            return None
        clause = rule.clause.text
        if rule.event is not None:
            self.problems.add(
                "O014",
                wording.event_rule(rule.title),
                change.rule.span,
                clause=clause,
                help=wording.ADD_RULE_HELP,
            )
            return None
        if rule.modality == "可":
            self.problems.add(
                "O014",
                wording.permission(rule.title),
                change.rule.span,
                clause=clause,
                help=wording.ADD_RULE_HELP,
            )
            return None
        if not self._first("从严", change.rule, " ".join(change.text.split())) or not self._consistent(
            change.rule, WAIVED
        ):
            return None
        return change if self._new_parameters(change.parameters, change.since) else None

    def _recommended(self, rule: RuleText, name: Scalar, operation: str) -> bool:
        """Whether a rule is a 宜 that this layer has not dealt with otherwise."""
        if rule.modality != "宜":
            advice = wording.STRICTER_ONLY if operation == WAIVED else "删去这一项变更"
            message = wording.not_a_recommendation(operation, rule.title, rule.modality)
            self.problems.add("O013", message, name.span, clause=rule.clause.text, help=advice)
            return False
        others = ("从严", "升格") if operation == WAIVED else (WAIVED,)
        return self._first(operation, name) and self._consistent(name, *others)

    def _open_rule(self, name: Scalar) -> RuleText | None:
        rule = self._rule(name)
        if rule is None:
            return None
        if not rule.tightenable:
            self.problems.add(
                "O012",
                wording.closed_rule(rule.title),
                name.span,
                clause=rule.clause.text,
                help=wording.ADD_RULE_HELP,
            )
            return None
        return rule

    def _rule(self, name: Scalar) -> RuleText | None:
        rule = self.rules.get(name.text)
        if rule is None:
            near = did_you_mean(name.text, self.rules) or wording.RULES_HELP
            self.problems.add("O010", wording.unknown_rule(name.text, self.above_name), name.span, help=near)
            return None
        if any(one.operation == WAIVED for one in rule.changes):
            advice = "先由上一层撤回“不采用”，或另行“新增”规则"
            self.problems.add(
                "O017", wording.already_waived(rule.title), name.span, clause=rule.clause.text, help=advice
            )
            return None
        return rule

    def _first(self, operation: str, target: Scalar, detail: str = "") -> bool:
        """Whether this layer has not made the same change already."""
        key = (operation, target.text, detail)
        if key in self.done:
            message = wording.same_change(operation, target.text, self.done[key].line)
            self.problems.add("O015", message, target.span, help=wording.ONE_OF_THEM)
            return False
        self.done[key] = target.span
        return True

    def _consistent(self, rule: Scalar, *others: str) -> bool:
        for operation, target, _ in list(self.done):
            if target == rule.text and operation in others:
                line = next(span.line for key, span in self.done.items() if key[:2] == (operation, target))
                self.problems.add(
                    "O015", wording.contradiction(rule.text, line), rule.span, help="两种变更只能保留一种"
                )
                return False
        return True

    def _addition(self, change: Addition) -> Addition:
        since = change.since
        rules = tuple(
            one
            for one in change.text.rules
            if self._new_rule(one) & self._new_parameters(one.parameters, since)
        )
        definitions = tuple(
            one
            for one in change.text.definitions
            if self._new_name("定义", one.name) & self._new_parameters(one.parameters, since)
        )
        return replace(change, text=BookText(rules, definitions))

    def _new_parameters(self, parameters: tuple[ParameterText, ...], since: date) -> bool:
        # Every one is looked at, so that all is told at once.
        return False not in [
            self._new_name("参数", one.name) & self._timely(one, since) for one in parameters
        ]

    def _new_rule(self, rule: RuleText) -> bool:
        fine = True
        if rule.id.text in self.rules:
            self.problems.add(
                "O016",
                wording.redefined("规则", rule.id.text),
                rule.id.span,
                clause=rule.clause.text,
                help=f"{wording.NEW_NAME}；要加严上层的规则，用“从严”",
            )
            fine = False
        elif rule.id.text in self.added:
            self.problems.add(
                "O016", wording.twice_in_layer("规则", rule.id.text), rule.id.span, help=wording.NEW_NAME
            )
            fine = False
        self.added.setdefault(rule.id.text, rule.id.span)
        return fine

    def _new_name(self, what: str, name: Scalar) -> bool:
        text = name.text
        taken = text in self.parameters or text in self.derived
        taken = taken or text in self.vocabulary.terms or text in self.vocabulary.event_fields
        if taken:
            self.problems.add("O016", wording.redefined(what, text), name.span, help=wording.NEW_NAME)
        elif text in self.values:
            self.problems.add("O016", wording.shadows_value(text), name.span, help=wording.NEW_NAME)
        elif text in self.added:
            self.problems.add("O016", wording.twice_in_layer(what, text), name.span, help=wording.NEW_NAME)
        fine = not taken and text not in self.values and text not in self.added
        self.added.setdefault(text, name.span)
        return fine

    def _timely(self, parameter: ParameterText, since: date) -> bool:
        first = min((one.since for one in parameter.values), default=since)
        if first <= since:
            return True
        place = parameter.values[0].span or parameter.name.span
        message = wording.value_too_late(parameter.name.text, first.isoformat(), since.isoformat())
        self.problems.add("O025", message, place, help=f"取值从 {since.isoformat()} 或更早写起")
        return False

    def _clause(self, owner: str) -> str:
        return self.rules[owner].clause.text if owner in self.rules else ""
