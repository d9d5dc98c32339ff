"""The brief of a case: what somebody who never saw the file needs to go on with it. Pure: values in, sentences out.

Every sentence is marked for translation and has fields in braces; who shows it fills them (`wording`). Nothing is
decided here: it says what stands in the file, who waits for whom, and what is missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

SOON = timedelta(days=3)
MOST = 12  # lines of a kind; the page of that part has the rest


class Authority(str):
    """The id of an authority, shown by its name."""

    __slots__ = ()


class Word(str):
    """A word of ours, shown in the reader's language; every other text is shown as somebody wrote it."""

    __slots__ = ()


@dataclass(frozen=True)
class Limit:
    """A time limit of a dossier that nobody has met yet. ``due`` is None where the text gives words only."""

    title: str
    owed_by: str
    ours: bool
    due: datetime | None
    article: str = ""


@dataclass(frozen=True)
class Question:
    """A question about a field that nobody has answered yet."""

    field: str
    asks: str
    by: str
    of: str
    ours: bool  # we must answer
    since: datetime
    due: datetime | None


@dataclass(frozen=True)
class Draft:
    """An act in the making."""

    id: int
    title: str
    by: str
    since: datetime
    submitted: bool


@dataclass(frozen=True)
class Affair:
    """A dossier of the case as the reader may see it."""

    id: str
    title: str  # of the instrument
    subject: str
    by_us: bool  # we asked
    counterpart: str
    stage: str
    final: bool
    ours: bool
    theirs: bool
    opened_at: datetime
    since: datetime  # the last act
    limits: tuple[Limit, ...] = ()
    questions: tuple[Question, ...] = ()
    drafts: tuple[Draft, ...] = ()
    crossed: int = 0
    undelivered: int = 0


@dataclass(frozen=True)
class Person:
    """A person or thing of the case."""

    caption: str
    kind: str
    roles: tuple[str, ...]
    ref: str


@dataclass(frozen=True)
class Talk:
    """A conversation with another authority."""

    id: str
    peer: str
    subject: str
    unread: int
    last_at: datetime
    ours: bool  # the last word was ours


@dataclass(frozen=True)
class Todo:
    """A task, or (``collect``) something that belongs into the file."""

    id: int
    title: str
    who: str
    due_on: date | None
    first: bool
    collect: bool
    from_template: bool


@dataclass(frozen=True)
class Facts:
    """What a brief is made of, as far as the reader may see it."""

    number: str
    title: str
    at: datetime
    state: str
    reason: str
    state_at: datetime
    summary: str
    unit: str
    level: str
    to_unit: bool
    opened_at: datetime
    opened_by: str
    template: str = ""
    purposes: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    seats: int = 0
    people: tuple[Person, ...] = ()
    people_total: int = 0
    items: int = 0  # of evidence
    affairs: tuple[Affair, ...] = ()
    unseen: tuple[str, ...] = ()  # dossiers that the reader may not see, by number
    talks: tuple[Talk, ...] = ()
    tasks: tuple[Todo, ...] = ()  # open ones
    done: int = 0
    notes: int = 0
    last_note: tuple[datetime, str, str] | None = None  # when, by whom, its words


@dataclass(frozen=True)
class Line:
    """One sentence. ``leads`` names the thing it is about (kind and id), ``own`` is text as somebody wrote it."""

    says: str
    values: dict[str, Any] = field(default_factory=dict)
    tone: str = ""  # late, soon
    leads: tuple[str, str] = ("", "")
    own: str = ""
    when: datetime | None = None  # when it falls due
    side: str = ""  # whose it is then: us, them


@dataclass(frozen=True)
class Section:
    id: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Brief:
    number: str
    title: str
    at: datetime
    sections: tuple[Section, ...]

    def section(self, id: str) -> Section:
        return next(one for one in self.sections if one.id == id)


def brief(facts: Facts) -> Brief:
    """The brief of a case: what, why, who, what was asked, who waits for whom, what next, what is missing."""
    told = (
        ("what", "What this case is", what(facts)),
        ("why", "Why", why(facts)),
        ("who", "People and things", who(facts)),
        ("asked", "What was asked of whom", asked(facts)),
        ("waiting", "Who waits for whom", waiting(facts)),
        ("next", "What comes next", following(facts)),
        ("missing", "What is missing", missing(facts)),
    )
    return Brief(
        facts.number, facts.title, facts.at, tuple(Section(id, title, tuple(lines)) for id, title, lines in told)
    )


def what(facts: Facts) -> Iterator[Line]:
    if facts.template:
        yield Line("{template}.", {"template": Word(facts.template)})
    leads = ", ".join(facts.leads)
    led = {"unit": facts.unit, "leads": leads, "opened_at": facts.opened_at.date()}
    if leads:
        yield Line("{unit} has handled it since {opened_at}; {leads} leads.", led, leads=("people", facts.number))
    else:
        yield Line("{unit} has handled it since {opened_at}; nobody leads.", led, "late", ("people", facts.number))
    if facts.state == "closed":
        yield Line("It was closed on {on}: {reason}", {"on": facts.state_at.date(), "reason": facts.reason})
    elif facts.state == "dormant":
        yield Line("It has rested since {on}: {reason}", {"on": facts.state_at.date(), "reason": facts.reason})
    reach = {"count": facts.seats, "level": Word(facts.level)}
    if facts.to_unit:
        yield Line("Level: {level}. The whole unit may read it; seats: {count}.", reach)
    else:
        yield Line("Level: {level}. Only those with a seat may read it: {count}.", reach)


