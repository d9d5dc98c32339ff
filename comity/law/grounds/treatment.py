"""Grounds that lie in what would happen to the person: death, life imprisonment, torture, breach of rights."""

from comity.law.grounds.case import Case
from comity.law.grounds.logic import Term, all_of, any_of, none_of


def death_penalty(case: Case) -> Term:
    """Death is possible and no sufficient assurance was given.

    CETS 024 art 11, UN Model Treaty on Extradition art 4(d).
    """
    return all_of(case.fact("penalty.death"), case.no("assurance.death_penalty"))


def life_sentence(case: Case) -> Term:
    """A life sentence is possible without review or clemency (Framework Decision 2002/584 art 5(2))."""
    reviewed = none_of(case.fact("penalty.life_review"), case.fact("assurance.life_review"))
    return all_of(case.fact("penalty.life"), reviewed)


def torture(case: Case) -> Term:
    """A real risk of torture or of cruel, inhuman or degrading treatment (UN Model Treaty on Extradition art 3(f)).

    An assurance does not settle it: whether it removes the risk is for a person to judge.
    """
    risk = case.fact("treatment.torture_risk")
    return _weighed(case, risk) if risk.value else risk


def fundamental_rights(case: Case) -> Term:
    """A breach of fundamental rights is to be expected.

    Framework Decision 2002/584 art 1(3) with the two-step test of the Court of Justice (``two_step``), Directive
    2014/41 art 11(1)(f), Regulation 2018/1805 arts 8(1)(f), 19(1)(h), Regulation 2023/1543 art 12(1)(b).
    """
    if not case.given.two_step:
        return case.fact("rights.breach")
    risk = all_of(case.fact("rights.general_deficiencies"), case.fact("rights.individual_risk"))
    return _weighed(case, risk) if risk.value else risk


def _weighed(case: Case, risk: Term) -> Term:
    """A risk that stands against an assurance must be weighed by a person."""
    given = case.fact("assurance.treatment")
    if not given.value:
        return risk if given.value is False else Term(None, risk.said, given.asks)
    says = case.to.say("Whether the assurance removes the risk must be judged by a person.")
    return Term(None, (*risk.said, case.said(says, None)))


def re_extradition(case: Case) -> Term:
    """The person would be handed on to a third State without consent.

    CETS 024 art 15, Framework Decision 2002/584 art 28.
    """
    return all_of(case.fact("person.onward_intended"), case.no("person.onward_consent"))


def transfer_prolongs_detention(case: Case) -> Term:
    """The transfer would prolong detention, or the person is needed there.

    CETS 030 art 11(1), Directive 2014/41 art 22(2)(b).
    """
    return case.fact("transfer.detention_prolonged")


def not_enforceable_here(case: Case) -> Term:
    """The sentence or measure cannot be carried out in the requested State.

    Framework Decision 2008/909 art 9(1)(k).
    """
    return case.no("transfer.executable")


def transfer_of_detainee(case: Case) -> Term:
    """A detained witness does not consent, is needed there, or would be held longer (CETS 030 art 11(1))."""
    return any_of(case.no("person.consents"), case.fact("transfer.detention_prolonged"))
