"""From records of a file to subjects and statements of a case: duplicates found, what does not fit set aside."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from typing import Any

from followthemoney.property import Property
from followthemoney.types import registry

from comity.access.queries import User
from comity.subjects import cleaning, indexing, kinds, sight
from comity.subjects.cleaning import BadValue, Cleaned
from comity.subjects.models import Import, Reject, Statement, Subject
from comity.subjects.reading import Fault, Raw, Record
from comity.subjects.stating import DoesNotFit, fits, next_numbers

BATCH = 500
SHOWN = 50  # rejects of a preview


@dataclass
class Counts:
    read: int = 0
    accepted: int = 0
    rejected: int = 0
    duplicates: int = 0
    values_rejected: int = 0
    losses: Counter[str] = field(default_factory=Counter)


class SetAside(Exception):  # never leaves this module
    """This record, or ("part") this value of it, is not taken."""

    def __init__(self, fault: Fault, duplicate: bool = False) -> None:
        self.fault, self.duplicate = fault, duplicate


class Placing:
    """One batch of an import; with ``trial`` all of them, and nothing is kept."""

    def __init__(self, row: Import, *, by: User, at: datetime, trial: bool = False, samples: int = 0) -> None:
        self.row, self.by, self.at, self.trial = row, by, at, trial
        self.strict = row.format == "csv"  # a table is mended and imported again; an entity loses one value
        self.counts = Counts()
        self.subjects: list[Subject] = []
        self.statements: list[Statement] = []
        self.rejects: list[Reject] = []
        self.touched: dict[int, Subject] = {}
        self.by_id: dict[str, Subject] = {}
        self.by_number: dict[tuple[str, str], Subject] = {}
        self.stated: set[tuple[int, str, str, str]] = set()
        self.made = 0
        self.wanted, self.samples = samples, list[tuple[int, Subject, list[tuple[str, str]]]]()

    def batch(self, stage: int, records: list[Record]) -> None:
        self.look_up(records, stage)
        for record in records:
            if stage == 0:
                self.counts.read += 1
                self.counts.losses.update(record.losses)
            try:
                self.place(record, stage)
            except SetAside as aside:
                self.set_aside(record, aside)

    def place(self, record: Record, stage: int) -> None:
        if record.fault:
            if stage == 0:
                raise SetAside(record.fault)
            return
        schema = self.schema(record, stage)
        if schema is None:
            return
        if schema.edge:
            if stage == 1:
                self.edge(record)
        elif stage == 0:
            self.thing(record)
        else:
            self.pointers(record)

    def schema(self, record: Record, stage: int) -> Any:
        try:
            return kinds.schema(record.schema)
        except kinds.UnknownKind:
            if stage == 1:
                return None
            found = record.schema[:80] or "nothing"
            raise SetAside(Fault("schema", "a kind of FollowTheMoney, such as Person", found)) from None

    # things

    def thing(self, record: Record) -> None:
        known = self.by_id.get(record.id) if record.id else None
        values = self.cleaned(record.schema, record, entity=False)
        if known is None and self.strict:
            known = self.alike(values)
        if known is not None and (self.strict or not self.fresh(known)):
            known = self.duplicate(known)
        if known is None:
            known = self.new(record)
            if len(self.samples) < self.wanted:
                self.samples.append((record.line, known, [(prop.name, one.value) for prop, _, one in values]))
        else:
            self.narrow(known, record)
        for prop, raw, one in values:
            self.say(known, prop, raw, one)
        self.counts.accepted += 1

    def fresh(self, subject: Subject) -> bool:
        """Whether this import brings it; further records about it belong to it."""
        return subject.brought_by_id == self.row.pk

    def duplicate(self, known: Subject) -> Subject | None:
        policy = self.row.mapping.get("duplicates", "skip")
        if policy == "skip":
            raise SetAside(Fault("id", "somebody new in the case", f"{called(known)} is the same"), duplicate=True)
        return known if policy == "state" else None

    def new(self, record: Record, **ends: Subject) -> Subject:
        level = max([self.row.level, self.row.compartment.level, *(one.level for one in ends.values())])
        made = Subject(
            compartment=self.row.compartment, schema=record.schema, level=level, foreign_id=record.id,
            brought_by=self.row, by=self.by, at=self.at, **ends,
        )  # fmt: skip
        self.made += 1
        made.number = -self.made  # until it is kept
        if not self.trial:
            self.subjects.append(made)
        if record.id:
            self.by_id.setdefault(record.id, made)
        return made

    def narrow(self, known: Subject, record: Record) -> None:
        """Several records about one entity: the kind that says most counts; kinds that exclude each other do not."""
        now, told = kinds.schema(known.schema), kinds.schema(record.schema)
        if now.is_a(told):
            return
        if not told.is_a(now) or not self.fresh(known):
            raise SetAside(Fault("schema", f"{now.name}, as before", told.name))
        known.schema = told.name
        if known.pk and not self.trial:
            Subject.objects.filter(pk=known.pk).update(schema=told.name)

    def alike(self, values: Iterable[tuple[Property, Raw, Cleaned]]) -> Subject | None:
        keys = [(prop.name, one.value) for prop, _, one in values if kinds.identifies(prop)]
        return next((self.by_number[key] for key in keys if key in self.by_number), None)

    # values

    def cleaned(self, schema: str, record: Record, *, entity: bool) -> list[tuple[Property, Raw, Cleaned]]:
        """The values of a record that are of a subject of this kind; those that name other subjects apart."""
        found = []
        for raw in record.values:
            try:
                prop = kinds.prop(schema, raw.prop)
            except kinds.UnknownProperty:
                self.value_aside(record, Fault(raw.column, f"a property of {schema}", raw.prop[:80]), not entity)
                continue
            if (prop.type == registry.entity) is not entity:
                continue
            try:
                one = Cleaned(str(raw.text or "")) if entity else cleaning.clean(prop, raw.text, format=raw.format)
                found.append((prop, raw, one))
            except BadValue as bad:
                fault = Fault(raw.column, bad.fields["expected"], bad.fields["found"])
                if self.strict:
                    raise SetAside(fault) from None
                self.value_aside(record, fault, True)
        return found

    def value_aside(self, record: Record, fault: Fault, counted: bool) -> None:
        if counted:
            self.counts.values_rejected += 1
            self.reject(record, fault, whole=False)

    def say(self, subject: Subject, prop: Property, raw: Raw, one: Cleaned, about: Subject | None = None) -> None:
        mapping: Mapping[str, Any] = self.row.mapping
        lang = raw.lang
        key = (subject.pk or subject.number, prop.name, one.value, lang)
        if key in self.stated:
            return
        self.stated.add(key)
        if kinds.identifies(prop):
            self.by_number.setdefault((prop.name, one.value), subject)
        if self.trial:
            return
        self.statements.append(
            Statement(
                subject=subject, compartment=self.row.compartment, level=max(self.row.level, subject.level),
                handling=self.row.handling, prop=prop.name, value=one.value, original=raw.original or one.original,
                lang=lang, about=about, source=(raw.source or mapping.get("source", ""))[:300], said_on=raw.said_on,
                scheme=mapping.get("scheme", ""), reliability=mapping.get("reliability", ""),
                credibility=mapping.get("credibility", ""), brought_by=self.row, by=self.by, at=self.at,
            )
        )  # fmt: skip
        if subject.pk is not None:
            self.touched[subject.pk] = subject

    # what refers to other subjects

    def edge(self, record: Record) -> None:
        source, target = kinds.ends(record.schema)
        known = self.by_id.get(record.id) if record.id else None
        if known is not None and not self.fresh(known):
            raise SetAside(Fault("id", "a new relation", f"{called(known)} is the same"), duplicate=True)
        values = self.cleaned(record.schema, record, entity=False)
        pointing = self.cleaned(record.schema, record, entity=True)
        ends = {name: [self.named(name, one.value) for prop, _, one in pointing if prop.name == name]
                for name in (source, target)}  # fmt: skip
        if known is None:
            for name, found in ends.items():
                if not found:
                    raise SetAside(Fault(name, "the id of a subject of this case", "nothing"))
            pairs = list(product(ends[source], ends[target]))
            for one, other in pairs:
                self.fitting(record, one, other)
            made = [self.new(record, source=one, target=other) for one, other in pairs]
        else:
            made = [known]
        rest = [found for found in pointing if found[0].name not in (source, target)]
        for subject in made:
            for prop, raw, cleaned in values:
                self.say(subject, prop, raw, cleaned)
            self.point(record, subject, rest)
        self.counts.accepted += 1

    def fitting(self, record: Record, source: Subject, target: Subject) -> None:
        try:
            fits(record.schema, source, target)
        except DoesNotFit as wrong:
            raise SetAside(Fault("schema", "two subjects that can be so related", wrong.fields["why"][:200])) from None

    def named(self, column: str, id: str) -> Subject:
        found = self.by_id.get(id)
        if found is None:
            raise SetAside(Fault(column, "the id of a subject of this case", id[:80]))
        return found

    def pointers(self, record: Record) -> None:
        """Values of a thing that name other subjects: these are all here by now."""
        subject = self.by_id.get(record.id)
        mine = subject is not None and (self.fresh(subject) or self.row.mapping.get("duplicates") == "state")
        if subject is not None and mine:
            self.point(record, subject, self.cleaned(subject.schema, record, entity=True))

    def point(self, record: Record, subject: Subject, pointing: list[tuple[Property, Raw, Cleaned]]) -> None:
        for prop, raw, one in pointing:
            about = self.by_id.get(one.value)
            fault = Fault(prop.name, "the id of a subject of this case", one.value[:80])
            if about is not None and prop.range is not None and not kinds.schema(about.schema).is_a(prop.range):
                fault, about = Fault(prop.name, f"the id of a {prop.range.name}", one.value[:80]), None
            if about is None:
                self.value_aside(record, fault, True)
            else:
                value = about.ref if about.pk else one.value
                self.say(subject, prop, raw, Cleaned(value, one.value), about)

    # setting aside and keeping

    def set_aside(self, record: Record, aside: SetAside) -> None:
        self.counts.rejected += 1
        self.counts.duplicates += aside.duplicate
        self.reject(record, aside.fault, whole=True)

    def reject(self, record: Record, fault: Fault, *, whole: bool) -> None:
        if self.trial and len(self.rejects) >= SHOWN:
            return
        self.rejects.append(
            Reject(
                brought_by=self.row, compartment=self.row.compartment, level=self.row.level, line=record.line,
                column=fault.column[:200], expected=fault.expected[:300], found=fault.found[:300], whole=whole,
                record=record.raw,
            )
        )  # fmt: skip

    def look_up(self, records: list[Record], stage: int) -> None:
        """What the case knows already of the subjects that this batch names, as far as this user sees it."""
        ids = {record.id for record in records if record.id}
        if stage == 1:
            ids |= {str(raw.text) for record in records for raw in record.values if isinstance(raw.text, str)}
        ids -= set(self.by_id)
        rows = sight.subjects(self.by, self.at).filter(sight.in_case(self.row.compartment))
        for some in _some(sorted(ids)):
            for one in rows.filter(foreign_id__in=some).exclude(foreign_id="").order_by("pk"):
                self.know(one)
        if self.strict and stage == 0:
            self.look_up_numbers(records, rows)
        self.look_up_statements()

    def know(self, one: Subject) -> None:
        before = self.by_id.setdefault(one.foreign_id, one)
        if self.fresh(one) and not self.fresh(before):  # policy "add": the file means its own
            self.by_id[one.foreign_id] = one

    def look_up_numbers(self, records: list[Record], rows: Any) -> None:
        wanted = set()
        for record in records:
            for raw in record.values:
                prop = kinds.schema(record.schema).get(raw.prop)
                if prop is not None and kinds.identifies(prop):
                    try:
                        wanted.add((prop.name, cleaning.clean(prop, raw.text).value))
                    except BadValue:
                        continue  # told when the record is placed
        values = sorted({value for _, value in wanted})
        for some in _some(values):
            stated = Statement.objects.filter(
                sight.reach(self.by, self.at), value__in=some, retracted_at__isnull=True, subject__in=rows
            ).select_related("subject__compartment")
            for one in stated.order_by("pk"):
                self.by_number.setdefault((one.prop, one.value), one.subject)

    def look_up_statements(self) -> None:
        """What is stated already of subjects that come again, so that nothing is said twice from one file."""
        known = [one.pk for one in (*self.by_id.values(), *self.by_number.values()) if one.pk]
        for some in _some(sorted(set(known))):
            rows = sight.statements(self.by, self.at, some).order_by("pk")
            self.stated.update(rows.values_list("subject", "prop", "value", "lang"))

    def keep(self) -> None:
        """Write the batch: subjects, statements, what was set aside, and the search index."""
        for number, one in zip(next_numbers(self.row.compartment, len(self.subjects)), self.subjects, strict=True):
            one.number = number
        Subject.objects.bulk_create(self.subjects, batch_size=BATCH)
        for stated in self.statements:
            if stated.about is not None:
                stated.value = stated.about.ref
        Statement.objects.bulk_create(self.statements, batch_size=BATCH)
        Reject.objects.bulk_create(self.rejects, batch_size=BATCH)
        said: dict[int, list[Statement]] = {id(one): [] for one in self.subjects}
        for stated in self.statements:
            if id(stated.subject) in said:
                said[id(stated.subject)].append(stated)
        indexing.put_new(((one, said[id(one)]) for one in self.subjects), self.at)
        for subject in self.touched.values():
            indexing.put(subject, self.at)


def called(known: Subject) -> str:
    return known.ref if known.pk else "one in a row above"


def _some(keys: list[Any], size: int = 900) -> Iterable[list[Any]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))
