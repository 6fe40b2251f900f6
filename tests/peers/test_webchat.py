"""Two visitors in a real browser and an agent: the chat on a company's page from its first word to its rating. The page
allows nothing but the hub's script, style and connections, and has no complaint to make."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.agent import PresenceState
from desktop.domain.changes import Table
from desktop.domain.ids import new_id
from desktop.domain.interaction import Interaction

from ..hub.conftest import RunningHub, _running, password_hash
from .browsers import Browser, CompanySite, Visitor

pytestmark = pytest.mark.peer

__all__ = ["password_hash"]

SECRET = "a key of thirty-two characters, or more"
FORM = {
    "fields": [
        {"name": "name", "is_required": True},
        {"name": "topic", "kind": "choice", "choices": {"delivery": {"en": "Delivery", "de": "Lieferung"}}},
    ],
    "consent": {"en": "You may keep what I write.", "de": "Sie dürfen behalten, was ich schreibe."},
}


class Shop:
    """A company: its site, its hub, its agent anna."""

    def __init__(self, browser: Browser, hub: RunningHub, site: CompanySite) -> None:
        self._browser = browser
        self.hub = hub
        self.site = site
        self._visitors: list[Visitor] = []

    def set_up(self, **settings: Any) -> None:
        """Have the chat as ``settings`` say."""
        account = {
            "name": self.site.account,
            "kind": "webchat",
            "channel": "chat",
            "brand": "Nordwind",
            "settings": {"origins": [self.site.origin], "page_views": "always", **settings},
            "secrets": {"identity": "file:identity"},
        }
        (self.hub.data / "identity").write_text(SECRET)
        (self.hub.data / "identity").chmod(0o600)
        (self.hub.data / "channels.yaml").write_text(json.dumps({"accounts": [account]}))
        self.hub.call(self.hub.server.services.channels.reload)
        assert self.hub.server.services.channels.mistake == ""

    def visitor(self, path: str = "/en/shoes", **options: Any) -> Visitor:
        made = Visitor(self._browser, new_id(), self.site.origin + path, **options)
        self._visitors.append(made)
        return made

    def close(self) -> None:
        for visitor in self._visitors:
            visitor.close()

    # --- the agent --------------------------------------------------------------------------------------------------

    def contact(self, words: str) -> Interaction:
        """Return the contact in which somebody said ``words``."""

        async def find(ledger: Any) -> Interaction | None:
            for message in await ledger.find(Table.MESSAGE, newest_first=True, limit=50):
                if words in message.text:
                    return await ledger.interaction(message.interaction_id)
            return None

        return until(lambda: self.hub.read(find), f"{words!r} reached the hub")

    def take(self, words: str) -> str:
        contact = self.contact(words)
        agent = self.hub.agents["anna"]
        self.hub.command("otto", "reassign", interaction_id=contact.id, to_agent=agent.id)
        step = "accept" if self.contact(words).state == "offered" else "take"
        done = self.hub.command("anna", step, interaction_id=contact.id).json()
        assert done["outcome"] == "applied", done
        return contact.id

    def answer(self, contact: str, text: str, **fields: Any) -> None:
        done = self.hub.command("anna", "send_message", interaction_id=contact, text=text, **fields).json()
        assert done["outcome"] == "applied", done

    def types(self, contact: str, is_typing: bool = True) -> None:
        with self.hub.client("anna") as anna:
            told = {"interaction_id": contact, "is_typing": is_typing}
            anna.post("/v1/typing", json=told).raise_for_status()

    def messages(self, contact: str) -> list[Any]:
        return self.hub.read(lambda ledger: ledger.messages(contact))


def until(holds: Callable[[], Any], what: str, seconds: float = 60.0) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.05)
    return found


@pytest.fixture(scope="module")
def company(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory, password_hash: str
) -> Iterator[tuple[RunningHub, CompanySite]]:
    site = CompanySite("shop-chat")
    with _running(tmp_path_factory.mktemp("company") / "hub", password_hash) as hub:
        site.hub = hub.url
        hub.set_presence("anna", PresenceState.READY)
        yield hub, site
    site.close()


@pytest.fixture
def shop(chromium: Browser, company: tuple[RunningHub, CompanySite]) -> Iterator[Shop]:
    made = Shop(chromium, *company)
    made.hub.server.services.visitors.brakes.forgive()
    made.set_up()
    yield made
    made.close()


def test_a_chat_from_form_to_rating(shop: Shop, tmp_path: Path) -> None:
    shop.set_up(**FORM)
    jana = shop.visitor()
    jana.open_chat()
    jana.click("Start chat")
    jana.sees("Please fill this in.")
    jana.sees("Please agree to go on.")
    jana.fill("Your name", "Jana Weber")
    jana.run("await page.getByLabel('What is it about?').selectOption('delivery')")
    jana.fill("Message", "Where is my parcel?")
    jana.run("await page.locator('#f-consent').check()")
    jana.click("Start chat")
    jana.sees("You are next.")
    jana.sees("We cannot tell yet how long it will take.")
    contact = shop.take("Where is my parcel?")
    jana.sees("You are chatting with Anna")
    interaction = shop.contact("Where is my parcel?")
    assert (interaction.customer_name, interaction.subject) == ("Jana Weber", "Delivery")
    shop.types(contact)
    jana.sees("Anna is typing")
    shop.answer(contact, "I will look at https://nordwind.example/track right away.")
    jana.sees("I will look at")
    jana.sees_no_more("Anna is typing")
    link = jana.run(
        "const a = page.locator('.bubble a'); return [await a.getAttribute('href'), await a.getAttribute('rel')]"
    )
    assert link == ["https://nordwind.example/track", "noopener noreferrer nofollow"]
    until(lambda: shop.messages(contact)[-1].delivery == "read", "the page said that it was read")
    shop.hub.command("anna", "end_contact", interaction_id=contact)
    jana.sees("The chat has ended.")
    jana.run("await page.locator('.star').nth(3).click()")
    jana.run("await page.locator('.rating textarea').fill('That was quick')")
    jana.click("Send rating")
    jana.sees("Thank you for your rating.")
    assert shop.messages(contact)[-1].text == "★★★★☆\nThat was quick"
    saved = jana.run(
        "const coming = page.waitForEvent('download'); await page.getByRole('button', {name: 'Save as file'}).click();"
        "const got = await coming; await got.saveAs(arg); return got.suggestedFilename()",
        str(tmp_path / "chat.txt"),
    )
    assert saved == "chat.txt"
    assert "Where is my parcel?" in (tmp_path / "chat.txt").read_text("utf-8")
    jana.click("Start a new chat")
    jana.sees("How can we help you?")
    assert jana.words == []
    assert jana.complaints == []


def test_two_visitors_never_see_each_others_words(shop: Shop) -> None:
    jana, piet = shop.visitor(), shop.visitor()
    for visitor, words in ((jana, "I am Jana"), (piet, "I am Piet")):
        visitor.open_chat()
        visitor.write(words)
        visitor.sees(words)
    until(lambda: "number 2" in piet.panel or "You are next" in piet.panel, "Piet knows his place")
    first, second = shop.take("I am Jana"), shop.take("I am Piet")
    shop.answer(first, "Hello Jana")
    shop.answer(second, "Hello Piet")
    jana.sees("Hello Jana")
    piet.sees("Hello Piet")
    assert jana.words == ["I am Jana", "Hello Jana"]
    assert piet.words == ["I am Piet", "Hello Piet"]
    shop.types(second)
    piet.sees("Anna is typing")
    assert "is typing" not in jana.panel


def test_a_page_loaded_anew_goes_on(shop: Shop) -> None:
    jana = shop.visitor()
    jana.open_chat()
    jana.write("Before")
    contact = shop.take("Before")
    shop.answer(contact, "Seen before")
    jana.sees("Seen before")
    jana.run("await page.locator('.composer textarea').fill('half a thou')")
    jana.go(shop.site.origin + "/en/returns")
    jana.sees("Seen before")  # it was open, and is again
    assert jana.words == ["Before", "Seen before"]
    assert jana.run("return page.locator('.composer textarea').inputValue()") == "half a thou"
    jana.write("After")
    until(lambda: shop.messages(contact)[-1].text == "After", "the agent has it")
    customer = shop.contact("After").customer_id
    seen = shop.hub.read(lambda ledger: ledger.touchpoints(customer))
    assert {one.values.get("path") for one in seen if one.kind == "visit"} >= {"/en/shoes"}


def test_a_cut_connection_loses_nothing_and_repeats_nothing(shop: Shop) -> None:
    jana = shop.visitor()
    jana.open_chat()
    jana.write("One")
    contact = shop.take("One")
    jana.sees("You are chatting with Anna")
    jana.offline(True)
    jana.sees("No connection.")
    for words in ("Two", "Three"):
        jana.write(words)
    shop.answer(contact, "Are you there?")
    jana.offline(False)
    jana.sees("Are you there?")
    until(lambda: shop.messages(contact)[-1].text == "Three", "all arrived")
    jana.sees_no_more("No connection.")
    jana.run("await page.locator('.echo').first().waitFor({state: 'detached'})")
    assert sorted(jana.words) == ["Are you there?", "One", "Three", "Two"]
    assert [one.text for one in shop.messages(contact) if one.author == "customer"] == ["One", "Two", "Three"]


def test_what_was_written_offline_survives_a_reload(shop: Shop) -> None:
    jana = shop.visitor()
    jana.open_chat()
    jana.write("First of two")
    contact = shop.take("First of two")
    jana.sees("You are chatting with Anna")
    # The hub answers no message for a while; the page itself can be had.
    jana.run("await page.route('**/messages', (route) => route.abort())")
    jana.write("Kept")
    jana.sees("Sending …")
    jana.reload()
    jana.sees("Kept")
    jana.run("await page.unroute('**/messages')")
    until(
        lambda: [one.text for one in shop.messages(contact) if one.author == "customer"][-1:] == ["Kept"], "it arrived"
    )
    assert jana.words.count("Kept") == 1


def test_a_hub_that_is_started_anew_is_found_again(
    shop: Shop, chromium: Browser, tmp_path: Path, password_hash: str
) -> None:
    site = CompanySite("shop-chat")
    with _running(tmp_path / "hub", password_hash) as hub:
        port = int(hub.url.rsplit(":", 1)[1])
        site.hub = hub.url
        own = Shop(chromium, hub, site)
        own.set_up()
        jana = own.visitor()
        jana.open_chat()
        jana.write("Before")
        contact = own.take("Before")
        jana.sees("You are chatting with Anna")
        hub.stop()
        jana.sees("No connection.")
        jana.write("Meanwhile")
        again = RunningHub(tmp_path / "hub", port=port).start()
        hub.stop = again.stop  # type: ignore[method-assign]
        again.agents = hub.agents
        own.hub = again
        own.answer(contact, "Back again")
        jana.sees("Back again")
        until(lambda: any(one.text == "Meanwhile" for one in own.messages(contact)), "it arrived")
        jana.sees_no_more("No connection.")
        assert sorted(jana.words) == ["Back again", "Before", "Meanwhile"]
        own.close()
    site.close()


def test_files_both_ways(shop: Shop, tmp_path: Path) -> None:
    jana = shop.visitor()
    jana.open_chat()
    jana.write("A file comes")
    contact = shop.take("A file comes")
    bring = (
        "const file = {name: arg[0], mimeType: arg[1], buffer: Buffer.from(arg[2])};"
        "await page.locator('input[type=file]').setInputFiles(file)"
    )
    jana.run(bring, ["setup.exe", "application/pdf", "MZ\u0000"])
    jana.sees("Files like setup.exe are not taken here.")
    jana.run(bring, ["Lieferschein.pdf", "application/pdf", "%PDF-1.4 note"])
    jana.sees("Lieferschein.pdf is attached.")
    jana.write("Here it is")
    until(lambda: shop.messages(contact)[-1].attachments, "the agent has the file")
    with shop.hub.client("anna") as anna:
        sha256 = anna.post("/v1/blobs", content=b"%PDF-1.4 label", headers={"X-File-Name": "Label.pdf"}).json()[
            "sha256"
        ]
    shop.answer(contact, "Your label", attachments=[{"sha256": sha256, "name": "Label.pdf"}])
    jana.sees("Label.pdf")
    jana.run(
        "const coming = page.waitForEvent('download'); await page.getByRole('button', {name: 'Download Label.pdf'}).click();"
        "await (await coming).saveAs(arg)",
        str(tmp_path / "got.pdf"),
    )
    assert (tmp_path / "got.pdf").read_bytes() == b"%PDF-1.4 label"


def test_the_agent_sees_the_visitor_type(shop: Shop) -> None:
    heard: list[str] = []
    stop = shop.hub.server.services.channels.signals.listen(lambda signal: heard.append(f"{signal.by} {signal.kind}"))
    try:
        jana = shop.visitor()
        jana.open_chat()
        jana.write("I will type")
        shop.take("I will type")
        jana.run("await page.locator('.composer textarea').pressSequentially('Hello', {delay: 20})")
        until(lambda: "customer typing" in heard, "it was told")
        jana.run("await page.locator('.composer textarea').fill('')")
        until(lambda: "customer idle" in heard, "so was the end of it")
        assert heard.count("customer typing") == 1
    finally:
        stop()


def test_german_on_a_small_dark_screen(shop: Shop) -> None:
    shop.set_up(**FORM)
    phone = {"viewport": {"width": 390, "height": 780}, "isMobile": True, "hasTouch": True, "colorScheme": "dark"}
    jana = shop.visitor("/de/hilfe", **phone)
    jana.open_chat()
    jana.fill("Ihr Name", "Jana")
    jana.fill("Nachricht", "Guten Tag, مرحبا 😀")
    jana.run("await page.locator('#f-consent').check()")
    jana.click("Chat beginnen")
    jana.sees("Sie sind als Nächstes dran.")
    box = jana.run("return page.locator('#panel').boundingBox()")
    assert (box["width"], box["height"]) == (390, 780)
    shop.take("Guten Tag")
    jana.sees("Sie chatten mit Anna")
    # Where it fills the screen, the keyboard stays inside.
    places = jana.run(
        "const seen = []; for (let i = 0; i < 12; i++) { await page.keyboard.press('Tab');"
        "seen.push(await page.evaluate(() => document.activeElement.id)); } return seen"
    )
    assert set(places) == {"dirigent-chat"}
    assert jana.complaints == []


def test_everything_by_keyboard(shop: Shop) -> None:
    jana = shop.visitor()
    jana.run("await page.locator('.launcher').waitFor(); await page.keyboard.press('Tab')")
    assert "launcher" in jana.focused
    jana.run("await page.keyboard.press('Enter'); await page.locator('.composer textarea').waitFor()")
    until(lambda: jana.focused == "TEXTAREA", "one can write at once")
    jana.run("await page.keyboard.type('By keys'); await page.keyboard.press('Enter')")
    jana.sees("By keys")
    jana.run("await page.keyboard.press('Escape')")
    jana.run("await page.locator('#panel').waitFor({state: 'hidden'})")
    assert "launcher" in jana.focused
    contact = shop.take("By keys")
    shop.answer(contact, "I answer while it is closed")
    until(lambda: jana.run("return page.locator('.badge').innerText()") == "1", "the button counts it")
    assert jana.run("return page.locator('.launcher').getAttribute('aria-label')") == "Open chat, 1 new"
    assert shop.messages(contact)[-1].delivery != "read"


def test_an_open_chat_whose_style_comes_late(shop: Shop) -> None:
    jana = shop.visitor()
    jana.open_chat()
    for number in range(12):
        jana.write(f"Line {number} of a long story")
    jana.sees("Line 11")
    jana.run(
        "let asked = 0; await page.route('**/widget.css', async (route) => {"
        "  asked += 1; if (asked === 1) await route.abort(); else await route.continue(); })"
    )
    jana.reload()
    jana.run("await page.locator('#panel').waitFor()")
    until(lambda: jana.focused == "TEXTAREA", "one can write at once")
    is_at_end = "(log) => log.clientHeight > 0 && log.scrollHeight - log.scrollTop - log.clientHeight < 2"
    until(lambda: jana.run(f"return page.locator('.log').evaluate({is_at_end})"), "the last words are in sight")


def test_nothing_a_stranger_writes_becomes_part_of_the_page(shop: Shop) -> None:
    jana = shop.visitor()
    jana.open_chat()
    evil = "<img src=x onerror=\"document.title='pwned'\"> javascript:alert(1) https://user:pw@evil.example/ \u202ehttps://a.example"
    jana.write(evil)
    contact = shop.take("onerror")
    shop.answer(contact, evil)
    until(lambda: len(jana.words) == 2, "both are shown")
    assert jana.run("return page.locator('.bubble img, .bubble script').count()") == 0
    assert jana.run("return page.locator('.bubble a').evaluateAll((all) => all.map((a) => a.href))") == [
        "https://a.example/",
        "https://a.example/",
    ]
    assert "pwned" not in jana.run("return page.title()")


def test_whom_the_site_vouches_for_and_who_signs_out(shop: Shop) -> None:
    shop.set_up(identity="required")
    nobody = shop.visitor()
    nobody.open_chat()
    nobody.sees("Please sign in to chat with us.")
    jana = shop.visitor("/en/shoes?identity=" + _signed("C-3003"))
    jana.open_chat()
    jana.write("It is me")
    assert shop.contact("It is me").customer_name == "Jana Weber"
    jana.go(shop.site.origin + "/en/shoes?identity=" + _signed("C-4004"))
    until(lambda: "It is me" not in jana.panel, "the next one sees nothing of it")
    assert jana.words == []


def _signed(number: str) -> str:
    about = {"sub": number, "name": "Jana Weber", "aud": "shop-chat", "exp": time.time() + 300, "jti": new_id()}
    text = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in ({"alg": "HS256"}, about)
    )
    mac = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
