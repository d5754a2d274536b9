"""A small OpenID Connect provider on this machine: real HTTP, real RSA signatures, and every lie a test wants told."""

from __future__ import annotations

import json
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "kpiportal", "ความลับของระบบ"


class LocalProvider:
    """`says`: claims of the next token, over the honest ones. `key`: what signs it. `userinfo`: what stands there."""

    keys: ClassVar[list[rsa.RSAPrivateKey]] = [rsa.generate_private_key(65537, 2048) for _ in range(2)]

    def __enter__(self) -> LocalProvider:
        provider = self
        self.says: dict[str, Any] = {}
        self.leaves_out: set[str] = set()
        self.signed_by, self.algorithm = self.keys[0], "RS256"
        self.userinfo: dict[str, Any] | None = None
        self.down = False
        self.asked: dict[str, dict[str, str]] = {}  # code: what the browser brought

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.answer(self, urlsplit(self.path), "")

            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
                provider.answer(self, urlsplit(self.path), sent)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *exc: Any) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, request: BaseHTTPRequestHandler, url: Any, body: str) -> None:
        if url.path == "/authorize":
            self._back_to_portal(request, dict(parse_qsl(url.query)))
            return
        pages = {
            "/.well-known/openid-configuration": lambda: (200, self.description()),
            "/keys": lambda: (200, {"keys": [self._jwk()]}),
            "/userinfo": lambda: (200, self.userinfo),
            "/token": lambda: self._token(dict(parse_qsl(body))),
        }
        status, said = (503, {}) if self.down else pages[url.path]()
        self._send(request, status, said)

    def description(self) -> dict[str, Any]:
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return {**said, **({"userinfo_endpoint": f"{self.issuer}/userinfo"} if self.userinfo else {})}

    def _back_to_portal(self, request: BaseHTTPRequestHandler, asked: dict[str, str]) -> None:
        """The person has signed in over there."""
        code = secrets.token_urlsafe()
        self.asked[code] = asked
        request.send_response(302)
        request.send_header("Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")
        request.end_headers()

    def _token(self, sent: dict[str, str]) -> tuple[int, dict[str, Any]]:
        asked = self.asked.pop(sent.get("code", ""), None)
        if asked is None or (sent.get("client_id"), sent.get("client_secret")) != (CLIENT, SECRET):
            return 400, {"error": "invalid_grant"}
        proof = urlsafe_b64encode(sha256(sent["code_verifier"].encode()).digest()).decode().rstrip("=")
        if asked["code_challenge"] != proof:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        honest = {"iss": self.issuer, "aud": CLIENT, "sub": "1-5099-00001", "iat": now, "exp": now + 300,
                  "nonce": asked["nonce"]}  # fmt: skip
        claims = {name: value for name, value in {**honest, **self.says}.items() if name not in self.leaves_out}
        token = jwt.encode(claims, self.signed_by, self.algorithm, headers={"kid": "1"})
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": token}

    def _jwk(self) -> dict[str, Any]:
        jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.keys[0].public_key()))
        return {**jwk, "kid": "1", "alg": "RS256", "use": "sig"}

    @staticmethod
    def _send(request: BaseHTTPRequestHandler, status: int, said: Any) -> None:
        data = json.dumps(said).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)


def question(address: str) -> dict[str, str]:
    """What the portal asks in the address it sends the browser to."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
