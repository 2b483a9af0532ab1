"""A chart: a plot, what it says in words, and the same as a table."""

import uuid
from dataclasses import dataclass
from html import escape
from typing import Final

import pandas as pd
from bokeh.embed import components
from bokeh.models.annotations.labels import Label
from bokeh.plotting import figure
from bokeh.resources import Resources

from loadzone.analytics.figures.look import Ask, canvas

_LOADED: Final = "loadzone-bokeh"
_ROWS: Final = 200


@dataclass(frozen=True, eq=False, kw_only=True)
class Chart:
    """A `plot` of Bokeh with its `title`, a `note` of one or two sentences, and its twin, a `table`.

    In a notebook it shows itself. For a page of your own, `plot` goes to `bokeh.embed`. The headings of the
    table are in the reader's language; a row or column for each mark of the plot.
    """

    name: str
    title: str
    note: str
    plot: figure
    table: pd.DataFrame
    ask: Ask

    def table_html(self) -> str:
        """Return the table as HTML, at most its first 200 rows, and a word when rows were left out."""
        shown = self.table.head(_ROWS)
        name = None if shown.index.name is None else str(shown.index.name)
        # The name of the index in the corner: pandas would give it a row of empty headings.
        shown = shown.rename_axis(index=None, columns=name)
        html: str = shown.to_html(
            index=name is not None,
            border=0,
            na_rep="",
            classes="twin",
            justify="left",
            decimal="," if self.ask.lang == "ru" else ".",
        )
        left = len(self.table) - _ROWS
        return html if left <= 0 else f"{html}<p>{escape(self.ask.say('rows-left-out', count=left))}</p>"

    def _repr_html_(self) -> str:
        script, place = components(self.plot)
        return (
            f"<h4>{escape(self.title)}</h4>{_library()}{place}{script}<p>{escape(self.note)}</p>"
            f"<details><summary>{escape(self.ask.say('as-table'))}</summary>{self.table_html()}</details>"
        )

    def __repr__(self) -> str:
        return f"<Chart {self.name}: {self.title}>"


def empty(name: str, ask: Ask, table: pd.DataFrame, note: str | None = None) -> Chart:
    """Return the chart that says that there is nothing to show: no bookings, or why as a `note` of its own."""
    plot = canvas(ask, height=90, x_range=(0, 1), y_range=(0, 1))
    plot.axis.visible = False
    plot.grid.visible = False
    told = ask.say("nothing" if note is None else "blank")
    words = Label(x=0.5, y=0.5, text=told, text_align="center", text_baseline="middle")
    words.text_color = ask.look.faint
    plot.add_layout(words)
    return Chart(name=name, title=ask.say(name), note=note or ask.say("nothing"), plot=plot, table=table, ask=ask)


def bokeh_js() -> str:
    """Return BokehJS as text for a script element.

    Its own code alone: where Panel is loaded too, the list of files would name Panel's, which are not at hand.
    """
    return "\n".join(Resources(mode="inline", components=["bokeh"]).js_raw).replace("</script", "<\\/script")


def _library() -> str:
    """Return what loads BokehJS into a page that has not got it: it comes with every chart, and runs once.

    A notebook's cells are run, cleared and saved in any order, so none may count on another.
    """
    key = f"{_LOADED}-{uuid.uuid4().hex}"
    load = (
        "if (!window.Bokeh) { const made = document.createElement('script');"
        f" made.textContent = document.getElementById('{key}').textContent; document.head.append(made); }}"
    )
    return f'<script type="text/plain" id="{key}">{bokeh_js()}</script><script>{load}</script>'
