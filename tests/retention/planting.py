"""A node in which one marker stands in every kind of text, and finding it again wherever it is."""

import functools
import gc
import io
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from comity.access import actions as access
from comity.access import queries as people
from comity.access import signing
from comity.cases import actions as cases
from comity.dossiers import actions as dossiers
from comity.evidence import keeping
from comity.evidence.models import Measure
from comity.evidence.values import TakingFacts
from comity.exchange import actions as exchange
from comity.exchange import sealing
from comity.liaison import actions as liaison
from comity.search import queries as search
from comity.subjects import actions as subjects
from comity.subjects.actions import Said
from comity.subjects.import_models import Import, Reject
from comity.work import actions as work
from comity.work.models import Urgent
from tests.dossiers.conftest import AT

MARK = "Zqxvoltane"
OTHER_SCRIPT = "Зюкволтан"
BYTES = f"The bytes speak of {MARK}. ".encode() * 400


def a_case(alice, bob, dossier):
    """A closed case with the marker in everything that people can write, and a circle within it."""
    mla = people.unit("mla")
    for user in (alice, bob):
        access.set_clearance(user, 2, by=None, at=AT)
    case = cases.open(f"{MARK} and others", unit=mla, by=alice, at=AT, summary=f"About {MARK}.")
    circle = cases.open_circle(case.number, f"{MARK}, closer", by=alice, at=AT).compartment
    cases.note(case.number, f"{MARK} was seen.", by=alice, at=AT)
    cases.note(case.number, f"{MARK} confided.", by=alice, at=AT, circle=circle.name)
    task = cases.task(case.number, f"Ask {MARK}", details=f"Where {MARK} was", by=alice, at=AT)
    Urgent.objects.create(
        kind="task", ref=str(task.pk), unit=mla, month="2026-11", reason=f"{MARK} leaves tomorrow", by=alice, at=AT
    )
    _subjects(case.compartment, circle, alice)
    _items(case.compartment, circle, alice)
    _import(case.compartment, alice)
    liaison.open_thread(
        to="nl-prosecution", subject=f"On {MARK}", text=f"Do you know {MARK}?", language="en", by=alice, at=AT,
        compartment=case.compartment, unit=mla,
    )  # fmt: skip
    cases.link(case.number, dossier.pk, why=f"The same {MARK}", by=alice, at=AT)
    return case


def _subjects(place, circle, alice):
    said = [Said("name", MARK, source=f"{MARK} said so"), Said("alias", OTHER_SCRIPT)]
    person = subjects.add(place, "Person", said, by=alice, at=AT, role="suspect")
    other = subjects.add(circle, "Person", [Said("name", f"{MARK} the younger")], by=alice, at=AT)
    third = subjects.add(place, "Person", [Said("name", f"{MARK}, J.")], by=alice, at=AT)
    subjects.relate(person, other, "Family", [Said("relationship", f"cousin of {MARK}")], by=alice, at=AT)
    merge = subjects.merge(person, third, f"{MARK} is one person", by=alice, at=AT)
    subjects.unmerge(merge, f"{MARK} are two", by=alice, at=AT)
    subjects.merge(person, third, f"{MARK} is one person after all", by=alice, at=AT)
    wrong = subjects.state(person, Said("birthPlace", f"{MARK}ville"), by=alice, at=AT)
    subjects.retract(wrong, f"{MARK} denied it", by=alice, at=AT)


def _items(place, circle, alice):
    taking = TakingFacts(where=f"At {MARK}'s", from_whom=MARK)
    for where in (place, circle):
        item = keeping.take(
            where, title=f"Diary of {MARK}", kind="document", by=alice, at=AT, description=f"{MARK} writes",
            taking=taking, stream=io.BytesIO(BYTES), name=f"{MARK}.txt", media_type="text/plain",
        )  # fmt: skip
        keeping.move(item, to_whom=f"{MARK}'s expert", by=alice, at=AT)
    Measure.objects.create(
        item=item, compartment=item.compartment, kind="destroy", reasons=f"{MARK} asks", asked_by=MARK,
        proposed_by=alice, proposed_at=AT, decision="rejected", decided_by=alice, decided_at=AT, note=MARK,
    )  # fmt: skip


