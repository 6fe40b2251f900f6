"""Somebody who writes or calls from an unknown address but says who they are is known all the same."""

from __future__ import annotations

from datetime import date

from desktop.domain.channels import Channel
from desktop.domain.customer import PostalAddress
from desktop.wire.shapes import Sender

BORN = date(1980, 4, 3)


async def test_a_name_and_a_birth_date_in_the_text_are_enough(centre):
    jana = await centre.customer("Jana Köhler", "jana@example.org", birth_date=BORN)
    await centre.customer("Jana Kurz", "other@example.org", birth_date=BORN)
    answer = await centre.chat("Hallo, mein Name ist Jana Koehler, geb. 03.04.1980. Wo bleibt mein Paket?")
    assert answer.customer.id == jana.id
    assert answer.customer.known
    reasons = {one.code for one in (await centre.interaction(answer.interaction_id)).identified_by}
    assert "identify.birth_date_same" in reasons


async def test_what_a_form_or_a_voice_menu_asked_for_is_used(centre):
    jana = await centre.customer("Jana Köhler", birth_date=BORN, address=PostalAddress(postcode="10115"))
    call = await centre.says(
        Channel.CALL,
        "+4930999999",
        sender=Sender(address="+4930999999", name="Jana Köhler"),
        birth_date="third of April nineteen eighty",
        postcode="one oh double one five",
    )
    assert call.customer.id == jana.id
    assert call.customer.probability > 0.9


async def test_the_wrong_birth_date_makes_nobody_of_a_namesake(centre):
    jana = await centre.customer("Jana Köhler", birth_date=BORN)
    answer = await centre.chat("Mein Name ist Jana Köhler, geboren am 24.12.1955")
    assert answer.customer.id != jana.id
    assert not answer.customer.known


async def test_who_was_made_up_at_the_first_message_is_recognised_when_they_say_who_they_are(centre):
    jana = await centre.customer("Jana Köhler", birth_date=BORN)
    first = await centre.chat("Hello?")
    assert not first.customer.known
    again = await centre.chat("My name is Jana Köhler, born 3 April 1980")
    assert again.interaction_id == first.interaction_id
    assert again.customer.id == jana.id
    assert again.customer.known
