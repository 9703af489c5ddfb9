"""Event patterns: syntax to meaning. Checks that fields exist and that keys are never missing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policyengine.diagnostics import did_you_mean
from policyengine.language.syntax import Name
from policyengine.semantics import wording
from policyengine.semantics.ir import (
    ALWAYS,
    Constant,
    DayUnit,
    Expression,
    Limit,
    ParameterRef,
    Pattern,
    PatternKind,
    Repeated,
    ScopeKind,
    Selector,
)
from policyengine.semantics.ir import Scope as Segments
from policyengine.semantics.lower_condition import lower_condition, type_of
from policyengine.semantics.magnitude import sizes_of
from policyengine.semantics.reads import fields_read
from policyengine.semantics.scope import Scope
from policyengine.values import Kind, Type
from policyengine.vocabulary.terms import ABOVE, Subject

if TYPE_CHECKING:
    from policyengine.documents import Scalar
    from policyengine.language.syntax import PatternText, SelectorText
    from policyengine.semantics.ir import Condition
    from policyengine.vocabulary.terms import EventType, Vocabulary

_AMOUNT = re.compile(r"(\d+)\s*(\S*)")
_MOST = 100_000


class PatternLowering:
    """Lowers the pattern of one rule."""

    def __init__(self, scope: Scope, subject: Subject, vocabulary: Vocabulary) -> None:
        self.scope = scope
        self.subject = subject
        self.vocabulary = vocabulary

    def lower(self, text: PatternText) -> Pattern | None:
        """Give the meaning of the pattern; None after a diagnostic that leaves too little."""
        activation = self._selector(text.activation)
        target = self._selector(text.target) if text.target else None
        closing = self._selector(text.closing) if text.closing else None
        segments = self._segments(text)
        if activation is None or (text.target and target is None):
            return None
        pattern = Pattern(
            kind=PatternKind(text.kind),
            activation=activation,
            target=target,
            closing=closing,
            scope=segments,
            key=tuple(one.text for one in text.key),
            limit=self._limit(text.limit) if text.limit else None,
            times=self._amount(text.times, ("", "次")) if text.times else None,
            starts=self._date_field(text.starts, target) if text.starts else None,
            ends=self._date_field(text.ends, target) if text.ends else None,
        )
        self._check_key(text, pattern)
        self._check_decidable(text, pattern)
        return pattern

    def _selector(self, text: SelectorText) -> Selector | None:
        types = [found for one in text.events if (found := self._event(one)) is not None]
        if len(types) != len(text.events) or not types:
            return None
        condition: Condition = ALWAYS
        if text.condition is not None:
            shared = set.intersection(*({*one.required, *one.optional} for one in types))
            fields = {name: self.vocabulary.event_fields[name].type for name in shared}
            event = types[0].name if len(types) == 1 else "、".join(one.name for one in types)
            inner = Scope(
                f"事件“{event}”", self.scope.clause, fields, self.scope.parameters, self.scope.problems,
                sizes=sizes_of(self.vocabulary.event_terms),
            )  # fmt: skip
            condition = lower_condition(text.condition, inner)
        repeated = None
        if text.times is not None and text.window is not None:
            times, window = self._amount(text.times, ("", "次")), self._limit(text.window)
            repeated = Repeated(times, window) if times and window else None
        return Selector(tuple(one.name for one in types), condition, repeated)

    def _event(self, name: Scalar) -> EventType | None:
        found = self.vocabulary.events.get(name.text)
        if found is None:
            self.scope.complain(
                "E001",
                f"没有名为“{name.text}”的事件",
                name.span,
                did_you_mean(name.text, self.vocabulary.events),
            )
            return None
        if found.subject not in (self.subject, *ABOVE[self.subject]):
            message = f"“{name.text}”是{found.subject}的事件，{self.subject}的规则看不到它"
            self.scope.complain("E002", message, name.span, "把规则写在发生该事件的对象上")
            return None
        return found

    def _segments(self, text: PatternText) -> Segments:
        opening = self._selector(text.opening_scope) if text.opening_scope else None
        closing = self._selector(text.closing_scope) if text.closing_scope else None
        match opening, closing:
            case None, None:
                kind = ScopeKind.WHOLE
            case _, None:
                kind = ScopeKind.AFTER
            case None, _:
                kind = ScopeKind.BEFORE
            case _:
                kind = ScopeKind.BETWEEN if text.must_close else ScopeKind.AFTER_UNTIL
        if text.must_close and not (text.opening_scope and text.closing_scope):
            self.scope.complain("E003", "“须闭合”要同时写“自”和“至”", text.span)
        return Segments(kind, opening, closing, text.from_start)

    def _amount(self, text: Scalar, units: tuple[str, ...]) -> Expression | None:
        written = text.text.strip()
        found = _AMOUNT.fullmatch(written)
        if found:
            number, unit = int(found[1]), found[2]
            if unit in units and number <= _MOST:
                return Constant(number, Type(Kind.INTEGER, unit))
            self.scope.complain("E004", f"“{written}”的单位或大小不对", text.span, self._amount_help(units))
            return None
        expression = self.scope.find(written)
        if expression is None:
            self.scope.complain_unknown(Name(written, text.span))
            return None
        of = type_of(expression)
        if not isinstance(expression, ParameterRef) or of.kind is not Kind.INTEGER or of.unit not in units:
            self.scope.complain("E004", f"“{written}”不能用在这里", text.span, self._amount_help(units))
            return None
        return expression

    @staticmethod
    def _amount_help(units: tuple[str, ...]) -> str:
        return wording.SECONDS if "日" in units else "次数应是整数或单位为“次”的整数参数"

    def _limit(self, text: Scalar) -> Limit | None:
        amount = self._amount(text, ("日", "工作日"))
        return Limit(amount, DayUnit(type_of(amount).unit)) if amount is not None else None

    def _date_field(self, name: Scalar, opening: Selector | None) -> str | None:
        for event in opening.events if opening else ():
            carried = self.vocabulary.events[event]
            if name.text not in (*carried.required, *carried.optional):
                self.scope.complain(
                    "E005",
                    wording.field_absent(name.text, event),
                    name.span,
                    did_you_mean(name.text, (*carried.required, *carried.optional)),
                )
                return None
        if (
            name.text in self.vocabulary.event_fields
            and self.vocabulary.event_fields[name.text].type.kind is not Kind.DATE
        ):
            self.scope.complain("E005", f"“{name.text}”不是日期", name.span)
            return None
        return name.text

    def _check_key(self, text: PatternText, pattern: Pattern) -> None:
        """Every event of activation, target and closing carries the whole key, required."""
        for key in text.key:
            if key.text not in self.vocabulary.event_fields:
                self.scope.complain(
                    "E006",
                    f"没有名为“{key.text}”的事件字段",
                    key.span,
                    did_you_mean(key.text, self.vocabulary.event_fields),
                )
                continue
            for selector in (pattern.activation, pattern.target, pattern.closing):
                for event in selector.events if selector else ():
                    carried = self.vocabulary.events[event]
                    if key.text in carried.optional:
                        self.scope.complain(
                            "E007",
                            wording.field_optional(key.text, event, "“同一”"),
                            key.span,
                            "在事件词汇中把它列为必填",
                        )
                    elif key.text not in carried.required:
                        self.scope.complain(
                            "E005",
                            wording.field_absent(key.text, event),
                            key.span,
                            "换一个字段，或给该事件补上这个字段",
                        )
        names = {key.text for key in text.key}
        for selector in (pattern.scope.opening, pattern.scope.closing):
            for event in selector.events if selector else ():
                carried = self.vocabulary.events[event]
                mine = names & {*carried.required, *carried.optional}
                if mine and not names <= set(carried.required):
                    message = f"范围中的事件“{event}”只带有“同一”的一部分字段（{'、'.join(sorted(mine))}）"
                    self.scope.complain(
                        "E008", message, text.span, "范围的事件要么带有全部“同一”字段且必填，要么一个也不带"
                    )

    def _check_decidable(self, text: PatternText, pattern: Pattern) -> None:
        """Conditions of scopes and counts read required fields only, so that segments are never in doubt."""
        selectors = [(pattern.scope.opening, "“范围”"), (pattern.scope.closing, "“范围”")]
        selectors += [
            (one, "“累计”")
            for one in (pattern.activation, pattern.target, pattern.closing)
            if one and one.repeated
        ]
        for selector, where in selectors:
            for event in selector.events if selector else ():
                carried = self.vocabulary.events[event]
                for name in fields_read(selector) if selector else ():
                    if name not in carried.required:
                        self.scope.complain(
                            "E007",
                            wording.field_optional(name, event, f"{where}的条件"),
                            text.span,
                            "在事件词汇中把它列为必填",
                        )
