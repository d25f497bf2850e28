"""Finding matters and places by words, in Chinese and English, as far as the reader may see.

PostgreSQL keeps what a matter is found by (`migrations/search.sql`). One query finds and filters by
access, so nothing hidden is counted, ranked or hinted at. Results come in windows of the newest
that match, the best first in each window: the cost does not grow with how many match.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVectorField
from django.db import connection
from django.db.models import Count, F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Right
from markupsafe import Markup, escape

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from . import audit, personal
from .access import Actor, beats_of, published, visible
from .models import Agency, Involvement, Matter, Place
from .registry import registry

WINDOW = 100
LONGEST = 120
"""Characters of a question; more is a paste by mistake."""
SHARE = 8
"""Who reads one agency in so many, or fewer, is looked up by agency as well; measured."""

_HAN = "㐀-鿿豈-﫿𠀀-𳎯"
_RUNS = re.compile(rf"[{_HAN}]+|[a-zß-ÿ0-9]+")
_PERSONAL = re.compile(r"\d{7,}")
_SHORT = re.compile(r"\d{1,6}")

Cursor = tuple[datetime, int]


@dataclass(frozen=True)
class Found:
    """One window of results. `older` is where the next window starts, None at the end."""

    matters: list[Matter]
    older: Cursor | None


def read_cursor(mark: str) -> Cursor | None:
    """A cursor from an address; None for nothing and for nonsense."""
    at, _, pk = mark.partition("~")
    try:
        moment = datetime.fromisoformat(at.replace(" ", "+"))
        return (moment, int(pk)) if moment.tzinfo else None
    except ValueError:
        return None


def write_cursor(older: Cursor | None) -> str:
    """A cursor as it stands in an address; empty at the end."""
    return f"{older[0].isoformat()}~{older[1]}" if older else ""


def fold(words: str) -> str:
    """How both sides are compared: full-width forms folded, lower case."""
    return unicodedata.normalize("NFKC", words).lower()


def runs(words: str) -> list[str]:
    """The runs of Chinese characters and the words of letters and digits in a question."""
    return _RUNS.findall(fold(words)[:LONGEST])


def _grams(run: str) -> Iterable[str]:
    if not re.match(rf"[{_HAN}]", run) or len(run) == 1:
        yield f"'{run}':*"
    else:
        yield from (f"'{run[i : i + 2]}'" for i in range(len(run) - 1))


def question(found: list[str]) -> str:
    """What PostgreSQL is asked: every pair of characters, every word from its beginning."""
    return " & ".join(dict.fromkeys(gram for run in found for gram in _grams(run)))


class _Lexemes(SearchQuery):
    """Lexemes as they stand, unread by PostgreSQL's own parser, which would drop an @."""

    def __init__(self, lexemes: Iterable[str]) -> None:
        self.lexemes = " | ".join(f"'{lexeme}'" for lexeme in lexemes)
        super().__init__(self.lexemes, search_type="raw", config="simple")

    def as_sql(self, *_args: Any, **_kwargs: Any) -> Any:
        return "%s::tsquery", [self.lexemes]


def _raw(asked: str) -> SearchQuery:
    return SearchQuery(asked, search_type="raw", config="simple")


def _asked(found: list[str]) -> SearchQuery:
    return _raw(question(found))


_NAMED = Func(
    template="kernel_grams(name || ' ' || aliases)",
    output_field=SearchVectorField(),
)
_TEXT = Func(
    F("number"), F("title"), F("place"), F("words"), function="kernel_searched",
    output_field=TextField(),
)  # fmt: skip


def _matching(rows: QuerySet[Matter], found: list[str]) -> QuerySet[Matter]:
    rows = rows.filter(found_by__grams=_asked(found))
    # Pairs that all occur need not stand side by side: what is longer is looked at itself.
    longer = [run for run in found if len(run) > 2 and not run.isascii()]
    if longer:
        rows = rows.alias(searched=_TEXT)
    for run in longer:
        rows = rows.filter(searched__contains=run)  # type: ignore[misc]
    return rows


