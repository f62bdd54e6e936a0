"""The rules about services and operations as wholes: what there is, how it is addressed and proven."""

from __future__ import annotations

from harness.compare.contracts.model import Rule

JSON = "metadata: {protocol: json, targetPrefix: Things, jsonVersion: '1.1'}"

ROWS: tuple[Rule, ...] = (
    Rule(
        "service-added", "both", "existence", "added", "compatible",
        "Nobody calls it yet.", "service: absent", "operations: [Act]",
    ),
    Rule(
        "service-removed", "both", "existence", "removed", "breaking",
        "A client of the service cannot even be made any more.", "operations: [Act]", "service: absent",
    ),
    Rule(
        "operation-added", "both", "existence", "added", "compatible",
        "Nobody calls it yet.", "operations: [Act]", "operations: [Act, Rest]",
    ),
    Rule(
        "operation-removed", "both", "existence", "removed", "breaking",
        "A client that calls it is refused, or has no such method any more.",
        "operations: [Act, Rest]", "operations: [Act]",
    ),
    Rule(
        "operation-name-changed", "both", "address", "changed", "breaking",
        "The service does not know the operation that an old client names in its requests.",
        f"{JSON}\nnames: {{Act: Act}}", f"{JSON}\nnames: {{Act: Act2020}}",
    ),
    Rule(
        "protocol-changed", "both", "protocol", "changed", "breaking",
        "An old client speaks a protocol that the service does not understand any more.",
        "metadata: {protocol: query}", "metadata: {protocol: json, targetPrefix: Things}",
    ),
    Rule(
        "protocol-preference-changed", "both", "protocol", "changed", "warning",
        "Old clients go on in the old protocol, new ones send other bytes: recordings, proxies and emulators "
        "meet requests that they do not know.",
        "metadata: {protocol: query}",
        "metadata: {protocol: query, protocols: [json, query], targetPrefix: Things}",
    ),
    Rule(
        "protocol-offered", "both", "protocol", "added", "compatible",
        "Old clients go on in the protocol they know.",
        "metadata: {protocol: json, targetPrefix: Things}",
        "metadata: {protocol: json, protocols: [json, smithy-rpc-v2-cbor], targetPrefix: Things}",
    ),
    Rule(
        "protocol-withdrawn", "both", "protocol", "removed", "breaking",
        "A client that speaks the withdrawn protocol is not understood any more.",
        "metadata: {protocol: json, protocols: [json, query], targetPrefix: Things}",
        "metadata: {protocol: json, protocols: [json], targetPrefix: Things}",
    ),
    Rule(
        "json-version-changed", "both", "protocol", "changed", "breaking",
        "Requests of an old client carry another Content-Type than the service takes.",
        JSON, JSON.replace("1.1", "1.0"),
    ),
    Rule(
        "target-prefix-changed", "request", "address", "changed", "breaking",
        "The X-Amz-Target of an old client names a service that is not there.",
        JSON, JSON.replace("Things", "Things2"),
    ),
    Rule(
        "query-compatibility-added", "response", "protocol", "added", "warning",
        "Errors come under their codes of the query protocol: a client that came from there finds them, one "
        "that knows the others does not.",
        "metadata: {protocol: json}", "metadata: {protocol: json, awsQueryCompatible: {}}",
    ),
    Rule(
        "query-compatibility-removed", "response", "protocol", "removed", "breaking",
        "Errors come no longer under their codes of the query protocol.",
        "metadata: {protocol: json, awsQueryCompatible: {}}", "metadata: {protocol: json}",
    ),
    Rule(
        "protocol-settings-changed", "both", "protocol", "changed", "warning",
        "Clients may connect in another way, e.g. over HTTP/2.",
        "metadata: {protocolSettings: {h2: optional}}", "metadata: {protocolSettings: {h2: eventstream}}",
    ),
    Rule(
        "api-version-changed", "request", "address", "changed", "breaking",
        "Requests of an old client say another Version, and the service may answer as another API.",
        "metadata: {protocol: query, apiVersion: '2012-11-05'}",
        "metadata: {protocol: query, apiVersion: '2020-01-01'}",
    ),
    Rule(
        "api-version-label-changed", "both", "address", "changed", "warning",
        "Nothing on the wire; a client that is pinned to an API version does not find it any more.",
        "metadata: {apiVersion: '2012-11-05'}", "metadata: {apiVersion: '2020-01-01'}",
    ),
    Rule(
        "service-xml-namespace-changed", "both", "spelling", "changed", "breaking",
        "Documents of an old client stand in a namespace that the service does not expect.",
        "metadata: {protocol: rest-xml, xmlNamespace: 'http://a/'}",
        "metadata: {protocol: rest-xml, xmlNamespace: 'http://b/'}",
    ),
    Rule(
        "endpoint-changed", "request", "address", "changed", "breaking",
        "Requests go to another host: allow-lists, proxies and recordings of the old one do not fit, and an "
        "old client may find nobody there.",
        "metadata: {endpointPrefix: things, signingName: things}",
        "metadata: {endpointPrefix: api.things, signingName: things}",
    ),
    Rule(
        "signing-name-changed", "request", "authentication", "changed", "breaking",
        "Signatures of an old client are for another service name, and are refused.",
        "metadata: {signingName: things}", "metadata: {signingName: stuff}",
    ),
    Rule(
        "auth-changed", "request", "authentication", "changed", "breaking",
        "An old client proves who it is in a way that is not asked for any more.",
        "metadata: {signatureVersion: v4}", "metadata: {signatureVersion: bearer}",
    ),
    Rule(
        "auth-required", "request", "authentication", "tightened", "breaking",
        "A client that sent no proof of who it is is refused now.",
        "operation: {traits: {authtype: none}}", "operation: {}",
    ),
    Rule(
        "auth-dropped", "request", "authentication", "loosened", "warning",
        "Old clients are still served; whoever relied on callers being known must look again.",
        "operation: {}", "operation: {traits: {authtype: none, auth: ['smithy.api#noAuth']}}",
    ),
    Rule(
        "auth-scheme-added", "request", "authentication", "added", "compatible",
        "Old clients go on with the scheme they know.",
        "metadata: {auth: ['aws.auth#sigv4']}", "metadata: {auth: ['aws.auth#sigv4', 'aws.auth#sigv4a']}",
    ),
    Rule(
        "auth-scheme-removed", "request", "authentication", "removed", "breaking",
        "A client that used the scheme is refused now.",
        "metadata: {auth: ['aws.auth#sigv4', 'aws.auth#sigv4a']}", "metadata: {auth: ['aws.auth#sigv4']}",
    ),
    Rule(
        "payload-signing-changed", "request", "authentication", "changed", "warning",
        "The signature covers the body, or no longer does: signed requests and recordings differ.",
        "operation: {}", "operation: {traits: {authtype: v4-unsigned-body, unsignedPayload: true}}",
    ),
    Rule(
        "service-id-changed", "both", "client", "changed", "warning",
        "Nothing on the wire; event names, configuration keys and code that name the service by its id do "
        "not fit any more.",
        "metadata: {serviceId: Things}", "metadata: {serviceId: Thing Service}",
    ),
    Rule(
        "service-label-changed", "both", "client", "changed", "compatible",
        "Only words about the service.",
        "metadata: {serviceFullName: Things}", "metadata: {serviceFullName: Amazon Things}",
    ),
    Rule(
        "metadata-changed", "both", "unknown", "changed", "warning",
        "The model says something else of the service, and no rule here knows what comes of it.",
        "metadata: {checksumFormat: md5}", "metadata: {checksumFormat: sha256}",
    ),
    Rule(
        "service-trait-changed", "both", "unknown", "changed", "warning",
        "The model says something else of the service, and no rule here knows what comes of it.",
        "traits: {clientContextParams: {A: {type: boolean}}}", "traits: {}",
    ),
    Rule(
        "service-deprecated-added", "both", "lifecycle", "added", "warning",
        "It still works, and will go one day.", "traits: {}", "traits: {deprecated: true}",
    ),
    Rule(
        "service-deprecated-removed", "both", "lifecycle", "removed", "compatible",
        "It stays.", "traits: {deprecated: true}", "traits: {}",
    ),
    Rule(
        "service-deprecation-note-changed", "both", "lifecycle", "changed", "compatible",
        "Only the words or the day of the deprecation.",
        "traits: {deprecated: true, deprecatedMessage: Soon.}",
        "traits: {deprecated: true, deprecatedMessage: Later.}",
    ),
)  # fmt: skip
