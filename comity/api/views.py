"""What peers may ask of this node. Each view authenticates, reads, calls one action and answers."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse

from comity.api import door
from comity.exchange import actions, httpsig, queries
from comity.exchange.limits import limits
from comity.exchange.wire.blob import CHUNK, MANIFEST_LIMIT, TAG
from comity.lib import clock

RECEIPT = "application/json"


@door.answers("GET")
def card(http: HttpRequest) -> HttpResponse:
    """Our card, for anybody: it is trusted only after its fingerprint was compared."""
    return HttpResponse(queries.own_card(at=clock.now()).raw, content_type="application/json")


@door.answers("GET")
def checkpoint(http: HttpRequest) -> HttpResponse:
    """The signed head of our log, for peers."""
    door.caller(http)
    return HttpResponse(queries.checkpoint(at=clock.now()), content_type="text/plain; charset=utf-8")


@door.answers("POST")
def push(http: HttpRequest) -> HttpResponse:
    """Take a push and answer with the receipt."""
    sender = door.caller(http)
    raw = door.body(http, limits().push_bytes)
    receipt = actions.accept_push(raw, sender=sender, since=_since(http), at=clock.now())
    return HttpResponse(receipt, content_type=RECEIPT)


@door.answers("GET")
def position(http: HttpRequest) -> HttpResponse:
    """The receipt for what we hold of the caller's channel."""
    receipt = actions.answer_position(sender=door.caller(http), since=_since(http), at=clock.now())
    return HttpResponse(receipt, content_type=RECEIPT)


@door.answers("GET")
def blob(http: HttpRequest, blob: str) -> HttpResponse:
    """How much we hold of a blob that the caller has announced."""
    return JsonResponse(asdict(queries.blob_state_for(blob, sender=door.caller(http))))


@door.answers("PUT")
def manifest(http: HttpRequest, blob: str) -> HttpResponse:
    """Take a blob's manifest; the answer says from which chunk to go on."""
    sender = door.caller(http)
    raw = door.body(http, MANIFEST_LIMIT)
    return JsonResponse(asdict(actions.begin_blob(blob, raw, sender=sender, at=clock.now())))


@door.answers("PUT")
def chunk(http: HttpRequest, blob: str, n: str) -> HttpResponse:
    """Take one chunk. Its signed digest is compared with the manifest's, so that it is hashed only once."""
    sender = door.caller(http)
    data = door.whole(http, CHUNK + TAG)
    httpsig.demand_digest(http.headers.get("Content-Digest"), queries.chunk_hash(blob, int(n)))
    return JsonResponse(asdict(actions.take_chunk(blob, int(n), data, sender=sender, at=clock.now())))


def _since(http: HttpRequest) -> int | None:
    """The position after which the caller wants to know refusals."""
    told = http.GET.get("since", "")
    return int(told) if told.isdecimal() and len(told) <= 16 else None
