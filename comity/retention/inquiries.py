"""Inquiries and reviews as one officer sees them."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from comity.access import actions as access
from comity.access import queries as people
from comity.access import rules
from comity.access.queries import User
from comity.access.rules import Thing
from comity.retention import inquiring
from comity.retention.asked import Inquiry, Place
from comity.search import queries as search

MOST = 500


@dataclass(frozen=True)
class PlaceView:
    """A place as one officer sees it: ``title`` only where they may read the thing, ``mine`` where they decide."""

    row: Place
    title: str
    mine: bool


@dataclass(frozen=True)
class InquiryView:
    """An inquiry with its places; ``waits`` counts those on which nobody decided yet, ``late`` that its day is over."""

    row: Inquiry
    places: tuple[PlaceView, ...]
    waits: int
    late: bool


@dataclass(frozen=True)
class Audited:
    """What an auditor sees of an inquiry: neither who asked nor what was told."""

    number: str
    unit: str
    state: str
    received_on: object
    due_on: object
    ended_at: datetime | None
    places: int
    withheld: int


def _mine(user: User, verb: str, at: datetime) -> QuerySet[Inquiry]:
    reach = rules.visible_units(people.actor(user, at), verb, "inquiry")
    where = Q() if reach.everything else Q(unit__code__in=reach.units)
    return Inquiry.objects.filter(where).select_related("unit", "opened_by", "ended_by")


def may_open(user: User, at: datetime) -> list[people.Unit]:
    """The units for which this user takes inquiries."""
    reach = rules.visible_units(people.actor(user, at), "open", "inquiry")
    return [unit for unit in people.units() if reach.covers(unit.code)]


def inquiries(user: User, at: datetime, *, show: str = "open") -> list[InquiryView]:
    """The inquiries of this user's units, the oldest first. They name people: each row shown is a recorded read."""
    rows = _mine(user, "read", at)
    rows = rows.filter(state="open") if show == "open" else rows.exclude(state="open").order_by("-ended_at")
    found = list(rows.annotate(waiting=Count("places", filter=Q(places__decision="")))[:MOST])
    access.record_reads(people.actor(user, at), [inquiring.thing(one) for one in found], at)
    return [InquiryView(one, (), one.waiting, is_late(one, at)) for one in found]


def is_late(row: Inquiry, at: datetime) -> bool:
    today = at.astimezone(ZoneInfo(str(settings.COMITY.time_zone))).date()
    return row.state == "open" and row.due_on is not None and row.due_on < today


def inquiry(user: User, number: str, at: datetime) -> InquiryView:
    """One inquiry with its places; recorded.

    :raises NotFound: there is none, or not for this user.
    """
    row = _mine(user, "read", at).filter(pk=number).first()
    if row is None:
        raise inquiring.NotFound(number=number)
    access.record_read(people.actor(user, at), inquiring.thing(row), at)
    places = tuple(
        place_view(user, one, at) for one in row.places.select_related("unit", "inquiry__unit", "decided_by")
    )
    return InquiryView(row, places, sum(not one.row.decision for one in places), is_late(row, at))


def place_view(user: User, row: Place, at: datetime) -> PlaceView:
    return PlaceView(row, search.title(user, row.kind, row.ref, at=at), inquiring.may_decide(user, row, at))


def place(user: User, number: int, at: datetime) -> PlaceView:
    """A place on which this user decides; recorded.

    :raises NotFound: it is not theirs.
    """
    row = Place.objects.select_related("inquiry__unit", "unit", "decided_by").filter(pk=number).first()
    if row is None or not inquiring.may_decide(user, row, at):
        raise inquiring.NotFound(number=number)
    actor = people.actor(user, at)
    access.record_read(actor, inquiring.thing(row.inquiry), at, rule="decides-on-a-place")
    return place_view(user, row, at)


def to_decide(user: User, at: datetime) -> list[PlaceView]:
    """The places of open inquiries on which this user has to decide: tasks for who leads a case."""
    rows = Place.objects.filter(inquiry__state="open", decision="").select_related(
        "inquiry__unit", "unit", "decided_by"
    )
    seats = [seat.compartment for seat in people.actor(user, at).seats if seat.part == "lead"]
    reach = rules.visible_units(people.actor(user, at), "write", "inquiry")
    of_units = (
        Q()
        if reach.everything
        else Q(unit__code__in=reach.units) | Q(unit__isnull=True, inquiry__unit__code__in=reach.units)
    )
    mine = rows.filter(Q(within__in=seats) | Q(within="") & of_units).order_by("found_at", "id")
    found = [place_view(user, one, at) for one in mine[:MOST] if inquiring.may_decide(user, one, at)]
    things = {one.row.inquiry_id: inquiring.thing(one.row.inquiry) for one in found}
    access.record_reads(people.actor(user, at), things.values(), at, rule="decides-on-a-place")
    return found


def audited(user: User, at: datetime) -> list[Audited]:
    """Every inquiry by number, unit and days, for auditors."""
    rules.demand(people.actor(user, at), "audit", Thing("inquiry"))
    rows = _mine(user, "audit", at).annotate(
        all_places=Count("places"), kept_back=Count("places", filter=Q(places__decision="withheld"))
    )
    return [
        Audited(one.number, one.unit.code, one.state, one.received_on, one.due_on, one.ended_at, one.all_places,
                one.kept_back)
        for one in rows.order_by("-opened_at")[:MOST]
    ]  # fmt: skip


def exists(number: str) -> bool:
    return Inquiry.objects.filter(pk=number).exists()


def over_before(moment: datetime) -> QuerySet[Inquiry]:
    """Inquiries that were answered or withdrawn before a moment."""
    return Inquiry.objects.exclude(state="open").filter(ended_at__lt=moment).order_by("ended_at", "number")
