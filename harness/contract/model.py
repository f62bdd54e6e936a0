"""The frozen model of one operation at one version.

Filled by the importers, read by everybody. The same classes define the YAML format of contract files: keys
are the camel-case forms of the attribute names, which are Smithy's trait names wherever Smithy has one.

Values of inputs and outputs are *documents*: what JSON can say (``None``, ``bool``, ``int``, ``float``,
``str``, ``list``, ``dict``), keyed by member name whatever the protocol calls the member on the wire. A
timestamp is a number of seconds since 1970-01-01T00:00Z, a blob is base64 text.

Source: Smithy 2.0 (https://smithy.io/2.0/spec/index.html) for shapes and traits.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

FORMAT = 1

SIMPLE_TYPES = (
    "string", "boolean", "byte", "short", "integer", "long", "float", "double", "bigInteger", "bigDecimal",
    "blob", "timestamp", "document",
)  # fmt: skip
AGGREGATE_TYPES = ("structure", "union", "list", "map")


class _Value(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True, omit_defaults=True):
    """What every part of a contract is: frozen, camel-case in files, no unknown keys, defaults left out."""


class Bounds(_Value, frozen=True):
    """A ``length`` or ``range`` trait; a missing side is unbounded."""

    min: int | float | None = None
    max: int | float | None = None


class XmlNamespace(_Value, frozen=True):
    """Smithy's ``xmlNamespace`` trait."""

    uri: str
    prefix: str | None = None


class QueryError(_Value, frozen=True):
    """Smithy's ``awsQueryError`` trait: the code and status that the query protocols use."""

    code: str
    http_response_code: int | None = None


class Retryable(_Value, frozen=True):
    """Smithy's ``retryable`` trait."""

    throttling: bool = False


class Traits(_Value, frozen=True):
    """What can be said of a shape or of a member; a member's word goes before its target's.

    ``traits`` keeps whatever an imported model said beyond these, under the name it had there.
    """

    length: Bounds | None = None
    range: Bounds | None = None
    pattern: str | None = None
    enum: tuple[str, ...] | None = None
    unique_items: bool = False
    sparse: bool = False
    sensitive: bool = False
    streaming: bool = False
    requires_length: bool = False
    deprecated: bool = False
    box: bool = False
    timestamp_format: Literal["date-time", "http-date", "epoch-seconds"] | None = None
    media_type: str | None = None
    json_name: str | None = None
    xml_name: str | None = None
    xml_attribute: bool = False
    xml_flattened: bool = False
    xml_namespace: XmlNamespace | None = None
    documentation: str | None = None
    traits: dict[str, Any] = {}


class Member(Traits, frozen=True):
    """A member of a structure or union, or the element of a list or map.

    Attributes:
        target: The name of the member's shape in ``Contract.shapes``.
        required: Whether it must be present.
        default: Smithy's ``default`` trait.
        idempotency_token: Whether clients fill it in when it is left out.
        http_label: The label of the URI template that it fills.
        http_header: The header that carries it.
        http_prefix_headers: The prefix of the headers that carry its entries.
        http_query: The query parameter that carries it.
        http_query_params: Whether its entries become query parameters.
        http_payload: Whether it is the whole body.
        http_response_code: Whether it carries the status code.
        host_label: The label of the host prefix that it fills.
        query_name: The name it has in the ec2 protocol when that differs.
    """

    target: str = msgspec.field(default="")
    required: bool = False
    default: Any = None
    idempotency_token: bool = False
    http_label: str | None = None
    http_header: str | None = None
    http_prefix_headers: str | None = None
    http_query: str | None = None
    http_query_params: bool = False
    http_payload: bool = False
    http_response_code: bool = False
    host_label: str | None = None
    query_name: str | None = None

    @property
    def bound_as_text(self) -> bool:
        """Whether it travels outside the body, where every value is text."""
        return (
            self.http_label is not None
            or self.http_header is not None
            or self.http_query is not None
            or self.http_prefix_headers is not None
            or self.http_query_params
        )


