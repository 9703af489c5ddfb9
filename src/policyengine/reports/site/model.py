"""What the site says, before it is laid out: plain frozen data, one class a thing a reader looks at.

Pages are drawn from it and the JSON twins are it. Text is Chinese and ready to read; days are ISO dates.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# --- scenarios ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fact:
    """A word and its value, as an official writes it."""

    term: str
    value: str


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of a scenario."""

    id: str
    moment: str
    event: str
    fields: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What one engine says today about one scenario; `failures` is empty if the scenario holds."""

    engine: str
    verdict: str
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScenarioView:
    """One scenario with its results. `anchor` keeps while file and name keep."""

    anchor: str
    name: str
    feature: str
    place: str
    rule: str
    layer: str
    layer_name: str
    as_of: str
    subject: str
    facts: tuple[Fact, ...]
    events: tuple[Happening, ...]
    expects: tuple[str, ...]
    results: tuple[Result, ...]
    opinions: tuple[OpinionView, ...] = ()
    holds: bool = True


# --- parameters, changes, definitions ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DatedView:
    """A value from a day on. `state`: 现行, 将施行 or 已失效, within its layer."""

    since: str
    value: str
    layer: str
    layer_name: str
    basis: str
    source: str
    reason: str
    state: str
    example: bool


@dataclass(frozen=True, slots=True)
class ParameterView:
    """A parameter with its national value in force and every dated value of every layer, the nation's first."""

    name: str
    kind: str
    unit: str
    current: DatedView
    adjustable: str
    bounds: str
    owner: str
    history: tuple[DatedView, ...]
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What a layer changes. `target` is a rule or a parameter; `before` and `after` say it in words."""

    layer: str
    layer_name: str
    operation: str
    target: str
    title: str
    rules: tuple[str, ...]
    since: str
    before: str
    after: str
    written: str
    reason: str
    document: str
    basis: str
    source: str
    state: str
    example: bool = False


@dataclass(frozen=True, slots=True)
class TableRowView:
    """A row of a decision table in words."""

    when: str
    gives: str


@dataclass(frozen=True, slots=True)
class DefinitionView:
    """A derived term; `words` for one with a single condition or expression, `rows` for a decision table."""

    name: str
    subject: str
    meaning: str
    words: str
    hit: str
    rows: tuple[TableRowView, ...]
    written: str
    clause: str
    place: str


# --- opinions, history, mutation ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpinionView:
    """One opinion where it belongs. `decision` is empty while it is open."""

    round: str
    round_title: str
    number: int
    clause: str
    sentence: str
    rule: str
    scenario: str
    text: str
    argument: str
    proposer: str
    decision: str
    decision_reason: str


@dataclass(frozen=True, slots=True)
class ReleaseEntry:
    """One entry of rules/CHANGELOG.md."""

    release: str
    title: str
    kind: str
    since: str
    rules: tuple[str, ...]
    clauses: tuple[str, ...]
    notice: str


@dataclass(frozen=True, slots=True)
class MutantView:
    """A change to a rule that no scenario noticed, and the scenario that would."""

    what: str
    scenario: str


@dataclass(frozen=True, slots=True)
class MutationView:
    """What became of the mutants of a rule, or of a derived term by its name."""

    rule: str
    killed: int
    equivalent: int
    survivors: tuple[MutantView, ...]
    covered: int = 0
    coverable: int = 0

    @property
    def total(self) -> int:
        """Mutants that a scenario could have noticed."""
        return self.killed + len(self.survivors)


# --- rules -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QuotationView:
    """A quotation in its sentence: the words before, the quoted words, the words after."""

    text: str
    before: str
    after: str
    sentence: str
    chapter: str


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule with all that belongs to it."""

    id: str
    title: str
    clause: str
    clause_label: str
    modality: str
    subject: str
    form: str
    applies: str
    requires: str
    written: str
    place: str
    message: str
    note: str
    area: str
    laws: tuple[str, ...]
    tightenable: bool
    waivable: bool
    layer: str
    layer_name: str
    since: str
    in_force: bool
    quotations: tuple[QuotationView, ...]
    sentences: tuple[str, ...]
    definitions: tuple[DefinitionView, ...]
    parameters: tuple[ParameterView, ...]
    changes: tuple[ChangeView, ...]
    scenarios: tuple[ScenarioView, ...]
    opinions: tuple[OpinionView, ...] = ()
    mutation: MutationView | None = None
    releases: tuple[ReleaseEntry, ...] = ()

    @property
    def red(self) -> int:
        """Scenarios that some engine does not hold."""
        return sum(not one.holds for one in self.scenarios)

    @property
    def example(self) -> bool:
        """Whether a parameter of it stands on nothing but an example."""
        return any(one.current.example for one in self.parameters)


