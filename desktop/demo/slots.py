"""What fills the ``{slots}`` of a dialogue: the customer's name and their real orders, invoices and contracts, so that what
they say is what the window shows beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

from msgspec import Struct

from desktop.demo.people import Person, address_in
from desktop.demo.texts import Product, company, goods, people
from desktop.demo.trade import date_text, money
from desktop.domain.customer import IdentityKind
from desktop.domain.record import BusinessRecord

NEEDS = (
    "none",
    "order_open",
    "order_late",
    "order_delivered",
    "order_returned",
    "invoice",
    "invoice_double",
    "invoice_failed",
    "contract",
    "internet",
    "appointment",
    "case",
)

_DAYS = {
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Montag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Monday"),
}
_HOURS = {"de": ("8 und 10 Uhr", "10 und 12 Uhr", "13 und 15 Uhr", "16 und 18 Uhr"),
          "en": ("8 and 10 am", "10 am and noon", "1 and 3 pm", "4 and 6 pm")}  # fmt: skip
# Articles and possessives by case and grammatical gender.
_THE = {"": {"f": "die", "m": "der", "n": "das"}, "_acc": {"f": "die", "m": "den", "n": "das"},
        "_dat": {"f": "der", "m": "dem", "n": "dem"}}  # fmt: skip
_MY = {"": {"f": "meine", "m": "mein", "n": "mein"}, "_acc": {"f": "meine", "m": "meinen", "n": "mein"},
       "_dat": {"f": "meiner", "m": "meinem", "n": "meinem"}}  # fmt: skip
_UNKNOWN = ""


class Subject(Struct, frozen=True, kw_only=True):
    """What a contact is about: the record, and for a double invoice the other one."""

    record: BusinessRecord | None = None
    twin: BusinessRecord | None = None


class Filled(dict[str, str]):
    """Slots for ``str.format_map``; one with a capital letter is the same with its first letter raised."""

    def __missing__(self, key: str) -> str:
        lowered = key[:1].lower() + key[1:]
        if lowered == key or lowered not in self:
            raise KeyError(key)
        value = self[lowered]
        return value[:1].upper() + value[1:]


def subjects(needs: str, records: Sequence[BusinessRecord], *, lately: bool, now: datetime) -> list[Subject]:
    """Return what a customer with ``records`` could be contacting the company about. ``lately`` keeps to what is so
    today; without it any record of the kind will do, for contacts of long ago."""
    if needs == "none":
        return [Subject()]
    kind, _, state = needs.partition("_")
    if kind == "internet":
        kind = "contract"
    fitting = [record for record in records if record.kind == kind]
    if needs == "internet":
        fitting = [record for record in fitting if record.fields.get("type") == "internet"]
    if state == "double":
        return _double(fitting)
    if lately:
        fitting = [record for record in fitting if _is_so(record, kind, state, now)]
    elif state in ("late", "delivered", "returned", "open"):
        fitting = [record for record in fitting if record.status in ("delivered", "returned")]
    return [Subject(record=record) for record in fitting]


def _is_so(record: BusinessRecord, kind: str, state: str, now: datetime) -> bool:
    age = now - (record.at or now)
    match kind, state:
        case "order", "open":
            return record.status in ("processing", "shipped")
        case "order", "late":
            return record.status == "late"
        case "order", "delivered":
            return record.status == "delivered" and age < timedelta(days=200)
        case "order", "returned":
            return record.status == "returned" and record.is_open
        case "invoice", "failed":
            return record.status == "failed"
        case "invoice", _:
            return age < timedelta(days=60)
    return record.is_open


def _double(invoices: Sequence[BusinessRecord]) -> list[Subject]:
    first: dict[str, BusinessRecord] = {}
    found = []
    for invoice in invoices:
        order = invoice.fields.get("order", "")
        if order in first:
            found.append(Subject(record=first[order], twin=invoice))
        first.setdefault(order, invoice)
    return found


def fill(person: Person, subject: Subject, records: Sequence[BusinessRecord], rng: Random, now: datetime) -> Filled:
    """Return every slot for one contact of a customer, in the language they write in. Whoever answers puts their own
    name into ``{agent}``."""
    language, customer = person.language, person.customer
    order = _order_of(subject, records)
    product = _product_of(order) or rng.choice(goods().products)
    slots = Filled(_about_person(person), agent=company().name[language], company=company().name[language])
    slots |= _about_product(product, language, customer.currency)
    region = people().regions[language]
    slots["new_street"], slots["new_postcode"], slots["new_city"] = address_in(rng, region)
    today = now.weekday()
    first = rng.randrange(1, 4)
    slots["day"] = _DAYS[language][(today + first) % 7]
    slots["day2"] = _DAYS[language][(today + first + 2) % 7]
    slots["time"] = rng.choice(_HOURS[language])
    if order is not None:
        slots |= _about_order(order, language, customer.currency)
    record = subject.record
    if record is None:
        return slots
    amount = money(record.amount_cents or 0, record.currency, language)
    match record.kind:
        case "invoice":
            slots |= {"invoice": record.number, "invoice_date": _day(record.at, language), "amount": amount}
            if subject.twin is not None:
                slots["invoice2"] = subject.twin.number
        case "contract":
            slots |= {"contract": record.number, "contract_name": _tariff_name(record.title, language)}
            slots |= {"monthly": amount, "since": _day(record.at, language)}
        case "appointment":
            at = datetime.fromisoformat(record.fields["at"])
            slots |= {"appointment": _in_language(record.title, language), "appointment_at": _day(at, language)}
        case "case":
            slots |= {"case": record.number, "case_title": _in_language(record.title, language)}
    return slots


def _about_person(person: Person) -> dict[str, str]:
    customer, language = person.customer, person.language
    address = customer.address
    title = ("Frau" if person.is_woman else "Herr") if language == "de" else ("Ms" if person.is_woman else "Mr")
    region = people().regions[language]
    return {
        "name": customer.name,
        "given": customer.given_name or customer.name,
        "family": customer.family_name or customer.name,
        "salutation": f"{title} {customer.family_name}" if customer.family_name else customer.name,
        "signature": customer.name,
        "number": customer.number,
        "email": person.address_on(IdentityKind.EMAIL) or company().mailbox,
        "phone": person.address_on(IdentityKind.PHONE) or company().hotline[language],
        "street": address.street if address else region.streets[0] + " 1",
        "postcode": address.postcode if address else region.cities[0][0],
        "city": address.city if address else region.cities[0][1],
    }


def _about_product(product: Product, language: str, currency: str) -> dict[str, str]:
    thing = product.short[language]
    slots = {
        "product": product.name(language),
        "model": product.model,
        "thing": thing,
        "price": money(round(product.price * 100), currency, language),
        "fault": product.fault[language],
        "fix": product.fix[language],
        "damage": product.damage[language],
    }
    for ending in _THE:
        the = _THE[ending][product.gender] if language == "de" else "the"
        my = _MY[ending][product.gender] if language == "de" else "my"
        slots[f"the_thing{ending}"] = f"{the} {thing}"
        slots[f"my_thing{ending}"] = f"{my} {thing}"
    return slots


def _about_order(order: BusinessRecord, language: str, currency: str) -> dict[str, str]:
    promised = order.fields.get("promised", "")
    return {
        "order": order.number,
        "order_date": _day(order.at, language),
        "promised": _day(datetime.combine(date.fromisoformat(promised), datetime.min.time(), UTC), language),
        "tracking": order.fields.get("tracking") or f"NL{order.number[-6:]}000DE",
        "amount": money(order.amount_cents or 0, currency, language),
    }


def _order_of(subject: Subject, records: Sequence[BusinessRecord]) -> BusinessRecord | None:
    record = subject.record
    if record is None or record.kind == "order":
        return record
    if record.kind != "invoice":
        return None
    wanted = record.fields.get("order")
    return next((one for one in records if one.kind == "order" and one.number == wanted), None)


def _product_of(order: BusinessRecord | None) -> Product | None:
    model = order.fields.get("model") if order is not None else None
    return next((product for product in goods().products if product.model == model), None)


def _day(at: datetime | None, language: str) -> str:
    return date_text(at, language) if at is not None else _UNKNOWN


def _tariff_name(title: str, language: str) -> str:
    return next((one.name[language] for one in goods().contracts if title in one.name.values()), title)


def _in_language(title: str, language: str) -> str:
    known = (*goods().appointments, *goods().cases)
    return next((one[language] for one in known if title in one.values()), title)
