"""Grounds that lie in other proceedings: judged already, under way, ended, barred by time, judged in absence."""

from comity.law.grounds.case import Case
from comity.law.grounds.logic import Term, all_of, any_of, none_of, opposite

CURES = ("trial.informed", "trial.defended", "trial.not_contested", "trial.retrial_right", "assurance.retrial")


def ne_bis_in_idem(case: Case) -> Term:
    """The person was finally judged for the same facts.

    CETS 024 art 9, Framework Decision 2002/584 arts 3(2), 4(5), CISA art 54, Rome Statute arts 17(1)(c), 20(3). The
    instrument sets in which State (``judgment_in``), how far a sentence must be spent (``spent``), and that a sham
    trial does not count (``sham``).
    """
    terms = [case.fact("judgment.final"), case.fact("judgment.same_facts"), _judged_in(case)]
    if case.given.spent:
        terms.append(_spent(case))
    if case.given.sham:
        terms.append(case.no("judgment.sham"))
    return all_of(*terms)


def _judged_in(case: Case) -> Term:
    """Whether the judgment was given in a State whose judgments count."""
    wanted, treaty = case.given.judgment_in, case.given.treaty
    if wanted == "any":
        return Term(True)
    told = case.value("judgment.state")
    if told is None:
        return case.open("judgment.state")
    state = told[0]
    here = case.term(state == case.executing, case.to.say("The judgment was given in {country}.", country=state))
    if wanted == "requested":
        return here
    if treaty is None:
        return opposite(here)
    bound = case.bound(treaty, (state,))
    if wanted == "bound":
        return bound
    return all_of(opposite(here), bound if wanted == "third_bound" else opposite(bound))


def _spent(case: Case) -> Term:
    """An acquittal, a pardon, a conviction without sanction, or a sentence spent as far as the text asks."""
    none = case.is_("judgment.outcome", "acquitted", "pardoned", "convicted_without_sanction")
    return any_of(none, case.is_("judgment.enforcement", *case.given.spent))


def non_prosecution(case: Case) -> Term:
    """The requested State decided not to prosecute, or ended its proceedings, for the same facts.

    CETS 024 art 9(1), second sentence, Framework Decision 2002/584 art 4(3), Rome Statute art 17(1)(b).
    """
    return case.fact("proceedings.ended_without_judgment")


def own_proceedings(case: Case) -> Term:
    """The requested State has proceedings for the same facts, or an own case would be harmed.

    CETS 024 art 8, Framework Decision 2002/584 art 4(2), UNTOC art 18(25), UNCAC art 46(25), ETS 185 art 27(5).
    ``about``: ``same_facts`` or ``harm`` where the text looks at one of the two only.
    """
    same, harm = case.fact("proceedings.same_facts"), case.fact("proceedings.harmed")
    if case.given.about == "same_facts":
        return same
    return harm if case.given.about == "harm" else any_of(same, harm)


def other_case(case: Case) -> Term:
    """The person is prosecuted, or serves a sentence, in the requested State for another offence.

    CETS 024 art 19(1), Framework Decision 2002/584 art 24(1), Rome Statute arts 89(4), 94(1).
    """
    return case.fact("proceedings.other_offence")


def challenge_pending(case: Case) -> Term:
    """A challenge or remedy is pending that stops execution.

    Rome Statute arts 89(2), 95, Regulation 2018/1805 art 21(1)(d).
    """
    return case.fact("proceedings.challenge_pending")


def items_in_use(case: Case) -> Term:
    """The objects, documents or data are needed in own proceedings.

    CETS 030 art 6(1), Directive 2014/41 art 15(1)(b).
    """
    return case.fact("proceedings.items_in_use")


def admissibility_icc(case: Case) -> Term:
    """A State with jurisdiction has a genuine case of its own (Rome Statute art 17(1)(a))."""
    return all_of(case.fact("proceedings.same_facts"), case.fact("proceedings.genuine"))


def lapse_of_time(case: Case) -> Term:
    """Prosecution or punishment is barred by lapse of time.

    CETS 024 art 10 under either law; Framework Decision 2002/584 art 4(4) under the law of the executing State where it
    had jurisdiction (``law``, ``jurisdiction``).
    """
    here, there = case.fact("lapse.in_requested"), case.fact("lapse.in_requesting")
    barred = {"requested": here, "requesting": there}.get(case.given.law) or any_of(here, there)
    return all_of(barred, case.fact("requested.had_jurisdiction")) if case.given.jurisdiction else barred


def amnesty(case: Case) -> Term:
    """The offence is covered by an amnesty in the requested State, which had jurisdiction.

    Framework Decision 2002/584 art 3(1), CETS 098 art 4, Regulation 2024/3011 art 12(1)(f).
    """
    covered = case.fact("amnesty.in_requested")
    return all_of(covered, case.fact("requested.had_jurisdiction")) if case.given.jurisdiction else covered


def in_absentia(case: Case) -> Term:
    """The judgment was given in absence, and nothing that the instrument accepts makes up for it (``cured_by``).

    Framework Decision 2002/584 art 4a, CETS 098 art 3, CETS 198 art 28(4)(f), Regulation 2018/1805 art 19(1)(g).
    """
    cures = case.given.cured_by or CURES
    return all_of(case.fact("trial.absent"), none_of(*(case.fact(name) for name in cures)))


def extraordinary_tribunal(case: Case) -> Term:
    """The court is extraordinary or ad hoc (UN Model Treaty on Extradition art 4(g))."""
    return case.fact("trial.extraordinary_court")


def not_final(case: Case) -> Term:
    """The decision to be enforced is not final or not enforceable, or there is none (``about: exists``).

    CETS 198 art 28(4)(d)-(e), CETS 112 art 3(1)(b).
    """
    return case.no("judgment.exists" if case.given.about == "exists" else "judgment.enforceable")


def failed_takeover(case: Case) -> Term:
    """The person was not taken over in time (CETS 024 art 18(4))."""
    return case.fact("requested.refused_takeover")