def matters(
    actor: Actor, words: str, *, kinds: Iterable[str] = (), older: Cursor | None = None
) -> Found:
    """The newest matters (one window) in which every word occurs, the best first.

    A number, also its last one to six digits, comes before everything else. A long number (a
    telephone, an identity card) is a search over persons: it needs a purpose and is recorded.
    """
    found = runs(words)
    if not found:
        return Found([], None)
    _purpose(actor, words)
    rows = visible(actor)
    if kinds := list(kinds):
        rows = rows.filter(kind__in=kinds)
    window = _newest(_window(part, older) for part in _within(actor, _matching(rows, found)))
    last = window[-1] if len(window) == WINDOW else None
    best = sorted(window, key=lambda m: _rank(m, found))
    first = [] if older else _numbered(rows, words)
    known = {m.pk for m in first}
    return Found(
        [*first, *(m for m in best if m.pk not in known)],
        (last.occurred_at, last.pk) if last else None,
    )


def _within(actor: Actor, rows: QuerySet[Matter]) -> list[QuerySet[Matter]]:
    """What the actor may see of `rows`, in parts that an index can find: where, and involved.

    It only narrows: `rows` are filtered by access already. For whoever reads much of the tree,
    where a matter lies says little, and asking would cost more than it saves.
    """
    paths = _lookouts(actor)
    if actor.everywhere or _reads_much(paths):
        return [rows]
    here = [f"@{path.strip('.').rpartition('.')[2]}" for path in sorted(paths)]
    parts = [rows.filter(found_by__grams=_Lexemes(here))] if here else []
    involved = Involvement.objects.filter(staff_id=actor.staff_id or 0, until=None)
    if involved.exists():
        parts.append(rows.filter(pk__in=involved.values("matter_id")))
    if kinds := [flow.kind for flow in published(actor)]:
        parts.append(rows.filter(kind__in=kinds))
    if kinds := [flow.kind for flow in registry.flows.values() if flow.of_beat]:
        mine = beats_of(actor.staff_id or 0).values("pk")
        parts.append(rows.filter(kind__in=kinds, beat__in=mine))
    return parts


def _lookouts(actor: Actor) -> frozenset[str]:
    """Paths of the agencies from which the actor looks down, of whatever kind of matter."""
    views = {flow.view_permission for flow in registry.flows.values()}
    return frozenset(path for view in views for path in actor.grants.get(view, ()))


def _reads_much(paths: frozenset[str]) -> bool:
    below = Q(pk__in=[])
    for path in paths:
        below |= Q(path__startswith=path)
    read = Agency.objects.aggregate(own=Count("pk", filter=below), all=Count("pk"))
    return bool(read["own"] * SHARE > read["all"])


def _newest(windows: Iterable[list[Matter]]) -> list[Matter]:
    """Several windows of the newest as one."""
    known = {matter.pk: matter for window in windows for matter in window}
    return sorted(known.values(), key=lambda m: (m.occurred_at, m.pk), reverse=True)[:WINDOW]


def _window(rows: QuerySet[Matter], older: Cursor | None) -> list[Matter]:
    if older:
        at, pk = older
        earlier = Q(found_by__occurred_at__lt=at) | Q(found_by__occurred_at=at, found_by__pk__lt=pk)
        rows = rows.filter(earlier, found_by__occurred_at__lte=at)
    order = rows.order_by("-found_by__occurred_at", "-found_by__pk")
    return list(order.select_related("agency")[:WINDOW])


def _rank(matter: Matter, found: list[str]) -> tuple[bool, bool, bool, float]:
    title, place = fold(matter.title), fold(matter.place)
    return (
        not all(run in title for run in found),
        not all(run in title or run in place for run in found),
        matter.closed_at is not None,
        -matter.occurred_at.timestamp(),
    )


