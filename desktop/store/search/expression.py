"""A question as an expression of FTS5 and a range of rows. Every word goes in quoted and folded, so that nothing that was
typed is ever read as syntax. Looks up who and which queue is meant, for that only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from desktop.domain.changes import Table
from desktop.domain.ids import AgentId
from desktop.store.columns import micros
from desktop.store.connection import Connection
from desktop.store.folding import fold
from desktop.store.rows import HitKind
from desktop.store.search import documents as d
from desktop.store.search.matching import is_called
from desktop.store.search.query import Condition, Query, Term
from desktop.store.search.words import BEGINNING, SENDER, has_beginning, has_first_digits
from desktop.wire.records import decode

_FIRST_ROW: Final = -(2**62)
_LAST_ROW: Final = 2**62
_KINDS: Final[dict[HitKind, tuple[str, ...]]] = {
    HitKind.CUSTOMER: ("customer",),
    HitKind.INTERACTION: ("contact",),
    HitKind.MESSAGE: ("received", "sent"),
    HitKind.NOTE: ("note",),
    HitKind.FILE: ("file",),
    HitKind.DRAFT: (),
}
_IS: Final[dict[str, tuple[str, ...]]] = {
    "received": ("received",),
    "sent": ("sent",),
    "customer": ("customer",),
    "contact": ("contact",),
    "message": ("received", "sent"),
    "note": ("note",),
    "file": ("file",),
    "draft": (),
}
_AFTER_ALL: Final = "\U0010ffff"
# So many words are looked up one by one; where more begin alike, each is rare.
_MOST_WORDS: Final = 200
# From word to word: read one after another, every row of each would be passed on the way to the next. In a word there is no
# sign that sorts before a blank.
WORDS_SQL: Final = (
    "WITH RECURSIVE word (term) AS ("
    "SELECT (SELECT term FROM search_text_word WHERE term >= ?1 AND term < ?2 LIMIT 1) UNION ALL "
    "SELECT (SELECT term FROM search_text_word WHERE term >= word.term || char(32) AND term < ?2 LIMIT 1) "
    "FROM word WHERE word.term IS NOT NULL) "
    "SELECT term FROM word WHERE term IS NOT NULL LIMIT ?3"
)
_ME: Final = frozenset({"me", "mir"})


class Expression(NamedTuple):
    """``match`` is empty where all rows of the range are meant; ``is_nothing`` says that no row can be."""

    match: str = ""
    first: int = _FIRST_ROW
    last: int = _LAST_ROW
    is_nothing: bool = False
    ignored: tuple[str, ...] = ()


def expression_of(
    conn: Connection, query: Query, kinds: Collection[HitKind] | None = None, me: AgentId | None = None
) -> Expression:
    """Return what ``query`` asks of the index, of some ``kinds`` only. Words of a phrase must all occur, no matter where."""
    writer = _Writer(conn, me)
    if kinds is not None:
        writer.must_be([d.KINDS[kind] for hit in kinds for kind in _KINDS[hit]])
    for condition in query.conditions:
        writer.filter(condition)
    wanted = [term for term in query.terms if not _is_too_short(term)]
    writer.must += [writer.term(term) for term in wanted]
    writer.must_not += [writer.term(term) for term in query.excluded if not term.is_phrase]
    first = _FIRST_ROW if query.after is None else d.row_at(micros(query.after))
    last = _LAST_ROW if query.before is None else d.row_at(micros(query.before) - 1)
    is_nothing = writer.is_nothing or (bool(query.terms) and not wanted and not writer.must)
    return Expression(writer.match(), first, last, is_nothing, tuple(writer.ignored))


def _is_too_short(term: Term) -> bool:
    # The first letter of a word says nothing yet, and half of everything has a word that begins with it.
    return term.is_prefix and len(term.words) == 1 and len(term.words[0]) == 1 and term.words[0].isascii()


class _Writer:
    def __init__(self, conn: Connection, me: AgentId | None) -> None:
        self._conn = conn
        self._me = me
        self.must: list[str] = []
        self.must_not: list[str] = []
        self.ignored: list[str] = []
        self.is_nothing = False

    def match(self) -> str:
        must = self.must or ([_any(map(_quoted, d.KINDS.values()))] if self.must_not else [])
        positive = _all(must)
        return f"({positive}) NOT ({_any(self.must_not)})" if self.must_not else positive

    def must_be(self, tags: list[str], *, is_excluded: bool = False) -> None:
        """An entry must bear one of ``tags``, or none of them."""
        quoted = [_quoted(each) for each in tags]
        if is_excluded:
            self.must_not += quoted
        elif quoted:
            self.must.append(_any(quoted))
        else:
            self.is_nothing = True

    def filter(self, condition: Condition) -> None:
        match condition.code:
            case "channel":
                self.must_be([d.CHANNELS[condition.value]], is_excluded=condition.is_excluded)
            case "in":
                self._queue(condition)
            case "from":
                self._from(condition)
            case _:
                self._is(condition.value, condition.is_excluded)

    def term(self, term: Term) -> str:
        spelled = [_quoted(word) for word in term.words[:-1]]
        last = term.words[-1]
        spelled.append(self._begun(last) if term.is_prefix and len(last) > 1 else _quoted(last))
        return _any([_all(spelled), *(self.term(other) for other in term.others)])

    def _begun(self, word: str) -> str:
        """Whatever begins with ``word``. FTS5 itself would gather every row of all such words before it returns the first."""
        if has_beginning(word):
            return _any([_quoted(word), _quoted(BEGINNING + word)])
        if has_first_digits(word):
            return _any(map(_quoted, [word, *self._words_like(BEGINNING + word)]))
        return _any(map(_quoted, self._words_like(word))) or f"{_quoted(word)} *"

    def _words_like(self, begin: str) -> list[str]:
        rows = self._conn.execute(WORDS_SQL, (begin, begin + _AFTER_ALL, _MOST_WORDS + 1)).fetchall()
        return [row[0] for row in rows] if len(rows) <= _MOST_WORDS else []

    def _is(self, value: str, is_excluded: bool) -> None:
        match value:
            case "open":
                self.must_be([d.OPEN], is_excluded=is_excluded)
            case "closed":
                self.must_be([d.OPEN], is_excluded=not is_excluded)
                self.must_be([d.KINDS["customer"]], is_excluded=True)
            case "mine" if self._me is None:
                self.ignored.append("is:mine")
            case "mine":
                self.must_be([d.tag(d.ASSIGNEE, str(self._me))], is_excluded=is_excluded)
            case kind:
                self.must_be([d.KINDS[each] for each in _IS[kind]], is_excluded=is_excluded)

    def _queue(self, condition: Condition) -> None:
        wanted = fold(condition.value)
        found = []
        for queue_id, body in self._conn.execute("SELECT id, body FROM queue"):
            names = (queue_id, *decode(Table.QUEUE, body).names.values())
            if any(fold(name).startswith(wanted) for name in names):
                found.append(d.tag(d.QUEUE, queue_id))
        if found:
            self.must_be(found, is_excluded=condition.is_excluded)
        else:
            self.ignored.append(f"in:{condition.value}".encode("utf-8", "replace").decode())

    def _from(self, condition: Condition) -> None:
        if self._me is not None and condition.person[0].words[0] in _ME and len(condition.person) == 1:
            self.must_be([d.tag(d.AUTHOR, self._me)], is_excluded=condition.is_excluded)
            return
        person = [term for term in condition.person if not _is_too_short(term)]
        if not person:
            return
        customer = _all(
            self._begun(SENDER + term.words[0]) if term.is_prefix else _quoted(SENDER + term.words[0])
            for term in person
        )
        agents = [_quoted(d.tag(d.AUTHOR, agent_id)) for agent_id in self._agents(person)]
        (self.must_not if condition.is_excluded else self.must).append(_any([customer, *agents]))

    def _agents(self, person: list[Term]) -> list[str]:
        rows = self._conn.execute("SELECT id, name FROM agent")
        return [agent_id for agent_id, name in rows if is_called(name, person)]


def _any(parts: Iterable[str]) -> str:
    return _joined(" OR ", parts)


def _all(parts: Iterable[str]) -> str:
    return _joined(" AND ", parts)


def _joined(operator: str, parts: Iterable[str]) -> str:
    kept = list(parts)
    return kept[0] if len(kept) == 1 else operator.join(f"({part})" for part in kept)


def _quoted(text: str) -> str:
    return f'"{text}"'
