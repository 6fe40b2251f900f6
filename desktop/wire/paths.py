"""The addresses of API version 1."""

from __future__ import annotations

from typing import Final

SIGN_IN: Final = "/v1/sign-in"
TOKEN: Final = "/v1/token"  # noqa: S105 - an address, not a secret
ME: Final = "/v1/me"
CHANGES: Final = "/v1/changes"
EVENTS: Final = "/v1/events"
COMMANDS: Final = "/v1/commands"
INBOUND: Final = "/v1/inbound"
DELIVERIES: Final = "/v1/deliveries"
TOUCHPOINTS: Final = "/v1/touchpoints"
CUSTOMERS: Final = "/v1/customers"
RECORDS: Final = "/v1/records"
BLOBS: Final = "/v1/blobs"
QUEUES: Final = "/v1/queues"
AGENTS: Final = "/v1/agents"
LIVE: Final = "/v1/metrics/live"
BOARD: Final = "/v1/board"
BOARD_EVENTS: Final = "/v1/board/events"
BOARD_CONTACTS: Final = "/v1/board/contacts"
BOARD_MINE: Final = "/v1/board/mine"
HEARTBEAT: Final = "/v1/presence/heartbeat"
TYPING: Final = "/v1/typing"
CHANNELS: Final = "/v1/channels"
HOOKS: Final = "/hooks"
MODELS: Final = "/v1/models"
OPENAPI: Final = "/v1/openapi.json"
HEALTH: Final = "/healthz"
METRICS: Final = "/metrics"

IDEMPOTENCY_KEY: Final = "Idempotency-Key"
LAST_EVENT_ID: Final = "Last-Event-ID"
WINDOW: Final = "Dirigent-Window"
"""The name a window gave itself, on its event stream: tells it from another one of the same agent."""