class Shape(Traits, frozen=True):
    """One named shape.

    Attributes:
        type: One of ``SIMPLE_TYPES`` and ``AGGREGATE_TYPES``.
        members: The members of a structure or union, in the model's order.
        member: The element of a list.
        key: The key of a map.
        value: The value of a map.
        error: ``client`` or ``server`` for an error structure, else ``None``.
        http_error: The HTTP status of an error structure; ``None`` when the model gives none.
        error_code: The code on the wire, when it differs from the shape's name.
        query_error: Smithy's ``awsQueryError`` trait.
        retryable: Smithy's ``retryable`` trait.
    """

    type: Literal[
        "string", "boolean", "byte", "short", "integer", "long", "float", "double", "bigInteger",
        "bigDecimal", "blob", "timestamp", "document", "structure", "union", "list", "map",
    ] = "structure"  # fmt: skip
    members: dict[str, Member] = {}
    member: Member | None = None
    key: Member | None = None
    value: Member | None = None
    error: Literal["client", "server"] | None = None
    http_error: int | None = None
    error_code: str | None = None
    query_error: QueryError | None = None
    retryable: Retryable | None = None


class Source(_Value, frozen=True):
    """Where a fact comes from.

    Attributes:
        title: The document's title, or ``botocore X.Y.Z``.
        url: Its address, where it has one.
        published: The day of publication, ``YYYY-MM-DD``.
    """

    title: str
    url: str | None = None
    published: str | None = None


class Http(_Value, frozen=True):
    """Smithy's ``http`` trait; ``code`` is the status of a success."""

    method: str = "POST"
    uri: str = "/"
    code: int = 200


class Answer(_Value, frozen=True):
    """The error with which something is refused.

    Attributes:
        code: The error code on the wire.
        status: The HTTP status; ``None`` for a result inside a success.
        message: The message, where it is known; never part of a verdict.
    """

    code: str
    status: int | None = None
    message: str | None = None


class Auth(_Value, frozen=True):
    """How a request proves who sent it.

    Attributes:
        scheme: ``sigv4`` (an ``Authorization`` header), ``bearer`` (a token in ``header``) or ``none``.
        header: The header that carries a bearer token.
        member: The input member that is the bearer token.
        missing: What a request without authentication gets.
        note: Where documents and models disagree.
    """

    scheme: Literal["sigv4", "bearer", "none"] = "sigv4"
    header: str | None = None
    member: str | None = None
    missing: Answer = Answer(code="MissingAuthenticationTokenException", status=403)
    note: str | None = None


class Validation(_Value, frozen=True):
    """What a request that breaks a constraint of its shapes gets."""

    code: str = "ValidationException"
    status: int = 400
    source: Literal["documented", "observed", "assumed"] = "assumed"
    note: str | None = None


class Idempotency(_Value, frozen=True):
    """What a repeated idempotency token means.

    Attributes:
        token: The top-level input member that is the token.
        window: How long a token is remembered, in seconds; ``None`` where no document says.
        source: How sure it is that a repeated token gets the first answer again.
        changed: What another payload under a remembered token gets; ``None`` where nobody knows.
        changed_source: How sure ``changed`` is.
        scope: Further input members that a token is remembered under, e.g. the bearer token.
    """

    token: str
    window: int | None = None
    source: Literal["documented", "observed", "assumed"] = "documented"
    changed: Answer | None = None
    changed_source: Literal["documented", "observed", "assumed"] = "assumed"
    scope: tuple[str, ...] = ()


class Batch(_Value, frozen=True):
    """An operation that answers for each entry, and may fail entries inside a success.

    Attributes:
        entries: The input list; result *i* of ``results`` answers entry *i*.
        results: The output list.
        failed_count: The output member that counts failed entries.
        identifier: The member of a result that a successful entry has.
        code: The member of a result that names the error of a failed entry.
        message: The member of a result that explains it.
    """

    entries: str
    results: str
    failed_count: str | None = None
    identifier: str | None = None
    code: str = "ErrorCode"
    message: str = "ErrorMessage"


