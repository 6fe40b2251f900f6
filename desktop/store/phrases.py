"""The words of a generated cache: who writes, about what, and how, in German and English. Invented; no real person's.

Request types, what customers say about them and what agents answer are read from ``resources``, so that a generated centre
talks about what a real one does; what is written here are the sentences around them, with gaps to fill in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from desktop.assets import asset

LANGUAGES: Final = ("de", "en")

# fmt: off
PRODUCT_LINES: Final = (
    "Vela", "Lumi", "Frosta", "Brisa", "Glut", "Wusel", "Aroma", "Sturm", "Panora", "Nordlicht", "Kiesel", "Falke", "Zephyr",
    "Orion", "Tundra", "Mistral", "Polaris", "Sirius", "Taiga", "Quarz", "Saphir", "Titan", "Vento", "Aurora", "Delfin",
    "Kolibri", "Lotus", "Marlin", "Nimbus", "Opal", "Pinie", "Rubin", "Sonata", "Tango", "Ultra", "Viola", "Xenon", "Yukon",
    "Zeder", "Bora",
)
PRODUCTS: Final = {
    "de": (
        "Waschmaschine", "Geschirrspüler", "Kühlschrank", "Wäschetrockner", "Backofen", "Saugroboter", "Kaffeevollautomat",
        "Staubsauger", "Fernseher", "Laufschuhe", "Winterjacke", "Kinderwagen", "Schreibtischlampe", "Bürostuhl", "Rucksack",
        "Armbanduhr", "Heizlüfter", "Router", "Ladegerät", "Kopfhörer", "Bohrmaschine", "Gartenschlauch", "Wasserkocher",
        "Wanderstiefel", "Matratze", "Bettdecke", "Kletterrucksack", "Fahrradhelm", "Standmixer", "Luftbefeuchter",
    ),
    "en": (
        "washing machine", "dishwasher", "fridge", "tumble dryer", "oven", "robot vacuum", "coffee machine", "vacuum cleaner",
        "television", "running shoes", "winter jacket", "pushchair", "desk lamp", "office chair", "backpack", "wristwatch",
        "fan heater", "router", "charger", "headphones", "drill", "garden hose", "kettle", "hiking boots", "mattress",
        "duvet", "climbing rucksack", "bike helmet", "blender", "humidifier",
    ),
}
# German compounds, front and back: nine hundred words that a search has to take apart.
FRONTS: Final = (
    "Rechnungs", "Kunden", "Vertrags", "Bestell", "Liefer", "Zahlungs", "Geräte", "Anschluss", "Tarif", "Kündigungs",
    "Versand", "Rücksende", "Garantie", "Service", "Konto", "Mitglieds", "Auftrags", "Störungs", "Termin", "Buchungs",
    "Sendungs", "Zugangs", "Versicherungs", "Reparatur", "Wartungs", "Preis", "Gutschein", "Adress", "Ersatzteil", "Netz",
)
BACKS: Final = (
    "nummer", "bestätigung", "datum", "frist", "status", "änderung", "übersicht", "daten", "abteilung", "unterlagen",
    "formular", "gebühr", "kopie", "hinweis", "anfrage", "verlauf", "stelle", "beleg", "bedingungen", "bearbeitung",
    "beginn", "ende", "code", "pauschale", "prüfung", "liste", "verfahren", "kosten", "vorgang", "zentrum",
)
MONTHS: Final = {
    "de": (
        "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
}
# fmt: on

# What either side adds, whatever it is about. Gaps: see ``talk``.
DETAILS: Final = {
    "de": (
        "Die {compound} lautet {number}.",
        "Es geht um {product} {model}, gekauft im {month}.",
        "Auf der Seite mit der {compound} steht {amount} Euro, das kann nicht stimmen.",
        "Meine neue Anschrift ist {street} {house} in {city}.",
        "Die Sendungsnummer ist {tracking}.",
        "Bitte schicken Sie mir die {compound} noch einmal zu.",
        "Am {day}. {month} habe ich deswegen schon mit {agent} gesprochen.",
        "Mein Nachbar {neighbour} hat das Paket auch nicht angenommen.",
        "Im Anhang finden Sie ein Foto und die {compound}.",
        "Sie erreichen mich tagsüber unter {phone}.",
        "Das Gerät ist ein {model} mit der Seriennummer {serial}.",
        "Leider finde ich die {compound} im Kundenportal nicht.",
        "Der Fahrer hat an der falschen Haustür geklingelt.",
        "Für {amount} Euro hätte ich eine bessere Verpackung erwartet.",
        "Die Größe passt leider nicht, ich brauche sie eine Nummer größer.",
        "Können Sie mir bitte eine {compound} ausstellen?",
        "Ich bin seit vielen Jahren Kunde und so etwas ist mir noch nie passiert.",
        "Bis zum {day}. {month} brauche ich eine Lösung.",
        "Laut {compound} vom {day}.{monthno}. ist das längst erledigt.",
        "Das Aktenzeichen {serial} steht oben rechts.",
        "Ich habe {amount} Euro überwiesen, Verwendungszweck {number}.",
        "Die {product} steht jetzt im Keller und tropft.",
        "Geht das auch telefonisch oder muss ich ein Formular ausfüllen?",
        "Wann meldet sich die Fachabteilung?",
    ),
    "en": (
        "The reference is {number}.",
        "This is about the {product} {model} I bought in {month}.",
        "It says {amount} pounds on the second page, which cannot be right.",
        "My new address is {house} {street}, {city}.",
        "The tracking number is {tracking}.",
        "Please send me the confirmation once more.",
        "I talked to {agent} about this on {day} {month}.",
        "My neighbour {neighbour} did not take the parcel in either.",
        "Please find a photo and the receipt attached.",
        "You can reach me on {phone} during the day.",
        "The device is a {model} with the serial number {serial}.",
        "I cannot find the statement in the customer portal.",
        "The driver rang the wrong doorbell.",
        "For {amount} pounds I expected better packaging.",
        "The size does not fit, I need one size up.",
        "Could you issue a written confirmation, please?",
        "I have been a customer for many years and this never happened before.",
        "I need a solution by {day} {month}.",
        "According to your letter of {day} {month} this was settled long ago.",
        "The file number {serial} is at the top right.",
        "I transferred {amount} pounds with the reference {number}.",
        "The {product} is in the basement now and it leaks.",
        "Can we do this by phone or do I have to fill in a form?",
        "When will the technical department get in touch?",
    ),
}
ANSWERS: Final = {
    "de": (
        "Ich sehe den Vorgang {number} vor mir und prüfe das sofort.",
        "Die {compound} ist unterwegs zu Ihnen.",
        "Wir erstatten {amount} Euro auf das Konto, von dem bezahlt wurde.",
        "Der Techniker kommt am {day}. {month} zwischen acht und zwölf Uhr.",
        "Ich habe die {compound} an die Fachabteilung weitergeleitet.",
        "Für {product} {model} ist ein Ersatzteil bestellt.",
        "Die Sendung {tracking} liegt im Verteilzentrum in {city}.",
        "Bitte halten Sie die Taste auf der Rückseite zehn Sekunden gedrückt.",
        "Die Gutschrift erscheint auf der nächsten Abrechnung.",
        "Meine Kollegin {agent} übernimmt das ab morgen.",
    ),
    "en": (
        "I have the case {number} in front of me and am looking into it right now.",
        "The confirmation is on its way to you.",
        "We will refund {amount} pounds to the account you paid from.",
        "The technician will come on {day} {month} between eight and twelve.",
        "I have passed this on to the specialist department.",
        "A spare part for the {product} {model} has been ordered.",
        "The parcel {tracking} is at the depot in {city}.",
        "Please hold the button on the back for ten seconds.",
        "The credit will appear on your next statement.",
        "My colleague {agent} takes over from tomorrow.",
    ),
}
NOTES: Final = {
    "de": (
        "Kunde wirkt verärgert, bitte {compound} bevorzugt bearbeiten.",
        "Rückruf unter {phone} vereinbart, {day}.{monthno}.",
        "Kulanz von {amount} Euro mit {agent} abgesprochen.",
        "{compound} liegt vor, Rest erledigt die Buchhaltung.",
    ),
    "en": (
        "Customer is upset, please handle with priority.",
        "Call back agreed on {phone}, {day} {month}.",
        "Goodwill of {amount} agreed with {agent}.",
        "Paperwork is complete, accounting does the rest.",
    ),
}
# fmt: off
SMALL_TALK: Final = {
    "de": (
        "Vielen Dank!", "Alles klar.", "Könnten Sie das bitte noch einmal erklären?", "Das klingt gut.", "Okay, danke.",
        "Ich warte jetzt schon seit einer Viertelstunde.", "Gibt es dazu schon etwas Neues?", "Ja, genau.",
        "Nein, leider nicht.", "Das ist wirklich ärgerlich.", "Einen Moment, ich schaue nach.", "Super, das hat geklappt!",
    ),
    "en": (
        "Thank you!", "All right.", "Could you explain that once more, please?", "That sounds good.", "Okay, thanks.",
        "I have been waiting for a quarter of an hour.", "Is there any news on this?", "Yes, exactly.",
        "No, I am afraid not.", "This is really annoying.", "One moment, let me check.", "Great, that worked!",
    ),
}
GREETINGS: Final = {
    "de": ("Guten Tag,", "Hallo,", "Sehr geehrte Damen und Herren,", "Moin,", "Liebes Serviceteam,"),
    "en": ("Hello,", "Dear Sir or Madam,", "Hi there,", "Good morning,", "Dear customer service team,"),
}
CLOSINGS: Final = {
    "de": ("Mit freundlichen Grüßen", "Viele Grüße", "Beste Grüße", "Vielen Dank im Voraus", "MfG"),
    "en": ("Kind regards", "Best wishes", "Yours sincerely", "Many thanks in advance", "Regards"),
}
SUBJECTS: Final = {
    "de": ("{title}", "{title} {number}", "{compound} {number}", "{product} {model}", "Re: {title}", "{compound}"),
    "en": ("{title}", "{title} {number}", "Case {number}", "{product} {model}", "Re: {title}", "Letter of {day} {month}"),
}
FILES: Final = {
    "de": (
        "Rechnung_{number}.pdf", "Foto {serial}.jpg", "{compound}.pdf", "Scan_{tracking}.pdf", "Widerruf {month}.docx",
    ),
    "en": (
        "invoice-{number}.pdf", "photo {serial}.jpg", "receipt_{month}.pdf", "scan_{tracking}.pdf", "form {number}.docx",
    ),
}
# fmt: on
AGENT_NAMES: Final = (
    *("Nora Albrecht", "Tim Schuster", "Elif Kaya", "Robert Maier", "Paula Sommer", "Jan de Vries", "Sarah Hughes"),
    *("Daniel Okoro", "Miriam Lang", "Piotr Zielinski", "Hannah Wolff", "George Patel"),
)


@dataclass(frozen=True, slots=True)
class Matter:
    """One request type: its id and queue, names for people, and what either side says about it, by language."""

    intent: str
    queue: str
    titles: dict[str, str]
    asked: dict[str, tuple[str, ...]]
    answered: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class People:
    """Where names and addresses of one language's customers are drawn from."""

    country: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    streets: tuple[str, ...]
    cities: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    queues: dict[str, dict[str, str]]
    matters: tuple[Matter, ...]
    people: dict[str, People]


