"""What a compliant subject looks like, term by term. Violations are planted later, see `plants`.

Values keep a distance from the limits of the national book, so that an overlay that is a little stricter leaves
them compliant. Every term of the vocabulary must stand here: a test fails when one does not.
"""

from __future__ import annotations

import polars as pl

from policyengine.batch.sample.draws import (
    Spec,
    after,
    always,
    between,
    days_ago,
    days_ahead,
    decimals,
    members,
    never,
    pick,
)
from policyengine.batch.sample.outlet_facts import OUTLET
from policyengine.vocabulary.terms import Subject

PROVINCE: dict[str, Spec] = {
    "省份名称": never(),  # from the divisions
    "开展情形": always("已开展"),
    "全省统一文本领域": members(
        ("基本要求", "合作程序", "经办规范", "管理培训", "安全要求", "监督评价", "退出机制")
    ),
    "准入条件已公开": always(value=True),
    "县域合作机构数最低值": between(2, 5),
    "清单确定机关": always("人力资源社会保障部门"),
    "清单公布日期": days_ago(330, 330),
    "清单实施日期": after("清单公布日期", 10, 10),
    "清单公布渠道": members(("政府网站", "政务服务平台"), ("经办大厅公示", "合作网点公示")),
    "清单最近评估日期": days_ago(20, 150),
    "最近一次经办政策调整日期": days_ago(30, 30),
    "年度评价组成": members(("经办机构评分", "应用部门评分", "第三方满意度调查", "热线反映情况")),
}
INSTITUTION: dict[str, Spec] = {
    "机构名称": never(),  # composed
    "机构类型": pick({"商业银行": 6, "农村信用社": 3, "邮政企业": 1}),
    "机构状态": always("合作中"),
    "营业场所数": between(20, 900),
    "行业服务规范已印发": always(value=True),
    "服务管理部门已明确": always(value=True),
    "管理制度": members(
        (
            "岗位管理制度",
            "权限管理制度",
            "业务办理制度",
            "档案管理制度",
            "信息安全保密制度",
            "投诉处理制度",
            "培训考核制度",
            "应急处置制度",
            "退出管理制度",
        )
    ),
    "乡镇街道网点数": between(5, 300),
    "村社区服务点数": between(5, 600),
    "与统一文本不一致条数": always(0),
    "总协议签订日期": days_ago(100, 700),
    "总协议到期日期": days_ahead(120, 900),
    "协调机制内容": members(("联席会商", "对口联络", "疑难会办", "信息通报"), ("应急协同",)),
    "最近会商日期": days_ago(5, 80),
    "信息保密协议签订日期": days_ago(200, 700),
    "信息保密协议到期日期": days_ahead(120, 900),
    "总对总专线已联通": always(value=True),
    "网络日志留存月数": between(12, 36),
    "业务操作日志留存月数": between(48, 120),
    "等级保护级别": pick({"第三级": 9, "第二级": 1}),
    "系统投入运行日期": days_ago(800, 1800),
    "等级保护备案日期": after("系统投入运行日期", 3, 20),
    "最近一次等级保护自查日期": days_ago(10, 150),
    "最近一次等级测评日期": days_ago(10, 200),
    "已制定网络安全应急预案": always(value=True),
    "最近一次网络安全应急演练日期": days_ago(10, 160),
    "最近一次内控检查日期": days_ago(10, 160),
    "内控检查逾期未整改问题数": always(0),
    "存在转委托处理个人信息": always(value=False),
    "转委托已获同意": always(value=True),
    "个人信息处理开始日期": days_ago(400, 700),
    "影响评估完成日期": after("个人信息处理开始日期", -90, -10),
    "影响评估报告保存年数": between(5, 10),
    "委托处理记录保存年数": between(5, 10),
    "已落实个人信息保护措施": members(
        (
            "管理制度和操作规程",
            "分类管理",
            "加密和去标识化",
            "操作权限管理",
            "安全教育和培训",
            "应急预案",
            "专人负责",
        )
    ),
    "处理个人信息人数": between(20, 4000),
    "最近一次合规审计日期": days_ago(20, 300),
}
OPERATOR: dict[str, Spec] = {
    "人员状态": always("在岗"),
    "任职岗位": pick({"受理岗": 6, "复核岗": 2, "导办岗": 1, "管理岗": 1}),
    "学历": pick({"大专": 4, "本科": 5, "研究生": 1}),
    "统一着装": always(value=True),
    "佩戴工牌": always(value=True),
    "岗位类别": always("业务运行"),
    "上岗日期": days_ago(120, 900),
    "权限开通日期": after("上岗日期", -3, 0),
    "权限审核通过日期": after("权限开通日期", -4, -1),
    "权限申请日期": after("权限审核通过日期", -4, -1),
    "权限审批环节": members(("业务部门申请", "内控部门审核", "单位领导核准", "信息系统赋权")),
    "赋权层级": pick({"市级": 4, "省级": 1}),
    "超岗位权限数": always(0),
    "账号状态": always("启用"),
    "权限已登台账": always(value=True),
    "最近权限复核日期": days_ago(5, 60),
    "已实名登记备案": always(value=True),
    "离岗日期": never(pl.Date),
    "离岗报备日期": never(pl.Date),
    "离岗交接已完成": never(pl.Boolean),
    "岗前培训完成日期": after("上岗日期", -20, -6),
    "岗前培训学时": between(24, 60),
    "上岗考核成绩": between(90, 100),
    "近一年培训学时": between(40, 90),
    "最近一次政策业务培训日期": days_ago(2, 26),
    "最近一次保密安全教育日期": days_ago(5, 85),
    "保密承诺书签订日期": after("上岗日期", -10, -1),
    "近一年查实共用账号次数": always(0),
    "年度考评结果": pick({"合格": 4, "优秀": 1}),
    "再培训考核合格": never(pl.Boolean),
}
ITEM: dict[str, Spec] = {
    "事项名称": never(),  # from the catalogue, as are category, risk and way of handling
    "事项类别": never(),
    "清单状态": always("在册"),
    "公布批次序号": always(1),
    "风险等级": never(pl.Int64),
    "复杂度": between(5, 40),
    "年办件量": between(20_000, 900_000),
    "经办方式": never(),
    "抽检比例": decimals(15, 30, 1),
    "审核级数": between(2, 3),
    "事项公布日期": days_ago(330, 330),
    "事项实施日期": after("事项公布日期", 10, 10),
    "事项调整理由": never(),
    "承诺办结时限": always(3),
    "办事指南要素": members(("受理条件", "所需材料", "办理流程", "办理时限", "收费说明", "咨询监督渠道")),
    "无依据证明材料数": always(0),
    "系统记录环节": members(("受理", "审核", "办结", "告知", "归档")),
    "档案类别": never(),
    "永久保管": always(value=False),
    "保管年限": always(100),
    "保管起算方式": always("形成次年首日起"),
}
BATCH: dict[str, Spec] = {
    "批次序号": always(1),
    "批次状态": always("已公布"),
    "批次公布日期": days_ago(330, 330),
    "批次审定日期": after("批次公布日期", -15, -5),
    "批次实施日期": after("批次公布日期", 10, 10),
    "上一批公布日期": never(pl.Date),
    "批次公布渠道": members(("政府网站", "政务服务平台"), ("经办大厅公示",)),
    "本批累计事项数": always(12),
    "上一批累计事项数": always(0),
    "本批平均复杂度": always(12.5),
    "上一批平均复杂度": never(pl.Float64),
    "本批最低复杂度": always(5),
    "上一批最高复杂度": never(pl.Int64),
    "本批最低年办件量": always(60_000),
    "同繁简未列入事项最高年办件量": always(20_000),
    "本批最高风险等级": always(1),
}
COMPLIANT: dict[Subject, dict[str, Spec]] = {
    Subject.PROVINCE: PROVINCE,
    Subject.INSTITUTION: INSTITUTION,
    Subject.OUTLET: OUTLET,
    Subject.OPERATOR: OPERATOR,
    Subject.ITEM: ITEM,
    Subject.BATCH: BATCH,
}
