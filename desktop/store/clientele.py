"""The customers of a generated cache: who they are, what they bought, where they have been seen. For ``generate``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from desktop.domain.channels import Channel
from desktop.domain.customer import Consent, Customer, Identity, IdentityKind, PostalAddress
from desktop.domain.ids import CustomerId, RecordId, TouchpointId
from desktop.domain.journey import Stage, Touchpoint
from desktop.domain.record import BusinessRecord
from desktop.store.phrases import People


def dated_id(rng: Random, at: datetime) -> str:
    """Return a UUIDv7 of an instant that is the same for the same random generator."""
    value = (
        (int(at.timestamp() * 1000) & 0xFFFF_FFFF_FFFF) << 80
        | 0x7 << 76
        | rng.getrandbits(12) << 64
        | rng.getrandbits(62)
        | 0x8000_0000_0000_0000
    )
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class Clientele:
    """Makes customers; ``count`` is how many it made."""

    def __init__(self, rng: Random, now: datetime, people: dict[str, People]) -> None:
        self._rng = rng
        self._now = now
        self._people = people
        self.count = 0

    def customer(self) -> Customer:
        """Return somebody who was not there before."""
        rng = self._rng
        self.count += 1
        language = "de" if rng.random() < 0.7 else "en"
        people = self._people[language]
        given, family = rng.choice(people.given), rng.choice(people.family)
        postcode, city = rng.choice(people.cities)
        since = self._now - timedelta(days=rng.randint(60, 3000))
        number = f"K{100_000 + self.count}"
        mail = f"{given}.{family}.{self.count}@example.org".lower().replace(" ", "-")
        phone = f"+49171{rng.randint(1_000_000, 9_999_999)}"
        return Customer(
            id=CustomerId(dated_id(rng, since)),
            name=f"{given} {family}",
            number=number,
            given_name=given,
            family_name=family,
            language=language,
            segment=rng.choice(("private", "private", "business", "premium")),
            since=since.date(),
            birth_date=date(rng.randint(1945, 2004), rng.randint(1, 12), rng.randint(1, 28)),
            value_cents=rng.randint(0, 400_000),
            address=PostalAddress(
                street=f"{rng.choice(people.streets)} {rng.randint(1, 120)}",
                postcode=postcode,
                city=city,
                country=people.country,
            ),
            identities=(
                Identity(kind=IdentityKind.EMAIL, value=mail, normalised=mail, is_verified=True),
                Identity(kind=IdentityKind.PHONE, value=phone, normalised=phone, label="mobile"),
                Identity(kind=IdentityKind.CUSTOMER_NO, value=number, normalised=number.lower()),
            ),
            consents=(Consent(purpose="email", is_granted=True, at=since),),
            created_at=since,
            updated_at=since,
            version=1,
        )

    def life_of(self, customer: Customer) -> Iterator[Touchpoint | BusinessRecord]:
        """Yield what happened to a customer beside their contacts, and what they own."""
        rng = self._rng
        for _ in range(rng.randint(2, 7)):
            at = self._past(700)
            kind, channel, stage, title = rng.choice(
                (
                    ("visit", Channel.WEB, Stage.CONSIDER, "Tarifseite"),
                    ("visit", Channel.WEB, Stage.SUPPORT, "Hilfe: Rechnung verstehen"),
                    ("purchase", Channel.WEB, Stage.BUY, "Bestellung im Netz"),
                    ("shop_visit", Channel.SHOP, Stage.CONSIDER, "Beratung im Laden"),
                    ("survey", Channel.EMAIL, Stage.USE, "Umfrage nach dem Kontakt"),
                )
            )
            rating = rng.randint(1, 5) if kind == "survey" else None
            yield Touchpoint(
                id=TouchpointId(dated_id(rng, at)),
                customer_id=customer.id,
                channel=channel,
                kind=kind,
                at=at,
                title=title,
                stage=stage,
                rating=rating,
                mood=None if rating is None else (rating - 3) / 2,
                version=1,
            )
        for _ in range(rng.randint(0, 3)):
            at = self._past(500)
            kind = rng.choice(("order", "order", "contract", "invoice", "case"))
            yield BusinessRecord(
                id=RecordId(dated_id(rng, at)),
                customer_id=customer.id,
                kind=kind,
                number=str(rng.randint(100_000, 999_999)),
                title={"order": "Bestellung", "contract": "Vertrag", "invoice": "Rechnung", "case": "Vorgang"}[kind],
                status=rng.choice(("open", "done")),
                is_open=kind == "case" and rng.random() < 0.4,
                amount_cents=rng.randint(900, 90_000),
                at=at,
                version=1,
            )

    def _past(self, days: int) -> datetime:
        return self._now - timedelta(seconds=self._rng.randint(2 * 86_400, days * 86_400))
