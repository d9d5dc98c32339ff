"""Users, units and roles for administrators; the record of reads for auditors."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.access import actions, rules
from comity.access import queries as access
from comity.access.roles import ROLES, WHOLE_AUTHORITY_ONLY
from comity.access.rules import Thing
from comity.instruments import catalogue
from comity.lib import clock
from comity.web.pages import Http, page, signed_in, told


def demand(http: Http, verb: str, kind: str, id: str = "") -> None:
    """:raises NotAllowed: the rules."""
    rules.demand(access.actor(http.user), verb, Thing(kind, id))


@signed_in
def people(http: Http) -> HttpResponse:
    demand(http, "read", "users")
    users = [(user, access.roles(user)) for user in access.users()]
    return page(http, "people/people.html", users=users, units=access.units())


@signed_in
def person(http: Http, username: str) -> HttpResponse:
    """One user: roles held, roles that were, and for administrators the buttons."""
    demand(http, "read", "users")
    user = access.user(username)
    manages = rules.can(access.actor(http.user), "manage", Thing("users", username))
    return page(
        http,
        "people/person.html",
        person=user,
        grants=access.granted(user),
        units=access.units(),
        roles=ROLES,
        whole_only=WHOLE_AUTHORITY_ONLY,
        manages=manages,
    )


@signed_in
def add(http: Http) -> HttpResponse:
    """A new user; the one-time password is shown once, on the page that answers."""
    demand(http, "manage", "users")
    if http.method != "POST":
        return page(http, "people/add.html", typed={}, problems=[])
    post = http.POST
    try:
        user, password = actions.create_user(
            post.get("username", ""),
            post.get("full_name", ""),
            function=post.get("function", ""),
            language=post.get("language", "en"),
            at=clock.now(),
            by=http.user,
        )
    except (actions.BadUser, actions.AlreadyThere) as error:
        problems = [{"id": "username", "says": error.sentence}]
        return page(http, "people/add.html", status=400, typed=post, problems=problems)
    return page(http, "people/password.html", person=user, password=password, new=True)


@signed_in
@require_POST
def change(http: Http, username: str) -> HttpResponse:
    """What an administrator does to one user: grant, revoke, new password or second factor, end or renew access."""
    user, post, at = access.user(username), http.POST, clock.now()
    unit = access.unit(post["unit"]) if post.get("unit") else None
    match post.get("do"):
        case "grant":
            actions.grant(user, post.get("role", ""), unit=unit, at=at, by=http.user)
        case "revoke":
            actions.revoke(user, post.get("role", ""), unit=unit, at=at, by=http.user)
        case "end":
            actions.deactivate(user, at=at, by=http.user)
        case "renew":
            actions.reactivate(user, at=at, by=http.user)
        case "factor":
            actions.reset_second_factor(user, at=at, by=http.user)
        case "password":
            password = actions.set_password(user, at=at, by=http.user)
            return page(http, "people/password.html", person=user, password=password, new=False)
    messages.success(http, _("Done. The change is recorded."))
    return redirect("person", username)


@signed_in
def add_unit(http: Http) -> HttpResponse:
    demand(http, "manage", "units")
    problems = []
    if http.method == "POST":
        try:
            actions.create_unit(
                http.POST.get("code", "").strip(),
                http.POST.get("name", ""),
                handles=http.POST.getlist("handles") or ["*"],
                at=clock.now(),
                by=http.user,
            )
            messages.success(http, _("The unit was made."))
            return redirect("people")
        except (actions.BadUnit, actions.AlreadyThere) as error:
            problems = [{"id": "code", "says": error.sentence}]
    return page(
        http,
        "people/unit.html",
        problems=problems,
        typed=http.POST,
        instruments=[told(one) for one in catalogue.all()],
    )


@signed_in
def reads(http: Http) -> HttpResponse:
    """Who looked at what, newest first; of one dossier or by one person when asked so."""
    demand(http, "read", "reads")
    asked = http.GET.get("of", "").strip()
    name = http.GET.get("by", "").strip()
    try:
        by = access.user(name) if name else None
    except access.NoUser:
        by, name = None, ""
    found = access.reads(of=Thing("dossier", asked) if asked else None, by=by, limit=200)
    return page(http, "people/reads.html", reads=found, of=asked, by=name, changes=access.changes(limit=50))
