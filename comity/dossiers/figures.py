"""How many, how long, where they wait, and why they were refused: counted in the database, out of `Course` and `Stay`.

Small counts are shown as they are to those who may read figures (rule ``figures``); every number can be asked for the
dossiers behind it, of which the reader sees those that they may read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from comity.access import queries as people
from comity.access import rules
from comity.access.queries import User
from comity.dossiers import listing
from comity.dossiers.models import ORDER, Course, Dossier, Stay
from comity.dossiers.values import Row
from comity.instruments import catalogue, texts


@dataclass(frozen=True)
class AskedFigures:
    """Which requests: sent from ``since`` until before ``until``; an empty word means all.

    The last six are what a number stands for, when the dossiers behind it are asked for.
    """

    since: datetime
    until: datetime
    unit: str = ""  # code
    instrument: str = ""
    country: str = ""
    way: str = ""  # in or out
    outcome: str = ""  # open, answered, refused, withdrawn
    ground: str = ""
    stage: str = ""
    holder: str = ""  # us, them, nobody
    month: str = ""


@dataclass(frozen=True)
class Counted:
    """One number, with what `behind` must be asked for in order to see its dossiers."""

    name: str  # in the reader's language, where the room knows it; otherwise a word that pages translate
    count: int
    asks: dict[str, str]


@dataclass(frozen=True)
class Lasted:
    """How long something took, in seconds: half of them no longer than the median, nine of ten no longer than p90."""

    name: str
    count: int
    median: int
    p90: int
    asks: dict[str, str]
    turn: str = ""  # of a stage: us or them


@dataclass(frozen=True)
class Figures:
    """One page of figures."""

    total: int
    ways: tuple[Counted, ...]
    outcomes: tuple[Counted, ...]
    months: tuple[Counted, ...]
    instruments: tuple[Counted, ...]
    countries: tuple[Counted, ...]
    waiting: tuple[Counted, ...]  # who must move next in what is open
    grounds: tuple[Counted, ...]
    refusals_by_country: tuple[Counted, ...]
    refusals_by_instrument: tuple[Counted, ...]
    answered: tuple[Lasted, ...]  # from sent to answered, by way
    stages: tuple[Lasted, ...]  # how long each stage lasted, the longest median first
    units: tuple[tuple[str, str], ...] = field(default=())  # (code, name) that the reader may choose


def may_read(user: User) -> bool:
    reach = rules.visible_units(people.actor(user), "read", "figures")
    return reach.everything or bool(reach.units)


def figures(user: User, asked: AskedFigures, language: str = "en") -> Figures:
    """The figures of the units for which the user may read them.

    :raises NotAllowed: of none.
    """
    found = courses(user, asked)
    refused = found.filter(outcome="refused")
    return Figures(
        total=found.count(),
        ways=by(found, "incoming", {True: "in", False: "out"}, ask="way"),
        outcomes=by(found, "outcome", {"": "open"}),
        months=tuple(sorted(by(found, "month"), key=lambda one: one.name)),
        instruments=titled(by(found, "instrument"), language),
        countries=by(found, "country"),
        waiting=by(found.filter(dossier__final=False), "holder", {"": "nobody"}),
        grounds=grounds(refused, language),
        refusals_by_country=by(refused, "country", also={"outcome": "refused"}),
        refusals_by_instrument=titled(by(refused, "instrument", also={"outcome": "refused"}), language),
        answered=answered(found),
        stages=stages(found, language),
        units=tuple((unit.code, unit.name) for unit in readable(user)),
    )


def readable(user: User) -> list[people.Unit]:
    """The units whose figures the user may read."""
    reach = rules.visible_units(people.actor(user), "read", "figures")
    return [unit for unit in people.units() if reach.covers(unit.code)]


def courses(user: User, asked: AskedFigures) -> QuerySet[Course]:
    """What is counted.

    :raises NotAllowed: the user reads the figures of no unit, or not of the one asked for.
    """
    units = readable(user)
    chosen = [unit for unit in units if not asked.unit or unit.code == asked.unit]
    if not chosen:
        rules.demand(people.actor(user), "read", rules.Thing("figures", unit=asked.unit or None))
    found = Course.objects.filter(unit__in=[unit.pk for unit in chosen])
    found = found.filter(sent_at__gte=asked.since, sent_at__lt=asked.until)
    equal = {
        "instrument": asked.instrument, "country": asked.country, "ground": asked.ground, "month": asked.month,
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in equal.items() if value})
    if asked.way:
        found = found.filter(incoming=asked.way == "in")
    if asked.outcome:
        found = found.filter(outcome="" if asked.outcome == "open" else asked.outcome)
    if asked.holder:
        found = found.filter(dossier__final=False, holder="" if asked.holder == "nobody" else asked.holder)
    if asked.stage:
        found = found.filter(pk__in=Stay.objects.filter(stage=asked.stage).values("dossier"))
    return found


def by(
    found: QuerySet[Course],
    column: str,
    words: Mapping[Any, str] | None = None,
    *,
    ask: str = "",
    also: Mapping[str, str] | None = None,
) -> tuple[Counted, ...]:
    """Counts by the values of a column, the largest first.

    :param words: what to call values that are no word.
    :param ask: under which name such a value is asked for, where it is not the column's.
    """
    rows = found.order_by().values_list(column).annotate(count=Count("pk"))
    told = [(str((words or {}).get(value, value)), count) for value, count in rows]
    counted = [Counted(word, count, {**(also or {}), ask or column: word}) for word, count in told]
    return tuple(sorted(counted, key=lambda one: (-one.count, one.name)))


def titled(rows: tuple[Counted, ...], language: str) -> tuple[Counted, ...]:
    return tuple(Counted(title(row.name, "title", language), row.count, row.asks) for row in rows)


def title(instrument: str, key: str, language: str) -> str:
    try:
        return texts.of(catalogue.get(instrument), language).t(key) or key.rpartition(".")[2]
    except catalogue.UnknownInstrument:
        return instrument


def grounds(refused: QuerySet[Course], language: str) -> tuple[Counted, ...]:
    rows = refused.order_by().values_list("instrument", "ground").annotate(count=Count("pk"))
    told = [
        Counted(
            title(instrument, f"grounds.{ground}", language) if ground else "",
            count,
            {"outcome": "refused", "instrument": instrument, "ground": ground},
        )
        for instrument, ground, count in rows
    ]
    return tuple(sorted(told, key=lambda one: (-one.count, one.name)))


def answered(found: QuerySet[Course]) -> tuple[Lasted, ...]:
    """From the day of the request to the act that answered it, by way."""
    lasted = lengths(found.filter(seconds__isnull=False), "incoming")
    words = {True: "in", False: "out"}
    return tuple(
        Lasted(words[bool(way)], *told, {"way": words[bool(way)]})
        for (way,), told in sorted(lasted.items(), reverse=True)
    )


def stages(found: QuerySet[Course], language: str) -> tuple[Lasted, ...]:
    """How long each stage lasted, of those that are over; by instrument and whose turn it was."""
    stays = Stay.objects.filter(dossier__in=found.values("pk"), seconds__isnull=False)
    lasted = lengths(stays, "dossier__instrument", "stage", "holder")
    told = [
        Lasted(
            f"{title(instrument, 'title', language)}: {title(instrument, f'stages.{stage}.title', language)}",
            *numbers,
            {"instrument": instrument, "stage": stage},
            holder,
        )
        for (instrument, stage, holder), numbers in lasted.items()
    ]
    return tuple(sorted(told, key=lambda one: (-one.median, one.name)))


def lengths(found: QuerySet[Any], *group: str) -> dict[tuple[Any, ...], tuple[int, int, int]]:
    """Number, median and 90th percentile (nearest rank) of ``seconds`` in each group: two rows of each are read."""
    columns = [F(name) for name in group]
    ranked = (
        found.order_by()
        .annotate(
            rank=Window(RowNumber(), partition_by=columns, order_by=["seconds", "pk"]),
            many=Window(Count("pk"), partition_by=columns),
        )
        .filter(Q(rank=(F("many") * 50 + 99) / 100) | Q(rank=(F("many") * 90 + 99) / 100))
        .values_list(*group, "rank", "many", "seconds")
    )
    told: dict[tuple[Any, ...], dict[int, tuple[int, int]]] = {}
    for *key, rank, many, seconds in ranked:
        told.setdefault(tuple(key), {})[rank] = (many, seconds)
    return {
        key: (next(iter(ranks.values()))[0], ranks[min(ranks)][1], ranks[max(ranks)][1]) for key, ranks in told.items()
    }


def behind(
    user: User, asked: AskedFigures, *, at: datetime, language: str = "en", page: int = 1
) -> tuple[tuple[Row, ...], bool]:
    """The dossiers behind a number that the user may read, a page of them, and whether there are more."""
    found = Dossier.objects.filter(listing.reach(user), pk__in=courses(user, asked).values("pk"))
    listed, more = listing.one_page(found.select_related("unit", "assigned_to").order_by("final", *ORDER), page)
    return listing.rows(user, listed, at, language), more