# --- the text ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PieceView:
    """A stretch of a sentence; `reading` is how a slip of the pen is read, empty for plain text."""

    text: str
    reading: str = ""


@dataclass(frozen=True, slots=True)
class PartView:
    """One of the requirements that a sentence lists."""

    id: str
    text: str
    answer: str
    reason: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SentenceView:
    """A sentence with what carries it, or why nothing does."""

    id: str
    clause: str
    lines: str
    pieces: tuple[PieceView, ...]
    answer: str
    reason_kind: str
    reason: str
    rules: tuple[str, ...]
    parts: tuple[PartView, ...]
    opinions: tuple[OpinionView, ...] = ()

    @property
    def text(self) -> str:
        """The sentence as it stands."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause with its own sentences."""

    key: str
    number: str
    label: str
    sentences: tuple[SentenceView, ...]
    opinions: tuple[OpinionView, ...] = ()


@dataclass(frozen=True, slots=True)
class ChapterView:
    """What stands on one page: a part, or a clause of a part that describes chapters of the standard."""

    number: str
    label: str
    part: str
    clauses: tuple[ClauseView, ...]

    @property
    def sentences(self) -> tuple[SentenceView, ...]:
        """The sentences of all its clauses."""
        return tuple(sentence for clause in self.clauses for sentence in clause.sentences)


# --- layers, words, nights ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item of a layer's list."""

    name: str
    grade: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class ItemListView:
    """A layer's item list as far as it is known."""

    published: str
    effective: str
    counts: tuple[Fact, ...]
    complete: bool
    document: str
    basis: str
    source: str
    note: str
    items: tuple[ItemView, ...]


@dataclass(frozen=True, slots=True)
class ProofView:
    """Whether the layer is lawful: 已证明, 被推翻 or 未能证明, with a counterexample as a scenario."""

    result: str
    explanation: str
    scenario: str = ""


@dataclass(frozen=True, slots=True)
class LayerView:
    """A province or a city: what it lays over the layer above."""

    code: str
    name: str
    above: str
    above_name: str
    note: str
    file: str
    rollout: str
    rollout_source: str
    changes: tuple[ChangeView, ...]
    items: ItemListView | None
    scenarios: tuple[ScenarioView, ...]
    proof: ProofView | None = None
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class WordView:
    """A term or an event field."""

    name: str
    column: str
    kind: str
    unit: str
    allowed: str
    meaning: str
    source: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WordTable:
    """The words of a subject, or the fields of events."""

    title: str
    file: str
    meaning: str
    words: tuple[WordView, ...]


@dataclass(frozen=True, slots=True)
class EventView:
    """An event type."""

    name: str
    code: str
    subject: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    meaning: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round of opinions with its totals."""

    name: str
    title: str
    period: str
    asked: str
    received: int
    accepted: int
    partly: int
    rejected: int
    pending: int
    sentence: str
    note: str
    opinions: tuple[OpinionView, ...]


@dataclass(frozen=True, slots=True)
class NightView:
    """A night run as published: what its manifest says."""

    day: str
    fingerprint: str
    counts: tuple[Fact, ...]
    facts: tuple[Fact, ...]
    rules: tuple[NightRule, ...] = ()


@dataclass(frozen=True, slots=True)
class NightRule:
    """How many subjects one rule judged how in one night."""

    rule: str
    title: str
    failed: int
    undetermined: int
    passed: int


@dataclass(frozen=True, slots=True)
class EngineCount:
    """How one engine stands with all scenarios."""

    engine: str
    label: str
    held: int
    failed: int


@dataclass(frozen=True, slots=True)
class SiteView:
    """The whole site."""

    title: str
    as_of: str
    fingerprint: str
    chapters: tuple[ChapterView, ...]
    rules: dict[str, RuleView]
    parameters: tuple[ParameterView, ...]
    definitions: tuple[DefinitionView, ...]
    words: tuple[WordTable, ...]
    events: tuple[EventView, ...]
    layers: tuple[LayerView, ...]
    rounds: tuple[RoundView, ...]
    releases: tuple[ReleaseEntry, ...]
    engines: tuple[EngineCount, ...]
    mutations: dict[str, MutationView] | None = None  # by rule or derived term; None if they were not run
    nights: tuple[NightView, ...] = ()
    needless: tuple[str, ...] = ()
    answers: dict[str, int] = field(default_factory=dict)

    @property
    def mutated(self) -> bool:
        """Whether mutants were run."""
        return self.mutations is not None
