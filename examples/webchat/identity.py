"""How a company's own server signs who its customer is, with nothing but Python's standard library. The page then says
``<script src=… data-account="shop-chat" data-identity="{identity(…)}" defer></script>``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time


def identity(customer_no: str, name: str, account: str, key: str) -> str:
    """Return a JWT (HS256) that is good for five minutes and works once. ``key`` is the account's secret ``identity``, of at
    least 32 characters: make it with ``python -c "import secrets; print(secrets.token_urlsafe(32))"``."""
    about = {
        "sub": customer_no,
        "name": name,
        "aud": account,
        "exp": int(time.time()) + 300,
        "jti": secrets.token_urlsafe(16),
    }
    signed = ".".join(_text(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, about))
    return f"{signed}.{_text(hmac.digest(key.encode(), signed.encode(), hashlib.sha256))}"


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
