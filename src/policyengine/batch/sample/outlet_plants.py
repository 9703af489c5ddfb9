"""Which change of an outlet's facts breaks which rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.batch.sample.plants import After, Ago, Plant
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policyengine.batch.sample.plants import Change
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
    Plant(
        "outlet.direction-signs",
        Subject.OUTLET,
        {"标识设置": "室外统一标牌、专窗标识"},
        _TOWN,
        local={"3702": ("outlet.signage",)},
    ),
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
    # Whatever the kind is, the rules of each kind are met, so that only the missing record is wrong.
    Plant(
        "outlet.exit-kind-recorded",
        Subject.OUTLET,
        {"退出类别": None, "已听取陈述申辩": True},
        _GONE | {"退出类别": ("主动退出",)},
        spared=("35",),
    ),
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


def _local(
    rule: str, place: str, change: Mapping[str, Change], where: Mapping[str, tuple[str | bool, ...]]
) -> Plant:
    return Plant(rule, Subject.OUTLET, change, where, places=(place,))


OVERLAY_PLANTS = (
    # A suspended outlet is not one that cooperation goes on with, which the national rule asks for.
    _local("outlet.beijing-terminated-after-fails", "11", {"连续不合格年数": 2}, {"网点状态": ("暂停",)}),
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
