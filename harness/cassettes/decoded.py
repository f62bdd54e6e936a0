"""Bodies that other tools saved decoded, beside headers that still say how they were coded."""

from __future__ import annotations

from harness.exchange import Headers

# What a body of this content coding begins with.
_CODINGS = {"gzip": b"\x1f\x8b", "deflate": b"\x78", "zstd": b"\x28\xb5\x2f\xfd"}


def as_decoded(headers: Headers, body: bytes) -> Headers:
    """Leave out the coding of a body that was saved decoded, so that clients do not decode it again."""
    coding = headers.get("Content-Encoding")
    if coding is None or body.startswith(_CODINGS.get(coding.strip().lower(), b"\0decoded")):
        return headers
    changed = {"content-encoding": None, "content-length": str(len(body))}
    fields = ((name, changed.get(name.lower(), value)) for name, value in headers)
    return Headers(tuple((name, value) for name, value in fields if value is not None))