def why(facts: Facts) -> Iterator[Line]:
    if facts.summary:
        yield Line("", own=facts.summary)
    if facts.purposes:
        yield Line("Purposes: {purposes}.", {"purposes": tuple(Word(one) for one in facts.purposes)})
    if facts.last_note:
        at, by, text = facts.last_note
        yield Line("Last note, {at}, {by}:", {"at": at, "by": by}, own=text, leads=("notes", facts.number))


def who(facts: Facts) -> Iterator[Line]:
    for one in facts.people[:MOST]:
        told = {"caption": one.caption, "kind": Word(one.kind), "roles": tuple(Word(role) for role in one.roles)}
        says = "{caption}: {kind}, {roles}" if one.roles else "{caption}: {kind}"
        yield Line(says, told, leads=("subject", one.ref))
    more = facts.people_total - len(facts.people[:MOST])
    if more > 0:
        yield Line("Further people and things: {count}", {"count": more}, leads=("subjects", facts.number))
    if facts.items:
        yield Line("Items of evidence: {count}", {"count": facts.items}, leads=("items", facts.number))


def asked(facts: Facts) -> Iterator[Line]:
    for one in facts.affairs:
        values = {
            "authority": Authority(one.counterpart), "on": one.opened_at.date(), "title": one.title,
            "subject": one.subject, "stage": one.stage,
        }  # fmt: skip
        yield Line(ASKED[one.by_us, bool(one.subject)], values, leads=("dossier", one.id))
    for talk in facts.talks[:MOST]:
        told = {"authority": Authority(talk.peer), "subject": talk.subject, "at": talk.last_at}
        if talk.ours:
            yield Line("Conversation with {authority}: {subject}. The last word was ours, {at}.", told,
                       leads=("thread", talk.id))  # fmt: skip
        else:
            yield Line("Conversation with {authority}: {subject}. The last word was theirs, {at}.", told,
                       "soon" if talk.unread else "", ("thread", talk.id))  # fmt: skip


# Whole sentences, so that each can be translated as a whole: asked by us, with a subject.
ASKED = {
    (True, False): "We asked {authority} on {on}: {title}. It stands at: {stage}.",
    (True, True): "We asked {authority} on {on}: {title} ({subject}). It stands at: {stage}.",
    (False, False): "{authority} asked us on {on}: {title}. It stands at: {stage}.",
    (False, True): "{authority} asked us on {on}: {title} ({subject}). It stands at: {stage}.",
}
# Waits for us, with a limit.
WAITS = {
    (True, False): "{authority} has waited for us since {since} ({dossier}). No time limit runs.",
    (True, True): "{authority} has waited for us since {since} ({dossier}). Limit: {limit}, {due}.",
    (False, False): "We have waited for {authority} since {since} ({dossier}). No time limit runs.",
    (False, True): "We have waited for {authority} since {since} ({dossier}). Limit: {limit}, {due}.",
}


def waiting(facts: Facts) -> Iterator[Line]:
    """The other side, and us, dossier by dossier, with the limit that runs."""
    lines = [line for one in facts.affairs if not one.final for line in _waiting(one, facts.at)]
    yield from lines
    if not lines:
        yield Line("Nobody outside waits for us, and we wait for nobody.")


def _waiting(one: Affair, at: datetime) -> Iterator[Line]:
    there = ("dossier", one.id)
    values = {"authority": Authority(one.counterpart), "dossier": one.id, "since": one.since.date()}
    if one.ours:
        yield _limited(values, one, True, at)
    if one.theirs or not one.ours:
        yield _limited(values, one, False, at)
    for asked in one.questions:
        told = {
            "by": Authority(asked.by), "of": Authority(asked.of), "field": asked.field, "since": asked.since.date(),
            "due": asked.due,
        }  # fmt: skip
        says = "{by} asked {of} about “{field}” on {since}, and has no answer."
        if asked.due:
            says = "{by} asked {of} about “{field}” on {since}, and has no answer. It is due {due}."
        side = "us" if asked.ours else "them"
        yield Line(says, told, tone(asked.due, at), there, own=asked.asks, when=asked.due, side=side)
    if one.undelivered:
        yield Line("Something that we sent in {dossier} has not arrived.", values, "late", there)
    if one.crossed:
        yield Line("Acts in {dossier} crossed on the way and do not go together.", values, "late", there)


