"""Conversations: the list, one with its messages, a new one."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.access import queries as people
from comity.dossiers import queries as dossiers
from comity.exchange import queries as exchange
from comity.instruments import catalogue
from comity.instruments.model import Field
from comity.liaison import actions, queries
from comity.lib import clock
from comity.lib.errors import BadInput
from comity.web.forms import choices, words
from comity.web.liaison import wording
from comity.web.pages import Http, language, page, signed_in, told
from comity.web.safeguards.asking import Form, box, options

SHOWS = ("open", "unread", "closed", "all")


@signed_in
def listed(http: Http) -> HttpResponse:
    """The conversations that the reader may see."""
    show = http.GET.get("show", "open")
    show = show if show in SHOWS else "open"
    return page(
        http,
        "liaison/threads.html",
        here="threads",
        show=show,
        shows=[
            ("open", _("Open conversations")),
            ("unread", _("Unread conversations")),
            ("closed", _("Closed conversations")),
            ("all", _("All conversations")),
        ],
        rows=queries.threads(http.user, clock.now(), show=show),
        may_write=bool(queries.units_to_talk(http.user)),
    )


@signed_in
def begin(http: Http) -> HttpResponse:
    """A new conversation: with whom, about what, and its first message."""
    asked = http.GET if http.method != "POST" else http.POST
    dossier = dossiers.one(http.user, asked["dossier"]) if asked.get("dossier") else None
    pointer = asked.get("pointer", "") if dossier else ""
    fields = opening(http, dossier)
    status, refused = 200, ""
    form = Form(
        fields, {"to": asked.get("to", ""), "language": language_for(asked.get("to", "")), "signed_as": "function"}
    )
    if http.method == "POST":
        form = Form.posted(fields, http.POST)
        if form.check():
            try:
                made = actions.open_thread(
                    to=dossier.counterpart if dossier else form.given["to"],
                    subject=form.given["subject"],
                    text=form.given["text"],
                    language=form.given["language"],
                    unit=unit(http, form),
                    dossier=dossier.pk if dossier else "",
                    pointer=pointer,
                    signed_as=form.given["signed_as"],
                    by=http.user,
                    at=clock.now(),
                )
                return redirect("liaison-thread", made.pk)
            except (BadInput, actions.TooMany) as error:
                refused = wording.refused(error)
        status = 400
    return page(
        http,
        "liaison/new.html",
        status=status,
        form=form,
        refused=refused,
        dossier=dossier,
        pointer=pointer,
        field=field_name(dossier, pointer),
        peers=exchange.peers(),
    )


def unit(http: Http, form: Form):  # type: ignore[no-untyped-def]
    code = form.given.get("unit")
    return next((one for one in queries.units_to_talk(http.user) if one.code == code), None)


def opening(http: Http, dossier: dossiers.Dossier | None) -> tuple[Field, ...]:
    names = {one.authority: one.name(language()) for one in exchange.peers()}
    units = [(one.code, one.name) for one in queries.units_to_talk(http.user)]
    to = box(
        "to",
        "choice",
        _("To which authority?"),
        required=True,
        options=options(sorted(names.items(), key=lambda one: one[1])),
    )
    for_unit = box("unit", "choice", _("For which of your units?"), required=True, options=options(units))
    return (
        *(() if dossier else (to,)),
        *(() if dossier or len(units) < 2 else (for_unit,)),
        box(
            "subject",
            "text",
            _("Subject"),
            _("One line, by which both sides find the conversation again."),
            required=True,
        ),
        box("text", "longtext", _("Message"), required=True),
        spoken(),
        signing(),
    )


def spoken() -> Field:
    rows = {code: choices.language_name(code, language()) for code in (*settings.COMITY.languages, *abroad())}
    return box("language", "choice", _("Language of the message"), required=True, options=options(rows.items()))


def abroad() -> list[str]:
    """The languages that our peers read."""
    return sorted({code for one in exchange.peers() for code in one.card.languages})


def signing() -> Field:
    shown = [
        ("function", _("My function")),
        ("name", _("My function and my name")),
        ("nothing", _("Only the authority")),
    ]
    return box("signed_as", "choice", _("What the other side sees of you"), required=True, options=options(shown))


def language_for(to: str) -> str:
    """The first language that we and the peer share, else ours."""
    ours = settings.COMITY.languages
    theirs = next((one.card.languages for one in exchange.peers() if one.authority == to), ())
    return next((code for code in ours if code in theirs), ours[0])


def field_name(dossier: dossiers.Dossier | None, pointer: str) -> str:
    """What the field of a dossier is called, in the reader's language; its pointer where it has no name."""
    if dossier is None or not pointer:
        return ""
    try:
        definition = catalogue.get(dossier.instrument)
    except catalogue.UnknownInstrument:
        return pointer
    return words.where(told(definition), pointer)


@signed_in
def thread(http: Http, id: str) -> HttpResponse:
    """One conversation. What is sent here goes to its end."""
    refused, typed = "", http.POST
    if http.method == "POST":
        try:
            actions.say(
                id,
                typed.get("text", ""),
                language=typed.get("language", language_for("")),
                in_reply_to=typed.get("in_reply_to", ""),
                signed_as=typed.get("signed_as", "function"),
                by=http.user,
                at=clock.now(),
            )
            return redirect(reverse("liaison-thread", args=[id]) + "#last")
        except (BadInput, actions.TooMany) as error:
            refused = wording.refused(error)
    view = queries.thread(http.user, id, clock.now())
    answered = next((one for one in view.messages if str(one.number) == http.GET.get("answer", "")), None)
    rows = {code: choices.language_name(code, language()) for code in (*settings.COMITY.languages, *abroad())}
    return page(
        http,
        "liaison/thread.html",
        status=400 if refused else 200,
        view=view,
        field=field_name(dossiers.one(http.user, view.row.dossier), view.row.pointer) if sees(http, view) else "",
        linked=sees(http, view),
        refused=refused,
        typed=typed.get("text", ""),
        chosen=typed.get("language", "") or language_for(view.row.peer),
        languages_offered=list(rows.items()),
        answered=answered,
    )


def sees(http: Http, view: queries.ThreadView) -> bool:
    """Whether the dossier that a conversation is about is the reader's to open: in a case it may not be."""
    if not view.row.dossier:
        return False
    try:
        dossiers.one(http.user, view.row.dossier)
    except dossiers.NotFound:
        return False
    return True


@signed_in
@require_POST
def change(http: Http, id: str, do: str) -> HttpResponse:
    """Close, reopen, put into a case."""
    by, at = http.user, clock.now()
    match do:
        case "close":
            actions.close(id, by=by, at=at)
            messages.success(http, _("The conversation is closed on our side. A message that arrives opens it again."))
            return redirect("liaison-thread", id)
        case "reopen":
            actions.reopen(id, by=by, at=at)
        case "case":
            view = queries.thread(by, id, at)
            name = http.POST.get("case", "")
            rows = people.compartments(by, verb="write", kind="case", at=at)
            found = rows.filter(name=name).select_related("unit").first() if name in view.may_move else None
            if found is None:
                raise Http404
            actions.put_in_case(id, found, by=by, at=at)
            messages.success(
                http, _("From now on only who needs to know %(case)s reads this conversation.") % {"case": name}
            )
        case _:
            raise Http404
    return redirect("liaison-thread", id)
