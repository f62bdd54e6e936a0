"""The rules about members and types: what there is, what must be there, where it is, how it is spelled."""

from __future__ import annotations

from itertools import chain

from harness.compare.contracts.model import Rule
from harness.compare.contracts.pairs import pair

CODE_ONLY = "Nothing on the wire; code that names the member must be changed."
UNKNOWN = "The model says something else of the value, and no rule here knows what comes of it."
MISREAD = "An old client reads something else than was meant, or nothing."
MISUNDERSTOOD = "What an old client sends is not understood, or taken for something else."

_SINGLE: tuple[Rule, ...] = (
    Rule(
        "request-required-member-added", "request", "existence", "added", "breaking",
        "An old client does not send it, and is refused.",
        "input: {}", "input: {Name: {type: string, required: true}}",
    ),
    Rule(
        "response-required-member-removed", "response", "existence", "removed", "breaking",
        "An old client reads a member that was always there, and finds nothing.",
        "output: {Name: {type: string, required: true}}", "output: {}",
    ),
)  # fmt: skip

ROWS: tuple[Rule, ...] = (*_SINGLE, *chain(
    pair(
        "member-added", "existence", "added", "BODY: {}", "BODY: {Name: string}",
        request=("compatible", "An old client does not send it, and need not."),
        response=("compatible", "An old client does not look at it: unknown members are ignored."),
    ),
    pair(
        "member-removed", "existence", "removed", "BODY: {Name: string}", "BODY: {}",
        request=("breaking", "An old client that sends it is not heard; an SDK refuses it before sending."),
        response=("breaking", "An old client that reads it finds nothing."),
    ),
    pair(
        "member-renamed", "existence", "changed",
        "BODY: {Name: {type: string, jsonName: name}}", "BODY: {Title: {type: string, jsonName: name}}",
        request=("warning", CODE_ONLY), response=("warning", CODE_ONLY),
    ),
    pair(
        "union-member-added", "unions", "added",
        "BODY: {Any: {type: union, members: {A: string}}}",
        "BODY: {Any: {type: union, members: {A: string, B: string}}}",
        request=("compatible", "An old client goes on with the members it knows."),
        response=("warning", "A client that decides by which member is set meets one that it does not know."),
    ),
    pair(
        "union-member-removed", "unions", "removed",
        "BODY: {Any: {type: union, members: {A: string, B: string}}}",
        "BODY: {Any: {type: union, members: {A: string}}}",
        request=("breaking", "An old client that sends this member is refused."),
        response=("compatible", "A client waits in vain for a member that it can do without."),
    ),
    pair(
        "became-union", "unions", "tightened",
        "BODY: {Any: {type: structure, members: {A: string, B: string}}}",
        "BODY: {Any: {type: union, members: {A: string, B: string}}}",
        request=("breaking", "A client that sets none or several of its members is refused."),
        response=("breaking", "Only one member is there where an old client may read several."),
    ),
    pair(
        "union-became-structure", "unions", "loosened",
        "BODY: {Any: {type: union, members: {A: string, B: string}}}",
        "BODY: {Any: {type: structure, members: {A: string, B: string}}}",
        request=("compatible", "One member alone is still taken."),
        response=("breaking", "A client that looks for the one member that is set may find none or several."),
    ),
    pair(
        "member-became-required", "requiredness", "tightened",
        "BODY: {Name: string}", "BODY: {Name: {type: string, required: true}}",
        request=("breaking", "A client that left the member out is refused now."),
        response=("compatible", "It is always there."),
    ),
    pair(
        "member-became-optional", "requiredness", "loosened",
        "BODY: {Name: {type: string, required: true}}", "BODY: {Name: string}",
        request=("compatible", "It may be left out, and need not."),
        response=("breaking", "An old client reads a member that was always there, and may find nothing."),
    ),
    pair(
        "nullable-added", "nullability", "loosened",
        "BODY: {Count: {type: integer}}", "BODY: {Count: {type: integer, box: true}}",
        request=("compatible", "A value is still taken."),
        response=("warning", "Typed clients made of the old model have no word for its absence."),
    ),
    pair(
        "nullable-removed", "nullability", "tightened",
        "BODY: {Count: {type: integer, box: true}}", "BODY: {Count: {type: integer}}",
        request=("warning", "Typed clients send a zero where they sent nothing."),
        response=("compatible", "Absence and zero are one now."),
    ),
    pair(
        "sparse-added", "nullability", "loosened",
        "BODY: {Names: {type: list, member: {type: string}}}",
        "BODY: {Names: {type: list, member: {type: string}, sparse: true}}",
        request=("compatible", "Lists and maps without nulls are still taken."),
        response=("breaking", "An old client meets nulls among the values."),
    ),
    pair(
        "sparse-removed", "nullability", "tightened",
        "BODY: {Names: {type: list, member: {type: string}, sparse: true}}",
        "BODY: {Names: {type: list, member: {type: string}}}",
        request=("breaking", "A client that sends nulls among the values is refused, or they are lost."),
        response=("compatible", "There are no nulls among the values any more."),
    ),
    pair(
        "default-added", "defaults", "added",
        "BODY: {Count: {type: integer}}", "BODY: {Count: {type: integer, default: 3}}",
        request=("warning",
        "The model says now what leaving it out means; it may have meant something else."),
        response=("compatible", "A client of the new model has a value where there was none."),
    ),
    pair(
        "default-changed", "defaults", "changed",
        "BODY: {Count: {type: integer, default: 3}}", "BODY: {Count: {type: integer, default: 4}}",
        request=("breaking", "Leaving it out means something else."),
        response=("breaking", "Its absence means something else to clients of the old and the new model."),
    ),
    pair(
        "default-removed", "defaults", "removed",
        "BODY: {Count: {type: integer, default: 3}}", "BODY: {Count: {type: integer}}",
        request=("breaking", "Leaving it out does not mean the old value any more."),
        response=("breaking", "Clients of the new model have no value where it is absent."),
    ),
    pair(
        "type-changed", "types", "changed",
        "BODY: {Count: {type: string}}", "BODY: {Count: {type: integer}}",
        request=("breaking", "What an old client sends is of the wrong type, and refused."),
        response=("breaking", "An old client gets a value of a type that it does not expect."),
    ),
    pair(
        "type-widened", "types", "loosened",
        "BODY: {Count: {type: integer}}", "BODY: {Count: {type: long}}",
        request=("compatible", "Smaller numbers are still taken."),
        response=("breaking", "A number may not fit into what an old client keeps it in."),
    ),
    pair(
        "type-narrowed", "types", "tightened",
        "BODY: {Count: {type: long}}", "BODY: {Count: {type: integer}}",
        request=("breaking", "Greater numbers of an old client are refused."),
        response=("compatible", "Smaller numbers fit everywhere."),
    ),
    pair(
        "wire-name-changed", "spelling", "changed",
        "BODY: {Name: {type: string, jsonName: name}}", "BODY: {Name: {type: string, jsonName: title}}",
        request=("breaking", MISUNDERSTOOD), response=("breaking", MISREAD),
    ),
    pair(
        "member-moved", "location", "changed",
        "BODY: {Name: string}", "BODY: {Name: {type: string, httpHeader: x-name}}",
        request=("breaking", "An old client sends it where the service does not look."),
        response=("breaking", "An old client looks for it where it is not."),
    ),
    pair(
        "timestamp-format-changed", "spelling", "changed",
        "BODY: {At: {type: timestamp}}", "BODY: {At: {type: timestamp, timestampFormat: date-time}}",
        request=("breaking", MISUNDERSTOOD), response=("breaking", MISREAD),
    ),
    pair(
        "media-type-changed", "spelling", "changed",
        "BODY: {Text: {type: string}}", "BODY: {Text: {type: string, mediaType: application/json}}",
        request=("breaking", MISUNDERSTOOD), response=("breaking", MISREAD),
    ),
    *(
        pair(
            f"{stem}-{word}", "spelling", "added" if word == "added" else "removed",
            f"metadata: {{protocol: rest-xml}}\nBODY: {{Any: {before if word == 'added' else after}}}",
            f"metadata: {{protocol: rest-xml}}\nBODY: {{Any: {after if word == 'added' else before}}}",
            request=("breaking", MISUNDERSTOOD), response=("breaking", MISREAD),
        )
        for stem, before, after in (
            ("xml-attribute", "{type: string}", "{type: string, xmlAttribute: true}"),
            (
                "xml-flattened", "{type: list, member: {type: string}}",
                "{type: list, member: {type: string}, xmlFlattened: true}",
            ),
        )
        for word in ("added", "removed")
    ),
    pair(
        "xml-namespace-changed", "spelling", "changed",
        "metadata: {protocol: rest-xml}\nBODY: {Any: {type: string}}",
        "metadata: {protocol: rest-xml}\nBODY: {Any: {type: string, xmlNamespace: {uri: 'http://a/'}}}",
        request=("breaking", MISUNDERSTOOD), response=("breaking", MISREAD),
    ),
    pair(
        "streaming-added", "streaming", "added",
        "BODY: {Data: {type: blob, httpPayload: true}}",
        "BODY: {Data: {type: blob, httpPayload: true, streaming: true}}",
        request=("breaking",
        "An SDK takes a stream where it took bytes, and the body is framed in another way."),
        response=("breaking", "Code gets a stream where it got bytes."),
    ),
    pair(
        "streaming-removed", "streaming", "removed",
        "BODY: {Data: {type: blob, httpPayload: true, streaming: true}}",
        "BODY: {Data: {type: blob, httpPayload: true}}",
        request=("breaking", "An SDK takes bytes where it took a stream."),
        response=("breaking", "Code gets bytes where it got a stream."),
    ),
    pair(
        "requires-length-added", "streaming", "tightened",
        "BODY: {Data: {type: blob, httpPayload: true, streaming: true}}",
        "BODY: {Data: {type: blob, httpPayload: true, streaming: true, requiresLength: true}}",
        request=("breaking", "A stream whose length is not known beforehand is refused."),
        response=("compatible", "The length is known beforehand."),
    ),
    pair(
        "requires-length-removed", "streaming", "loosened",
        "BODY: {Data: {type: blob, httpPayload: true, streaming: true, requiresLength: true}}",
        "BODY: {Data: {type: blob, httpPayload: true, streaming: true}}",
        request=("compatible", "A length may still be said."),
        response=("warning", "The length may not be known beforehand."),
    ),
    pair(
        "event-binding-changed", "streaming", "changed",
        "BODY: {Event: {type: structure, members: {A: string}}}",
        "BODY: {Event: {type: structure, members: {A: string}, traits: {event: true}}}",
        request=("breaking", MISUNDERSTOOD), response=("breaking", MISREAD),
    ),
    pair(
        "idempotency-token-added", "idempotency", "added",
        "BODY: {Token: string}", "BODY: {Token: {type: string, idempotencyToken: true}}",
        request=("compatible", "SDKs fill it in, so repeated requests are taken for one."),
        response=("compatible", "Nothing comes of it where clients only read."),
    ),
    pair(
        "idempotency-token-removed", "idempotency", "removed",
        "BODY: {Token: {type: string, idempotencyToken: true}}", "BODY: {Token: string}",
        request=("breaking", "SDKs fill it in no more: a repeated request may do things twice, or lack it."),
        response=("compatible", "Nothing comes of it where clients only read."),
    ),
    pair(
        "host-label-changed", "address", "changed",
        "operation: {endpoint: 'a.'}\nBODY: {Account: {type: string, required: true}}",
        "operation: {endpoint: 'a.'}\nBODY: {Account: {type: string, required: true, hostLabel: Account}}",
        request=("breaking", "The member is part of the host name, or no longer: requests go elsewhere."),
        response=("compatible", "Nothing comes of it where clients only read."),
    ),
    pair(
        "endpoint-parameter-changed", "address", "changed",
        "BODY: {Bucket: string}", "BODY: {Bucket: {type: string, traits: {contextParam: {name: Bucket}}}}",
        request=("warning",
        "Endpoint rules see the member, or no longer, so requests may go to another host."),
        response=("compatible", "Nothing comes of it where clients only read."),
    ),
    pair(
        "sensitive-added", "secrecy", "added",
        "BODY: {Secret: string}", "BODY: {Secret: {type: string, sensitive: true}}",
        request=("compatible", "Tools hide the value now."), response=("compatible",
        "Tools hide the value now."),
    ),
    pair(
        "sensitive-removed", "secrecy", "removed",
        "BODY: {Secret: {type: string, sensitive: true}}", "BODY: {Secret: string}",
        request=("warning", "Logs and recordings may show a value that they hid."),
        response=("warning", "Logs and recordings may show a value that they hid."),
    ),
    pair(
        "member-deprecated-added", "lifecycle", "added",
        "BODY: {Name: string}", "BODY: {Name: {type: string, deprecated: true}}",
        request=("warning", "It is still taken, and will go one day."),
        response=("warning", "It is still there, and will go one day."),
    ),
    pair(
        "member-deprecated-removed", "lifecycle", "removed",
        "BODY: {Name: {type: string, deprecated: true}}", "BODY: {Name: string}",
        request=("compatible", "It stays."), response=("compatible", "It stays."),
    ),
    pair(
        "deprecation-note-changed", "lifecycle", "changed",
        "BODY: {Name: {type: string, deprecated: true, traits: {deprecatedSince: '2025'}}}",
        "BODY: {Name: {type: string, deprecated: true, traits: {deprecatedSince: '2026'}}}",
        request=("compatible", "Only the words or the day of the deprecation."),
        response=("compatible", "Only the words or the day of the deprecation."),
    ),
    pair(
        "trait-changed", "unknown", "changed",
        "BODY: {Name: string}", "BODY: {Name: {type: string, traits: {'example.com#new': {}}}}",
        request=("warning", UNKNOWN), response=("warning", UNKNOWN),
    ),
))  # fmt: skip
