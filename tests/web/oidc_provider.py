"""An OpenID Connect provider on this machine, as small as one can be: discovery, authorize, token, keys.

It signs in whoever ``subject`` names without asking, and lies in whatever way a test tells it to.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "comity-fr-central", "a-secret-that-only-these-two-know"


class Provider:
    """``claims`` are added to the ID token (None takes one away); ``key`` and ``algorithm`` sign it."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.host = host
        self.published = self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.algorithm = "RS256"
        self.subject = "subject-of-alice"
        self.claims: dict[str, object] = {}
        self.discovery: dict[str, object] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.asks = False  # whether people must press a link first, as they do when they type a password there
        self.asked: list[str] = []  # the paths that were asked for, in order
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(urlsplit(self.path).path)
                outer.get(self)

            def do_POST(self) -> None:
                outer.asked.append(self.path)
                outer.token(self)

            def log_message(self, *told: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def issuer(self) -> str:
        return f"http://{self.host}:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def get(self, http: BaseHTTPRequestHandler) -> None:
        match urlsplit(http.path).path:
            case "/.well-known/openid-configuration":
                answer(http, 200, {
                    "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"], **self.discovery,
                })  # fmt: skip
            case "/keys":
                key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.published.public_key()))
                answer(http, 200, {"keys": [{**key, "kid": "one", "use": "sig", "alg": "RS256"}]})
            case "/authorize":
                self.authorize(http)
            case _:
                answer(http, 404, {})

    def authorize(self, http: BaseHTTPRequestHandler) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(http.path).query).items()}
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert asked["scope"] == "openid"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(12)
        self.codes[code] = asked
        back = f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"
        if self.asks:
            page = f'<!DOCTYPE html><title>Provider</title><a href="{escape(back)}">It is me</a>'.encode()
            http.send_response(200)
            http.send_header("Content-Type", "text/html")
            http.end_headers()
            http.wfile.write(page)
            return
        http.send_response(302)
        http.send_header("Location", back)
        http.end_headers()

    def token(self, http: BaseHTTPRequestHandler) -> None:
        read = http.rfile.read(int(http.headers["Content-Length"])).decode()
        told = {name: values[0] for name, values in parse_qs(read).items()}
        asked = self.codes.pop(told.get("code", ""), None)
        if asked is None or told.get("client_secret") != SECRET or told["redirect_uri"] != asked["redirect_uri"]:
            return answer(http, 400, {"error": "invalid_grant"})
        shown = base64.urlsafe_b64encode(hashlib.sha256(told["code_verifier"].encode()).digest()).rstrip(b"=")
        if shown.decode() != asked["code_challenge"]:
            return answer(http, 400, {"error": "invalid_grant"})
        now = int(time.time())
        claims = {
            "iss": self.issuer, "sub": self.subject, "aud": CLIENT, "iat": now, "exp": now + 60,
            "nonce": asked["nonce"], "email": "alice@example.fr", **self.claims,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        key = {"none": None, "HS256": SECRET}.get(self.algorithm, self.key)
        signed = jwt.encode(claims, key, algorithm=self.algorithm, headers={"kid": "one"})
        return answer(http, 200, {"access_token": secrets.token_hex(), "token_type": "Bearer", "id_token": signed})


def answer(http: BaseHTTPRequestHandler, status: int, told: object) -> None:
    raw = json.dumps(told).encode()
    http.send_response(status)
    http.send_header("Content-Type", "application/json")
    http.send_header("Content-Length", str(len(raw)))
    http.end_headers()
    http.wfile.write(raw)
