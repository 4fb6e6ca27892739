"""Panels, colours and axes that all figures share.

Figures are made without `pyplot`, so that they keep no state and need no
display. The colours can be told apart by colour-blind readers (Okabe and Ito).
"""

import io
import math
import textwrap
from collections.abc import Sequence

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00")
GREY = "#6b7280"
PALE = "#d1d5db"

_COLUMNS = 4
_MOST_TICKS = 12


def grid(
    count: int,
    columns: int = _COLUMNS,
    *,
    width: float = 2.6,
    height: float = 2.3,
    sharex: bool = True,
    sharey: bool = True,
) -> tuple[Figure, list[Axes]]:
    """Returns a figure of `count` panels, in rows of up to `columns`.

    Args:
        count: Number of panels.
        columns: Most panels in a row.
        width: Width of a panel in inches.
        height: Height of a panel in inches.
        sharex: Whether all panels have one x axis.
        sharey: Whether all panels have one y axis.

    Raises:
        ValueError: If there is nothing to draw.

    Example:

    >>> figure, panels = grid(3, columns=2)
    >>> len(panels)
    3
    """
    if count < 1:
        raise ValueError(
            "A figure needs at least one panel; leave it out where the "
            f"records hold nothing to draw. Received: count={count}."
        )
    columns = min(columns, count)
    rows = math.ceil(count / columns)
    figure = Figure(
        figsize=(max(width * columns, 4.6), height * rows + 0.4),
        layout=ConstrainedLayoutEngine(h_pad=0.09, w_pad=0.06),
    )
    axes = figure.subplots(
        rows, columns, sharex=sharex, sharey=sharey, squeeze=False
    )
    panels = list(axes.ravel())
    for place, spare in enumerate(panels[count:], start=count):
        spare.remove()
        # The panel above is now the last of its column.
        panels[place - columns].tick_params(labelbottom=True)
    for panel in panels[:count]:
        _tidy(panel)
    return figure, panels[:count]


def _tidy(panel: Axes) -> None:
    panel.set_axisbelow(True)
    panel.grid(color="#e5e7eb", linewidth=0.8)
    panel.spines[["top", "right"]].set_visible(False)
    panel.spines[["left", "bottom"]].set_color(GREY)
    panel.tick_params(color=GREY, labelsize=8)


def name_panel(panel: Axes, name: str) -> None:
    """Writes a name above a panel, in lines short enough to fit."""
    panel.set_title(
        plain(name, width=28), loc="left", fontsize=9, fontweight="bold"
    )


def plain(name: str, width: int | None = None) -> str:
    r"""Returns a name as matplotlib draws it letter by letter.

    Dollar signs would start a formula, a leading underscore would keep a
    name out of the legend, and a control character has no shape.

    Args:
        name: Name of a model or a task, whatever a user may call it.
        width: Optional length of a line; the name is broken there, and ends
            after the second line.

    Example:

    >>> plain("$cost_1$")
    '\\$cost_1\\$'
    """
    name = "".join(letter if letter.isprintable() else "?" for letter in name)
    if width is not None:
        lines = textwrap.wrap(name, width, max_lines=2, placeholder=" …")
        name = "\n".join(lines)
    name = name.replace("\\$", "$").replace("$", r"\$")
    return f" {name}" if name.startswith("_") else name


def heat(
    panel: Axes,
    values: Sequence[Sequence[float]],
    columns: Sequence[str],
    rows: Sequence[str],
    top: float = 1.0,
) -> None:
    """Draws a matrix as coloured cells with their values written in.

    Args:
        panel: Where to draw.
        values: The matrix, row by row; NaN for a cell that stays empty.
        columns: Names of its columns.
        rows: Names of its rows.
        top: The value of the darkest colour; 0 is the lightest.
    """
    panel.grid(False)
    panel.imshow(values, cmap="Blues", vmin=0, vmax=top, aspect="auto")
    for set_ticks, names in (
        (panel.set_xticks, columns),
        (panel.set_yticks, rows),
    ):
        step = math.ceil(len(names) / _MOST_TICKS)
        shown = [plain(name, 24) for name in names[::step]]
        set_ticks(range(0, len(names), step), shown)
    panel.tick_params(length=0)
    if len(columns) > 10:
        return  # the numbers would run into each other
    for y, row in enumerate(values):
        for x, value in enumerate(row):
            if not math.isfinite(value):
                continue
            panel.text(
                x,
                y,
                f"{value:.2f}",
                ha="center",
                va="center",
                fontsize=7,
                color="white" if value > 0.6 * top else "black",
            )


def to_svg(figure: Figure) -> bytes:
    """Returns a figure as an SVG file, the same bytes each time."""
    buffer = io.BytesIO()
    # Names of the parts are drawn at random unless they are given a start.
    with matplotlib.rc_context({"svg.hashsalt": "tfmtl"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()
