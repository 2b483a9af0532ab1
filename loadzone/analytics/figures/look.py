"""How figures look: one set of colours for light, one for dark, and what all figures share."""

from typing import Any, Final

from bokeh.models import DatetimeTickFormatter, NoOverlap
from bokeh.plotting import figure
from msgspec import Struct

from loadzone.analytics.checks import zone_of
from loadzone.domain.errors import invalid
from loadzone.i18n import LANGUAGES, translate


class Look(Struct, frozen=True, kw_only=True):
    """The colours of a theme, as `#rrggbb`; `scale` goes from nothing, near the background, to full."""

    background: str
    ink: str
    faint: str
    grid: str
    scale: tuple[str, ...]


# Everything of a figure that differs between the themes has one of these colours, each used for one thing
# only: so a page can repaint a figure by exchanging them.
LIGHT: Final = Look(
    background="#fffffe",
    ink="#1f2429",
    faint="#5b6670",
    grid="#dfe3e8",
    # Dark enough at the end to be read in print.
    scale=("#eef4fb", "#cfe0f3", "#a9c8ea", "#7fadde", "#568fce", "#3a71b3", "#265590", "#173c6b"),
)
DARK: Final = Look(
    background="#14181c",
    ink="#e8ebee",
    faint="#a9b3bc",
    grid="#333b43",
    scale=("#1b232d", "#203750", "#284c74", "#356399", "#4a7fbd", "#6f9fd6", "#a0c3ec", "#d6e7fb"),
)
LOOKS: Final = {"light": LIGHT, "dark": DARK}

# Middle tones that stand out on both backgrounds, and from each other for colour-blind eyes and in grey.
BLUE: Final = "#3f7fd4"
ORANGE: Final = "#dd7f22"
GREEN: Final = "#2f9e77"
PURPLE: Final = "#9467bd"
RED: Final = "#cc4a4a"
GREY: Final = "#8a949e"

_HEIGHT: Final = 300


class Ask(Struct, frozen=True, kw_only=True):
    """What all figures are asked with: the reader's language, the theme, the zone of the clock."""

    lang: str = "en"
    theme: str = "light"
    tz: str = "UTC"

    def __post_init__(self) -> None:
        """Raise InvalidInput for what does not exist."""
        for field, choices in (("lang", LANGUAGES), ("theme", tuple(LOOKS))):
            if getattr(self, field) not in choices:
                raise invalid(field, "not_one_of", choices=choices)
        zone_of(self.tz)

    def say(self, key: str, /, **data: Any) -> str:
        """Return the text of `figure-<key>` for the reader."""
        return translate(self.lang, f"figure-{key}", **data)

    @property
    def look(self) -> Look:
        """The colours."""
        return LOOKS[self.theme]


def canvas(ask: Ask, **settings: Any) -> figure:
    """Return an empty plot in the look that was asked for; `settings` are those of Bokeh's figure."""
    look = ask.look
    plot = figure(
        **{
            "height": _HEIGHT,
            "sizing_mode": "stretch_width",
            "toolbar_location": None,
            "tools": "",
            "background_fill_color": look.background,
            "border_fill_color": look.background,
            "outline_line_color": None,
            **settings,
        }
    )
    for axis in (*plot.xaxis, *plot.yaxis):
        axis.update(
            axis_line_color=look.grid,
            major_tick_line_color=look.grid,
            minor_tick_line_color=None,
            major_label_text_color=look.faint,
            axis_label_text_color=look.ink,
            axis_label_text_font_style="normal",
        )
    for grid in (*plot.xgrid, *plot.ygrid):
        grid.grid_line_color = look.grid
    plot.xgrid.grid_line_color = None
    return plot


def paint_legend(ask: Ask, plot: figure) -> None:
    """Put the legend of a plot above it, in the theme's colours; in pairs, as phones have room."""
    for legend in list(plot.legend):
        legend.update(
            orientation="horizontal",
            ncols=min(len(legend.items), 2),
            background_fill_color=look.background if (look := ask.look) else None,
            border_line_color=None,
            label_text_color=look.ink,
            padding=0,
        )
        plot.add_layout(legend, "above")


def show_dates(ask: Ask, plot: figure) -> None:
    """Write dates on the horizontal axis in the reader's way, without names of months that only English has."""
    plot.xaxis.major_label_policy = NoOverlap(min_distance=8)
    day, month = ("%d.%m", "%m.%Y") if ask.lang == "ru" else ("%Y-%m-%d", "%Y-%m")
    plot.xaxis.formatter = DatetimeTickFormatter(
        minutes="%H:%M", hourmin="%H:%M", hours="%H:%M", days=day, months=month, years="%Y"
    )
