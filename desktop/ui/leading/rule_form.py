"""One alert rule as a form: what is watched, from when on it is raised, when it is over, for which queues, when it is silent.
Values stand in the units people use; ``rule`` gives them back as the domain has them."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QLocale, Qt, QTime, QTimeZone, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QTimeEdit,
    QWidget,
)

from desktop.domain.routing import AlertMeasure, AlertRule, Hours, Opening
from desktop.ui.i18n import alerts, formats
from desktop.ui.interaction.buttons import Chip
from desktop.ui.leading.queue_ticks import QueueTicks
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.chooser import Chooser
from desktop.ui.widgets.tick_box import TickBox
from desktop.viewmodels.alert_rules import IS_BELOW, LONGEST_S, LONGEST_TITLE, fresh_rule
from desktop.viewmodels.workplace import Workplace

translate = QCoreApplication.translate

_MINUTE = 60.0
_ROWS, _HIGH = 5, 30


class RuleForm(QWidget):
    """``edited`` with every change a person makes."""

    edited = Signal()

    def __init__(self, workplace: Workplace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._rule = fresh_rule()
        self._is_filling = False
        self._is_quiet_touched = False
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setVerticalSpacing(10)
        form.setHorizontalSpacing(16)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        self.title = QLineEdit(self)
        self.title.setMaxLength(LONGEST_TITLE)
        self._row(form, translate("alerts", "Name"), self.title)
        self.measure = Chooser(theme, self)
        for kind in AlertMeasure:
            self.measure.addItem(alerts.measure(kind), kind)
        self._row(form, translate("alerts", "Watches"), self.measure)
        self.side = Chooser(theme, self)
        self.side.addItem(translate("alerts", "is above"), False)
        self.side.addItem(translate("alerts", "is below"), True)
        self.threshold = self._number()
        self._row(form, translate("alerts", "Raised once it"), self._beside(self.side, self.threshold))
        self.threshold.setAccessibleName(translate("alerts", "Threshold"))
        self.clear_at = self._number()
        self._row(form, translate("alerts", "Over once it is back at"), self.clear_at)
        self.minutes = QSpinBox(self)
        self.minutes.setFixedSize(112, _HIGH)
        self.minutes.setRange(0, LONGEST_S // 60)
        self.minutes.setSuffix(_minutes())
        self.minutes.setSpecialValueText(translate("alerts", "at once"))
        self._row(form, translate("alerts", "Not before it lasted"), self.minutes)
        self.queues = QueueTicks(workplace, theme, _ROWS, self)
        self._row(form, translate("alerts", "Queues (none: all)"), self.queues)
        self._make_quiet(form, theme)
        self.active = TickBox(theme, translate("alerts", "In use"), self)
        form.addRow("", self.active)
        self.title.textEdited.connect(self._on_edited)
        self.measure.activated.connect(self._on_measure)
        self.side.activated.connect(self._on_edited)
        for field in (self.threshold, self.clear_at, self.minutes):
            field.valueChanged.connect(self._on_edited)
        self.queues.edited.connect(self._on_edited)
        self.active.toggled.connect(self._on_edited)

    # --- making -----------------------------------------------------------------------------------------------------

    def _row(self, form: QFormLayout, name: str, field: QWidget) -> None:
        label = QLabel(name, self)
        label.setBuddy(field)
        field.setAccessibleName(name)
        form.addRow(label, field)

    def _number(self) -> QDoubleSpinBox:
        made = QDoubleSpinBox(self)
        made.setLocale(QLocale())
        made.setFixedSize(112, _HIGH)
        return made

    def _beside(self, *fields: QWidget) -> QWidget:
        box = QWidget(self)
        box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for field in fields:
            row.addWidget(field)
        row.addStretch(1)
        return box

    def _make_quiet(self, form: QFormLayout, theme: Theme) -> None:
        self.is_quiet = TickBox(theme, translate("alerts", "Silent at these times"), self)
        form.addRow("", self.is_quiet)
        self.days: list[Chip] = []
        for number in range(7):
            chip = Chip(self, is_pressable=True)
            chip.setCheckable(True)
            # Qt counts from Monday 1.
            chip.tell(QLocale().dayName(number + 1, QLocale.FormatType.ShortFormat))
            chip.setAccessibleName(QLocale().dayName(number + 1))
            chip.toggled.connect(self._on_quiet)
            self.days.append(chip)
        self._quiet_days = self._beside(*self.days)
        form.addRow("", self._quiet_days)
        self.opens, self.closes = QTimeEdit(self), QTimeEdit(self)
        for field in (self.opens, self.closes):
            field.setFixedSize(80, _HIGH)
        self.opens.setAccessibleName(translate("alerts", "Silent from"))
        self.closes.setAccessibleName(translate("alerts", "Silent until"))
        dash = QLabel("–", self)
        self._quiet_times = self._beside(self.opens, dash, self.closes)
        form.addRow("", self._quiet_times)
        for spin in (self.threshold, self.clear_at, self.minutes, self.opens, self.closes):
            _indent(spin)
        self.is_quiet.toggled.connect(self._on_quiet)
        for field in (self.opens, self.closes):
            field.timeChanged.connect(self._on_quiet)

    # --- filling ----------------------------------------------------------------------------------------------------

    def fill(self, rule: AlertRule) -> None:
        """Show ``rule``."""
        self._is_filling = True
        self._rule, self._is_quiet_touched = rule, False
        self.title.setText(alerts.rule_title(rule.title))
        self.measure.setCurrentIndex(self.measure.findData(rule.measure))
        self.side.setCurrentIndex(int(rule.is_below))
        self._set_units(rule.measure)
        self.threshold.setValue(_shown(rule.measure, rule.threshold))
        self.clear_at.setValue(_shown(rule.measure, rule.clear_at))
        self.minutes.setValue(round(rule.for_s / 60))
        self.queues.tick(rule.queues)
        self._fill_quiet(rule.quiet)
        self.active.setChecked(rule.is_active)
        self._is_filling = False

    def _fill_quiet(self, quiet: Hours | None) -> None:
        opening = quiet.openings[0] if quiet is not None and quiet.openings else None
        self.is_quiet.setChecked(opening is not None)
        for number, chip in enumerate(self.days):
            chip.setChecked(opening is None or number in opening.days)
        self.opens.setTime(_time(opening.opens if opening is not None else "18:00"))
        self.closes.setTime(_time(opening.closes if opening is not None else "08:00"))
        self._show_quiet()

    def _set_units(self, kind: AlertMeasure) -> None:
        for field in (self.threshold, self.clear_at):
            field.setDecimals(1 if kind is AlertMeasure.MOOD else 0)
            field.setSingleStep(0.1 if kind is AlertMeasure.MOOD else 5 if kind in alerts.SHARES else 1)
            field.setRange(-1 if kind is AlertMeasure.MOOD else 0, 1 if kind is AlertMeasure.MOOD else 100_000)
            field.setSuffix(_unit(kind))

    # --- reading ----------------------------------------------------------------------------------------------------

    @property
    def rule(self) -> AlertRule:
        """What the form says now."""
        kind = AlertMeasure(self.measure.currentData())
        title = self.title.text().strip()
        is_as_shipped = title == alerts.rule_title(self._rule.title)
        return replace(
            self._rule,
            title=self._rule.title if is_as_shipped else title,
            measure=kind,
            threshold=_kept(kind, self.threshold.value()),
            clear_at=_kept(kind, self.clear_at.value()),
            is_below=bool(self.side.currentData()),
            for_s=self.minutes.value() * 60,
            queues=self.queues.in_order(),
            quiet=self._quiet() if self._is_quiet_touched else self._rule.quiet,
            is_active=self.active.isChecked(),
        )

    def _quiet(self) -> Hours | None:
        if not self.is_quiet.isChecked():
            return None
        days = tuple(number for number, chip in enumerate(self.days) if chip.isChecked())
        opens, closes = self.opens.time().toString("HH:mm"), self.closes.time().toString("HH:mm")
        before = self._rule.quiet
        zone = before.zone if before is not None else bytes(QTimeZone.systemTimeZoneId().data()).decode() or "UTC"
        return Hours(zone=zone, openings=(Opening(days=days, opens=opens, closes=closes),))

    # --- changes ----------------------------------------------------------------------------------------------------

    def _on_measure(self) -> None:
        kind = AlertMeasure(self.measure.currentData())
        self._is_filling = True
        self._set_units(kind)
        self.side.setCurrentIndex(int(kind in IS_BELOW))
        self._is_filling = False
        self._on_edited()

    def _on_quiet(self) -> None:
        if not self._is_filling:
            self._is_quiet_touched = True
        self._show_quiet()
        self._on_edited()

    def _show_quiet(self) -> None:
        for part in (self._quiet_days, self._quiet_times):
            part.setVisible(self.is_quiet.isChecked())

    def _on_edited(self) -> None:
        if not self._is_filling:
            self.edited.emit()


def _indent(field: QAbstractSpinBox) -> None:
    """Begin the text where other fields do: the style sheet's padding does not reach what is written in these."""
    line = field.lineEdit()
    if line is not None:
        line.setTextMargins(9, 0, 4, 0)


def _unit(kind: AlertMeasure) -> str:
    if kind in alerts.SECONDS:
        return _minutes()
    return formats.percent_sign() if kind in alerts.SHARES else ""


def _minutes() -> str:
    return "\u00a0" + translate("alerts", "min")


def _shown(kind: AlertMeasure, value: float) -> float:
    if kind in alerts.SECONDS:
        return value / _MINUTE
    return value * 100 if kind in alerts.SHARES else value


def _kept(kind: AlertMeasure, value: float) -> float:
    if kind in alerts.SECONDS:
        return value * _MINUTE
    return round(value / 100, 4) if kind in alerts.SHARES else round(value, 4)


def _time(text: str) -> QTime:
    made = QTime.fromString("00:00" if text == "24:00" else text, "HH:mm")
    return made if made.isValid() else QTime(0, 0)
