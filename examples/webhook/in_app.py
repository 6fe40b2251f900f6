"""An app's side of a Dirigent webhook account, in a terminal: what you type goes to the contact centre, what an agent answers
is printed. Standard library only.

    DIRIGENT_KEY=whsec_… python in_app.py --hub http://127.0.0.1:8421 --account app --customer C-1001 --listen 9000

In ``channels.yaml`` of the hub:

    accounts:
      - name: app
        kind: webhook
        channel: in_app
        secrets: {key: "file:secrets/app"}      # the same key: head -c 32 /dev/urandom | base64
        settings: {url: "http://127.0.0.1:9000/"}
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import os
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOLERANCE_S = 300
TRIES = 6
LARGEST = 16 * 1024 * 1024


class Key:
    """Signs and checks as the Standard Webhooks specification says."""

    def __init__(self, secret: str) -> None:
        self._key = base64.b64decode(secret.removeprefix("whsec_"))

    def sign(self, id_: str, at: str, body: bytes) -> str:
        signed = f"{id_}.{at}.".encode() + body
        return "v1," + base64.b64encode(hmac.new(self._key, signed, hashlib.sha256).digest()).decode()

    def check(self, headers: Mapping[str, str], body: bytes) -> bool:
        id_, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not at.isdecimal() or abs(time.time() - int(at)) > TOLERANCE_S:
            return False
        wanted = self.sign(id_, at, body)
        # Several signatures, separated by blanks, while keys are being changed.
        return any(hmac.compare_digest(wanted, one) for one in headers.get("webhook-signature", "").split(" "))


class Hub:
    """The way to the hub."""

    def __init__(self, url: str, account: str, key: Key) -> None:
        self._url = f"{url.rstrip('/')}/hooks/{account}/events"
        self._key = key

    def tell(self, type_: str, data: dict[str, Any], id_: str = "") -> dict[str, Any]:
        """Hand an event in and return the hub's answer. The same id again is the same event: so it may be tried again."""
        id_ = id_ or f"msg_{uuid.uuid4().hex}"
        body = json.dumps({"type": type_, "data": data}).encode()
        for attempt in range(TRIES):
            at = str(int(time.time()))
            headers = {
                "content-type": "application/json",
                "webhook-id": id_,
                "webhook-timestamp": at,
                "webhook-signature": self._key.sign(id_, at, body),
            }
            try:
                request = urllib.request.Request(self._url, body, headers)
                with urllib.request.urlopen(request, timeout=20) as answer:
                    found: dict[str, Any] = json.load(answer)
                    return found
            except urllib.error.HTTPError as error:
                if error.code < 500 and error.code != 429:
                    raise
            except OSError:
                pass
            time.sleep(min(0.5 * 2**attempt, 10))
        raise TimeoutError("the hub cannot be reached")


class Inbox(BaseHTTPRequestHandler):
    """Takes what the hub sends. ``seen`` are the ids of what was shown: the hub sends again what it is unsure of."""

    key: Key
    hub: Hub
    seen: set[str] = set()

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("content-length", "0")), LARGEST))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if not self.key.check(headers, body):
            self.send_error(401)
            return
        event, is_new = json.loads(body), headers["webhook-id"] not in self.seen
        self.seen.add(headers["webhook-id"])
        if event["type"] == "message" and is_new:
            self._show(event["data"])
        elif event["type"] == "typing" and event["data"]["is_typing"]:
            print("… typing", flush=True)
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps({"delivery": "delivered"}).encode())

    def _show(self, data: dict[str, Any]) -> None:
        print(f"{data.get('author') or 'Agent'}: {data.get('text', '')}", flush=True)
        for file in data.get("files", []):
            print(f"[{file['name']}, {len(base64.b64decode(file['data']))} bytes]", flush=True)
        # Whoever reads a terminal has read it.
        read = {"message_id": data["message_id"], "delivery": "read"}
        threading.Thread(target=self.hub.tell, args=("delivery", read), daemon=True).start()

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    parser = argparse.ArgumentParser(description="Talk to a contact centre as its app would.")
    parser.add_argument("--hub", required=True, metavar="URL")
    parser.add_argument("--account", required=True)
    parser.add_argument("--customer", required=True, metavar="NO", help="number of the customer who is signed in")
    parser.add_argument("--name", default="")
    parser.add_argument("--listen", type=int, required=True, metavar="PORT")
    args = parser.parse_args()
    key = Key(os.environ["DIRIGENT_KEY"])
    hub = Hub(args.hub, args.account, key)
    Inbox.key, Inbox.hub = key, hub
    server = ThreadingHTTPServer(("127.0.0.1", args.listen), Inbox)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("ready", flush=True)
    thread = f"{args.customer}-{uuid.uuid4().hex[:8]}"
    person = {"address": args.customer, "name": args.name}
    for line in sys.stdin:
        said = {"from": person, "customer_no": args.customer, "thread": thread, "text": line.rstrip("\n")}
        hub.tell("message", said)
    server.shutdown()


if __name__ == "__main__":
    main()
