"""Grounds that lie in the requested State: its essential interests, its security, its law, its other duties."""

from comity.law.grounds.case import Case
from comity.law.grounds.logic import Term, all_of, any_of


def essential_interests(case: Case) -> Term:
    """Sovereignty, security, public order or other essential interests would be harmed.

    UNTOC art 18(21)(b), UNCAC art 46(21)(b), 1988 Convention art 7(15)(b), CETS 030 art 2(b), ETS 185 art 27(4)(b).
    """
    return case.fact("requested.interests_harmed")


def national_security(case: Case) -> Term:
    """Disclosure would harm national security.

    Rome Statute arts 72, 93(4), with ``about: icc``: only after all reasonable steps were tried together (art
    72(5)-(6)); Directive 2014/41 art 11(1)(b).
    """
    harmed = case.fact("security.harmed")
    return all_of(harmed, case.fact("security.cooperation_tried")) if case.given.about == "icc" else harmed


def legal_system(case: Case) -> Term:
    """It would be contrary to fundamental principles or to the legal system of the requested State.

    UNTOC art 18(21)(d), UNCAC art 46(21)(d), CETS 198 art 28(1)(a), CETS 073 art 11(j), CETS 182 art 9(2).
    """
    return case.fact("requested.contrary_to_principles")


def domestic_ground(case: Case) -> Term:
    """A ground in the law of the requested State, or in a treaty between the two, applies.

    UNTOC art 16(7), UNCAC art 44(8), 1988 Convention art 6(5), ETS 185 art 25(4).
    """
    return case.fact("proceedings.own_law_ground")


def prohibited(case: Case) -> Term:
    """National law prohibits this kind of assistance (Rome Statute art 93(1)(l), (5))."""
    return case.fact("measure.prohibited")


def other_duty(case: Case) -> Term:
    """It would be contrary to another international duty of the requested State (CETS 073 art 11(i))."""
    return case.fact("requested.other_duty")


def icc_98(case: Case) -> Term:
    """The Court must first obtain a waiver or a consent (Rome Statute art 98).

    Art 98(1): immunity of a person or property of a third State; art 98(2): agreements that need the consent of a
    sending State for surrender.
    """
    conflict = any_of(case.fact("icc.third_state_immunity"), case.fact("icc.sending_state_consent_needed"))
    return all_of(conflict, case.no("icc.cooperation_obtained"))


def third_country_law(case: Case) -> Term:
    """Execution would conflict with the law of a third country (Regulation 2023/1543 art 17)."""
    return case.fact("law.third_country_conflict")


def competing_request(case: Case) -> Term:
    """Another request for the same person or items must be decided on first.

    CETS 024 art 17, Framework Decision 2002/584 art 16, Rome Statute art 90.
    """
    return all_of(case.fact("competing.exists"), case.no("competing.decided"))


def no_procedure(case: Case) -> Term:
    """Refusal would rest on the lack of a national procedure (Rome Statute art 88)."""
    return case.fact("requested.lacks_procedure")
