"""Files that were damaged, and files that cross between tools."""

from __future__ import annotations

import random
from pathlib import Path

from trust.endpoint import ENTRY, Endpoint, client
from trust.tools import TOOLS, Tool

FILES, INTERACTIONS = 1000, 6
FOREIGN = (b"<html>\n", b"\x89PNG\r\n\x1a\n", b"a: 1\n", b"[]\n", b"{}\n", b"\x1f\x8b\x08")
CONFLICT = b"<<<<<<< ours\n"
BODIES = (
    b"plain",
    b'{"a": "\xc3\xa9\xe2\x80\xa8\xf0\x9f\x8e\x88"}',
    b"a\nb\n\n",
    b"\xff\x00\xfe" * 9,
    b"  \n x: y\n",
    bytes(range(256)),
    b"\x1f\x8b\x08\x00garbled",
    "\x85\u2028\ufeff\ufffe\x7f".encode(),
    b"",
)


def damaged(tool: Tool, folder: Path, scale: float) -> tuple[str, float]:
    """Files that are cut, emptied, headless, foreign or half merged; none of these is an edit of a value."""
    path, files = folder / f"x{tool.ending}", max(8, round(FILES * scale))
    with Endpoint() as endpoint:
        made = client("events", endpoint.url)
        with tool.use(path, True, True):
            for number in range(INTERACTIONS):
                made.put_events(Entries=[{**ENTRY, "DetailType": str(number)}])
        whole, chance = path.read_bytes(), random.Random(11)
        told = {"with a reason": 0, "otherwise": 0, "opened": 0}
        changed = 0
        for _ in range(files):
            content = _damage(whole, chance)
            path.write_bytes(content)
            told[_opened(tool, path, made)] += 1
            changed += path.read_bytes() != content
    words = (
        f"{told['with a reason']} refused with a reason, {told['otherwise']} otherwise, "
        f"{told['opened']} opened; {changed} files changed"
    )
    return words, told["with a reason"] / files


def _damage(whole: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(1, len(whole) - 1)
    line = whole.index(b"\n", at) + 1 if b"\n" in whole[at:] else at
    return chance.choice(
        (
            whole[:at],
            whole[at:],
            b"",
            chance.choice(FOREIGN) + whole[:40],
            whole[:line] + CONFLICT + whole[line:],
            whole[:at] + b"\0" * 20 + whole[at + 20 :],
        )
    )


def _opened(tool: Tool, path: Path, made: object) -> str:
    """Record one more call into a file, and say how that was refused, if it was."""
    try:
        with tool.use(path, True, True):
            made.put_events(Entries=[{**ENTRY, "DetailType": "one more"}])  # type: ignore[attr-defined]
    except Exception as error:  # any name but its own is nothing that a user can act on
        return "with a reason" if type(error).__name__ in tool.refuses else "otherwise"
    return "opened"


def crossing(tool: Tool, folder: Path, _scale: float) -> tuple[str, float]:
    """Answers with hard bodies, recorded by the tool and opened by stock vcrpy, and the other way round."""
    there = _crossed(tool, TOOLS["vcrpy"], folder / f"there{tool.ending}")
    back = _crossed(TOOLS["vcrpy"], tool, folder / "back.yaml")
    return f"{there} of {len(BODIES)} there, {back} of {len(BODIES)} back", (there + back) / 2 / len(BODIES)


def _crossed(writer: Tool, reader: Tool, path: Path) -> int:
    """Count the bodies that come through to the byte."""
    import requests

    from harness.cassettes.exchange_files import convert
    from trust.bodies import serving

    with serving(BODIES) as url:
        with writer.use(path, True, False):
            for number in range(len(BODIES)):
                requests.get(f"{url}/{number}")
        if path.suffix == ".jsonl":  # what stock vcrpy cannot open is converted for it
            convert(path, path.with_suffix(".yaml"))
            path = path.with_suffix(".yaml")
        try:
            with reader.use(path, False, False):
                return sum(
                    requests.get(f"{url}/{number}").content == body for number, body in enumerate(BODIES)
                )
        except Exception:  # it does not open, or lacks one
            return 0