class Then(_Value, frozen=True):
    """What a rule's ``when`` brings about: the request refused, or one entry of a batch."""

    refuse: Answer | None = None
    entry: Answer | None = None


class Variation(_Value, frozen=True):
    """One change of a valid input, for reaching one side of a rule.

    Attributes:
        set: Member paths such as ``Entries[0].Detail`` and the value each gets; ``null`` takes the member
            away. ``{repeat: "x", times: 10}`` as a value stands for that text repeated, and a list of such
            values and texts under ``{concat: [...]}`` for their concatenation.
        of: The title of the example to start from; the first one when left out.
    """

    set: dict[str, Any]
    of: str | None = None


class Rule(_Value, frozen=True):
    """A fact that shapes cannot say.

    Attributes:
        id: Stable within the operation; its pointer is ``service:Operation#/rules/<id>``.
        summary: The fact in one sentence.
        source: How it is known.
        when: JMESPath over the input, or over one entry of the batch when ``then`` fails an entry; the rule
            bites where it is truthy. Beyond the standard functions there are ``json_kind(text)``,
            ``utf8_length(text)`` and ``matches(pattern, text)``.
        then: What happens where it bites.
        url: Where it is written down.
        note: Deviations and doubts.
        inside: Variations that keep the rule, as near to its edge as they come.
        outside: Variations that break it and nothing else.
    """

    id: str
    summary: str
    source: Literal["documented", "observed", "assumed"]
    when: str
    then: Then
    url: str | None = None
    note: str | None = None
    inside: tuple[Variation, ...] = ()
    outside: tuple[Variation, ...] = ()


class Example(_Value, frozen=True):
    """A semantically valid input, vouched for by a person or a document."""

    title: str
    input: dict[str, Any]
    output: dict[str, Any] | None = None
    source: str | None = None


class Contract(_Value, frozen=True):
    """One operation at one version.

    Attributes:
        service: botocore's name of the service.
        operation: The operation's name.
        version: The day this shape was published, ``YYYY-MM-DD``.
        protocol: The protocol that botocore speaks: ``json``, ``rest-json``, ``query``, ``ec2``,
            ``rest-xml`` or ``smithy-rpc-v2-cbor``.
        metadata: botocore's service metadata, unchanged (``targetPrefix``, ``signingName``, ...).
        idempotent: Whether the model calls the operation idempotent.
        endpoint: What stands before the endpoint's host, as a template.
        values: Hints for semantically valid values: member pointers below the input
            (``Entries/member/Detail``) and values that are good there.
        volatile: Output members (as pointers below the output) that differ from call to call.
        echo: Output members that repeat an input member.
        notes: Deviations between documents, models and observation.
        traits: What the operation's model said beyond these fields.
    """

    format: Literal[1]
    service: str
    operation: str
    version: str
    sources: tuple[Source, ...]
    protocol: str
    metadata: dict[str, Any]
    http: Http
    shapes: dict[str, Shape]
    input: str | None = None
    output: str | None = None
    errors: tuple[str, ...] = ()
    documentation: str | None = None
    idempotent: bool = False
    endpoint: str | None = None
    auth: Auth = Auth()
    validation: Validation = Validation()
    idempotency: Idempotency | None = None
    batch: Batch | None = None
    rules: tuple[Rule, ...] = ()
    examples: tuple[Example, ...] = ()
    values: dict[str, tuple[Any, ...]] = {}
    volatile: tuple[str, ...] = ()
    echo: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    traits: dict[str, Any] = {}

    @property
    def name(self) -> str:
        """``service:Operation``, the form selectors and pointers use."""
        return f"{self.service}:{self.operation}"

    def error_shapes(self) -> dict[str, Shape]:
        """The declared errors by their code on the wire."""
        return {self.shapes[name].error_code or name: self.shapes[name] for name in self.errors}
