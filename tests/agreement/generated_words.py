"""The vocabulary of generated books: every kind of term, at every level, with small domains so that values meet."""

from policyengine.values import BOOLEAN, DATE, Kind, Type
from policyengine.vocabulary.terms import (
    ABOVE,
    Column,
    EventTerm,
    EventType,
    Subject,
    Table,
    Term,
    Vocabulary,
)

MEMBERS = ("甲", "乙", "丙")
TEXTS = ("文一", "文二")
INTEGER = Type(Kind.INTEGER)
CHOICE = Type(Kind.CHOICE, members=MEMBERS)
CHOICES = Type(Kind.CHOICES, members=MEMBERS)
TEXT = Type(Kind.TEXT)


def decimal(places: int) -> Type:
    return Type(Kind.DECIMAL, places=places)


_COLUMNS = {
    "数一": ("number_one", INTEGER),
    "数二": ("number_two", INTEGER),
    "小数一": ("decimal_one", decimal(1)),
    "小数二": ("decimal_two", decimal(2)),
    "日一": ("day_one", DATE),
    "日二": ("day_two", DATE),
    "真一": ("truth_one", BOOLEAN),
    "真二": ("truth_two", BOOLEAN),
    "选一": ("choice_one", CHOICE),
    "选二": ("choice_two", CHOICE),
    "多一": ("choices_one", CHOICES),
    "多二": ("choices_two", CHOICES),
    "文一": ("text_one", TEXT),
}
_FILES = {
    Subject.INSTITUTION: "institutions",
    Subject.OUTLET: "outlets",
    Subject.OPERATOR: "operators",
    Subject.ITEM: "items",
    Subject.BATCH: "rollout_batches",
    Subject.PROVINCE: "provinces",
}
# Full tables for the subjects at the bottom, small ones above them, so that facts of all levels mix.
_CARRIED = {
    Subject.INSTITUTION: ("数一", "小数二", "日一", "真一", "选一", "多一"),
    Subject.OUTLET: tuple(_COLUMNS),
    Subject.OPERATOR: ("数一", "数二", "日一", "真一", "选一", "文一"),
    Subject.ITEM: ("数一", "真一", "选一", "多一"),
    Subject.BATCH: ("数一", "小数一", "日一", "日二", "真一"),
    Subject.PROVINCE: ("数一", "日一", "真一", "选一"),
}


def _table(subject: Subject) -> Table:
    file = _FILES[subject]
    terms = tuple(
        Term(f"{subject}{name}", f"{file}_{_COLUMNS[name][0]}", _COLUMNS[name][1], subject, "", "")
        for name in _CARRIED[subject]
    )
    references = tuple(
        (above, Column(f"所属{above}编号", f"{_FILES[above]}_id"))
        for above in ABOVE[subject]
        if above is not Subject.PROVINCE
    )
    return Table(subject, file, Column(f"{subject}编号", f"{file}_id"), references, terms)


# 键 and 键二 split traces, 量 is always there, the others may be empty.
_FIELDS = (
    EventTerm("键", "key_one", TEXT, ""),
    EventTerm("键二", "key_two", CHOICE, ""),
    EventTerm("量", "amount", INTEGER, ""),
    EventTerm("可选", "optional_choice", CHOICE, ""),
    EventTerm("可真", "optional_truth", BOOLEAN, ""),
    EventTerm("起日", "from_day", DATE, ""),
    EventTerm("止日", "to_day", DATE, ""),
)
_OPTIONAL = ("可选", "可真", "起日", "止日")
_WHOLE_KEY = ("键", "键二", "量")
EVENT_TYPES = (
    EventType("事甲", "event_a", Subject.OUTLET, _WHOLE_KEY, _OPTIONAL, ""),
    EventType("事乙", "event_b", Subject.OUTLET, _WHOLE_KEY, _OPTIONAL, ""),
    EventType("事丙", "event_c", Subject.OUTLET, _WHOLE_KEY, _OPTIONAL, ""),
    EventType("省布", "province_list", Subject.PROVINCE, _WHOLE_KEY, _OPTIONAL, ""),
    EventType("启", "opened", Subject.OUTLET, ("量",), (), ""),
    EventType("止", "closed", Subject.OUTLET, ("量",), (), ""),
    EventType("半启", "half_opened", Subject.OUTLET, ("键", "量"), (), ""),
    EventType("键止", "key_closed", Subject.OUTLET, _WHOLE_KEY, (), ""),
)
KEYED = ("事甲", "事乙", "事丙", "省布")
BORDERS = ("启", "止", "半启", "键止", "事甲")

VOCABULARY = Vocabulary(tuple(_table(subject) for subject in Subject), _FIELDS, EVENT_TYPES)
