"""The forms of imports: handing a file over, and correcting how it is read."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectField

from tracker.candidates.columns import FIELDS
from tracker.candidates.rows import Plan, guess_plan
from tracker.candidates.tabular import DELIMITERS, ENCODINGS, Table, Unreadable, read_table
from tracker.candidates.values import DateOrder, NameOrder
from tracker.core.errors import Refused
from tracker.core.forms import Form, SelectChoice, Text
from tracker.pipeline.imports import Settled
from tracker.requisitions.models import Stage


class UploadForm(Form):
    """A file to be checked."""

    file = FileField("CSV file", render_kw={"accept": ".csv,.tsv,.txt,text/csv"})


class SettledForm(Form):
    """How a file is read, and where its people go. The selects of the columns are beside it, all called `column`."""

    encoding = SelectField("Letters", choices=[SelectChoice(key, label) for key, label in ENCODINGS.items()])
    delimiter = SelectField("Columns are separated by", choices=[SelectChoice(k, v) for k, v in DELIMITERS.items()])
    date_order = SelectField(
        "03/04/2026 means",
        choices=[
            SelectChoice(DateOrder.DAY_FIRST.value, "3 April (day first)"),
            SelectChoice(DateOrder.MONTH_FIRST.value, "4 March (month first)"),
        ],
    )
    decimal = SelectField(
        "Amounts are written", choices=[SelectChoice(".", "62,500.00"), SelectChoice(",", "62.500,00")]
    )
    name_order = SelectField(
        "Full names without a comma",
        choices=[
            SelectChoice(NameOrder.GIVEN_FIRST.value, "Given name first"),
            SelectChoice(NameOrder.FAMILY_FIRST.value, "Family name first"),
        ],
    )
    currency = Text("Currency of amounts without one")
    stage = SelectField("They enter")
    mended = BooleanField("Bring in lines that we could mend, as mended")
    seen = HiddenField()

    def __init__(self, *args: Any, stages: Sequence[Stage], **rest: Any) -> None:
        super().__init__(*args, **rest)
        usual = SelectChoice("", "Applied, or the first stage")
        self.stage.choices = [usual, *(SelectChoice(str(stage.id), stage.name) for stage in stages)]

    def show(self, settled: Settled, mark: str) -> None:
        """Fill the form with what is settled."""
        self.encoding.data, self.delimiter.data = settled.encoding, settled.delimiter
        self.date_order.data, self.decimal.data = settled.plan.date_order.value, settled.plan.decimal
        self.name_order.data, self.currency.data = settled.plan.name_order.value, settled.plan.currency
        self.stage.data = str(settled.stage_id) if settled.stage_id else ""
        self.mended.data, self.seen.data = settled.mended, mark

    def settled(self, before: Settled, data: bytes, columns: Sequence[str]) -> Settled:
        """What was chosen. `columns` has a field's name, or nothing, for each column of the file in order.

        Another encoding or delimiter makes other columns: these are then found out anew. Raises Refused for a file
        that cannot be read so, and for two columns that hold the same.
        """
        encoding, delimiter = str(self.encoding.data), str(self.delimiter.data)
        stage_id = int(self.stage.data) if self.stage.data else None
        anew = (encoding, delimiter) != (before.encoding, before.delimiter)
        if anew:
            plan = guess_plan(_table(data, encoding, delimiter))
        else:
            plan = Plan(
                columns=_columns(columns) if columns else before.plan.columns,
                date_order=DateOrder(self.date_order.data),
                decimal=str(self.decimal.data),
                name_order=NameOrder(self.name_order.data),
                currency=self.currency.data.upper()[:3],
            )
        return Settled(
            encoding=encoding, delimiter=delimiter, plan=plan, stage_id=stage_id, mended=bool(self.mended.data)
        )


def field_by_column(plan: Plan, header: Sequence[str]) -> list[str]:
    """For each column of the file the field it holds; empty for one that is not used."""
    by_index = {index: name for name, index in plan.columns.items()}
    return [by_index.get(index, "") for index in range(len(header))]


def _table(data: bytes, encoding: str, delimiter: str) -> Table:
    try:
        return read_table(data, encoding=encoding, delimiter=delimiter)
    except Unreadable as unreadable:
        raise Refused(str(unreadable), fields={"encoding": str(unreadable)}) from unreadable


def _columns(chosen: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, name in enumerate(chosen):
        if name not in FIELDS:
            continue
        if name in found:
            raise Refused(f"Two columns are said to hold “{FIELDS[name]}”; choose one.")
        found[name] = index
    return found
