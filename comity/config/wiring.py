"""Which function of a higher room a lower room calls by name. Nothing else imports upward."""

# exchange hands over what a push brought, verified: (objects, sender, at) -> for each None, or exchange.Refused.
INCOMING = {
    "comity-act/1": "comity.dossiers.actions.receive",
    "comity-card/1": "comity.exchange.peers.arrived",
}

# `comity log verify` reads back what a log entry of this kind stands for: (name) -> bytes | None.
STORED = {"act": "comity.dossiers.queries.stored_act"}
