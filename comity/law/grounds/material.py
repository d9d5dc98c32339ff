"""Grounds that lie in what is handed over: limits of use, its origin, personal data, property."""

from comity.law.grounds.case import Case
from comity.law.grounds.logic import Term, all_of


def speciality(case: Case) -> Term:
    """Use for something else is intended and was not consented to.

    UNTOC art 18(19), UNCAC art 46(19), CETS 024 art 14, Framework Decision 2002/584 art 27, Rome Statute art 101.
    """
    return all_of(case.fact("speciality.other_use"), case.no("speciality.consent"))


def originator_consent(case: Case) -> Term:
    """The material comes from someone else, who does not consent (Rome Statute art 73, Directive 2023/977 art 6)."""
    return all_of(case.fact("material.third_origin"), case.no("material.originator_consents"))


def data_protection(case: Case) -> Term:
    """Personal data would leave the rules that protect it (CETS 182 art 26(3))."""
    return all_of(case.fact("data.protected"), case.no("data.equivalent_protection"))


def affected_persons(case: Case) -> Term:
    """Rights of affected persons make it impossible under the law of the requested State.

    Regulation 2018/1805 art 19(1)(e).
    """
    return case.fact("rights.third_party")


def property_restrained(case: Case) -> Term:
    """The property is already under another order (Regulation 2018/1805 arts 10(1)(b)-(c), 21(1)(c))."""
    return case.fact("property.restrained")


def over_confiscation(case: Case) -> Term:
    """More than the amount of the order could be confiscated (Regulation 2018/1805 art 21(1)(b))."""
    return case.fact("property.over_amount")


def no_confiscation(case: Case) -> Term:
    """The law of the requested State does not provide for this confiscation (CETS 198 art 28(4)(a)-(b))."""
    return case.no("property.type_confiscable")


def self_laundering(case: Case) -> Term:
    """Refusal would rest on the launderer having committed the predicate offence (CETS 198 art 28(8)(c))."""
    return case.fact("offence.self_laundering")
