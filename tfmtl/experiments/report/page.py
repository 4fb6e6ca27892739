"""The shell of a report: one HTML file that needs nothing beside it."""

import base64
import dataclasses
import html
import string
from collections.abc import Sequence

from matplotlib.figure import Figure

from tfmtl.experiments.figures import panels

_PAGE = string.Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>$style</style>
</head>
<body>
<header>
<h1>$title</h1>
$lead
</header>
<nav aria-label="Contents">
<h2>Contents</h2>
<ol>
$contents
</ol>
</nav>
<main>
$sections
</main>
</body>
</html>
""")

_STYLE = """
:root { color-scheme: light dark; --text: #1f2937; --soft: #4b5563;
  --line: #d1d5db; --back: #ffffff; --card: #ffffff; --head: #f3f4f6; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e5e7eb; --soft: #9ca3af; --line: #374151;
    --back: #111827; --card: #f9fafb; --head: #1f2937; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; line-height: 1.5;
  font-family: system-ui, sans-serif; color: var(--text);
  background: var(--back); }
h1 { line-height: 1.2; margin-bottom: 0.5rem; }
h2 { border-bottom: 1px solid var(--line); padding-bottom: 0.2rem;
  margin-top: 2.5rem; }
nav h2 { border: 0; font-size: 1rem; margin: 1.5rem 0 0; }
nav ol { columns: 2; margin-top: 0.3rem; }
a { color: inherit; }
p, li, dd { max-width: 48rem; }
dl { display: grid; grid-template-columns: max-content 1fr;
  gap: 0.15rem 1rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
code { font-size: 0.9em; }
.note { border-left: 4px solid #e69f00; padding-left: 0.8rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem;
  font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: 0.3rem 0.7rem;
  text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
thead th { background: var(--head); }
figure { margin: 1.2rem 0 2rem; }
figure img { background: var(--card); border: 1px solid var(--line);
  border-radius: 4px; height: auto; max-width: 100%; padding: 0.5rem; }
figcaption { color: var(--soft); font-size: 0.9rem; max-width: 48rem; }
@media print {
  :root { --text: #000; --soft: #333; --back: #fff; --card: #fff; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  figure, tr, .note { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .scroll { overflow: visible; }
  th, td { padding: 0.1rem 0.3rem; white-space: normal; } }
"""


@dataclasses.dataclass(frozen=True)
class Section:
    """A part of the page.

    Args:
        anchor: What the table of contents points to; a word of letters.
        title: Its heading, plain text.
        body: HTML.
    """

    anchor: str
    title: str
    body: str


def page(title: str, lead: str, sections: Sequence[Section]) -> str:
    """Returns the whole file.

    Args:
        title: Plain text.
        lead: HTML that stands before the table of contents.
        sections: The parts, in order.
    """
    contents = [
        f'<li><a href="#{one.anchor}">{text(one.title)}</a></li>'
        for one in sections
    ]
    bodies = [
        f'<section id="{one.anchor}">\n<h2>{text(one.title)}</h2>\n'
        f"{one.body}\n</section>"
        for one in sections
    ]
    return _PAGE.substitute(
        title=text(title),
        style=_STYLE,
        lead=lead,
        contents="\n".join(contents),
        sections="\n".join(bodies),
    )


def text(value: object) -> str:
    """Returns a value as text that cannot be taken for HTML."""
    return html.escape(str(value))


def paragraph(value: str) -> str:
    """Returns plain text as a paragraph."""
    return f"<p>{text(value)}</p>"


def heading(value: str) -> str:
    """Returns plain text as a heading within a section."""
    return f"<h3>{text(value)}</h3>"


def items(values: Sequence[str]) -> str:
    """Returns plain texts as a list."""
    return "<ul>" + "".join(f"<li>{text(v)}</li>" for v in values) + "</ul>"


def table(rows: Sequence[Sequence[object]]) -> str:
    """Returns rows of plain texts as a table, the first as its head."""
    head, *body = [[text(cell) for cell in row] for row in rows]
    lines = ["".join(f'<th scope="col">{cell}</th>' for cell in head)]
    lines += ["".join(f"<td>{cell}</td>" for cell in row) for row in body]
    head_line, *body_lines = (f"<tr>{line}</tr>" for line in lines)
    return (
        f'<div class="scroll"><table><thead>{head_line}</thead>'
        f"<tbody>{''.join(body_lines)}</tbody></table></div>"
    )


def picture(figure: Figure, about: str, caption: str = "") -> str:
    """Returns a figure as part of the page.

    Args:
        figure: The figure.
        about: What it shows, plain text for those who do not see it.
        caption: Plain text that stands below it.
    """
    code = base64.b64encode(panels.to_svg(figure)).decode("ascii")
    below = f"<figcaption>{text(caption)}</figcaption>" if caption else ""
    return (
        f'<figure><img alt="{text(about)}" '
        f'src="data:image/svg+xml;base64,{code}">{below}</figure>'
    )
