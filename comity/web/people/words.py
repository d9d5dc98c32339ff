"""The words of the rule table as people read them."""

from django.utils.translation import gettext as _

from comity.access import levels, rules
from comity.access.roles import ROLES
from comity.access.rules import PARTS, Row


def roles() -> dict[str, str]:
    return {
        "clerk": _("Clerk"), "officer": _("Officer"), "approver": _("Approver"), "liaison": _("Liaison officer"),
        "auditor": _("Auditor"), "administrator": _("Administrator"),
    }  # fmt: skip


def parts() -> dict[str, str]:
    return {"lead": _("Lead"), "member": _("Member"), "reader": _("Reader")}


def level(number: int) -> str:
    words = {"open": _("Open"), "restricted": _("Restricted"), "confidential": _("Confidential"),
             "secret": _("Secret")}  # fmt: skip
    return words[levels.word(number)]


def verbs() -> dict[str, str]:
    return {
        "read": _("read"), "draft": _("draft"), "submit": _("submit"), "send": _("send"), "approve": _("approve"),
        "assign": _("assign"), "manage": _("manage"), "open": _("open"), "write": _("add to"), "lead": _("lead"),
        "pass-on": _("pass on"), "disclose": _("propose to disclose"), "destroy": _("propose to destroy"),
        "oversee": _("oversee"), "audit": _("audit"), "break-glass": _("break the glass of"), "review": _("review"),
    }  # fmt: skip


def kinds() -> dict[str, str]:
    return {
        "dossier": _("dossier"), "draft": _("draft (of an act)"), "act": _("act"), "log": _("log"),
        "reads": _("record of reads"), "peers": _("peers"), "users": _("users"), "units": _("units"),
        "keys": _("keys"), "case": _("case"), "subject": _("subject"), "item": _("item"),
        "window": _("defence window"), "thread": _("conversation"), "emergency": _("broken glass"),
        "figures": _("figures"), "directory": _("directory"), "retention": _("retention"),
        "inquiry": _("inquiry of a person about their data"),
    }  # fmt: skip


def who(row: Row) -> str:
    """Whom a row of the table is about, and where."""
    if not row.allows:
        return _("Everybody")
    if row.reach == "glass":
        return _("Whoever broke the glass of the case")
    if row.reach == "seat":
        return _("%(parts)s of the case") % {"parts": listed(parts(), row.roles, PARTS)}
    where = {
        "unit": _("%(roles)s of its unit"),
        "every unit": _("%(roles)s of any unit"),
        "open case": _("%(roles)s of its unit, where the unit needs to know"),
        "no case": _("%(roles)s of its unit, outside cases"),
    }[row.reach]
    return where % {"roles": listed(roles(), row.roles, ROLES)}


def may(row: Row) -> str:
    return _("anything") if row.verbs == frozenset(rules.VERBS) else listed(verbs(), row.verbs, rules.VERBS)


def what(row: Row) -> str:
    return _("anything") if row.kinds == frozenset(rules.KINDS) else listed(kinds(), row.kinds, rules.KINDS)


def listed(words: dict[str, str], chosen: frozenset[str], order: tuple[str, ...]) -> str:
    return ", ".join(words[one] for one in order if one in chosen)


def needs(decision: rules.Decision) -> list[str]:
    """The roles, or parts in the case, that could have allowed it."""
    words = {**roles(), **parts()}
    return [words[one] for one in decision.needs]
