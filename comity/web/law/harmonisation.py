"""Where national definitions meet what treaties demand, and where they differ from each other."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse

from comity.law import harmonisation, national, offences, texts
from comity.law.difference import Difference
from comity.law.harmonisation import ARTICLES, Article, Cell, Gap, Matrix
from comity.web.forms import choices
from comity.web.law import csvs, heatmap, wording
from comity.web.law.asked import Asked
from comity.web.pages import Http, language, page, signed_in
from comity.web.templatetags.law import bare

GAP_COLUMNS = ("country", "offence", "title", "kind", "provision", "says", "closed_by", "demands", "confidence")
DIFFERENCE_COLUMNS = ("offence", "title", "left", "right", "degree", "reasons")


@dataclass(frozen=True)
class Line:
    """An offence in the matrix with its cells, by country."""

    id: str
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Picture:
    """What is drawn, and the table that says the same."""

    title: str
    grid: heatmap.Grid | None
    bars: heatmap.Bars | None
    rows: tuple[Difference, ...]
    among: tuple[str, ...] = ()  # the countries that are compared
    table: tuple["Degrees", ...] = ()  # everything against the common definition


@dataclass(frozen=True)
class Degrees:
    """An offence with its degree in each country; None where nothing is recorded."""

    id: str
    title: str
    degrees: tuple[float | None, ...]


@signed_in
def matrix(http: Http) -> HttpResponse:
    """Offences by country against what the treaties demand on a day."""
    asked = Asked(http.GET)
    found = chosen_matrix(asked)
    recorded = "all" not in http.GET
    rows = [one for one in lines(found) if not recorded or any(cell.provisions for cell in one.cells)]
    return page(
        http,
        "law/matrix.html",
        status=asked.status,
        on=found.on,
        codes=found.countries,
        rows=rows,
        everything=not recorded,
        countries=recorded_countries(),
        chosen=asked.several("country", national.known()),
        sections=wording.sections(language()),
        section=asked.choice("section", section_codes()),
        section_titles=section_titles(),
        words=wording.cells(),
        counts=counts(one for row in rows for one in row.cells),
        query=http.GET.urlencode(),
        problems=asked.problems,
    )


@signed_in
def matrix_csv(http: Http) -> HttpResponse:
    found = chosen_matrix(Asked(http.GET))
    rows = found.as_rows()
    return csvs.answer(f"harmonisation-{found.on}", list(rows[0]) if rows else [], rows)


@signed_in
def gaps(http: Http) -> HttpResponse:
    """The gaps of one country or of all, each with the provision that would close it."""
    asked = Asked(http.GET)
    on, country = asked.day(), asked.choice("country", national.known())
    found = all_gaps(country, on)
    return page(
        http,
        "law/gaps.html",
        status=asked.status,
        on=on,
        country=country,
        countries=recorded_countries(),
        groups=by_country(one for one in found if one.kind != "not recorded"),
        unrecorded=by_country(one for one in found if one.kind == "not recorded"),
        kinds=wording.gap_kinds(),
        problems=asked.problems,
    )


@signed_in
def gaps_csv(http: Http) -> HttpResponse:
    asked = Asked(http.GET)
    on, country = asked.day(), asked.choice("country", national.known())
    rows = ({**one.as_json(), "demands": "; ".join(one.demands)} for one in all_gaps(country, on))
    return csvs.answer(f"gaps-{country or 'all'}-{on}", GAP_COLUMNS, (kept(row, GAP_COLUMNS) for row in rows))


@signed_in
def differences(http: Http) -> HttpResponse:
    """How far definitions lie apart: two countries, one offence in all of them, or all against the common one."""
    asked = Asked(http.GET)
    return page(
        http,
        "law/differences.html",
        status=asked.status,
        picture=picture(asked),
        left=asked.choice("a", national.known()),
        right=asked.choice("b", national.known()),
        offence=asked.choice("offence", pivot_ids()),
        countries=recorded_countries(),
        sections=wording.sections(language()),
        query=http.GET.urlencode(),
        problems=asked.problems,
    )


@signed_in
def differences_csv(http: Http) -> HttpResponse:
    rows = ({**one.as_json(), "reasons": "; ".join(one.reasons)} for one in picture(Asked(http.GET)).rows)
    return csvs.answer("differences", DIFFERENCE_COLUMNS, (kept(row, DIFFERENCE_COLUMNS) for row in rows))


@signed_in
def budapest(http: Http) -> HttpResponse:
    """The articles of the Budapest Convention one by one, in one country or by country."""
    asked = Asked(http.GET)
    on, country = asked.day(), asked.choice("country", national.known())
    found = harmonisation.budapest(country or None, on=on, language=language())
    to = texts.of(language())
    return page(
        http,
        "law/budapest.html",
        status=asked.status,
        on=on,
        country=country,
        countries=recorded_countries(),
        articles=found if country else (),
        subjects=[(number, to.text(subject)) for number, subject in ARTICLES.items()],
        table=[] if country else by_article(found),
        codes=tuple(dict.fromkeys(one.country for one in found)),
        bound=wording.verdicts()[found[0].bound] if country else "",
        words=wording.budapest(),
        problems=asked.problems,
    )


@signed_in
def budapest_csv(http: Http) -> HttpResponse:
    asked = Asked(http.GET)
    on, country = asked.day(), asked.choice("country", national.known())
    rows = harmonisation.as_rows(harmonisation.budapest(country or None, on=on, language=language()))
    return csvs.answer(f"budapest-{country or 'all'}-{on}", list(rows[0]) if rows else [], rows)


def chosen_matrix(asked: Asked) -> Matrix:
    """The matrix of the countries and the section of the classification that were asked for."""
    section = asked.choice("section", section_codes())
    pivots = [one.id for one in offences.pivots() if not section or one.iccs[0][:2] == section]
    codes = asked.several("country", national.known()) or national.known()
    return harmonisation.matrix(asked.day(), language(), countries=codes, pivots=pivots)


def lines(found: Matrix) -> Iterator[Line]:
    width = len(found.countries)
    for start in range(0, len(found.cells), width):
        cells = found.cells[start : start + width]
        yield Line(cells[0].offence, cells[0].title, cells)


def counts(cells: Iterable[Cell]) -> dict[str, int]:
    """How many cells have each status, in the order of the legend."""
    told = dict.fromkeys(wording.cells(), 0)
    for cell in cells:
        told[cell.status] += 1
    return told


def all_gaps(country: str, on: date) -> list[Gap]:
    codes = [country] if country else national.known()
    return [gap for code in codes for gap in harmonisation.gaps(code, on=on, language=language())]


def by_country(found: Iterable[Gap]) -> list[tuple[str, list[Gap]]]:
    """Gaps under the country of each, by code."""
    told: dict[str, list[Gap]] = {}
    for gap in found:
        told.setdefault(gap.country, []).append(gap)
    return list(told.items())


def by_article(found: Sequence[Article]) -> list[tuple[int, str, list[Article]]]:
    """The articles as rows, a cell for each country."""
    return [
        (number, rows[0].subject, rows)
        for number in ARTICLES
        if (rows := [one for one in found if one.article == number])
    ]


def picture(asked: Asked) -> Picture:
    """What was asked for, drawn: a pair of countries, an offence, or everything against the common definition."""
    left, right = asked.choice("a", national.known()), asked.choice("b", national.known())
    offence = asked.choice("offence", pivot_ids())
    if left and right:
        return pair(left, right)
    return among(offence) if offence else overall(asked.day())


def pair(left: str, right: str) -> Picture:
    found = sorted(harmonisation.differences(left, right, language=language()), key=lambda one: -one.degree)
    drawn = heatmap.bars([(bare(one.title), one.degree) for one in found])
    return Picture("pair", None, drawn, tuple(found), (left, right))


def among(offence: str) -> Picture:
    """One offence, every recorded country against every other."""
    found = harmonisation.heat(offence, language=language())
    codes = sorted({left for left, _right in found})
    names = [(code, country_name(code)) for code in codes]
    degrees = {pair: one.degree for pair, one in found.items()}
    pairs = sorted((one for (left, right), one in found.items() if left < right), key=lambda one: -one.degree)
    return Picture("offence", heatmap.grid(names, names, degrees) if found else None, None, tuple(pairs), tuple(codes))


def overall(on: date) -> Picture:
    """Every offence in every recorded country against the common definition."""
    found = harmonisation.matrix(on, language())
    cells = [one for one in found.cells if one.degree is not None]
    rows = list({one.offence: (one.offence, one.title) for one in cells}.values())
    columns = [(code, country_name(code)) for code in found.countries]
    degrees = {(one.offence, one.country): one.degree for one in cells if one.degree is not None}
    told = tuple(
        Difference(one.offence, one.title, one.country, "", one.degree or 0.0, tuple(gap.says for gap in one.gaps))
        for one in cells
    )
    table = tuple(Degrees(id, title, tuple(degrees.get((id, code)) for code in found.countries)) for id, title in rows)
    return Picture(
        "all",
        heatmap.grid([(id, bare(title)) for id, title in rows], columns, degrees),
        None,
        told,
        tuple(found.countries),
        table,
    )


def kept(row: dict[str, object], columns: Sequence[str]) -> dict[str, object]:
    return {name: row[name] for name in columns}


def recorded_countries() -> list[tuple[str, str]]:
    """(code, name) of the countries whose law is recorded, by name."""
    return sorted(((code, country_name(code)) for code in national.known()), key=lambda row: choices.plain(row[1]))


def country_name(code: str) -> str:
    return choices.country_name(code, language())


def pivot_ids() -> set[str]:
    return {one.id for one in offences.pivots()}


def section_titles() -> list[tuple[str, str]]:
    to = texts.of(language())
    return [(one.code, to.text(one.title)) for one in offences.iccs() if one.level == 1]


def section_codes() -> set[str]:
    return {code for code, _title in section_titles()}
