"""The middle of the window: the open contact.

- ``panel``            ``InteractionPanel``: wires the parts together
- ``header``           name, actions that fold into a menu
- ``facts``            chips: about what, mood, time left, who
- ``labels``           what its people filed it under
- ``intent_picker``    correcting what it is about
- ``step_menus``       what a step asks for first: transfer, snooze
- ``why``              why the contact came to whom it came
- ``callback``         agreeing to call the customer back
- ``others``           who else is at the contact: asked for advice, reading along
- ``evidence``         verdicts and what is behind them, in words
- ``screen_pop``       who, about what, what happened before, what next
- ``notices``          steps that were refused
- ``returning``        what was taken back out of the outbox, where it was written
- ``transfers``        attachments being opened or saved
- ``pinned_list``      a list that stays at its newest row and keeps its place
- ``stream_view``      the list of messages: selecting, reading, acting
- ``spotlight``        the row and the words that were looked for
- ``stream_delegate``  paints its rows
- ``stream_layout``    measures its rows
- ``stream_probe``     what of it is at a point
- ``stream_menu``      the menus of its rows
- ``stream_words``     its rows in words
- ``routing_events``   what happened on its way between people, in words
- ``mail_text``        quotations and links in a text
- ``html_page``        a mail as its writer laid it out
- ``message_reader``   one message in a window of its own
- ``typing_line``      the customer is typing, or has left
- ``channel_menu``     by which channel an answer goes
- ``length_line``      how long a reply is
- ``composer``         reply and note, channel, files, sending and undoing
- ``editor``           the field itself, with canned texts
- ``wrap_up``          disposition, summary, clock
- ``buttons``          a button that shows its key, a chip that may be pressed
- ``states``           what stands there when there is no stream to show
- ``picker``           choosing one of many by typing
"""

from desktop.ui.interaction.panel import InteractionPanel

__all__ = ["InteractionPanel"]
