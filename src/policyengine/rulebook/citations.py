"""Every quotation is verbatim and from the clause that is cited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.diagnostics import did_you_mean
from policyengine.standard.quotation import elsewhere, locate, nearest

if TYPE_CHECKING:
    from policyengine.diagnostics import Problems
    from policyengine.documents import Scalar
    from policyengine.language.syntax import BookText
    from policyengine.standard import Standard


def check_citations(text: BookText, standard: Standard, problems: Problems) -> None:
    """Check the clause and the quotations of every rule and definition."""
    for rule in text.rules:
        if not rule.quotations and not rule.laws:
            help_ = "写“引文”（标准原文），覆盖层的规则也可写“地方依据: [{文件: …, 条: …}]”"
            problems.add(
                "O031", f"规则“{rule.title}”没有引文", rule.id.span, clause=rule.clause.text, help=help_
            )
        _check(rule.clause, rule.quotations, standard, problems)
    for definition in text.definitions:
        if definition.clause is not None:
            _check(definition.clause, definition.quotations, standard, problems)


def _check(clause: Scalar, quotations: tuple[Scalar, ...], standard: Standard, problems: Problems) -> None:
    if clause.text not in standard.clauses:
        problems.add(
            "Q001",
            f"标准中没有条款“{clause.text}”",
            clause.span,
            help=did_you_mean(clause.text, standard.clauses),
        )
        return
    for quotation in quotations:
        if locate(standard, clause.text, quotation.text) is not None:
            continue
        others = elsewhere(standard, quotation.text)
        near = nearest(standard, clause.text, quotation.text)
        if others:
            advice = f"这句话在条款 {'、'.join(others)}，请改“条款”"
        else:
            advice = f"原文是“{near}”" if near else "从 data/standard/编制说明.txt 照抄原文"
        problems.add(
            "Q002", f"引文与条款 {clause.text} 的原文不一致", quotation.span, clause=clause.text, help=advice
        )
