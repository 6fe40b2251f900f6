"""What Prometheus is told: how much came in, what was asked for, who listens, what waits."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from desktop.hub.learning.corrections import Corrections
from desktop.wire import paths
from desktop.wire.shapes import LiveMetrics

MEDIA_TYPE = CONTENT_TYPE_LATEST


class Measures:
    """The counters of one hub, in a registry of its own so that several can live in one process."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "dirigent_requests_total", "Requests answered", ("method", "route", "status"), registry=registry
        )
        self._seconds = Histogram(
            "dirigent_request_seconds",
            "Time to answer, streams and long polls left out",
            ("method", "route"),
            registry=registry,
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
        )
        self.inbound = Counter("dirigent_inbound_total", "Messages handed in", ("channel", "known"), registry=registry)
        self.commands = Counter("dirigent_commands_total", "Commands", ("type", "outcome"), registry=registry)
        self.sign_ins = Counter("dirigent_sign_ins_total", "Sign-ins", ("outcome",), registry=registry)
        self.changes = Counter("dirigent_changes_sent_total", "Changes sent to readers", ("way",), registry=registry)
        self._readers = Gauge("dirigent_feed_readers", "Open streams and long polls", registry=registry)
        self._head = Gauge("dirigent_feed_seq", "Newest number of the change feed", registry=registry)
        self._waiting = Gauge("dirigent_queue_waiting", "Requests waiting", ("queue",), registry=registry)
        self._longest = Gauge("dirigent_queue_longest_seconds", "Age of the oldest", ("queue",), registry=registry)
        self._active = Gauge("dirigent_queue_active", "Requests being worked", ("queue",), registry=registry)
        self._judged = Gauge("dirigent_intent_judged", "Contacts of 30 days with a verdict", registry=registry)
        self._corrected = Gauge(
            "dirigent_intent_corrected_ratio", "Part of these whose verdict an agent corrected", registry=registry
        )
        self._model = Gauge(
            "dirigent_model_generation", "Learned model that runs, 0: the shipped one", ("task",), registry=registry
        )
        self._agents = Gauge("dirigent_agents", "Agents by presence", ("state",), registry=registry)

    def page(self, live: LiveMetrics, readers: int, head: int) -> bytes:
        """Return what a scrape is answered with."""
        self._readers.set(readers)
        self._head.set(head)
        for gauge in (self._waiting, self._longest, self._active, self._agents):
            gauge.clear()
        for queue in live.queues:
            self._waiting.labels(queue.id).set(queue.waiting)
            self._longest.labels(queue.id).set(queue.longest_s)
            self._active.labels(queue.id).set(queue.active)
        for state, count in live.agents.items():
            self._agents.labels(state).set(count)
        return generate_latest(self._registry)

    def learned(self, counted: Corrections, running: Mapping[str, int]) -> None:
        """Take in how often verdicts were corrected, and the number of the model that runs by task."""
        self._judged.set(counted.judged)
        self._corrected.set(counted.share or 0.0)
        for task, number in running.items():
            self._model.labels(task).set(number)

    def around(self, app: ASGIApp) -> ASGIApp:
        """Return ``app`` as a middleware that counts its answers by route, not by address."""

        async def counting(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP:
                await app(scope, receive, send)
                return
            started, status = time.perf_counter(), 0

            async def noting(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                await send(message)

            try:
                await app(scope, receive, noting)
            finally:
                fields: Any = scope
                route = fields.get("path_template") or "unknown"
                self._requests.labels(fields["method"], route, str(status)).inc()
                if route not in (paths.EVENTS, paths.CHANGES):
                    self._seconds.labels(fields["method"], route).observe(time.perf_counter() - started)

        return counting
