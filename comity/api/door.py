"""The door of the node-to-node endpoint: who is asking, how much may come in, and how errors are spoken."""

import hashlib
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from comity.exchange import httpsig, queries
from comity.exchange.bodies import Body
from comity.lib.errors import BadInput, ComityError

log = logging.getLogger("comity.api")

STATUS = {
    "exchange.bad-request-signature": 401,
    "exchange.not-a-peer": 403,
    "exchange.blob-not-expected": 404,
    "exchange.unknown-blob": 404,
    "exchange.blob-not-begun": 409,
    "wire.gap": 409,
    "wire.forked": 409,
    "wire.too-large": 413,
    "exchange.no-room": 507,
}

View = Callable[..., HttpResponse]


class NoLength(BadInput):
    code = "api.no-length"
    says = "The request does not say how long its body is."
    next_step = "Send a Content-Length."


class BodyTooLarge(BadInput):
    code = "wire.too-large"
    says = "The body has {size} bytes; {limit} are allowed."
    next_step = "Send less at once."


class CutShort(BadInput):
    code = "api.cut-short"
    says = "The body ended after {got} of {size} bytes."
    next_step = "Send it again."


def answers(*methods: str) -> Callable[[View], View]:
    """A view for these methods whose anticipated errors are JSON, and whose accidents are logged and answered 500."""

    def wrap(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def guarded(http: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            if http.method not in methods:
                return HttpResponseNotAllowed(methods)
            try:
                return view(http, *args, **named)
            except ComityError as error:
                status = STATUS.get(error.code, 400 if isinstance(error, BadInput) else 500)
                return JsonResponse(error.as_json(), status=status)
            except Exception:  # the outer edge: the sender keeps what it sent and tries again
                log.exception("%s %s failed", http.method, http.path)
                told = {"error": "api.internal", "says": "an internal error", "next_step": "Try again later."}
                return JsonResponse(told, status=500)

        return guarded

    return wrap


def caller(http: HttpRequest) -> str:
    """The authority that has signed this request with its pinned key.

    :raises BadRequestSignature: no signature, a wrong or an old one. NotAPeer: we do not know the signer.
    """
    headers = dict(http.headers)
    sender = httpsig.claimed_sender(headers)
    message = httpsig.Message(http.method or "", http.build_absolute_uri(), headers)
    httpsig.verify(message, sender=sender, keys=queries.keys_of(sender), has_body=http.method in ("POST", "PUT"))
    return sender


def body(http: HttpRequest, limit: int) -> bytes:
    """The whole body, if it is not too large and has the signed digest. Call ``caller`` first.

    :raises NoLength, BodyTooLarge, CutShort, BadRequestSignature: the digest is another.
    """
    data = bytes(whole(http, limit))
    httpsig.demand_digest(http.headers.get("Content-Digest"), hashlib.sha256(data).digest())
    return data


def whole(http: HttpRequest, limit: int) -> bytes | memoryview:
    """The body without a look at its digest: for chunks, whose hash the manifest names.

    A view of the server's own buffer where there is one (`exchange.bodies`): it is good until the answer is given.
    """
    told = http.headers.get("Content-Length", "")
    if not told.isdecimal():
        raise NoLength()
    size = int(told)
    if size > limit:
        raise BodyTooLarge(size=size, limit=limit)
    given = http.META.get("wsgi.input")
    data = given.in_place() if isinstance(given, Body) else http.read(size)
    if len(data) != size:
        raise CutShort(got=len(data), size=size)
    return data
