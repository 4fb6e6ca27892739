"""Tables in Markdown."""

from collections.abc import Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Returns a Markdown table, the first column to the left.

    Args:
        header: Headings of the columns.
        rows: Cells, row by row.

    Example:

    >>> print(table(["model", "AUC"], [["PIMM", "0.7"]]))
    | model | AUC |
    |:------|----:|
    | PIMM  | 0.7 |
    """
    widths = [
        max(len(cell) for cell in column)
        for column in zip(header, *rows, strict=True)
    ]
    lines = [_line(header, widths)]
    rules = ["-" * (width + 1) for width in widths]
    lines.append(
        "|:" + ":|".join([rules[0] + "|" + rules[1], *rules[2:]]) + ":|"
    )
    lines += [_line(row, widths) for row in rows]
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cells[0].ljust(widths[0])]
    padded += [
        cell.rjust(width)
        for cell, width in zip(cells[1:], widths[1:], strict=True)
    ]
    return "| " + " | ".join(padded) + " |"
