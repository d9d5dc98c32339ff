"""Which route goes first, and why: what replaces what, then the tiers, then the closer text."""

from collections.abc import Sequence

from comity.law import texts
from comity.law.reasons import Reason
from comity.law.routing.bases import Judged, cited
from comity.law.routing.book import Book, Rule

APPLYING = {True: 0, None: 1, False: 2}


def replace(judged: Sequence[Judged], book: Book, to: texts.Texts) -> None:
    """Close what another route replaces between the two, for this measure; leave it open where that one is not known.

    A rule looks at what bound before any rule was applied, so the order of the rules does not matter.
    """
    here = {found.way.instrument: found for found in judged}
    before = {id: found.applies for id, found in here.items()}
    for rule in book.rules:
        winner = before.get(rule.winner, False)
        if rule.effect != "replaces" or winner is False:
            continue
        for loser in rule.losers:
            if before.get(loser, False) is False:
                continue
            here[loser].reasons.insert(0, cited(rule, "against" if winner else "open", to))
            if winner:
                here[loser].applies = False


def ranked(judged: Sequence[Judged], book: Book) -> list[Judged]:
    """Best first. The order is total and depends on nothing but the findings and the files."""
    tiers = {tier: index for index, tier in enumerate(book.tiers)}
    row = sorted(
        judged,
        key=lambda found: (
            APPLYING[found.applies],
            tiers[found.tier],
            not found.own,
            found.fit,
            found.way.place,
        ),
    )
    for _ in book.rules:  # as often as a chain of rules can be long
        moved = False
        for rule in book.rules:
            moved |= _move(row, rule)
        if not moved:
            break
    return row


def _move(row: list[Judged], rule: Rule) -> bool:
    """Put the winner of a rule right before the first of its losers that stands equal but better placed."""
    place = {found.way.instrument: index for index, found in enumerate(row)}
    winner = place.get(rule.winner)
    if winner is None or rule.effect != "before":
        return False
    ahead = [
        place[loser]
        for loser in rule.losers
        if loser in place and place[loser] < winner and row[place[loser]].applies is row[winner].applies
    ]
    if not ahead:
        return False
    row.insert(min(ahead), row.pop(winner))
    return True


def because(row: Sequence[Judged], index: int, book: Book, to: texts.Texts) -> Reason:
    """Why a route stands where it stands: the first against the next, every other against the one before it."""
    found = row[index]
    if len(row) == 1:
        return cited(book.tiers[found.tier], "open", to)
    better, worse = (found, row[1]) if index == 0 else (row[index - 1], found)
    return _reason(better, worse, book, to)


def _reason(better: Judged, worse: Judged, book: Book, to: texts.Texts) -> Reason:
    if better.applies is not worse.applies:
        return _ours(to.text("What applies goes before what is not known to apply, and that before what does not."), to)
    for rule in book.rules:
        if rule.winner == better.way.instrument and worse.way.instrument in rule.losers and rule.effect == "before":
            return cited(rule, "open", to)
    if better.tier != worse.tier:
        return cited(book.tiers[better.tier], "open", to)
    if better.own != worse.own:
        return _ours(to.text("A text with its own provision for the measure goes before a general clause."), to)
    if better.fit != worse.fit:
        return _ours(
            to.text("The text that names the offence stated goes before one whose scope is wider or open."), to
        )
    return _ours(to.text("No rule puts one of the two first; they stand in the order of the list."), to)


def _ours(says: str, to: texts.Texts) -> Reason:
    """A reason that is an order of Comity and no rule of law, and says so."""
    return Reason(says, to.text("order of Comity, no rule of law"), "memory", "memory", "open")
