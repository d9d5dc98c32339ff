"""Grounds that lie in the request: its form, its author, what it asks for, and signs that it is misused."""

from comity.law.grounds.case import Case
from comity.law.grounds.logic import Term, all_of, any_of

SIGNS_OF_ABUSE = (
    "person.political_figure",
    "person.refugee_from_requesting",
    "request.refused_before",
    "request.political_context",
    "request.private_dispute",
)


def form_not_met(case: Case) -> Term:
    """The request is incomplete or incorrect, and was not completed after being asked.

    UNTOC art 18(21)(a), UNCAC art 46(21)(a), 1988 Convention art 7(15)(a), Regulation 2018/1805 arts 8(1)(c), 19(1)(c).
    """
    return all_of(case.no("request.form_met"), case.no("request.completed"))


def competence(case: Case) -> Term:
    """The order was not issued or validated by a competent authority (Regulation 2023/1543 art 16(4)(a), (5)(a))."""
    return case.no("request.authority_competent")


def impossibility(case: Case) -> Term:
    """It cannot be carried out in fact.

    Regulation 2018/1805 arts 13, 22, Regulation 2023/1543 art 16(4)(c)-(d), (5)(b)-(c).
    """
    return case.no("request.feasible")


def no_agreement(case: Case) -> Term:
    """The two sides have not reached the agreement that this needs (CETS 182 arts 19(2), 20, CETS 112 art 3(1)(f))."""
    return case.no("request.agreement")


def no_authorisation(case: Case) -> Term:
    """The authorisation that this needs was not given, or was withdrawn (CETS 182 art 17(1)-(2))."""
    return case.no("request.authorised")


def not_available_in_similar_case(case: Case) -> Term:
    """The measure would not be allowed in a similar domestic case.

    UNTOC art 18(21)(c), UNCAC art 46(21)(c), CETS 198 art 28(2), Directive 2014/41 arts 11(1)(c), (h), 26 to 30.
    """
    return case.no("measure.available")


def requesting_law(case: Case) -> Term:
    """The measure is not allowed, or not duly authorised, in the requesting State (CETS 198 art 28(3))."""
    return case.no("measure.authorised_in_requesting")


def evidence(case: Case) -> Term:
    """Sufficient and timely evidence was not received (UNCAC art 55(7))."""
    return case.no("evidence.sufficient")


def bank_secrecy(case: Case) -> Term:
    """Refusal would rest on bank secrecy.

    UNTOC art 18(8), UNCAC art 46(8), 1988 Convention art 7(5), CETS 198 art 28(7).
    """
    return case.fact("measure.bank_secrecy")


def duplicate(case: Case) -> Term:
    """The same is already under way, or done, under another request."""
    return case.fact("request.duplicate")


def conditions_not_met(case: Case) -> Term:
    """The conditions that the provision sets are not met."""
    return case.no("transfer.criteria_met" if case.given.about == "transfer" else "requested.conditions_met")


def declaration(case: Case) -> Term:
    """The requested State has made the declaration or reservation that the provision allows."""
    return case.fact("requested.declaration_made")


def rule_broken(case: Case) -> Term:
    """The requesting State has broken a rule of procedure of the instrument (CETS 073 art 11(k))."""
    return case.fact("proceedings.rule_broken")


def abuse(case: Case) -> Term:
    """Signs that a request or an alert may be misused.

    Signs are shown as questions; none of them, nor all together, decides anything (compare the Constitution of
    INTERPOL arts 2, 3).
    """
    signs = [case.fact(name) for name in SIGNS_OF_ABUSE]
    if not any(sign.value for sign in signs):
        return any_of(*signs)
    said = tuple(said for sign in signs if sign.value for said in sign.said)
    asks = tuple(ask for sign in signs for ask in sign.asks)
    return Term(None, (*said, case.said(case.to.say("A person looks at the signs together."), None)), asks)


def confidentiality(case: Case) -> Term:
    """Confidentiality is asked for and cannot be kept.

    UNTOC art 18(20), UNCAC art 46(20), ETS 185 arts 27(8), 28(2)(a).
    """
    return all_of(case.fact("request.confidential"), case.no("request.confidentiality_possible"))


def costs(case: Case) -> Term:
    """Costs will be substantial or extraordinary, and who bears them is not agreed.

    UNTOC art 18(28), UNCAC art 46(28).
    """
    return all_of(case.fact("costs.extraordinary"), case.no("costs.agreed"))
