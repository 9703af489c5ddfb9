"""Everything that the night says to people while it runs, or when it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

START_AGAIN = "已发布的结果没有变动；排除原因后用同一命令重新运行即可，结果与一次跑完逐字节相同。"


def locked(store: str, holder: str) -> str:
    """Say that another run is writing to the store."""
    who = f"（{holder}）" if holder else ""
    return f"另一个夜间评估正在写入“{store}”{who}。请等它结束后再运行；若要并行，请另给一个 --store 目录。"


def holder(process: int, since: str, day: str) -> str:
    """Tell who holds the lock."""
    return f"进程 {process}，{since} 开始，评估日 {day}"


def no_room(store: str) -> str:
    """Say that the disk is full."""
    return f"写不下去了：“{store}”所在磁盘的空间（或允许的文件大小）已用完。{START_AGAIN}"


def cannot_write(store: str, reason: str) -> str:
    """Say that the store cannot be written."""
    return f"写不进“{store}”：{reason}。请核对目录权限和磁盘。{START_AGAIN}"


def input_changed(files: Iterable[str]) -> str:
    """Say that input files changed while they were evaluated."""
    return f"输入在评估期间被改动：{'、'.join(files)}。本次结果不予发布；请待数据写完后重新运行。"


def input_gone(reason: str) -> str:
    """Say that an input file became unreadable while the run went on."""
    return f"输入在评估期间读不出来了：{reason}。本次结果不予发布；请核对或重新导出后重新运行。"


def rules_changed(files: Iterable[str]) -> str:
    """Say that rule files changed while the run went on, and what the run did."""
    shown = list(files)
    more = f"等 {len(shown)} 个文件" if len(shown) > 3 else ""
    return (
        f"提示：运行期间规则有改动（{'、'.join(shown[:3])}{more}）。本次一律按开始时读入的规则书评估，"
        "其快照随结果保存；要用新规则，请再运行一次。"
    )


def disagreement(rule: str, subject: str, outlet: str, columnar: str, durable: str) -> str:
    """Say on what two engines disagree."""
    where = f"网点 {outlet}" if outlet else subject
    return (
        f"抽样复核不一致，结果不予发布：规则 {rule}，{where}（{subject}）。"
        f"列式引擎：{columnar}；durable 引擎：{durable}。请把命令和数据交给维护者。"
    )


def not_replayable(day: str, reason: str) -> str:
    """Say that last night's rule book cannot be read any more."""
    return f"提示：{day} 的规则书快照不能用于比对（{reason}），变化的原因将记为“未能区分”。"


def damaged_run(day: str) -> str:
    """Say that an earlier run is not what it was published as."""
    return f"提示：{day} 的结果与其 manifest.json 不符，未用作比对。"


def no_master() -> str:
    """Say that Spark needs a master."""
    return "--engine spark 需要同时给出 --master，如 spark://主机:7077"


def no_spark(reason: str) -> str:
    """Say that Spark cannot be used."""
    return f"没有可用的 Spark（{reason}）。请按 requirements-spark.lock 安装，并装好 Java 17 或更高版本。"


def no_driver() -> str:
    """Say that the database driver is not installed."""
    return "读数据库需要 adbc-driver-postgresql，请按 requirements.lock 安装。"


def no_database(where: str, reason: str) -> str:
    """Say that a database cannot be read."""
    return f"数据库“{where}”读不出来：{reason}"


def no_tables_in_database(where: str, names: Iterable[str]) -> str:
    """Say that none of the tables is there."""
    return f"数据库“{where}”里没有可用的数据表；表名应为 {'、'.join(names)}"


RULE_CHANGED = "规则的含义有改动"


def rule_added(layer: str) -> str:
    """Say that a rule is new."""
    return f"新增规则（{layer}）"


def rule_removed() -> str:
    """Say that a rule is no longer there."""
    return "规则已删去"


def text_changed(before: str, after: str) -> str:
    """Say how a rule's text changed."""
    return f"规则由“{before}”改为“{after}”"


def definition_changed(name: str) -> str:
    """Say that a derived term changed."""
    return f"定义“{name}”有改动"


def parameter_changed(name: str, before: str, after: str, layer: str, since: str) -> str:
    """Say how a parameter changed and who set it."""
    return f"参数“{name}”由 {before} 改为 {after}（{layer}，自 {since}）"


NO_VERDICT = "没有结论"
_VERDICTS = {"pass": "符合", "fail": "不符合", "not_applicable": "不适用", "undetermined": "无法判定"}


def verdict_told(verdict: str, missing: Iterable[str], evidence: str) -> str:
    """Tell a verdict with all that it rests on."""
    lacks = "、".join(missing)
    return f"{_VERDICTS[verdict]}（{f'缺 {lacks}；' if lacks else ''}证据 {evidence}）"


def more_differences(number: int, among: int) -> str:
    """Say how many differences there are in all."""
    return f"（复核的 {among} 条结论中共有 {number} 条不一致，以上为第一条）"


OTHER_TYPES = "词汇的类型有变"
BOOK_UNREADABLE = "规则书载入不了"


def spark_failed(reason: str) -> str:
    """Say that the executors failed."""
    return (
        f"Spark 上的评估失败：{reason}。请核对各工作节点装有同一版本的本程序（PYSPARK_PYTHON 指向其 python），"
        "内存足够。" + START_AGAIN
    )


def rule_unreadable(name: str, reason: str) -> str:
    """Say that a rule file cannot be read."""
    return f"规则文件“{name}”读不出来：{reason}。请核对文件权限。"
