"""Grounds that lie in the offence: its nature, its penalty, where it was committed, whether both sides punish it."""

from comity.law.grounds.case import Case
from comity.law.grounds.logic import Term, all_of, any_of, none_of, opposite


def political_offence(case: Case) -> Term:
    """A political offence, or one connected with it.

    CETS 024 art 3(1), CETS 030 art 2(a), ETS 185 arts 27(4)(a), 29(5)(a), CETS 198 art 28(1)(e). What is not
    political is set by the instrument: attempts on a Head of State (CETS 024 art 3(3)), international crimes (CETS
    086 art 1), terrorist offences (CETS 090, CETS 196 art 20), the financing of terrorism (CETS 198 art 28(1)(e)).
    """
    return case.fact("offence.political")


def military_offence(case: Case) -> Term:
    """An offence under military law that is no offence under ordinary criminal law (CETS 024 art 4)."""
    return all_of(case.fact("offence.military"), case.no("offence.ordinary_too"))


def fiscal_offence(case: Case) -> Term:
    """An offence considered fiscal (CETS 030 art 2(a)); where not permitted, a refusal that rests on fiscal matters.

    ``about``: ``kind`` for a different kind of tax rule (CETS 024 art 5(2) with CETS 098, Framework Decision
    2002/584 art 4(1), Directive 2014/41 art 11(3)); ``only`` for fiscal matters as the sole ground (UNTOC arts
    16(15), 18(22), UNCAC arts 44(16), 46(22)).
    """
    fact = {"kind": "offence.fiscal_rules_differ", "only": "offence.also_fiscal"}
    return case.fact(fact.get(case.given.about or "", "offence.fiscal"))


def dual_criminality(case: Case) -> Term:
    """The conduct is no offence in the requested State, and the instrument does not waive that.

    Framework Decision 2002/584 arts 2(2), 4(1), Directive 2014/41 art 11(1)(g), CETS 024 art 2(1), UNTOC art 18(9),
    UNCAC art 46(9). ``waived_months`` is the maximum penalty in the requesting State from which a listed category
    is not tested; ``about: waiver`` is the rule that such a category may not be tested.
    """
    waived = case.given.waived_months
    if waived is None:
        return case.no("offence.punishable_in_requested")
    listed = all_of(case.fact("offence.listed"), opposite(_below("penalty.maximum_months", waived, case)))
    return (
        listed if case.given.about == "waiver" else all_of(case.no("offence.punishable_in_requested"), opposite(listed))
    )


def _below(name: str, least: int, case: Case) -> Term:
    """A penalty in months that lies below the least that the text asks for."""
    told = case.value(name)
    if told is None:
        return case.open(name)
    says = case.to.say("The penalty is {told} months; the text asks for at least {least}.", told=told, least=least)
    return case.term(told < least, says)


def penalty_threshold(case: Case) -> Term:
    """The penalty lies below the least that the instrument asks for.

    CETS 024 art 2(1): a maximum of one year under both laws and, after conviction, a sentence of four months;
    Framework Decision 2002/584 art 2(1): twelve months, or a sentence of four months.
    """
    least, sentence = case.given.months, case.given.sentence_months
    if least is None:
        return _no_threshold(case, "penalty.maximum_months")
    maxima = ["penalty.maximum_months"] + ["penalty.maximum_months_requested"] * case.given.both_laws
    short = [_below(name, least, case) for name in maxima]
    sentenced = case.value("penalty.sentence_months") is not None
    if sentence is None or not sentenced:  # without a sentence the maximum alone counts
        return any_of(*short)
    too_short = _below("penalty.sentence_months", sentence, case)
    return too_short if case.given.sentence_alone else any_of(too_short, *short)


def _no_threshold(case: Case, name: str) -> Term:
    """Without an instrument nothing says how much is enough."""
    if case.value(name) is None:
        return case.open(name)
    return case.judged(case.to.say("No text that sets a threshold was named."))


def remaining_sentence(case: Case) -> Term:
    """Too little of the sentence is left.

    CETS 112 art 3(1)(c) and Framework Decision 2008/909 art 9(1)(h): six months.
    """
    least, told = case.given.months, case.value("penalty.remaining_months")
    if least is None or told is None:
        return _no_threshold(case, "penalty.remaining_months")
    says = case.to.say("There are {told} months left to serve; the text asks for {least}.", told=told, least=least)
    return case.term(told < least, says)


def territoriality(case: Case) -> Term:
    """The offence was committed, wholly or partly, on the territory of the requested State.

    CETS 024 art 7(1), Framework Decision 2002/584 art 4(7)(a).
    """
    places = ("wholly",) if case.given.at_least == "wholly" else ("partly", "wholly")
    return case.is_("offence.on_requested_territory", *places)


def extraterritoriality(case: Case) -> Term:
    """The offence was committed outside the requesting State, and the requested State would not prosecute its like.

    CETS 024 art 7(2), Framework Decision 2002/584 art 4(7)(b). ``about: both_places`` is the narrower ground of
    Directive 2014/41 art 11(1)(e) and Regulation 2018/1805 arts 8(1)(d), 19(1)(d): partly in the executing State
    and no offence there; ``about: where_committed`` asks whether it is an offence where it was committed.
    """
    if case.given.about == "where_committed":
        return all_of(case.no("offence.punishable_where_committed"), case.no("requested.had_jurisdiction"))
    outside = case.fact("offence.outside_requesting")
    if case.given.about == "both_places":
        here = case.is_("offence.on_requested_territory", "partly", "wholly")
        return all_of(outside, here, case.no("offence.punishable_in_requested"))
    return outside if case.given.about == "outside" else all_of(outside, case.no("offence.prosecutable_if_abroad"))


def scope(case: Case) -> Term:
    """The instrument does not cover the offence, the service or the measure."""
    return case.no("offence.within_scope")


def proportionality(case: Case) -> Term:
    """The matter is too small, or the measure out of proportion to it.

    UNCAC arts 46(9)(b), 55(7), CETS 198 art 28(1)(c). ``about: importance`` looks at the matter only, ``about:
    gravity`` is Rome Statute art 17(1)(d).
    """
    if case.given.about == "gravity":
        return case.no("icc.gravity_sufficient")
    if case.given.about == "importance":
        return case.fact("offence.minor")
    return any_of(case.fact("offence.minor"), case.fact("request.disproportionate"))


def interest_of_justice(case: Case) -> Term:
    """The step would not serve the proper administration of justice (Regulation 2024/3011 art 12(2)(b))."""
    return none_of(case.fact("requested.in_interest_of_justice"))