def _limited(values: dict[str, Any], one: Affair, ours: bool, at: datetime) -> Line:
    """Who waits, with the nearest limit of that side, or that none runs."""
    due = sorted((limit for limit in one.limits if limit.ours == ours and limit.due), key=lambda limit: limit.due or at)
    if not due:
        return Line(WAITS[ours, False], values, leads=("dossier", one.id))
    told = {**values, "limit": due[0].title, "due": due[0].due}
    side = "us" if ours else "them"
    return Line(WAITS[ours, True], told, tone(due[0].due, at), ("dossier", one.id), when=due[0].due, side=side)


def following(facts: Facts) -> Iterator[Line]:
    """What we can do next, the nearest limit first; what has none stands at the end."""
    if facts.state == "closed":
        yield Line("The case is closed. Nothing more is planned.")
        return
    lines = [line for one in facts.affairs if not one.final for line in _own_steps(one, facts.at)]
    tasks = [one for one in facts.tasks if not one.collect]
    lines += [_todo(one, facts.at) for one in tasks]
    lines.sort(key=lambda line: (line.when is None, line.when or facts.at))
    lines = [replace(line, side="us") for line in lines]
    yield from lines[: MOST + MOST]
    if len(lines) > MOST + MOST:
        more = {"count": len(lines) - MOST - MOST}
        yield Line("Further steps: {count}", more, leads=("notes", facts.number))
    if not lines:
        yield Line("Nothing is planned. Add a task, or close the case.", leads=("notes", facts.number))


def _own_steps(one: Affair, at: datetime) -> Iterator[Line]:
    for limit in one.limits:
        if limit.ours:
            values = {"limit": limit.title, "due": limit.due, "dossier": one.id}
            says = (
                "Meet the limit in {dossier}: {limit}, {due}" if limit.due else "Meet the limit in {dossier}: {limit}"
            )
            yield Line(says, values, tone(limit.due, at), ("dossier", one.id), when=limit.due)
    for asked in one.questions:
        if asked.ours:
            values = {"authority": Authority(asked.by), "field": asked.field, "dossier": one.id}
            yield Line("Answer {authority} in {dossier} about “{field}”", values, tone(asked.due, at),
                       ("dossier", one.id), when=asked.due)  # fmt: skip
    for draft in one.drafts:
        values = {"title": draft.title, "by": draft.by, "since": draft.since, "dossier": one.id}
        if draft.submitted:
            yield Line("Approve or give back: {title} in {dossier}, submitted by {by}, {since}", values, "soon",
                       ("draft", str(draft.id)), when=draft.since)  # fmt: skip
        else:
            yield Line("Finish the draft: {title} in {dossier}, begun by {by}, {since}", values,
                       leads=("draft", str(draft.id)))  # fmt: skip


def _todo(one: Todo, at: datetime) -> Line:
    title = Word(one.title) if one.from_template else one.title
    values = {"title": title, "who": one.who, "due": one.due_on}
    says = {
        (True, True): "{title} – {who}, until {due}",
        (True, False): "{title} – {who}",
        (False, True): "{title} – nobody yet, until {due}",
        (False, False): "{title} – nobody yet",
    }[bool(one.who), one.due_on is not None]
    ends = datetime(one.due_on.year, one.due_on.month, one.due_on.day, 23, 59, tzinfo=at.tzinfo) if one.due_on else None
    return Line(says, values, tone(ends, at), ("task", str(one.id)), when=ends)


def missing(facts: Facts) -> Iterator[Line]:
    """What belongs into such a file and is not there, and what nobody has taken on."""
    lines = list(_missing(facts)) if facts.state != "closed" else []
    yield from lines
    if not lines:
        yield Line("Nothing that we know of.")


def _missing(facts: Facts) -> Iterator[Line]:
    here = facts.number
    if not facts.summary:
        yield Line("Nobody has written what the case is about, and why.", leads=("case-change", here))
    if not facts.purposes:
        yield Line("No purpose is named.", leads=("case-change", here))
    if not facts.people_total:
        yield Line("No person and no thing stands in it.", leads=("subjects", here))
    if not facts.affairs and not facts.unseen:
        yield Line("No dossier belongs to it.", leads=("dossiers", here))
    for id in facts.unseen:
        yield Line("You may not see the dossier {dossier}; ask the unit that handles it.", {"dossier": id})
    loose = [one for one in facts.tasks if not one.who and not one.collect]
    if loose:
        yield Line("Tasks that nobody has taken on: {count}", {"count": len(loose)}, leads=("notes", here))
    for one in facts.tasks:
        if one.collect:
            due = one.due_on
            values = {"title": Word(one.title) if one.from_template else one.title, "due": due}
            ends = datetime(due.year, due.month, due.day, 23, 59, tzinfo=facts.at.tzinfo) if due else None
            says = "{title}, expected by {due}" if due else "{title}"
            yield Line(says, values, tone(ends, facts.at), ("task", str(one.id)))


def tone(due: datetime | None, at: datetime) -> str:
    """``late`` when it is over, ``soon`` within three days."""
    if due is None:
        return ""
    return "late" if due < at else "soon" if due - at <= SOON else ""
