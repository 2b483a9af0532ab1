"""Bars across, one a line, the longest on top: what every figure that compares people or VMs is made of."""

from collections.abc import Sequence
from typing import Any, Final

from bokeh.models import ColumnDataSource, HoverTool
from bokeh.plotting import figure

from loadzone.analytics.figures.look import BLUE, Ask, canvas

LINE: Final = 26
_AXIS: Final = 60
_ROOM: Final = 1.05
_LETTERS: Final = 26
"""What of a name fits beside bars on a phone."""


def ranking(
    ask: Ask,
    names: Sequence[str],
    marks: dict[str, Any],
    value: str,
    *,
    axis: str,
    tips: list[tuple[str, str]],
    colours: str | Sequence[str] = BLUE,
) -> figure:
    """Return a plot of the column `value` of `marks`, a bar a name; `tips` show when one is pointed at.

    `names` are unique, `marks` columns as long as they are; `axis` tells what is measured.
    """
    most = float(max(marks[value], default=0.0))
    labels = short(names)
    plot = lines(ask, labels, high=most, axis=axis)
    painted = [colours] * len(names) if isinstance(colours, str) else list(colours)
    source = ColumnDataSource({**marks, "name": list(names), "label": labels, "colour": painted})
    bars = plot.hbar(y="label", right=value, height=0.65, source=source, color="colour")
    plot.add_tools(HoverTool(renderers=[bars], tooltips=[("", "@name"), *tips]))
    return plot


def lines(ask: Ask, names: Sequence[str], *, high: float, axis: str, above: int = 0) -> figure:
    """Return an empty plot with a line a name, the first on top, and room for bars up to `high`.

    `above` are the pixels that something above the lines needs.
    """
    plot = canvas(
        ask,
        y_range=list(names)[::-1],
        height=LINE * len(names) + _AXIS + above,
        x_range=(0, _ROOM * high or 1.0),
    )
    plot.xaxis.axis_label = axis
    plot.ygrid.grid_line_color = None
    plot.xgrid.grid_line_color = ask.look.grid
    return plot


def short(names: Sequence[str]) -> list[str]:
    """Return the names, cut to what a phone has room for where that tells them apart; the table has them whole."""
    cut = [name if len(name) <= _LETTERS else name[: _LETTERS - 1] + "…" for name in names]
    return [label if cut.count(label) == 1 else name for name, label in zip(names, cut, strict=True)]