def vocabulary() -> Vocabulary:
    """Read request types, sentences and names from ``resources``."""
    table = _yaml("starter", "intents.yaml")
    asked = {language: _yaml("starter", f"intents.{language}.yaml") for language in LANGUAGES}
    answered = _answers()
    matters = tuple(
        Matter(
            row["id"],
            row["queue"],
            row["titles"],
            {language: tuple(_plain(text) for text in asked[language][row["id"]]) for language in LANGUAGES},
            {
                language: tuple(answered.get((row["id"], language), ())) or ANSWERS[language][:3]
                for language in LANGUAGES
            },
        )
        for row in table["intents"]
        if row["id"] in asked["de"]
    )
    return Vocabulary(table["queues"], matters, _people())


def _answers() -> dict[tuple[str, str], list[str]]:
    """What the playbooks suggest, by request type and language."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted(asset("playbooks").glob("*.yaml")):
        book = _yaml("playbooks", path.name)
        for step in book["steps"]:
            for intent in {**book.get("when", {}), **step.get("when", {})}.get("intents", ()):
                for language, wording in step.get("wordings", {}).items():
                    found.setdefault((intent, language), []).append(wording)
    return found


def _people() -> dict[str, People]:
    regions = _yaml("demo", "people.yaml")["regions"]
    return {
        language: People(
            region["country"],
            (*region["female"], *region["male"]),
            tuple(region["family"]),
            tuple(region["streets"]),
            tuple((str(postcode), city) for postcode, city in region["cities"]),
        )
        for language, region in regions.items()
    }


def _plain(text: str) -> str:
    # What customers say is taken word for word: a brace in it is no gap.
    return text.replace("{", "{{").replace("}", "}}")


def _yaml(*parts: str) -> Any:
    import yaml

    return yaml.load(asset(*parts).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