def _numbered(rows: QuerySet[Matter], words: str) -> list[Matter]:
    number = fold(words).strip().lstrip("#")
    wanted = Q(number=number.upper())
    if _SHORT.fullmatch(number):
        rows, wanted = rows.alias(short=Right("number", 6)), Q(short=number.zfill(6))
    elif not re.fullmatch(r"[a-z]+\d+", number):
        return []
    return list(rows.filter(wanted).select_related("agency").order_by("-entered_at")[:10])


def by_number(actor: Actor, number: str) -> Matter | None:
    """The one matter a person means by a number, a whole one or its last digits: the newest."""
    return next(iter(_numbered(visible(actor), number)), None)


def _purpose(actor: Actor, words: str) -> None:
    long = _PERSONAL.search(fold(words))
    if long is None or actor.everywhere or re.match(r"[a-z]+\d+$", fold(words).strip()):
        return
    if not actor.purpose:
        raise Refusal(
            Text(
                "按电话或证件号码查找须先填写用途，查找会被记录",
                "Searching by a telephone or identity number needs a purpose; it is recorded",
            ),
            code=personal.PURPOSE_NEEDED,
        )
    audit.note(
        "search.person",
        actor=actor,
        data={"ending": long.group()[-4:]},
        reason=actor.purpose,
    )


_AGAIN = """
UPDATE kernel_words w
SET grams = kernel_found_by(m.number, m.title, m.place, m.words, m.agency_id)
FROM kernel_matter m WHERE m.id = w.matter_id AND m.agency_id = ANY(%s)
"""


def write_again(agencies: Iterable[int]) -> None:
    """What matters of these agencies are found by holds where they lie: the tree has changed."""
    with connection.cursor() as cursor:
        cursor.execute(_AGAIN, [list(agencies)])


def named(words: str) -> QuerySet[Place]:
    """Places whose name or alias holds every word."""
    found = runs(words)
    rows = Place.objects.alias(grams=_NAMED)
    return rows.filter(grams=_asked(found)) if found else rows.none()


def alike(words: str) -> QuerySet[Place]:
    """Places whose name shares any pair of characters: for a name heard or typed nearly right."""
    grams = dict.fromkeys(gram for run in runs(words) for gram in _grams(run))
    if not grams:
        return Place.objects.none()
    return Place.objects.alias(grams=_NAMED).filter(grams=_raw(" | ".join(grams)))


def alike_among(rows: QuerySet[Matter], words: str, limit: int) -> list[Matter]:
    """Of the matters in `rows`, those that share most pairs of characters with the words.

    One pair in common is chance: it takes two, or a fifth of what was asked.
    """
    grams = list(dict.fromkeys(gram for run in runs(words) for gram in _grams(run)))
    if not grams:
        return []
    asked = SearchQuery(" | ".join(grams), search_type="raw", config="simple")
    shared = SearchRank("found_by__grams", asked, normalization=Value(0))
    close = rows.filter(found_by__grams=asked).annotate(shared=shared).order_by("-shared", "-pk")
    least = max(2, len(grams) // 5)
    found: list[Matter] = [row for row in close[: 4 * limit] if _in_common(row, grams) >= least]
    return found[:limit]


def _in_common(matter: Matter, grams: Iterable[str]) -> int:
    text = fold(f"{matter.title} {matter.words}")
    return sum(gram.strip("':*") in text for gram in grams)


def places(words: str, limit: int = 12) -> list[Place]:
    """Places whose name or alias holds the words, the weightiest first."""
    return list(named(words).order_by("-weight", "name")[:limit])


def highlight(text: str, words: str) -> Markup:
    """`text` as safe markup with every found run in <mark>."""
    wanted = sorted(set(runs(words)), key=len, reverse=True)
    folded = fold(text)
    if not wanted or len(folded) != len(text):  # a folding that moves places cannot be marked
        return escape(text)
    parts, at = [], 0
    for hit in re.finditer("|".join(map(re.escape, wanted)), folded):
        parts.append(escape(text[at : hit.start()]))
        parts.append(Markup("<mark>{}</mark>").format(text[hit.start() : hit.end()]))
        at = hit.end()
    return Markup("").join([*parts, escape(text[at:])])
