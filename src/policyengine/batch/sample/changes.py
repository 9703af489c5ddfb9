"""Which change of facts breaks which rule. One plant a subject, so that what it breaks is known exactly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Ago:
    """A day so long before the as-of day."""

    days: int


@dataclass(frozen=True, slots=True)
class After:
    """A day so long after another date of the subject (before, if negative)."""

    term: str
    days: int


Change: TypeAlias = "bool | int | float | str | Ago | After | None"


@dataclass(frozen=True, slots=True)
class Plant:
    """A change of one subject's facts.

    rule: what it is meant to break (or to leave undetermined). also: what else it breaks. where: what the
    subject must be like, term → allowed values. missing: the change takes a value away, so the verdict is
    `undetermined`; else it is `fail`. places: only subjects in divisions whose codes begin so, for rules of
    overlays; spared: none there, since an overlay does not take the rule over. local: what else it breaks under
    overlays, by the beginning of the division's code.
    """

    rule: str
    subject: Subject
    change: Mapping[str, Change]
    where: Mapping[str, tuple[str | bool, ...]] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    missing: bool = False
    places: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    local: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_ACTIVE = {"网点状态": ("合作中",)}
_HELD = {"网点状态": ("合作中", "暂停")}
_TOWN = _ACTIVE | {"网点层级": ("设区市", "县城")}
_RURAL = _ACTIVE | {"网点层级": ("乡镇（街道）", "村（社区）")}
_TOP = _ACTIVE | {"网点等级": ("优质网点",)}
_GONE = {"网点状态": ("已退出",)}


def _outlet(
    rule: str,
    change: Mapping[str, Change],
    where: Mapping[str, tuple[str | bool, ...]] = _ACTIVE,
    *also: str,
) -> Plant:
    return Plant(rule, Subject.OUTLET, change, where, also)


OUTLET_PLANTS = (
    _outlet("outlet.standard-agreement", {"采用统一协议文本": False}, _HELD),
    _outlet("outlet.accessible-counter", {"无障碍设施": "电子信息显示屏、手写板、语音提示"}),
    _outlet("outlet.accessible-aids", {"无障碍设施": "低位服务台、手写板"}),
    _outlet(
        "outlet.accessible-terminals",
        {"自助终端无障碍功能": "大字"},
        _ACTIVE | {"__机构类型": ("商业银行", "农村信用社")},
    ),
    _outlet("outlet.equipment-kinds", {"设备种类": "电脑、打印机"}),
    _outlet("outlet.computers-per-window", {"可用电脑数": 0}),
    _outlet("outlet.queue-device", {"叫号设备完好": False}, _TOWN),
    Plant(
        "outlet.system-connected",
        Subject.OUTLET,
        {"业务系统已接入": False},
        _ACTIVE,
        local={"33": ("outlet.inspection-passed",)},
    ),
    _outlet("outlet.self-service", {"自助终端数": 0}, _TOP),
    _outlet("outlet.cctv-coverage", {"视频监控覆盖办理区": False}, _HELD),
    _outlet("outlet.cctv-retention", {"视频保存天数": 12}, _HELD),
    _outlet("outlet.cctv-retention-key-target", {"反恐重点目标": True, "视频保存天数": 60}, _HELD),
    _outlet("outlet.cctv-filing", {"监控启用日期": Ago(120), "监控备案日期": None}, _HELD),
    _outlet("outlet.setup-capability", {"配备能力核验项目": "场地设置"}, {"网点状态": ("合作中", "筹备中")}),
    _outlet("outlet.manual-service", {"服务形式": "现场指导、自助办理、预约服务、优先办理"}),
    _outlet("outlet.special-group-service", {"服务形式": "人工窗口办理、现场指导、自助办理"}),
    _outlet("outlet.free-of-charge", {"收费项目数": 1}),
    _outlet("outlet.no-tied-selling", {"搭售查实次数": 1}, _HELD),
    _outlet("outlet.service-days", {"每周服务天数": 2}, _TOWN),
    _outlet("outlet.staff-minimum", {"在岗经办人员数": 1}, _TOWN),
    _outlet("outlet.township-staff-minimum", {"在岗经办人员数": 0}, _RURAL),
    Plant("outlet.township-post-limit", Subject.OUTLET, {"社保岗位设置数": 5}, _RURAL, spared=("45",)),
    _outlet("outlet.review-ratio", {"复核人员数": 0}, _TOWN),
    _outlet("outlet.guide-staff", {"导办人员数": 0}, _TOP),
    _outlet("outlet.service-area", {"服务区面积": 6.5}),
    _outlet("outlet.waiting-seats", {"等候座位数": 1}),
    _outlet("outlet.basic-zones", {"功能区": "服务区"}, _TOWN | {"网点等级": ("基础网点",)}),
    _outlet("outlet.quality-zones", {"功能区": "服务区、等候区、办理区"}, _TOP),
    _outlet("outlet.dedicated-window", {"社保业务专窗数": 0}),
    _outlet("outlet.signage", {"标识设置": "导向指示牌"}),
    _outlet("outlet.direction-signs", {"标识设置": "室外统一标牌、专窗标识"}, _TOWN),
    _outlet("outlet.public-notices", {"公示内容": "经办事项、服务时间"}),
    _outlet("outlet.inspection-passed", {"验收结论": "不合格"}, _HELD, "outlet.agreement-after-inspection"),
    Plant(
        "outlet.inspection-parts",
        Subject.OUTLET,
        {"验收合格项目": "标识、窗口"},
        _ACTIVE,
        local={"50": ("outlet.inspection-passed",)},
    ),
    _outlet("outlet.agreement-after-inspection", {"检查验收日期": After("首次签约日期", 1)}),
    _outlet("outlet.agreement-in-force", {"协议到期日期": Ago(3)}, _ACTIVE, "outlet.renewal-in-time"),
    _outlet("outlet.agreement-terms", {"协议载明事项": "处理目的、不得转委托、终止后返还删除"}, _HELD),
    _outlet(
        "outlet.no-sub-delegation",
        {"协议载明事项": "处理目的、处理期限、处理方式、个人信息种类、保护措施、双方权利义务"},
        _HELD,
    ),
    _outlet("outlet.agreement-length", {"协议到期日期": After("签约日期", 2000)}, _HELD),
    _outlet("outlet.application-papers", {"申请材料": "申请书"}),
    _outlet("outlet.application-recorded", {"提出申请日期": Ago(-5)}, _HELD, "outlet.siting-approved"),
    _outlet("outlet.superior-consent", {"上级机构同意日期": None}),
    _outlet("outlet.plaque-after-agreement", {"挂牌日期": After("首次签约日期", -1)}),
    _outlet("outlet.plaque-completed", {"挂牌日期": Ago(-5)}, _ACTIVE, "outlet.plaque-in-time"),
    _outlet("outlet.plaque-in-time", {"挂牌日期": After("首次签约日期", 40)}),
    _outlet("outlet.siting-approved", {"布点论证结论": "不同意布点"}, _HELD),
    _outlet("outlet.siting-collective", {"布点经集体研究": False}),
    _outlet("outlet.walking-time", {"步行时间": 45}, _TOWN),
    _outlet("outlet.service-radius", {"服务半径": 12.5}, _RURAL),
    _outlet("outlet.archives-handed-over", {"逾期未移交档案件数": 14}, _HELD),
    _outlet("outlet.archives-not-kept", {"网点留存档案件数": 3}, _HELD),
    _outlet("outlet.archives-receipted", {"档案移交双方签收": False}, _HELD),
    _outlet("outlet.contact-person", {"对口联络人数": 0}),
    _outlet("outlet.handling-logged", {"经办留痕率": 82.5}, _HELD),
    _outlet("outlet.error-rate", {"业务差错率": 6.25}),
    _outlet("outlet.ledger-kept", {"岗位权限台账已建立": False}, _HELD),
    _outlet("outlet.ledger-keeper", {"台账保管人已明确": False}, _HELD),
    _outlet("outlet.ledger-checked", {"台账最近核对日期": Ago(300)}),
    _outlet("outlet.within-list", {"清单外经办事项数": 2}, _HELD),
    _outlet("outlet.item-cap", {"经办事项数": 120}),
    _outlet("outlet.no-late-case", {"逾期办结件数": 4}, _HELD),
    _outlet("outlet.same-day", {"当日办结率": 61.5}),
    _outlet("outlet.operator-ledger-check", {"人员台账最近核对日期": Ago(400)}),
    _outlet("outlet.collective-training", {"近半年集中培训次数": 0}),
    _outlet(
        "outlet.sensitive-data-consent",
        {"敏感个人信息处理依据": "个人同意", "已留存单独同意记录": False},
    ),
    _outlet("outlet.data-export-approval", {"未经批准导出数据次数": 1}, _HELD),
    _outlet("outlet.no-local-data", {"本地留存社会保险数据": True}, _HELD),
    _outlet("outlet.facility-safety-check", {"最近一次设施设备安全检查日期": Ago(400)}, _HELD),
    _outlet("outlet.terminal-register", {"已登记经办终端数": 0}, _HELD),
    _outlet("outlet.retired-equipment-wiped", {"报废经办设备数": 2, "已清除数据的报废设备数": 0}),
    _outlet("outlet.screen-privacy", {"已采取屏幕防窥措施": False}),
    _outlet("outlet.security-device-check", {"最近一次网络安全设备检查日期": Ago(200)}, _HELD),
    _outlet("outlet.network-log-audit", {"最近一次网络日志审计日期": Ago(400)}, _HELD),
    _outlet("outlet.terminal-log-audit", {"最近一次终端日志审计日期": Ago(400)}, _HELD),
    _outlet("outlet.private-network-only", {"违规外联终端数": 1}, _HELD),
    _outlet("outlet.terminal-malware-protection", {"病毒防护正常终端数": 0}),
    _outlet("outlet.security-hazards-cleared", {"逾期未排除网络安全隐患数": 1}, _HELD),
    _outlet("outlet.account-audit", {"最近一次经办账号审计日期": Ago(400)}, _HELD),
    _outlet("outlet.grade-agrees", {"年度评分": 80.0, "登记评价等级": "优"}),
    _outlet("outlet.satisfaction-minimum", {"服务对象满意度": 71.25}, _ACTIVE, "outlet.satisfaction-target"),
    _outlet(
        "outlet.disposition-agrees",
        {
            "年度评分": 66.0,
            "登记评价等级": "中",
            "登记评价处置": "继续合作",
            "评价问题整改截止日期": After("最近一次年度评价日期", 20),
            "评价问题整改完成日期": After("最近一次年度评价日期", 15),
        },
    ),
    _outlet(
        "outlet.failed-evaluation-interview",
        {
            "年度评分": 41.5,
            "登记评价等级": "差",
            "登记评价处置": "约谈",
            "连续不合格年数": 1,
            "评价问题整改截止日期": After("最近一次年度评价日期", 20),
            "评价问题整改完成日期": After("最近一次年度评价日期", 15),
        },
    ),
    _outlet(
        "outlet.evaluation-improvement",
        {
            "年度评分": 66.0,
            "登记评价等级": "中",
            "登记评价处置": "限期整改",
            "评价问题整改截止日期": After("最近一次年度评价日期", 20),
        },
    ),
    _outlet(
        "outlet.evaluation-result-notice", {"评价结果告知日期": After("最近一次年度评价日期", -400)}, _HELD
    ),
    _outlet("outlet.violation-accountability", {"本年度违规办理次数": 6}),
    _outlet("outlet.suspension-observed", {"暂停期间受理业务件数": 5}, {"网点状态": ("暂停",)}),
    _outlet("outlet.complaint-channels", {"外部监督渠道": "监督投诉电话"}),
    _outlet("outlet.on-site-inspection", {"最近一次监督检查日期": Ago(500)}),
    _outlet("outlet.unannounced-inspection", {"近一年不打招呼检查次数": 0}),
    _outlet("outlet.inspection-cooperation", {"近一年拒绝监督检查次数": 1}, _HELD),
    _outlet("outlet.inspection-rectification", {"监督检查整改完成日期": None}, _HELD),
    _outlet("outlet.bad-review-callback", {"近一年实名差评件数": 4, "实名差评回访率": 50.0}),
    _outlet("outlet.bad-review-contact", {"近一年实名差评件数": 4, "实名差评最长联系用时": 9}),
    _outlet("outlet.bad-review-fix", {"近一年实名差评件数": 4, "实名差评最长整改用时": 30}),
    _outlet("outlet.complaint-reply", {"近一年投诉件数": 3, "投诉最长办理用时": 45}),
    _outlet("outlet.same-kind-complaints", {"单月同类有责投诉最多次数": 8}),
    _outlet(
        "outlet.yearly-evaluation",
        {
            "上级机构同意日期": Ago(720),
            "提出申请日期": Ago(715),
            "布点论证日期": Ago(710),
            "检查验收日期": Ago(705),
            "首次签约日期": Ago(700),
            "签约日期": Ago(700),
            "协议到期日期": Ago(-390),
            "挂牌日期": Ago(697),
            "最近一次年度评价日期": Ago(600),
            "评价结果告知日期": Ago(595),
        },
    ),
    Plant(
        "outlet.forced-exit-failed-years",
        Subject.OUTLET,
        {"连续不合格年数": 3},
        _ACTIVE,
        local={"11": ("outlet.beijing-terminated-after-fails",)},
    ),
    _outlet(
        "outlet.reapplication-cooling-off",
        {"上次退出类别": "强制退出", "上次退出日期": After("提出申请日期", -30)},
        {"网点状态": ("筹备中",)},
    ),
    _outlet("outlet.forced-exit-fraud", {"查实骗取社会保险基金": True}),
    _outlet("outlet.forced-exit-hearing", {"已听取陈述申辩": False}, _GONE | {"退出类别": ("强制退出",)}),
    _outlet("outlet.forced-exit-public-notice", {"退出公告日期": None}, _GONE | {"退出类别": ("强制退出",)}),
    _outlet("outlet.exit-permissions-revoked", {"未注销权限数": 3}, _GONE),
    _outlet("outlet.exit-access-closed", {"经办终端接入已断开": False}, _GONE),
    _outlet("outlet.exit-plaque-removed", {"摘牌日期": None}, _GONE),
    _outlet("outlet.exit-data-returned", {"个人信息返还删除日期": None}, _GONE),
    _outlet("outlet.exit-archives-handed-over", {"退出后未移交档案件数": 9}, _GONE),
    _outlet(
        "outlet.voluntary-exit-notice",
        {"退出申请日期": After("停止经办日期", -3)},
        _GONE | {"退出类别": ("主动退出",)},
    ),
    _outlet(
        "outlet.voluntary-exit-public-notice",
        {"退出公告日期": After("停止经办日期", -1)},
        _GONE | {"退出类别": ("主动退出", "终止合作")},
    ),
    _outlet("outlet.exit-unfinished-cases", {"退出后未办结业务件数": 7}, _GONE),
    _outlet("outlet.exit-handover", {"退出业务移交完成日期": None}, _GONE),
    _outlet("outlet.exit-kind-recorded", {"停止经办日期": None}, _GONE | {"退出类别": ("强制退出",)}),
)


def _local(
    rule: str, place: str, change: Mapping[str, Change], where: Mapping[str, tuple[str | bool, ...]]
) -> Plant:
    return Plant(rule, Subject.OUTLET, change, where, places=(place,))


OVERLAY_PLANTS = (
    _local("outlet.beijing-terminated-after-fails", "11", {"连续不合格年数": 2}, _ACTIVE),
    _local(
        "outlet.jiangsu-basic-service",
        "32",
        {"服务形式": "人工窗口办理、现场指导、预约服务"},
        _ACTIVE | {"网点等级": ("基础网点",)},
    ),
    _local(
        "outlet.fujian-exit-kind-known",
        "35",
        {"退出申请日期": After("停止经办日期", -40)},
        _GONE | {"退出类别": ("强制退出", "终止合作")},
    ),
    _local("outlet.qingdao-queue-device", "3702", {"叫号设备完好": False}, _RURAL),
    _local(
        "outlet.anyang-service-hours-shown",
        "4105",
        {"公示内容": "经办事项、办事指南、办理时限、不收费提示、监督电话"},
        _ACTIVE,
    ),
    _local("outlet.guangzhou-grade-recorded", "4401", {"登记评价等级": None}, _ACTIVE),
)

# Taking a value away: the verdict is 无法判定. The second column is what else cannot be judged then.
_BLANKS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("服务区面积", "outlet.service-area", ()),
    ("视频保存天数", "outlet.cctv-retention", ()),
    ("网点留存档案件数", "outlet.archives-not-kept", ()),
    ("服务对象满意度", "outlet.satisfaction-minimum", ("outlet.satisfaction-target",)),
    ("违规外联终端数", "outlet.private-network-only", ()),
    ("采用统一协议文本", "outlet.standard-agreement", ()),
    ("最近一次监督检查日期", "outlet.on-site-inspection", ()),
    ("清单外经办事项数", "outlet.within-list", ()),
)
OUTLET_BLANKS = tuple(
    Plant(rule, Subject.OUTLET, {term: None}, _ACTIVE, also, missing=True) for term, rule, also in _BLANKS
)


def _operator(
    rule: str,
    change: Mapping[str, Change],
    where: Mapping[str, tuple[str | bool, ...]] | None = None,
    *also: str,
) -> Plant:
    return Plant(rule, Subject.OPERATOR, change, {"人员状态": ("在岗",)} if where is None else where, also)


_ON = {"账号状态": ("启用",)}
_LEFT = {"人员状态": ("离岗",)}

OPERATOR_PLANTS = (
    _operator("operator.badge", {"佩戴工牌": False}),
    _operator("operator.uniform", {"统一着装": False}),
    _operator("operator.permission-requested", {"权限申请日期": After("权限审核通过日期", 2)}, _ON),
    _operator("operator.permission-approved", {"权限审核通过日期": After("权限开通日期", 2)}, _ON),
    _operator("operator.approval-steps", {"权限审批环节": "业务部门申请、信息系统赋权"}, _ON),
    _operator("operator.granting-level", {"赋权层级": "合作网点"}, _ON),
    _operator("operator.no-excess-permission", {"超岗位权限数": 2}, _ON),
    _operator("operator.incompatible-posts", {"岗位类别": "业务运行、稽核内控"}, _ON),
    _operator("operator.leaver-closed", {"账号状态": "停用"}, _LEFT | {"__网点状态": ("合作中", "暂停")}),
    _operator(
        "operator.exit-account-closed",
        {"账号状态": "停用"},
        _LEFT | {"__网点状态": ("已退出",)},
        "operator.leaver-closed",
    ),
    _operator(
        "operator.education",
        {"学历": "高中及以下"},
        {"人员状态": ("在岗",), "任职岗位": ("受理岗", "复核岗"), "__网点层级": ("设区市", "县城")},
    ),
    _operator("operator.absent-suspended", {"账号状态": "启用"}, {"人员状态": ("暂离岗位",)}),
    _operator("operator.in-ledger", {"权限已登台账": False}, _ON),
    _operator(
        "operator.permission-reviewed",
        {
            "权限开通日期": Ago(600),
            "权限审核通过日期": Ago(604),
            "权限申请日期": Ago(608),
            "最近权限复核日期": Ago(500),
        },
        _ON,
    ),
    _operator("operator.named-registration", {"已实名登记备案": False}),
    _operator("operator.leave-report", {"离岗报备日期": After("离岗日期", 20)}, _LEFT),
    _operator("operator.leave-handover", {"离岗交接已完成": False}, _LEFT),
    _operator("operator.pre-job-training", {"岗前培训完成日期": After("上岗日期", 3)}),
    _operator("operator.pre-job-training-hours", {"岗前培训学时": 4}),
    _operator("operator.pre-job-exam", {"上岗考核成绩": 52}),
    _operator(
        "operator.yearly-training-hours",
        {
            "上岗日期": Ago(800),
            "岗前培训完成日期": Ago(810),
            "保密承诺书签订日期": Ago(805),
            "近一年培训学时": 2,
        },
    ),
    _operator("operator.policy-change-training", {"最近一次政策业务培训日期": Ago(200)}),
    _operator("operator.security-education", {"最近一次保密安全教育日期": Ago(500)}),
    _operator("operator.confidentiality-pledge", {"保密承诺书签订日期": After("上岗日期", 5)}),
    _operator("operator.no-account-sharing", {"近一年查实共用账号次数": 1}),
    _operator("operator.failed-appraisal-off-post", {"年度考评结果": "不合格", "再培训考核合格": False}),
    Plant("operator.badge", Subject.OPERATOR, {"佩戴工牌": None}, {"人员状态": ("在岗",)}, missing=True),
    Plant(
        "operator.pre-job-training-hours",
        Subject.OPERATOR,
        {"岗前培训学时": None},
        {"人员状态": ("在岗",)},
        missing=True,
    ),
)


def _institution(rule: str, change: Mapping[str, Change], *also: str) -> Plant:
    return Plant(rule, Subject.INSTITUTION, change, {"机构状态": ("合作中",)}, also)


INSTITUTION_PLANTS = (
    Plant(
        "institution.reach-preferred",
        Subject.INSTITUTION,
        {"乡镇街道网点数": 0, "村社区服务点数": 0},
        {"机构状态": ("申请中",)},
    ),
    _institution("institution.no-separate-standard", {"与统一文本不一致条数": 3}),
    _institution("institution.public-premises", {"营业场所数": 0}),
    _institution("institution.service-management", {"行业服务规范已印发": False}),
    _institution("institution.management-systems", {"管理制度": "岗位管理制度、业务办理制度"}),
    _institution("institution.master-agreement", {"总协议到期日期": Ago(10)}),
    _institution("institution.coordination", {"协调机制内容": "信息通报"}),
    _institution("institution.consultation", {"最近会商日期": Ago(500)}),
    _institution("institution.internal-control-check", {"最近一次内控检查日期": Ago(900)}),
    _institution("institution.internal-control-rectification", {"内控检查逾期未整改问题数": 2}),
    _institution("institution.confidentiality-agreement", {"信息保密协议到期日期": Ago(10)}),
    _institution(
        "institution.sub-entrustment-consent", {"存在转委托处理个人信息": True, "转委托已获同意": False}
    ),
    _institution("institution.impact-assessment", {"影响评估完成日期": After("个人信息处理开始日期", 30)}),
    _institution("institution.impact-assessment-retention", {"影响评估报告保存年数": 1}),
    _institution("institution.entrustment-record-retention", {"委托处理记录保存年数": 1}),
    _institution("institution.personal-data-measures", {"已落实个人信息保护措施": "分类管理"}),
    _institution(
        "institution.compliance-audit", {"处理个人信息人数": 3000, "最近一次合规审计日期": Ago(1500)}
    ),
    _institution("institution.dedicated-line", {"总对总专线已联通": False}),
    _institution("institution.network-log-retention", {"网络日志留存月数": 3}),
    _institution(
        "institution.mlps-self-check", {"等级保护级别": "第三级", "最近一次等级保护自查日期": Ago(900)}
    ),
    _institution("institution.mlps-filing", {"等级保护备案日期": None}),
    _institution("institution.mlps-assessment", {"等级保护级别": "第三级", "最近一次等级测评日期": Ago(900)}),
    _institution("institution.network-emergency-plan", {"已制定网络安全应急预案": False}),
    _institution("institution.emergency-drill", {"最近一次网络安全应急演练日期": Ago(900)}),
    _institution("institution.operation-log-retention", {"业务操作日志留存月数": 6}),
)


def _item(
    rule: str,
    change: Mapping[str, Change],
    where: Mapping[str, tuple[str | bool, ...]] | None = None,
    *also: str,
) -> Plant:
    return Plant(rule, Subject.ITEM, change, where or {}, also)


ITEM_PLANTS = (
    _item("item.retention-permanent", {"档案类别": "参保单位登记"}),
    _item("item.tiered-review", {"审核级数": 0}, {"风险等级": ("3",)}),
    _item("item.change-reasoned", {"清单状态": "已调出"}),
    _item("item.batch-recorded", {"公布批次序号": None}, {"__开展情形": ("未开展",)}),
    _item("item.delegable", {"风险等级": 4}, {"经办方式": ("受理转报",)}),
    _item("item.forward-only", {"经办方式": "办理后抽检"}, {"风险等级": ("3",)}),
    _item("item.retention-term", {"保管年限": 2}),
    _item("item.retention-start", {"保管起算方式": "形成当日起"}),
    _item("item.sample-checked", {"抽检比例": 1.0}, {"经办方式": ("办理后抽检",)}),
    _item("item.logged-steps", {"系统记录环节": "受理"}),
    _item("item.guide-complete", {"办事指南要素": "受理条件、收费说明"}),
    _item("item.no-extra-proof", {"无依据证明材料数": 1}),
    _item("item.published-first", {"事项公布日期": After("事项实施日期", 5)}),
    _item("item.risk-graded", {"风险等级": 1}, {"事项类别": ("登记变更注销",)}),
    _item("item.checked-handling", {"经办方式": "即时办结"}, {"事项类别": ("登记变更注销",)}),
    _item("item.statutory-limit", {"承诺办结时限": 90}, {"事项类别": ("登记变更注销",)}),
    _item("item.card-limit", {"承诺办结时限": 30}, {"事项类别": ("社会保障卡",)}),
)

_AREAS = {
    "basic-requirements": "基本要求",
    "procedure": "合作程序",
    "handling": "经办规范",
    "training": "管理培训",
    "security": "安全要求",
    "evaluation": "监督评价",
    "exit": "退出机制",
}
_BEGUN = {"开展情形": ("已开展",)}

PROVINCE_PLANTS = (
    *(
        Plant(
            f"province.unified-{name}",
            Subject.PROVINCE,
            {"全省统一文本领域": "、".join(one for one in _AREAS.values() if one != area)},
            _BEGUN,
        )
        for name, area in _AREAS.items()
    ),
    Plant("province.list-authority", Subject.PROVINCE, {"清单确定机关": "合作机构"}, _BEGUN),
    Plant("province.list-published", Subject.PROVINCE, {"清单公布日期": After("清单实施日期", 5)}, _BEGUN),
    Plant(
        "province.list-reviewed",
        Subject.PROVINCE,
        {"清单公布日期": Ago(900), "清单实施日期": Ago(800), "清单最近评估日期": Ago(700)},
    ),
    Plant("province.evaluation-sources", Subject.PROVINCE, {"年度评价组成": "经办机构评分"}),
    Plant(
        "province.county-coverage", Subject.PROVINCE, {"县域合作机构数最低值": 0}, {"开展情形": ("已开展",)}
    ),
    Plant("province.open-conditions", Subject.PROVINCE, {"准入条件已公开": False}),
    Plant("province.list-channel", Subject.PROVINCE, {"清单公布渠道": "内部文件"}, {"开展情形": ("已开展",)}),
)

BATCH_PLANTS = (
    Plant("batch.small-start", Subject.BATCH, {"本批累计事项数": 90}, {"批次序号": ("1",)}),
    Plant("batch.public-channel", Subject.BATCH, {"批次公布渠道": "内部文件"}),
    Plant("batch.frequent-first", Subject.BATCH, {"本批最低年办件量": 10}),
    Plant("batch.approved-first", Subject.BATCH, {"批次审定日期": After("批次公布日期", 4)}),
    Plant("batch.simple-to-complex", Subject.BATCH, {"本批平均复杂度": 6.0}, {"批次序号": ("2",)}),
    Plant("batch.no-simpler-item-left", Subject.BATCH, {"本批最低复杂度": 6}, {"批次序号": ("2",)}),
    Plant("batch.published-first", Subject.BATCH, {"批次实施日期": After("批次公布日期", -3)}),
    Plant(
        "batch.one-after-another",
        Subject.BATCH,
        {"上一批公布日期": After("批次公布日期", 5)},
        {"批次序号": ("2",)},
    ),
    Plant("batch.risk-limit", Subject.BATCH, {"本批最高风险等级": 4}, {"批次序号": ("2",)}),
    Plant(
        "batch.risk-limit",
        Subject.BATCH,
        {"本批最高风险等级": 4},
        {"批次序号": ("1",)},
        local={"54": ("batch.xizang-low-risk-first",)},
    ),
    Plant(
        "batch.xizang-low-risk-first",
        Subject.BATCH,
        {"本批最高风险等级": 2},
        {"批次序号": ("1",)},
        places=("54",),
    ),
    Plant("batch.few-to-many", Subject.BATCH, {"本批累计事项数": 5}, {"批次序号": ("2",)}),
)

PLANTS: dict[Subject, tuple[Plant, ...]] = {
    Subject.OUTLET: OUTLET_PLANTS + OUTLET_BLANKS + OVERLAY_PLANTS,
    Subject.OPERATOR: OPERATOR_PLANTS,
    Subject.INSTITUTION: INSTITUTION_PLANTS,
    Subject.ITEM: ITEM_PLANTS,
    Subject.PROVINCE: PROVINCE_PLANTS,
    Subject.BATCH: BATCH_PLANTS,
}
