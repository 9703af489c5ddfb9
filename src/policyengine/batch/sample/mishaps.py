"""Which change of a history breaks which event rule. One mishap an outlet, as with facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.batch.sample.steps import Copy, Drop, Fill, Mishap, Move, OfCase

if TYPE_CHECKING:
    from policyengine.batch.sample.steps import Step
_BEFORE_SIGNING = ("提出申请", "布点论证", "检查验收")
_LIMITS = {
    "社会保险登记": "registration",
    "登记变更注销": "change",
    "养老保险待遇申领": "pension",
    "失业保险待遇申领": "unemployment",
    "生育津贴申领": "maternity",
    "工伤医疗费用手工报销": "injury-reimbursement",
    "社会保障卡补换": "card",
    "查询打印": "query",
}
BEGINNING = (
    Mishap("outlet.procedure-siting-after-application", (Drop("提出申请"),)),
    Mishap("outlet.procedure-siting-in-time", (Move(("提出申请",), -60),)),
    Mishap("outlet.procedure-acceptance-after-siting", (Fill("布点论证", "论证结论", "不同意"),)),
    Mishap("outlet.procedure-acceptance-in-time", (Move(("提出申请", "布点论证"), -60),)),
    Mishap(
        "outlet.procedure-rectification-in-time",
        (
            Move(("提出申请", "布点论证"), -40),
            Copy("检查验收", -36, values={"验收结论": "需整改"}),
        ),
    ),
    Mishap("outlet.procedure-agreement-after-acceptance", (Fill("检查验收", "验收结论", "不合格"),)),
    Mishap("outlet.procedure-agreement-in-time", (Move(_BEFORE_SIGNING, -60),)),
    Mishap(
        "outlet.procedure-plaque-after-agreement",
        (Drop("签署协议"),),
        ("outlet.procedure-agreement-in-time", "outlet.procedure-agreement-in-force"),
        ("业务受理",),
    ),
    Mishap("outlet.procedure-plaque-in-time", (Move((*_BEFORE_SIGNING, "签署协议"), -60),)),
    Mishap(
        "outlet.procedure-no-business-before-plaque",
        (Drop("完成挂牌"),),
        ("outlet.procedure-plaque-in-time",),
        ("业务受理",),
    ),
    Mishap(
        "outlet.procedure-agreement-in-force", (Fill("签署协议", "协议终止日期", 1),), needs=("业务受理",)
    ),
)


def _mixed(rule: str, first: str) -> Mishap:
    """Open a permission of one class, then one of another, for the same operators."""
    steps = (
        Fill("权限开通", "岗位类别", first),
        Copy("权限开通", 20, values={"岗位类别": "业务运行"}),
        Copy("台账登记", 20),
    )
    return Mishap(rule, steps)


def _leaves(operator: str, days: int) -> tuple[Step, ...]:
    """Let an operator leave so long after coming; the change is filed, the permission stays."""
    who = {"人员编号": f"{{owner}}-{operator}"}
    return (
        Copy("人员上岗", days, values={"type": "人员离岗"}, where=who),
        Copy("人员备案", days + 1, where=who),
    )


_STAYS_OPEN = ("outlet.permission-revoked-on-leave", "outlet.permission-revoked-same-day")
PEOPLE = (
    _mixed("outlet.permission-separate-finance", "基金财务"),
    _mixed("outlet.permission-separate-data", "数据管理"),
    _mixed("outlet.permission-separate-audit", "稽核内控"),
    Mishap(_STAYS_OPEN[0], _leaves("P2", 30), _STAYS_OPEN[1:], lacks=("业务复核",)),
    Mishap("outlet.permission-no-business-after-leave", _leaves("P1", 4), _STAYS_OPEN, needs=("业务受理",)),
    Mishap("outlet.permission-approval-after-application", (Drop("权限申请"),)),
    Mishap("outlet.permission-approval-in-time", (Move(("权限申请",), -25),)),
    Mishap(
        "outlet.permission-opened-after-approval",
        (Drop("权限审核"),),
        ("outlet.permission-approval-in-time",),
    ),
    Mishap("outlet.permission-opened-in-time", (Move(("权限申请", "权限审核"), -20),)),
    Mishap(
        "outlet.permission-not-opened-when-rejected",
        (Fill("权限审核", "审核结果", "不通过"),),
        ("outlet.permission-opened-after-approval",),
    ),
    Mishap("outlet.permission-business-covered", (Fill("权限开通", "权限有效期至", 1),), needs=("业务受理",)),
    Mishap("outlet.permission-change-in-ledger", (Drop("台账登记"),)),
    Mishap(
        "outlet.permission-separate-operations",
        (Copy("权限开通", 20, values={"岗位类别": "稽核内控"}), Copy("台账登记", 20)),
    ),
    Mishap("outlet.permission-quarterly-review", (Drop("权限清查"),), age=110),
    Mishap("outlet.staff-change-filed", (Drop("人员备案"),)),
    Mishap("outlet.training-before-permission", (Drop("培训", {"培训类别": "岗前培训"}),)),
    Mishap("outlet.training-exam-before-permission", (Fill("考核", "考核成绩", 55),)),
    Mishap("outlet.training-policy-change", (Drop("政策培训"),)),
    Mishap("outlet.security-education-before-permission", (Drop("保密教育", first=True),)),
)
BUSINESS = (
    *(
        Mishap(f"outlet.handling-{name}-limit", (OfCase(kind, drop=("业务办结", "业务退件")),))
        for kind, name in _LIMITS.items()
    ),
    Mishap(
        "outlet.handling-medical-reimbursement-limit",
        (
            OfCase(
                "其他",
                has="业务办结",
                drop=("业务办结",),
                fill=(Fill("业务受理", "业务类别", "医疗费用手工报销"),),
            ),
        ),
    ),
    Mishap(
        "outlet.handling-assist-to-finish",
        (OfCase("其他", has="一次性告知", drop=("业务办结", "业务退件"), complete=False),),
    ),
    Mishap("outlet.handling-accepted-before-completed", (OfCase(has="业务办结", drop=("业务受理",)),)),
    Mishap("outlet.handling-high-risk-rechecked", (OfCase(has="业务复核", drop=("业务复核",)),)),
    Mishap(
        "outlet.handling-one-time-notice",
        (OfCase(has="一次性告知", drop=("一次性告知",), complete=False),),
    ),
    Mishap(
        "outlet.handling-notice-only-once",
        (OfCase(has="一次性告知", copy=(Copy("一次性告知", 0, 1),), complete=False),),
    ),
    Mishap("outlet.item-on-list-in-force", (OfCase(fill=(Fill("业务受理", "事项编号", "SYN-S00"),)),)),
    Mishap(
        "outlet.permission-recheck-by-another",
        (
            OfCase(
                has="业务复核",
                fill=(Fill("业务复核", "人员编号", "{owner}-P1"), Fill("业务复核", "岗位", "受理岗")),
            ),
        ),
    ),
    Mishap("outlet.handling-archives-handed-over", (Drop("档案移交"),), age=60),
    Mishap("outlet.security-device-check-periodic", (Drop("网络安全设备检查"),)),
    Mishap("outlet.security-log-audit", (Drop("日志审计"),)),
    Mishap("outlet.security-account-audit", (Drop("账号审计"),), age=110),
)
_FAILED = {"评价结果": "不合格"}
SINGLE = (
    *(
        Mishap(rule, (Drop(answer),), needs=(answer,), rich=False)
        for rule, answer in (
            ("outlet.coordination-question-answered", "疑难答复"),
            ("outlet.supervision-problem-rectified", "整改"),
            ("outlet.supervision-complaint-answered", "投诉答复"),
            ("outlet.supervision-bad-review-contacted", "差评联系"),
            ("outlet.supervision-bad-review-fixed", "差评整改"),
            ("outlet.supervision-bad-review-called-back", "回访"),
            ("outlet.security-hazard-fixed", "隐患整改"),
            ("outlet.security-incident-reported", "安全事件报告"),
            ("outlet.supervision-evaluation-fed-back", "评价反馈"),
        )
    ),
    Mishap(
        "outlet.security-major-hazard-fixed",
        (Fill("隐患发现", "隐患等级", "重大"),),
        needs=("隐患发现",),
        rich=False,
    ),
    Mishap(
        "outlet.supervision-summoned-after-failure",
        (Fill("年度评价", "评价结果", "不合格"),),
        needs=("年度评价",),
        rich=False,
    ),
    Mishap(
        "outlet.supervision-violations-accountability",
        tuple(Copy("监督检查", days, values={"type": "违规行为"}) for days in (1, 2, 3)),
        needs=("监督检查",),
        rich=False,
    ),
    Mishap(
        "outlet.supervision-two-failures-end-cooperation",
        (
            *(Copy("年度评价", days, values=_FAILED, where={"评价结果": "合格"}) for days in (-400, -200)),
            Copy("年度评价", 3, values={"type": "评价反馈"}, where=_FAILED),
            Copy("年度评价", 4, values={"type": "约谈"}, where=_FAILED),
        ),
        needs=("年度评价",),
        rich=False,
    ),
    Mishap(
        "outlet.supervision-complaints-sanctioned",
        tuple(
            Copy(kind, days, suffix=("投诉编号", f"-{days}"))
            for days in (1, 2)
            for kind in ("投诉", "投诉答复")
        ),
        needs=("投诉",),
        rich=False,
    ),
)
_AFTER_HANDOVER = ("摘牌", "数据返还", "终止协议")


def _exit(rule: str, steps: tuple[Step, ...], needs: str, *also: str) -> Mishap:
    return Mishap(rule, steps, also, (needs,), rich=False)


EXITS = (
    _exit("outlet.exit-voluntary-notice-period", (Fill("退出申请", "拟退出日期", 3),), "退出申请"),
    _exit("outlet.exit-voluntary-announced", (Fill("退出公告", "退出类型", "终止合作"),), "退出申请"),
    _exit("outlet.exit-forced-heard-first", (Drop("申辩告知"),), "申辩告知"),
    _exit("outlet.exit-forced-announced", (Fill("退出公告", "退出类型", "终止合作"),), "强制退出决定"),
    _exit("outlet.exit-termination-announced", (Fill("退出公告", "退出类型", "主动退出"),), "终止合作通知"),
    _exit("outlet.exit-handover-in-time", (Move(("业务移交", *_AFTER_HANDOVER), 40),), "业务移交"),
    _exit(
        "outlet.exit-permissions-cleared-in-time",
        (Drop("权限清退"),),
        "终止合作通知",
        "outlet.exit-plaque-after-clearing",
    ),
    _exit(
        "outlet.exit-forced-permissions-cleared-at-once",
        (Drop("权限清退"),),
        "强制退出决定",
        "outlet.exit-plaque-after-clearing",
        "outlet.exit-permissions-cleared-in-time",
    ),
    _exit("outlet.exit-data-returned-in-time", (Move(("数据返还", "终止协议"), 40),), "数据返还"),
    _exit(
        "outlet.exit-plaque-after-handover",
        (Move(("摘牌",), -4),),
        "摘牌",
        "outlet.exit-plaque-removed-in-time",
    ),
    _exit("outlet.exit-plaque-removed-in-time", (Move(("摘牌",), 40),), "摘牌"),
    _exit(
        "outlet.exit-handover-after-announcement",
        (Drop("退出公告"),),
        "终止合作通知",
        "outlet.exit-termination-announced",
    ),
    _exit(
        "outlet.exit-agreement-ended-after-data-return",
        (Drop("数据返还"),),
        "数据返还",
        "outlet.exit-data-returned-in-time",
    ),
)
MISHAPS = BEGINNING + PEOPLE + BUSINESS + SINGLE + EXITS
# How old a case must be for every limit (of working days too) to have run out.
CASE_AGE = 45
