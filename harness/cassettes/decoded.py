"""Bodies without their content coding: as other tools save them, and as some clients want them.

Source: RFC 9110, section 8.4 (https://www.rfc-editor.org/rfc/rfc9110#name-content-encoding).
"""

from __future__ import annotations

import io

import msgspec
import urllib3

from harness.exchange import Headers, Response

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


def unpacked(response: Response) -> Response:
    """Take the content coding off a response, as urllib3 does; as it is where there is none, or none such."""
    coding = response.headers.get("Content-Encoding")
    if coding is None:
        return response
    packed = urllib3.HTTPResponse(
        io.BytesIO(response.body), {"Content-Encoding": coding}, preload_content=False, decode_content=True
    )
    try:
        body = packed.read()
    except urllib3.exceptions.HTTPError:  # it was saved decoded
        body = response.body
    return msgspec.structs.replace(response, headers=as_decoded(response.headers, body), body=body)
