"""The words of a generated cache: names, places and what is said about each matter. Invented; no real person's."""

from __future__ import annotations

from typing import Final, NamedTuple


class Matter(NamedTuple):
    """One request type: its code and queue, names for people, and what either side says about it."""

    intent: str
    queue: str
    titles: dict[str, str]
    subject: str
    asked: tuple[str, ...]
    answered: tuple[str, ...]


# fmt: off
GIVEN_NAMES: Final = (
    "Jana", "Lukas", "Amira", "Henrik", "Sofia", "Emre", "Katrin", "Paul", "Mira", "Jonas", "Leonie", "Tarik",
    "Helene", "Oskar", "Nadia", "Felix", "Ingrid", "Marek", "Clara", "David", "Svenja", "Rafael", "Greta", "Ömer",
    "Birgit", "Timo", "Zoë", "Anton", "Lydia", "Bastian",
)
FAMILY_NAMES: Final = (
    "Weber", "Schröder", "Yılmaz", "Krüger", "Hoffmann", "Baumann", "Novák", "Lindner", "Großmann", "Keller",
    "Fuchs", "Öztürk", "Brandt", "Seidel", "Pohl", "Jansen", "Vogel", "Böhm", "Kaiser", "Engel", "Haas",
    "Dietrich", "Lorenz", "Sauer", "Ziegler", "Kowalski", "Peters", "Ritter", "Schäfer", "Thoma", "Ullrich",
    "Wagner", "Busch",
)
# fmt: on
CITIES: Final = (
    ("20095", "Hamburg"),
    ("50667", "Köln"),
    ("80331", "München"),
    ("04109", "Leipzig"),
    ("70173", "Stuttgart"),
    ("28195", "Bremen"),
    ("90402", "Nürnberg"),
    ("01067", "Dresden"),
)
STREETS: Final = ("Lindenweg", "Hafenstraße", "Am Mühlbach", "Goethestraße", "Bergring", "Schulgasse", "Ahornallee")

MATTERS: Final = (
    Matter(
        "invoice_question",
        "billing",
        {"de": "Frage zur Rechnung", "en": "Question about an invoice"},
        "Rechnung {number}",
        (
            "Guten Tag, auf meiner Rechnung {number} steht ein Betrag von {amount} Euro, den ich nicht zuordnen kann.",
            "Der Betrag wurde doppelt abgebucht.",
            "Können Sie mir die Rechnung bitte noch einmal als PDF schicken?",
            "Ich habe doch schon letzte Woche bezahlt, warum bekomme ich eine Mahnung?",
        ),
        (
            "Ich habe die Rechnung {number} vor mir, einen Augenblick bitte.",
            "Die {amount} Euro sind die Servicepauschale für das laufende Quartal.",
            "Der doppelte Betrag wird bis Freitag erstattet.",
        ),
    ),
    Matter(
        "delivery_status",
        "orders",
        {"de": "Wo ist meine Bestellung", "en": "Where is my order"},
        "Bestellung {number}",
        (
            "Hallo, wo bleibt meine Bestellung {number}? Sie sollte seit drei Tagen hier sein.",
            "Die Sendungsverfolgung zeigt seit Montag nichts Neues.",
            "Der Paketdienst behauptet, er habe niemanden angetroffen.",
            "Bitte schicken Sie das Paket an die Filiale in der Nähe.",
        ),
        (
            "Ihre Bestellung {number} liegt im Verteilzentrum und wird morgen zugestellt.",
            "Ich habe einen neuen Zustellversuch beauftragt.",
            "Möchten Sie an eine Packstation umleiten?",
        ),
    ),
    Matter(
        "cancel_contract",
        "retention",
        {"de": "Kündigung", "en": "Cancel a contract"},
        "Kündigung Vertrag {number}",
        (
            "Hiermit kündige ich den Vertrag {number} zum nächstmöglichen Zeitpunkt.",
            "Seit der Preiserhöhung auf {amount} Euro lohnt es sich für mich nicht mehr.",
            "Bitte bestätigen Sie mir den Eingang schriftlich.",
        ),
        (
            "Schade, dass Sie gehen möchten. Darf ich fragen, woran es liegt?",
            "Ich kann Ihnen den alten Preis für ein weiteres Jahr anbieten.",
            "Die Kündigung ist vermerkt, die Bestätigung geht heute noch hinaus.",
        ),
    ),
    Matter(
        "return_item",
        "orders",
        {"de": "Rückgabe", "en": "Return an item"},
        "Rücksendung zu {number}",
        (
            "Die Jacke aus Bestellung {number} ist mir zu klein, ich brauche sie eine Größe weiter.",
            "Der Karton war aufgerissen und der Inhalt ist beschädigt.",
            "Wann bekomme ich die {amount} Euro zurück?",
        ),
        (
            "Das Etikett für die Rücksendung habe ich Ihnen gerade geschickt.",
            "Sobald die Ware hier ist, erstatten wir {amount} Euro auf das Konto, von dem bezahlt wurde.",
        ),
    ),
    Matter(
        "technical_fault",
        "technical",
        {"de": "Technische Störung", "en": "Technical fault"},
        "Störung am Anschluss {number}",
        (
            "Seit heute früh geht bei mir gar nichts mehr, die Lampe am Gerät blinkt rot.",
            "Ich habe es schon dreimal neu gestartet, das hilft nicht.",
            "Ich arbeite von zu Hause und brauche die Leitung dringend!",
            "Jetzt geht es wieder, vielen Dank für die schnelle Hilfe.",
        ),
        (
            "Bitte halten Sie die Taste auf der Rückseite zehn Sekunden gedrückt.",
            "Ich sehe die Störung im Netz, die Kollegen sind schon unterwegs.",
            "Das Ticket dazu hat die Nummer {number}.",
        ),
    ),
    Matter(
        "change_address",
        "service",
        {"de": "Adresse ändern", "en": "Change of address"},
        "Umzug",
        (
            "Ich ziehe zum Ersten um, meine neue Adresse ist {street} {house} in {city}.",
            "Gilt der Vertrag {number} dort weiter?",
            "Danke, mehr brauche ich nicht.",
        ),
        (
            "Ich habe {street} {house}, {city} als neue Adresse eingetragen.",
            "Der Vertrag {number} zieht einfach mit um.",
        ),
    ),
)

SMALL_TALK: Final = (
    "Vielen Dank!",
    "Alles klar.",
    "Könnten Sie das bitte noch einmal erklären?",
    "Ich warte jetzt schon seit einer Viertelstunde.",
    "Das klingt gut.",
    "Gibt es dazu schon etwas Neues?",
)
AGENT_NAMES: Final = ("Nora Albrecht", "Tim Schuster", "Elif Kaya", "Robert Maier", "Paula Sommer", "Jan de Vries")
