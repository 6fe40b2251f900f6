"""By which channel an answer goes: the button with its menu of channels, what each can carry, and what consent allows."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from desktop.domain.channels import Channel
from desktop.domain.sms import MOST_PARTS
from desktop.ui.i18n import formats, words
from desktop.ui.interaction.buttons import plain_tip
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.composer import ChannelChoice, ComposerModel

_UNLIMITED = 100_000


class ChannelButton(QPushButton):
    """Shows the channel of the reply; its menu has the others."""

    def __init__(self, model: ComposerModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self.setProperty("look", "seg")
        self.setMenu(QMenu(self))
        self.menu().setToolTipsVisible(True)
        self.menu().aboutToShow.connect(self._fill)

    def show_choice(self, choice: ChannelChoice | None, *, is_hidden: bool) -> None:
        """Show the channel that is chosen."""
        self.setVisible(choice is not None and not is_hidden)
        if choice is None:
            return
        several = len(self._model.channels) > 1
        self.setEnabled(several)
        name = words.channel(choice.channel)
        self.setText(self.tr("by %1").replace("%1", name) + (" ▾" if several else ""))
        self.setAccessibleName(self.tr("Channel: %1").replace("%1", name))
        self.setToolTip(plain_tip("\n".join([choice.address, *self._more(choice)])))

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        current = self._model.channel
        for choice in self._model.channels:
            address = choice.address.replace("&", "&&")
            action = QAction(f"{words.channel(choice.channel)} · {address}\t{self._consent(choice)}", menu)
            action.setIcon(self._theme.icons.icon(words.channel_icon(choice.channel)))
            action.setToolTip(plain_tip("\n".join(self._more(choice))))
            action.setCheckable(True)
            action.setChecked(current is not None and choice.channel is current.channel)
            action.setEnabled(choice.is_allowed)
            action.triggered.connect(lambda _=False, channel=choice.channel: self._model.choose_channel(channel))
            menu.addAction(action)

    def _consent(self, choice: ChannelChoice) -> str:
        if choice.is_closed:
            return self.tr("forbidden by them")
        if choice.is_own:
            return self.tr("wrote from here")
        return {True: self.tr("agreed"), False: self.tr("declined"), None: self.tr("not asked")}[choice.consent]

    def _more(self, choice: ChannelChoice) -> list[str]:
        """Return by which account it goes and what it can carry."""
        found = [self.tr("Account: %1").replace("%1", choice.account)] if choice.account else []
        if choice.channel is Channel.SMS:
            found.append(self.tr("Up to %n parts", "", MOST_PARTS))
        elif choice.can.max_length < _UNLIMITED:
            limit = formats.amount(float(choice.can.max_length))
            found.append(self.tr("Up to %1 characters").replace("%1", limit))
        if not choice.can.has_attachments:
            found.append(self.tr("No files"))
        if choice.can.has_read_receipts:
            found.append(self.tr("Says when it was read"))
        return found
