"""Lines on a console: whole ones that are never wrapped, and labelled ones that fold below themselves."""

from __future__ import annotations

from typing import TextIO

from rich.console import Console
from rich.text import Text

WIDTH_WITHOUT_TERMINAL = 80
NARROWEST = 20


def console_for(stream: TextIO) -> Console:
    """Make a console for a stream.

    Args:
        stream: Where to write. Anything but a terminal gets plain text folded at 80 columns; a terminal gets
            colours unless ``NO_COLOR`` is set (https://no-color.org).
    """
    width = None if stream.isatty() else WIDTH_WITHOUT_TERMINAL
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


def write_line(console: Console, *parts: str | tuple[str, str] | Text) -> None:
    """Write one line as it is; a terminal may fold what is too long, a copy will not have the fold.

    Args:
        console: Where to write.
        parts: Texts, and pairs of a text and its style.
    """
    console.print(Text.assemble(*parts), soft_wrap=True)


def write_folded(console: Console, label: str, text: str, *, style: str = "dim") -> None:
    """Write a label and a text that folds between words, its further lines below its first.

    Args:
        console: Where to write.
        label: What stands left of the text, blanks included.
        text: One paragraph.
        style: The label's style.
    """
    if not text:
        write_line(console, (label.rstrip(), style))
        return
    margin = Text(label, style=style)
    for part in Text(text).wrap(console, max(console.width - len(label), NARROWEST)):
        part.rstrip()
        write_line(console, margin, part)
        margin = Text(" " * len(label))
