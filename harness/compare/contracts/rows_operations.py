"""The rules about one operation: address, success, traits, what a person adds, paging and waiting."""

from __future__ import annotations

from harness.compare.contracts.model import Rule

PAGES = "paginators: {Act: {input_token: Next, output_token: Next, result_key: Items, limit_key: Max}}"
WAITS = (
    "waiters: {Done: {operation: Act, delay: 5, maxAttempts: 9, "
    "acceptors: [{state: success, matcher: status, expected: 200}]}}"
)
KINDS = "input: {Kind: {type: string, enum: [a, b]}, Text: string}"
REFUSE = "then: {refuse: {code: ValidationException, status: 400}}"

ROWS: tuple[Rule, ...] = (
    Rule(
        "http-method-changed", "request", "address", "changed", "breaking",
        "Requests of an old client are for no operation.",
        "http: {method: POST, uri: /things}", "http: {method: PUT, uri: /things}",
    ),
    Rule(
        "http-uri-changed", "request", "address", "changed", "breaking",
        "Requests of an old client are for no operation.",
        "http: {uri: '/things/{id}'}\ninput: {id: {type: string, required: true, httpLabel: id}}",
        "http: {uri: '/stuff/{id}'}\ninput: {id: {type: string, required: true, httpLabel: id}}",
    ),
    Rule(
        "success-code-changed", "response", "status", "changed", "breaking",
        "A client that waits for the old status takes success for failure.",
        "http: {code: 200}", "http: {code: 202}",
    ),
    Rule(
        "host-prefix-changed", "request", "address", "changed", "breaking",
        "Requests go to another host: an old client may find nobody there.",
        "operation: {endpoint: data-}", "operation: {endpoint: api-}",
    ),
    Rule(
        "operation-idempotent-added", "request", "idempotency", "added", "compatible",
        "Repeating it is safe now.", "operation: {}", "operation: {idempotent: true}",
    ),
    Rule(
        "operation-idempotent-removed", "request", "idempotency", "removed", "warning",
        "A client that repeats the request may now do things twice.",
        "operation: {idempotent: true}", "operation: {}",
    ),
    Rule(
        "operation-readonly-added", "request", "idempotency", "added", "compatible",
        "It is promised to change nothing.", "operation: {}", "operation: {traits: {readonly: true}}",
    ),
    Rule(
        "operation-readonly-removed", "request", "idempotency", "removed", "warning",
        "It may change something now; a client that calls it freely must look again.",
        "operation: {traits: {readonly: true}}", "operation: {}",
    ),
    Rule(
        "checksum-required-added", "request", "checksum", "tightened", "breaking",
        "A request without a checksum is refused now.",
        "operation: {}", "operation: {traits: {httpChecksumRequired: true}}",
    ),
    Rule(
        "checksum-required-removed", "request", "checksum", "loosened", "compatible",
        "A checksum is still taken.", "operation: {traits: {httpChecksumRequired: true}}", "operation: {}",
    ),
    Rule(
        "checksum-changed", "both", "checksum", "changed", "warning",
        "Clients compute or check other checksums, or none.",
        "operation: {traits: {httpChecksum: {requestAlgorithmMember: A}}}",
        "operation: {traits: {httpChecksum: {requestAlgorithmMember: B}}}",
    ),
    Rule(
        "request-compression-changed", "request", "spelling", "changed", "warning",
        "Bodies are compressed in another way, or no longer.",
        "operation: {}", "operation: {traits: {requestcompression: {encodings: [gzip]}}}",
    ),
    Rule(
        "endpoint-discovery-changed", "request", "address", "changed", "warning",
        "Clients look for the operation's endpoint in another way; one that does not may find nobody.",
        "operation: {traits: {endpointdiscovery: {}}}",
        "operation: {traits: {endpointdiscovery: {required: true}}}",
    ),
    Rule(
        "operation-endpoint-parameter-changed", "request", "address", "changed", "warning",
        "Endpoint rules get another value, so requests may go to another host.",
        "operation: {}", "operation: {traits: {staticContextParams: {Kind: {value: control}}}}",
    ),
    Rule(
        "operation-trait-changed", "both", "unknown", "changed", "warning",
        "The model says something else of the operation, and no rule here knows what comes of it.",
        "operation: {}", "operation: {traits: {'example.com#new': {}}}",
    ),
    Rule(
        "operation-deprecated-added", "both", "lifecycle", "added", "warning",
        "It still works, and will go one day.", "operation: {}", "operation: {traits: {deprecated: true}}",
    ),
    Rule(
        "operation-deprecated-removed", "both", "lifecycle", "removed", "compatible",
        "It stays.", "operation: {traits: {deprecated: true}}", "operation: {}",
    ),
    Rule(
        "operation-deprecation-note-changed", "both", "lifecycle", "changed", "compatible",
        "Only the words or the day of the deprecation.",
        "operation: {traits: {deprecated: true, deprecatedSince: '2025'}}",
        "operation: {traits: {deprecated: true, deprecatedSince: '2026'}}",
    ),
    Rule(
        "request-root-changed", "request", "spelling", "changed", "breaking",
        "Bodies of an old client have a root element that the service does not expect.",
        "operation: {traits: {input: {locationName: Thing}}}",
        "operation: {traits: {input: {locationName: ThingRequest}}}",
    ),
    Rule(
        "response-root-changed", "response", "spelling", "changed", "breaking",
        "An old client does not find the result inside the answer.",
        "operation: {traits: {output: {resultWrapper: ActResult}}}",
        "operation: {traits: {output: {resultWrapper: ActionResult}}}",
    ),
    Rule(
        "input-added", "request", "existence", "added", "compatible",
        "An old client sends nothing, which is still taken.", "input: null", "input: {Name: string}",
    ),
    Rule(
        "required-input-added", "request", "existence", "tightened", "breaking",
        "An old client sends nothing, and is refused.",
        "input: null", "input: {Name: {type: string, required: true}}",
    ),
    Rule(
        "input-removed", "request", "existence", "removed", "breaking",
        "What an old client sends is not looked at, or refused.", "input: {Name: string}", "input: null",
    ),
    Rule(
        "output-added", "response", "existence", "added", "compatible",
        "An old client does not look at it.", "output: null", "output: {Name: string}",
    ),
    Rule(
        "output-removed", "response", "existence", "removed", "breaking",
        "An old client gets nothing where it reads a result.", "output: {Name: string}", "output: null",
    ),
    Rule(
        "rule-added", "request", "rules", "tightened", "breaking",
        "Requests that the rule bites were taken and are refused now.",
        KINDS, f"{KINDS}\nrules: [{{id: short, summary: Short., source: documented, "
        f"when: length(Text) > `9`, {REFUSE}}}]",
    ),
    Rule(
        "rule-added-for-new", "request", "rules", "added", "compatible",
        "It bites only requests with new members or values, which no old client sends.",
        KINDS, f"{KINDS}\nrules: [{{id: only-a-and-b, summary: Only a and b., source: documented, "
        f"when: Kind == 'c', {REFUSE}}}]",
    ),
    Rule(
        "rule-removed", "request", "rules", "loosened", "compatible",
        "More requests are taken than before.",
        f"{KINDS}\nrules: [{{id: short, summary: Short., source: documented, when: Text, {REFUSE}}}]", KINDS,
    ),
    Rule(
        "rule-changed", "request", "rules", "changed", "warning",
        "Other requests than before are refused; read both conditions.",
        f"{KINDS}\nrules: [{{id: short, summary: Short., source: documented, when: Text, {REFUSE}}}]",
        f"{KINDS}\nrules: [{{id: short, summary: Short., source: documented, when: Kind, {REFUSE}}}]",
    ),
    Rule(
        "rule-answer-changed", "response", "rules", "changed", "breaking",
        "A client that recognises a refused request by its code or status does not any more.",
        f"{KINDS}\nrules: [{{id: short, summary: Short., source: documented, when: Text, {REFUSE}}}]",
        f"{KINDS}\nrules: [{{id: short, summary: Short., source: documented, when: Text, "
        f"{REFUSE.replace('400', '409')}}}]",
    ),
    Rule(
        "idempotency-changed", "request", "idempotency", "changed", "warning",
        "A repeated token means something else, or is remembered for another time.",
        "input: {Token: string}\nidempotency: {token: Token, window: 600}",
        "input: {Token: string}\nidempotency: {token: Token, window: 60}",
    ),
    Rule(
        "batch-changed", "response", "batch", "changed", "breaking",
        "A client that looks for the results of its entries does not find them where they were.",
        "batch: {entries: Entries, results: Results}", "batch: {entries: Entries, results: Outcomes}",
    ),
    Rule(
        "validation-error-changed", "response", "errors", "changed", "breaking",
        "A client that recognises a refused input by its code or status does not any more.",
        "validation: {code: ValidationException, status: 400}",
        "validation: {code: BadRequestException, status: 400}",
    ),
    Rule(
        "auth-error-changed", "response", "authentication", "changed", "breaking",
        "A client that recognises by its code or status that it was not let in does not any more.",
        "auth: {scheme: sigv4, missing: {code: AccessDeniedException, status: 403}}",
        "auth: {scheme: sigv4, missing: {code: AccessDeniedException, status: 401}}",
    ),
    Rule(
        "pagination-added", "both", "pagination", "added", "compatible",
        "Clients can turn pages by themselves now.", "paginators: {}", PAGES,
    ),
    Rule(
        "pagination-removed", "both", "pagination", "removed", "breaking",
        "A client that asks the SDK for a paginator gets an error.", PAGES, "paginators: {}",
    ),
    Rule(
        "pagination-token-changed", "both", "pagination", "changed", "breaking",
        "A client that turns pages by the old token stops after the first, or begins again.",
        PAGES, PAGES.replace("output_token: Next", "output_token: Marker"),
    ),
    Rule(
        "pagination-result-changed", "both", "pagination", "changed", "breaking",
        "A client that reads the pages' items under the old name finds none.",
        PAGES, PAGES.replace("Items", "Things"),
    ),
    Rule(
        "pagination-result-added", "both", "pagination", "added", "compatible",
        "Pages hold further lists beside those that a client reads.",
        PAGES, PAGES.replace("Items", "[Items, Things]"),
    ),
    Rule(
        "pagination-extras-changed", "both", "pagination", "changed", "warning",
        "What pages hold beside their items is found under other names.",
        PAGES, PAGES.replace("limit_key: Max", "limit_key: Max, non_aggregate_keys: [Total]"),
    ),
    Rule(
        "pagination-limit-changed", "both", "pagination", "changed", "warning",
        "The size of a page is said in another member; PageSize may go unheard.",
        PAGES, PAGES.replace("limit_key: Max", "limit_key: Limit"),
    ),
    Rule(
        "pagination-end-changed", "both", "pagination", "changed", "warning",
        "The last page is recognised in another way; a client may stop early or go on.",
        PAGES, PAGES.replace("limit_key: Max", "limit_key: Max, more_results: More"),
    ),
    Rule(
        "pagination-changed", "both", "pagination", "changed", "warning",
        "The model says something else of paging, and no rule here knows what comes of it.",
        PAGES, PAGES.replace("limit_key: Max", "limit_key: Max, future: 1"),
    ),
    Rule(
        "waiter-added", "both", "waiters", "added", "compatible",
        "Clients can wait for one more thing.", "waiters: {}", WAITS,
    ),
    Rule(
        "waiter-removed", "both", "waiters", "removed", "breaking",
        "A client that asks the SDK for the waiter gets an error.", WAITS, "waiters: {}",
    ),
    Rule(
        "waiter-operation-changed", "both", "waiters", "changed", "breaking",
        "Waiting calls another operation: other input, other permissions.",
        WAITS, WAITS.replace("operation: Act", "operation: Rest"),
    ),
    Rule(
        "waiter-acceptors-changed", "both", "waiters", "changed", "warning",
        "Waiting ends at other answers than before.", WAITS, WAITS.replace("200", "202"),
    ),
    Rule(
        "waiter-timing-changed", "both", "waiters", "changed", "compatible",
        "Waiting asks more or less often, or gives up earlier or later.",
        WAITS, WAITS.replace("delay: 5", "delay: 9"),
    ),
    Rule(
        "waiter-changed", "both", "waiters", "changed", "warning",
        "The model says something else of waiting, and no rule here knows what comes of it.",
        WAITS, WAITS.replace("delay: 5", "delay: 5, future: 1"),
    ),
)  # fmt: skip
