"""Which change of facts breaks which rule. One plant a subject, so that what it breaks is known exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyengine.batch.sample.outlet_plants import OUTLET_BLANKS, OUTLET_PLANTS, OVERLAY_PLANTS
from policyengine.batch.sample.plants import After, Ago, Plant
from policyengine.vocabulary.terms import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policyengine.batch.sample.plants import Change


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
