"""`comity law dual-criminality`, `country`, `compare`, `harmonisation`: two laws, and one country. Needs no node."""

import argparse
import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from comity.cli import reading
from comity.cli.answer import Answer, facts, table
from comity.cli.usage import Commands
from comity.lib import clock
from comity.lib.errors import BadInput


class UnknownInstrument(BadInput):
    code = "cli.unknown-instrument"
    says = "{instrument!r} is not an instrument that is known here."
    next_step = "The nearest are: {near}."


def add(group: Commands) -> None:
    """The four commands below ``comity law``."""
    parser = group.add("dual-criminality", dual_criminality, "Whether conduct is an offence under two laws, and why.")
    parser.add_argument("--from", dest="issuing", metavar="CC", required=True, help="the requesting State")
    parser.add_argument("--to", dest="executing", metavar="CC", required=True, help="the requested State")
    parser.add_argument(
        "--offence",
        action="append",
        metavar="O",
        required=True,
        help="an id such as illegal-access, a code of the ICCS, or one of the 32 categories; may be given again",
    )
    parser.add_argument("--facts", metavar="FILE", help="JSON: {element: true|false|null}; '-' reads standard input")
    parser.add_argument("--instrument", metavar="ID", help="applies its list offences and thresholds, such as eaw")
    _shared(parser)
    parser = group.add("country", country, "What it takes to get help from a country.")
    parser.add_argument("country", metavar="CC")
    _shared(parser)
    parser = group.add("compare", compare, "Two countries side by side.")
    parser.add_argument("left", metavar="CC")
    parser.add_argument("right", metavar="CC")
    _shared(parser)
    parser = group.add("harmonisation", harmonisation, "Offences by country against what the treaties demand.")
    parser.add_argument("--country", action="append", metavar="CC", help="only this one; may be given again")
    parser.add_argument("--offence", action="append", metavar="O", help="only this one; may be given again")
    parser.add_argument("--budapest", action="store_true", help="the Budapest Convention, article by article")
    parser.add_argument("--csv", action="store_true", help="answer in CSV")
    _shared(parser)


def _shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", metavar="DAY", help="such as 2026-11-23 (default: today)")
    parser.add_argument("--language", default="en", metavar="L", help="of the sentences, such as fr")


def _day(told: argparse.Namespace) -> Any:
    return reading.day(told.on) if told.on else clock.now().date()


def dual_criminality(told: argparse.Namespace) -> Answer:
    from comity.law import dual

    if told.instrument:
        _instrument(told.instrument)
    found = dual.compare(
        told.issuing,
        told.executing,
        told.offence,
        facts=_facts(told.facts),
        instrument=told.instrument,
        on=_day(told),
        language=told.language,
    )
    lines = [f"{found.verdict}: {found.title}, {found.issuing} to {found.executing}"]
    if found.waived:
        lines.append("The check is left out.")
    for heading, elements in (("matched", found.matched), ("missing", found.missing), ("unstated", found.unstated)):
        if elements:
            lines += ["", f"{heading}:"]
            lines += [f"  {'|'.join(one.tokens)}  {one.says}  ({one.provision}, {one.confidence})" for one in elements]
    lines += ["", "reasons:"]
    lines += [f"  {one.speaks}: {one.says}{_cited(one.cite, one.confidence)}" for one in found.reasons]
    if found.thresholds:
        lines += ["", "thresholds:"]
        lines += [f"  {row.met}: {row.says}{_cited(row.cite, row.confidence)}" for row in found.thresholds]
    return Answer(found.as_json(), "\n".join(lines))


def _cited(cite: str, confidence: str) -> str:
    return f" [{cite}; {confidence}]" if cite else f" [{confidence}]"


def _facts(name: str | None) -> dict[str, Any] | None:
    if name is None:
        return None
    told: dict[str, Any] = reading.json_file(name)
    reading.expect(name, "", told, dict, "an object")
    return told


def _instrument(id: str) -> None:
    """:raises UnknownInstrument: neither a definition nor a rule of dual criminality bears this id."""
    from comity.instruments import catalogue
    from comity.law import thresholds

    known = {*catalogue.ids(), *thresholds.rules()}
    if id not in known:
        close = get_close_matches(id, known, n=5, cutoff=0.4) or sorted(known)[:5]
        raise UnknownInstrument(instrument=id, near=", ".join(close))


def country(told: argparse.Namespace) -> Answer:
    from comity.law import countries

    found = countries.profile(told.country, _day(told), told.language)
    parts = [f"{found.name} ({found.code}), {found.on.isoformat()}"]
    parts.append(facts([(row.label, f"{row.value}{_under(row.provision, row.note)}") for row in found.rows]))
    parts.append("\n".join(f"{row.says} [{row.cite}; {row.confidence}]" for row in found.channels))
    parts.append(
        table(
            ("treaty", "since", "confidence"),
            [(row.short, row.since or "", row.confidence) for row in found.treaties],
            empty="No treaty is known to bind it on that day.",
        )
    )
    if found.limits:
        rows = [(row.law, row.period, row.event, row.cite) for row in found.limits]
        parts.append(table(("time limit", "period", "from", "cite"), rows))
    parts.append(
        table(
            ("offence", "provision", "maximum", "confidence"),
            [(row.title, row.provision, row.maximum, row.confidence) for row in found.offences],
            empty="No offences are recorded; they may exist.",
        )
    )
    return Answer(found.as_json(), "\n\n".join(part for part in parts if part))


def _under(provision: str, note: str) -> str:
    return (f" [{provision}]" if provision else "") + (f" {note}" if note else "")


def compare(told: argparse.Namespace) -> Answer:
    from comity.law import countries, harmonisation

    on = _day(told)
    sides = countries.compare(told.left, told.right, on, told.language)
    apart = harmonisation.differences(told.left, told.right, language=told.language)
    value = {
        "left": told.left,
        "right": told.right,
        "on": on.isoformat(),
        "rows": [side.as_json() for side in sides],
        "differences": [one.as_json() for one in apart],
    }
    same = {True: "=", False: "", None: "?"}
    text = table(("", told.left, told.right, ""), [(row.label, row.left, row.right, same[row.same]) for row in sides])
    text += "\n\n" + table(
        ("offence", "difference", "why"),
        [(one.title, f"{one.degree:.2f}", " ".join(one.reasons)) for one in apart],
        empty="No offence is recorded for both.",
    )
    return Answer(value, text)


def harmonisation(told: argparse.Namespace) -> Answer:
    from comity.law import harmonisation as law

    on = _day(told)
    if told.budapest:
        codes = told.country or [None]
        articles = [row for code in codes for row in law.budapest(code, on=on, language=told.language)]
        value: Any = {"on": on.isoformat(), "articles": [row.as_json() for row in articles]}
        return _rows(value, law.as_rows(articles), told.csv, ("country", "article", "subject", "status", "provision"))
    found = law.matrix(on, told.language, countries=told.country, pivots=told.offence)
    shown = ("offence", "country", "status", "difference", "gaps")
    return _rows(found.as_json(), found.as_rows(), told.csv, shown)


def _rows(value: Any, rows: Sequence[Mapping[str, str]], as_csv: bool, shown: Iterable[str]) -> Answer:
    if as_csv:
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]) if rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return Answer(value, text.getvalue().rstrip("\n"))
    keys = tuple(shown)
    return Answer(value, table(keys, [[row[key] for key in keys] for row in rows]))
