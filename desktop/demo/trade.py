"""What customers bought from the company: orders with their invoices, contracts, appointments, cases; and the journey's
events that come with them (purchases, deliveries, payments, visits to the shop and the web page).

The codes in ``BusinessRecord.status``: order ``processing shipped late delivered returned cancelled``, invoice ``open paid
overdue failed cancelled``, contract ``active ended``, appointment ``planned done``, case ``open closed``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from desktop.demo.people import SOURCE, Ids, Person
from desktop.demo.texts import Product, goods, journey_texts
from desktop.domain.channels import Channel
from desktop.domain.ids import RecordId, TouchpointId
from desktop.domain.journey import Stage, Touchpoint
from desktop.domain.record import BusinessRecord

YEARS = 2
_SHIPS_AFTER, _ARRIVES_AFTER = timedelta(days=2), timedelta(days=5)


def date_text(at: datetime, language: str) -> str:
    """Return a day as it is written: ``04.11.2025`` or ``4 November 2025``."""
    return f"{at:%d.%m.%Y}" if language == "de" else f"{at.day} {at:%B %Y}"


def money(cents: int, currency: str, language: str) -> str:
    """Return an amount as it is written: ``1.299,90 €`` or ``£1,299.90``."""
    plain = f"{cents / 100:,.2f}"
    if language == "de":
        plain = plain.replace(",", "_").replace(".", ",").replace("_", ".")
        return f"{plain} {'£' if currency == 'GBP' else '€'}"
    return f"{'£' if currency == 'GBP' else '€'}{plain}"


class Trade:
    """Everything one centre sold. ``lang`` is the language its own systems speak."""

    def __init__(self, rng: Random, lang: str, now: datetime) -> None:
        self._rng = rng
        self._ids = Ids(rng)
        self._lang = lang
        self._now = now
        self._count = rng.randrange(10_000, 20_000)
        self.records: list[BusinessRecord] = []
        self.touchpoints: list[Touchpoint] = []

    def serve(self, person: Person) -> None:
        """Add what one customer bought, signed and complained about."""
        rng = self._rng
        for at in self._moments(person):
            self._order(person, rng.choice(goods().products), at)
        for tariff in goods().contracts:
            if rng.random() < (0.2 if tariff.kind == "internet" else 0.09):
                self._contract(person, tariff.name[self._lang], tariff.kind, round(tariff.monthly * 100), tariff.months)
        if rng.random() < 0.16:
            self._appointment(person)
        if rng.random() < 0.2:
            self._case(person)

    def _moments(self, person: Person) -> list[datetime]:
        """When a customer ordered, oldest first: lively ones more often, and many lately."""
        rng, now = self._rng, self._now
        count = min(9, 1 + int(person.liveliness * 0.9))
        moments = [now - timedelta(days=rng.uniform(20, 365 * YEARS)) for _ in range(count)]
        if rng.random() < 0.6:
            moments.append(now - timedelta(days=rng.uniform(0.3, 24)))
        return sorted(moment.replace(hour=rng.randrange(7, 23), minute=rng.randrange(60)) for moment in moments)

    def _number(self, letter: str, at: datetime) -> str:
        self._count += self._rng.randrange(1, 40)
        return f"{letter}-{at:%y}{self._count:06d}"

    def _add(self, person: Person, kind: str, at: datetime, number: str, **fields: object) -> BusinessRecord:
        record = BusinessRecord(
            id=RecordId(self._ids.at(at)),
            customer_id=person.id,
            kind=kind,
            number=number,
            at=at,
            currency=person.customer.currency,
            source=SOURCE,
            **fields,  # type: ignore[arg-type]
        )
        self.records.append(record)
        return record

    def note(self, person: Person, channel: Channel, kind: str, at: datetime, title: str, **fields: object) -> None:
        """Add one event of a customer's journey, unless it is still to come."""
        if at < self._now:
            touchpoint = Touchpoint(
                id=TouchpointId(self._ids.at(at)),
                customer_id=person.id,
                channel=channel,
                kind=kind,
                at=at,
                title=title,
                source=SOURCE,
                **fields,  # type: ignore[arg-type]
            )
            self.touchpoints.append(touchpoint)

    # --- orders -------------------------------------------------------------------------------------------------------

    def _order(self, person: Person, product: Product, at: datetime) -> None:
        rng, now = self._rng, self._now
        if at >= now:
            at = now - timedelta(hours=rng.uniform(2, 9))
        status, promised, delivered = self._fate(at)
        cents = round(product.price * 100)
        number = self._number("B", at)
        fields = {"product": product.short[self._lang], "model": product.model, "promised": promised.date().isoformat()}
        if at + _SHIPS_AFTER < now and status != "cancelled":
            fields["tracking"] = f"NL{self._count:06d}{rng.randrange(1000):03d}DE"
        if delivered is not None:
            fields["delivered"] = delivered.date().isoformat()
        is_refund_due = status == "returned" and now - at < timedelta(days=60)
        if is_refund_due:
            fields["refund"] = "pending"
        self._add(
            person,
            "order",
            at,
            number,
            title=product.name(self._lang),
            status=status,
            is_open=status in ("processing", "shipped", "late") or is_refund_due,
            amount_cents=cents,
            fields=fields,
        )
        self._around_order(person, product, at, promised, delivered)
        if status != "cancelled":
            self._invoice(person, product, at + timedelta(hours=rng.uniform(1, 20)), number, cents)

    def _fate(self, at: datetime) -> tuple[str, datetime, datetime | None]:
        """What became of an order: its status, the day promised, the day it came."""
        rng, age = self._rng, self._now - at
        promised = at + _ARRIVES_AFTER + timedelta(days=rng.randrange(0, 3))
        if age < _SHIPS_AFTER:
            return "processing", promised, None
        if age < timedelta(days=14) and rng.random() < 0.45:
            return ("late" if promised < self._now else "shipped"), promised, None
        if promised >= self._now:
            return "shipped", promised, None
        if rng.random() < 0.04:
            return "cancelled", promised, None
        delivered = min(promised + timedelta(days=rng.choice([-1, 0, 0, 0, 1, 4])), self._now - timedelta(hours=3))
        returned = 0.25 if age < timedelta(days=50) else 0.07
        if rng.random() < returned and delivered < self._now - timedelta(days=8):
            return "returned", promised, delivered
        return "delivered", promised, delivered

    def _around_order(
        self, person: Person, product: Product, at: datetime, promised: datetime, delivered: datetime | None
    ) -> None:
        rng, texts = self._rng, journey_texts()
        words = {"product": product.name(self._lang), "thing": product.short[self._lang]}
        for page in rng.sample(["search", "product", "compare", "basket", "home"], rng.choice([0, 0, 1, 1, 2])):
            before = at - timedelta(hours=rng.uniform(0.2, 40))
            self.visit(person, page, before, words)
        if rng.random() < 0.22:
            title = rng.choice(texts.shop_visits)[self._lang].format(**words)
            shop = rng.choice(texts.shops[self._lang])
            self.note(
                person,
                Channel.SHOP,
                "shop_visit",
                at - timedelta(days=rng.uniform(0.5, 6)),
                f"{title}, {shop}",
                duration_s=rng.randrange(300, 2700),
                stage=Stage.CONSIDER,
            )
        channel = Channel.SHOP if rng.random() < 0.2 else Channel.WEB
        self.note(person, channel, "purchase", at, texts.purchase[self._lang].format(**words), stage=Stage.BUY)
        if delivered is not None:
            title = texts.delivery[self._lang].format(**words)
            self.note(person, Channel.WEB, "delivery", delivered, title, stage=Stage.USE)
        elif promised < self._now:
            title = texts.delivery_late[self._lang].format(**words)
            self.note(person, Channel.WEB, "delivery", promised, title, stage=Stage.BUY, mood=-0.5)

    def visit(self, person: Person, page: str, at: datetime, words: dict[str, str]) -> None:
        """Add a visit to a page of the company's site."""
        title = journey_texts().pages[page][self._lang].format(**words)
        kind = "basket" if page in ("basket", "checkout") else "visit"
        self.note(person, Channel.WEB, kind, at, title, duration_s=self._rng.randrange(15, 600))

    def _invoice(self, person: Person, product: Product, at: datetime, order: str, cents: int) -> None:
        rng, now = self._rng, self._now
        at = min(at, now - timedelta(minutes=30))
        age = now - at
        is_failed = age < timedelta(days=45) and rng.random() < 0.16
        is_open = is_failed or (age < timedelta(days=14) and rng.random() < 0.5)
        status = "failed" if is_failed else "open" if is_open else "paid"
        if status == "open" and rng.random() < 0.15:
            status = "overdue"
        due = at + timedelta(days=2 if status == "overdue" else 14)
        fields = {"order": order, "due": due.date().isoformat()}
        title = product.name(self._lang)
        self._add(person, "invoice", at, self._number("R", at), title=title, status=status, is_open=is_open,
                  amount_cents=cents, fields=fields)  # fmt: skip
        if age < timedelta(days=60) and rng.random() < 0.22:
            again = min(at + timedelta(hours=rng.uniform(4, 40)), now - timedelta(minutes=20))
            self._add(person, "invoice", again, self._number("R", again), title=title, status="open", is_open=True,
                      amount_cents=cents, fields=fields)  # fmt: skip
        texts = journey_texts()
        what = texts.payment_failed if is_failed else texts.payment
        if is_failed or (status == "paid" and rng.random() < 0.3):
            amount = money(cents, person.customer.currency, self._lang)
            at_bank = at + timedelta(days=rng.uniform(0.1, 6))
            self.note(person, Channel.WEB, "payment", at_bank, what[self._lang].format(amount=amount),
                      mood=-0.4 if is_failed else None)  # fmt: skip

    # --- contracts and the rest ---------------------------------------------------------------------------------------

    def _contract(self, person: Person, name: str, kind: str, monthly: int, months: int) -> None:
        rng = self._rng
        at = self._now - timedelta(days=rng.uniform(25, 365 * YEARS - 5))
        is_active = rng.random() < 0.85
        fields = {"type": kind, "months": str(months), "since": at.date().isoformat()}
        self._add(person, "contract", at, self._number("V", at), title=name, status="active" if is_active else "ended",
                  is_open=is_active, amount_cents=monthly, fields=fields)  # fmt: skip
        title = journey_texts().contract[self._lang].format(contract_name=name)
        self.visit(person, "tariffs", at - timedelta(hours=rng.uniform(0.2, 30)), {"thing": "", "product": ""})
        self.note(person, Channel.WEB, "contract", at, title, stage=Stage.BUY)

    def _appointment(self, person: Person) -> None:
        rng = self._rng
        is_planned = rng.random() < 0.8
        day = timedelta(days=rng.uniform(1, 12) if is_planned else -rng.uniform(5, 300))
        at = (self._now + day).replace(hour=rng.choice([8, 10, 13, 15]), minute=0)
        made = min(at, self._now) - timedelta(days=rng.uniform(1, 9))
        what = rng.choice(goods().appointments)[self._lang]
        self._add(person, "appointment", made, self._number("T", made), title=what, is_open=is_planned,
                  status="planned" if is_planned else "done", fields={"at": at.isoformat(timespec="minutes")})  # fmt: skip

    def _case(self, person: Person) -> None:
        rng = self._rng
        is_open = rng.random() < 0.6
        at = self._now - timedelta(days=rng.uniform(4, 40) if is_open else rng.uniform(40, 600))
        title = rng.choice(goods().cases)[self._lang]
        self._add(person, "case", at, self._number("F", at), title=title, is_open=is_open,
                  status="open" if is_open else "closed")  # fmt: skip


def spent_lately(records: Iterator[BusinessRecord] | list[BusinessRecord], now: datetime) -> int:
    """Return the turnover of the last twelve months, in cents."""
    year = timedelta(days=365)
    return sum(
        record.amount_cents or 0
        for record in records
        if record.kind == "order"
        and record.status not in ("cancelled", "returned")
        and record.at is not None
        and now - record.at < year
    )
