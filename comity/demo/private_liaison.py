"""People on duty, a conversation about a field, and a call that the second person takes.

The steps run in a node's own process (`comity.demo.player`), the story in the one that tells it, where Django is not
set up: that is why the steps import the rooms themselves.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from comity.demo.telling import Telling, wait
from comity.lib import clock

FR, BR, NL = "fr-central", "br-central", "nl-prosecution"
FIELD = "/form/additional/bank_transactions/accounts"
MINUTES = 3  # the smallest time that three people can share
ON_DUTY = {
    FR: (("mla", "antoine", (("claire", "+33 6 00 00 00 01"), ("antoine", "+33 6 00 00 00 02"))),
         ("spoc", "solene", (("yann", "+33 6 00 00 00 03"),))),
    NL: (("irc", "femke", (("joost", "+31 6 00 00 00 01"), ("femke", "+31 6 00 00 00 02"))),),
}  # fmt: skip
QUESTION = (
    "Which accounts",
    "The bank tells us that the holder opened a third account in May. Is it within your order, or would you rather "
    "send a supplement?",
)
ANSWER = "It is not. We would rather send a supplement; our magistrate can sign it tomorrow morning."
THANKS = "Thank you. We wait for it: this message gives us no power over that account, the supplement will."
PORTUGUESE = (
    "Tradução de anexos",
    "Bom dia. Podemos enviar os anexos em inglês enquanto a tradução para o francês não fica pronta?",
)
FRENCH = "Bonjour. Oui, envoyez-les en anglais ; la traduction suivra. Merci de nous dire quand elle sera prête."
URGENT = "Les fonds partent dans une heure : gel du solde à confirmer cette nuit"


# What the people of one node do


def on_duty(unit: str, by: str, people: list[list[str]]) -> None:
    """Put people on the roster of a unit, for three weeks from this morning, unless it has one."""
    from comity.access import queries as access
    from comity.liaison import actions, queries

    at, keeper, row = clock.now(), access.user(by), access.unit(unit)
    if queries.roster(keeper, row, at).lines:
        return
    for place, (username, phone) in enumerate(people, start=1):
        actions.put_on_duty(
            row, access.user(username), place=place, starts_at=at, until=at + timedelta(days=21), phone=phone,
            by=keeper, at=at,
        )  # fmt: skip


def open_talk(
    by: str, to: str, subject: str, text: str, language: str, unit: str = "", dossier: str = "", pointer: str = ""
) -> str:
    """Open a conversation; its number."""
    from comity.access import queries as access
    from comity.liaison import actions

    return str(
        actions.open_thread(
            to=to, subject=subject, text=text, language=language, dossier=dossier, pointer=pointer,
            unit=access.unit(unit) if unit else None, by=access.user(by), at=clock.now(),
        ).pk
    )  # fmt: skip


def reply(by: str, thread: str, text: str, language: str) -> None:
    """Answer the last message of a conversation."""
    from comity.access import queries as access
    from comity.liaison import actions, queries

    user, at = access.user(by), clock.now()
    last = queries.thread(user, thread, at).messages[-1]
    actions.say(thread, text, language=language, in_reply_to=last.id, by=user, at=at)


def talks(by: str) -> dict[str, int]:
    """The conversations that somebody sees, with how many messages each has here."""
    from comity.access import queries as access
    from comity.liaison import queries

    return {row.id: row.count for row in queries.threads(access.user(by), clock.now(), show="all")}


def call_desk(by: str, to: str, about: str, minutes: int, unit: str) -> int:
    """Call a peer's desk urgently; the number of the call."""
    from comity.access import queries as access
    from comity.liaison import actions

    return int(
        actions.call(
            to=to,
            about=about,
            within=minutes,
            language="fr",
            unit=access.unit(unit),
            by=access.user(by),
            at=clock.now(),
        ).pk
    )


def second_takes(by: str) -> bool:
    """The first person does not answer in time; the second is called and takes it. False while no call is here."""
    from comity.access import queries as access
    from comity.liaison import actions, queries

    user, at = access.user(by), clock.now()
    ringing = [row for row in queries.calls(user, at) if row.state == "calling" and not row.ours]
    if not ringing:
        return False
    late = (ringing[0].until or at) + timedelta(seconds=1)  # nobody at the screen wants to wait for it
    actions.ring(late)
    actions.acknowledge(ringing[0].id, by=user, at=late + timedelta(seconds=20))
    return True


def calls(by: str) -> list[str]:
    """Where the calls stand that somebody sees, the newest first."""
    from comity.access import queries as access
    from comity.liaison import queries

    return [row.state for row in queries.calls(access.user(by), clock.now())]


STEPS: dict[str, Callable[..., Any]] = {
    "on_duty": on_duty,
    "open_talk": open_talk,
    "reply": reply,
    "talks": talks,
    "call_desk": call_desk,
    "second_takes": second_takes,
    "calls": calls,
}


# The story


def story(tell: Telling) -> None:
    """Rosters, a question about a field and its answers, a conversation in two languages, and a call at night."""
    for where, rosters in ON_DUTY.items():
        for unit, by, people in rosters:
            tell[where].play("on_duty", unit=unit, by=by, people=[list(one) for one in people])
    about_a_field(tell)
    in_two_languages(tell)
    at_night(tell)


def arrived(tell: Telling, where: str, by: str, thread: str, count: int) -> None:
    wait(
        lambda: tell[where].play("talks", by=by).get(thread, 0) >= count,
        what=f"Message {count} of {thread}",
        where=where,
    )


def about_a_field(tell: Telling) -> None:
    dossier = next(id for id in tell.acts if id.startswith(FR))
    subject, text = QUESTION
    thread = tell[NL].play(
        "open_talk", by="joost", to=FR, subject=subject, text=text, language="en", dossier=dossier, pointer=FIELD
    )
    arrived(tell, FR, "claire", thread, 1)
    tell[FR].play("reply", by="claire", thread=thread, text=ANSWER, language="en")
    arrived(tell, NL, "joost", thread, 2)
    tell[NL].play("reply", by="joost", thread=thread, text=THANKS, language="en")
    arrived(tell, FR, "claire", thread, 3)
    tell.say(f"   Amsterdam and Paris talk about a field of {dossier}; nothing in it changes by that")


def in_two_languages(tell: Telling) -> None:
    subject, text = PORTUGUESE
    thread = tell[BR].play("open_talk", by="beatriz", to=FR, subject=subject, text=text, language="pt", unit="mla")
    arrived(tell, FR, "claire", thread, 1)
    tell[FR].play("reply", by="claire", thread=thread, text=FRENCH, language="fr")
    arrived(tell, BR, "beatriz", thread, 2)


def at_night(tell: Telling) -> None:
    tell[FR].play("call_desk", by="claire", to=NL, about=URGENT, minutes=MINUTES, unit="mla")
    wait(lambda: bool(tell[NL].play("second_takes", by="femke")), what="The urgent call", where=NL)
    wait(lambda: "acknowledged" in tell[FR].play("calls", by="claire"), what="The answer to the call", where=FR)
    tell.say("   Paris calls Amsterdam's desk: Joost does not answer, Femke is called next and takes it")
