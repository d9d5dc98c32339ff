"""Grounds that lie in the person: nationality, age, protection, office, health, consent."""

from comity.law import immunity as immunities
from comity.law.grounds.case import Case
from comity.law.grounds.logic import Said, Term, all_of, any_of, opposite


def nationality(case: Case) -> Term:
    """The person is a national of the requested State, or a resident where the text puts residents beside nationals.

    CETS 024 art 6(1), Framework Decision 2002/584 arts 4(6), 5(3), UNTOC art 16(10), UNCAC art 44(11).
    """
    national = _national(case)
    return any_of(national, case.fact("person.resident_in_requested")) if case.given.residents else national


def _national(case: Case) -> Term:
    nationalities = case.value("person.nationality")
    if nationalities is None:
        return case.open("person.nationality")
    if case.executing in nationalities:
        return case.term(True, case.to.say("The person is a national of {country}.", country=case.executing))
    return case.term(False, case.to.say("The person is no national of {country}.", country=case.executing))


def not_national(case: Case) -> Term:
    """The person is no national of the State that should take over, where that is required.

    CETS 112 art 3(1)(a), CETS 073 art 11(b)-(c), Regulation 2024/3011 art 12(2)(c). ``about``: ``resident`` looks at
    residence only, ``either`` at both, ``link`` at any link of the case.
    """
    resident = "person.resident_in_requested"
    if case.given.about == "resident":
        return case.no(resident)
    if case.given.about == "link":
        return all_of(opposite(_national(case)), case.no(resident), case.no("requested.link"))
    if case.given.about == "either":
        return all_of(opposite(_national(case)), case.no(resident))
    return opposite(_national(case))


def minority_age(case: Case) -> Term:
    """The person was too young to be held responsible in the requested State.

    Framework Decision 2002/584 art 3(3), Framework Decision 2008/909 art 9(1)(g), Regulation 2024/3011 art 12(1)(c).
    """
    age, least = case.value("person.age_at_offence"), case.value("requested.age_of_responsibility")
    if age is None or least is None:
        missing = {"person.age_at_offence": age, "requested.age_of_responsibility": least}
        return case.open(*(name for name, value in missing.items() if value is None))
    says = case.to.say("The person was {age}; responsibility begins at {least}.", age=age, least=least)
    return case.term(age < least, says)


def discrimination(case: Case) -> Term:
    """The request aims at a protected characteristic, or the person would suffer for one (asylum risk).

    CETS 024 art 3(2), UNTOC art 16(14), UNCAC art 44(15), 1988 Convention art 6(6).
    """
    return any_of(case.fact("person.risk_of_discrimination"), _refugee(case))


def _refugee(case: Case) -> Term:
    """Protection against the requesting State is a sign, which a person must weigh."""
    told = case.fact("person.refugee_from_requesting")
    if told.value:
        says = case.to.say("The protection granted against the requesting State must be weighed by a person.")
        return Term(None, (*told.said, case.said(says, None)))
    return told


def immunity(case: Case) -> Term:
    """An immunity bars the measure until it is waived; with ``privilege``, a privilege or a rule on the press too.

    Framework Decision 2002/584 art 20, Directive 2014/41 art 11(1)(a), Regulation 2018/1805 arts 8(1)(b), 19(1)(b).
    Who is immune is found by ``law.immunity``.
    """
    barred = all_of(_immune(case), case.no("immunity.waived"))
    return any_of(barred, privilege(case)) if case.given.privilege else barred


def _immune(case: Case) -> Term:
    office = case.value("person.office")
    if office is None:
        return case.open("person.office")
    if office == "none":
        return case.term(False, case.to.say("The person holds no office that gives immunity."))
    of_state = case.value("person.office_state")
    found = immunities.immunity(
        office,
        case.executing,
        state=of_state[0] if of_state else None,
        acts=case.value("person.act_capacity"),
        national=_of_the_forum(case),
        ended=case.value("person.functions_ended"),
        on=case.on,
        language=case.to.language,
    )
    value = {"immune": True, "not-immune": False}.get(found.verdict)
    speaks = {"for": True, "against": False}
    said = tuple(Said(r.says, speaks.get(r.speaks), r.cite, r.source, r.confidence) for r in found.reasons)
    asks = tuple(name for name in ("person.office_state", "person.act_capacity") if case.value(name) is None)
    return Term(value, said, asks if value is None else ())


def _of_the_forum(case: Case) -> bool | None:
    nationalities = case.value("person.nationality")
    return None if nationalities is None else case.executing in nationalities


def privilege(case: Case) -> Term:
    """A privilege, or a rule on freedom of the press or of expression, covers what is asked for.

    Directive 2014/41 art 11(1)(a), Regulation 2023/1543 art 12(1)(a).
    """
    return any_of(case.fact("evidence.privileged"), case.fact("evidence.press_protected"))


def humanitarian(case: Case) -> Term:
    """Age, health or other personal circumstances (Framework Decision 2002/584 art 23(4), Model Treaty art 4(h))."""
    return case.fact("person.grave_health")


def consent_of_person(case: Case) -> Term:
    """The person must consent and does not.

    Directive 2014/41 arts 22(2)(a), 24(2)(a), CETS 182 art 9(8), CETS 112 art 3(1)(d), CETS 030 art 11(1)(a).
    """
    return all_of(case.fact("person.consent_needed"), case.no("person.consents"))


def legal_person(case: Case) -> Term:
    """Refusal would rest on the person being a legal entity (CETS 198 art 28(8)(a))."""
    return case.fact("person.legal_person")


def official_capacity(case: Case) -> Term:
    """Refusal would rest on the official capacity of the person before the Court (Rome Statute art 27)."""
    return case.fact("requested.relies_on_capacity")


def death_or_dissolution(case: Case) -> Term:
    """Refusal would rest on the death of the person or the end of the entity after the order.

    CETS 198 art 28(8)(b).
    """
    return case.fact("person.dead_or_dissolved")