def _import(place, alice):
    blob = exchange.store_blob(io.BytesIO(BYTES), at=AT)
    made = Import.objects.create(
        compartment=place, format="csv", name=f"{MARK}.csv", size=blob.size, sha256=blob.sha256, blob=blob.id,
        status="discarded", by=alice, at=AT, finished_at=AT,
    )  # fmt: skip
    Reject.objects.create(brought_by=made, compartment=place, line=2, expected="a date", found=MARK, record=[MARK, "x"])


def elsewhere(alice, draft):
    """The marker in what stands in no case: a draft, a conversation, a session, the door."""
    work.mark_urgent("draft", str(draft.pk), reason=f"{MARK} leaves tomorrow", by=alice, at=AT)
    dossiers.discard(draft, by=alice, at=AT)
    _import(cases.open("Still open", unit=people.unit("mla"), by=alice, at=AT).compartment, alice)
    thread = liaison.open_thread(
        to="nl-prosecution", subject=f"On {MARK}", text=f"{MARK} again", language="en", by=alice, at=AT,
        unit=people.unit("mla"),
    )  # fmt: skip
    liaison.close(thread.pk, by=alice, at=AT)
    session = SessionStore()
    session["_messages"] = f"{MARK} was added."
    session.set_expiry(timedelta(seconds=-5))
    session.save()
    signing.record("sign-in failed", user=alice, at=AT, why="wrong password", ip="192.0.2.7", browser=f"{MARK}/1.0")
    sealing.seal(AT)


def looked_for(alice):
    """Fill the caches of this process."""
    assert search.find(alice, MARK, at=AT).total
    assert search.find(alice, OTHER_SCRIPT, at=AT).total


def tables() -> list[str]:
    """The tables in which the marker is found, in whatever column."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = [tuple(bytes(cell) if isinstance(cell, memoryview) else cell for cell in row) for row in cursor]
            if _in(repr(rows)):
                found.append(table)
    return found


def _in(text: str) -> bool:
    folded = text.lower()
    return any(word.lower() in folded or ascii(word)[1:-1] in folded for word in (MARK, OTHER_SCRIPT, "zukvoltan"))


def files() -> list[str]:
    """The files in the node's folder, the database's among them, whose bytes hold the marker."""
    folders = {Path(settings.COMITY.folder), *_database()}
    return [str(file) for folder in folders for file in folder.rglob("*") if file.is_file() and _holds(file)]


def _database() -> set[Path]:
    name = str(connection.settings_dict["NAME"])
    return {Path(name).parent} if connection.vendor == "sqlite" and "memory" not in name else set()


def _holds(file: Path) -> bool:
    raw = file.read_bytes().lower()
    return any(word.lower().encode() in raw for word in (MARK, OTHER_SCRIPT))


def blobs() -> int:
    return sum(file.is_file() for file in (Path(settings.COMITY.folder) / "blobs").rglob("*"))


def caches() -> list[str]:
    """The caches of this process (``lru_cache``, and our own) in which the marker is found."""
    found = []
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper) and one.__module__.startswith("comity."):
            if _within(one, 6):
                found.append(f"{one.__module__}.{one.__qualname__}")
        elif type(one).__name__ == "Remembered" and _within(one, 8):
            found.append(type(one).__name__)
    return found


def _within(one: object, depth: int) -> bool:
    seen: set[int] = set()
    waiting = [(one, depth)]
    while waiting:
        now, left = waiting.pop()
        if id(now) in seen or isinstance(now, type) or type(now).__name__ in ("function", "module"):
            continue
        seen.add(id(now))
        if isinstance(now, str | bytes):
            text = now if isinstance(now, str) else now.decode(errors="ignore")
            if _in(text):
                return True
        elif left:
            waiting += [(inner, left - 1) for inner in gc.get_referents(now)]
    return False
