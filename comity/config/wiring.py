"""Which function of a higher room a lower room calls by name. Nothing else imports upward."""

# exchange hands over what a push brought, verified: (objects, sender, at) -> for each None, or exchange.Refused.
INCOMING = {
    "comity-act/1": "comity.dossiers.actions.receive",
    "comity-card/1": "comity.exchange.peers.arrived",
    "comity-message/1": "comity.liaison.actions.receive",
}

# `comity log verify` reads back what a log entry of this kind stands for: (name) -> bytes | None.
STORED = {
    "custody": "comity.evidence.queries.stored_custody",
    "act": "comity.dossiers.queries.stored_act",
    "list": "comity.disclosure.queries.stored_list",
    "message": "comity.liaison.queries.stored_message",
    "reads": "comity.access.record.stored_reads",
    "changes": "comity.access.record.stored_changes",
    "sign-ins": "comity.access.record.stored_sign_ins",
}

# What the worker does from time to time: (at) -> None, every so many seconds. Each is safe to do twice at once.
ROUTINES: dict[str, int] = {
    "comity.work.actions.every_minute": 60,
    "comity.exchange.sealing.seal": 60,
    "comity.liaison.actions.ring": 15,
    "comity.subjects.actions.go_on_importing": 10,
    "comity.retention.actions.routine": 3600,
}

# Who beside retention wrote about things that are being erased: (kind, refs) -> how many rows of each table went.
ERASED: tuple[str, ...] = ("comity.work.erasing.erased",)

# What dossiers asks before documents leave: (sha256 of each, receiving authority) -> sentences that forbid it.
MAY_LEAVE: tuple[str, ...] = ("comity.evidence.actions.may_leave",)

# Whom liaison tells, beside the page, that somebody is called urgently: (users, call id, at) -> None.
CALLED: tuple[str, ...] = ("comity.work.called.called",)
