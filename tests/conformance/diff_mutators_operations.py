"""Single edits of operations and of the errors that they declare."""

from __future__ import annotations

import random
import re
from functools import partial
from typing import Any

from diff_edits import Edit, Files, changed, users
from diff_mutation import Mutator, backwards, pick, protocols, spoken, spot

NAMED = frozenset({"json", "query", "ec2", "smithy-rpc-v2-cbor"})


def pointed(files: Files, operation: str, word: str) -> str:
    """Spell a pointer to a fact of an operation."""
    return f"{files.name}:{operation}#/{word}" if word else f"{files.name}:{operation}"


def fact(files: Files, choice: random.Random, *, key: str, value: Any, rule: str, word: str) -> Edit | None:
    """Give an operation a fact that it did not have."""
    name = pick(choice, (name for name, spec in files.model["operations"].items() if key not in spec))
    if name is None:
        return None
    return Edit(
        files, changed(files, "operations", name, **{key: value}), ((rule, pointed(files, name, word)),)
    )


# Key in the model, value, rule of its coming and its going, pointer's word.
FACTS: dict[str, tuple[Any, str, str, str]] = {
    "idempotent": (True, "operation-idempotent-added", "operation-idempotent-removed", "idempotent"),
    "readonly": (True, "operation-readonly-added", "operation-readonly-removed", "traits/readonly"),
    "deprecated": (True, "operation-deprecated-added", "operation-deprecated-removed", "traits/deprecated"),
    "deprecatedMessage": (
        "Old.",
        "operation-deprecation-note-changed",
        "operation-deprecation-note-changed",
        "traits/deprecatedMessage",
    ),
    "deprecatedSince": (
        "2026-01-01",
        "operation-deprecation-note-changed",
        "operation-deprecation-note-changed",
        "traits/deprecatedSince",
    ),
    "endpoint": ({"hostPrefix": "strange-"}, "host-prefix-changed", "host-prefix-changed", "endpoint"),
    "staticContextParams": (
        {"Strange": {"value": True}},
        "operation-endpoint-parameter-changed",
        "operation-endpoint-parameter-changed",
        "traits/staticContextParams",
    ),
    "operationContextParams": (
        {"Strange": {"path": "A"}},
        "operation-endpoint-parameter-changed",
        "operation-endpoint-parameter-changed",
        "traits/operationContextParams",
    ),
    "endpointdiscovery": (
        {"required": True},
        "endpoint-discovery-changed",
        "endpoint-discovery-changed",
        "traits/endpointdiscovery",
    ),
    "endpointoperation": (
        True,
        "endpoint-discovery-changed",
        "endpoint-discovery-changed",
        "traits/endpointoperation",
    ),
    "httpChecksumRequired": (
        True,
        "checksum-required-added",
        "checksum-required-removed",
        "traits/httpChecksumRequired",
    ),
    "httpChecksum": (
        {"requestAlgorithmMember": "A"},
        "checksum-changed",
        "checksum-changed",
        "traits/httpChecksum",
    ),
    "requestcompression": (
        {"encodings": ["gzip"]},
        "request-compression-changed",
        "request-compression-changed",
        "traits/requestcompression",
    ),
    "unsignedPayload": (True, "payload-signing-changed", "payload-signing-changed", "traits/unsignedPayload"),
    "unheardOf": ({"a": 1}, "operation-trait-changed", "operation-trait-changed", "traits/unheardOf"),
}


def signing(files: Files, choice: random.Random, *, how: str) -> Edit | None:
    """Change how one operation proves who calls it."""
    metadata = files.model["metadata"]
    if metadata["signatureVersion"] != "v4" or metadata.get("auth", ["aws.auth#sigv4"]) != ["aws.auth#sigv4"]:
        return None
    name = pick(
        choice,
        (
            name
            for name, spec in files.model["operations"].items()
            if not {"auth", "authtype", "unsignedPayload"} & spec.keys()
        ),
    )
    if name is None:
        return None
    facts, rule = {
        "none": ({"authtype": "none", "auth": ["smithy.api#noAuth"]}, "auth-dropped"),
        "authtype-none": ({"authtype": "none"}, "auth-dropped"),
        "auth-none": ({"auth": ["smithy.api#noAuth"]}, "auth-dropped"),
        "bearer": ({"auth": ["smithy.api#httpBearerAuth"]}, "auth-changed"),
        "both": ({"auth": ["aws.auth#sigv4", "aws.auth#sigv4a"]}, "auth-scheme-added"),
        "optional": ({"auth": ["aws.auth#sigv4", "smithy.api#noAuth"]}, "auth-scheme-added"),
        "unsigned": ({"authtype": "v4-unsigned-body"}, "payload-signing-changed"),
        "same": ({"auth": ["aws.auth#sigv4"]}, ""),
        "same-authtype": ({"authtype": "v4"}, ""),
    }[how]
    return Edit(
        files,
        changed(files, "operations", name, **facts),
        ((rule, pointed(files, name, "auth")),) if rule else (),
    )


AUTH = {
    "auth-dropped": "auth-required", "auth-scheme-added": "auth-scheme-removed",
    "payload-signing-changed": "payload-signing-changed", "auth-changed": "auth-changed",
}  # fmt: skip


def http(files: Files, choice: random.Random, *, what: str) -> Edit | None:
    """Change method, path or success status, or spell what was the default."""
    operations = files.model["operations"]
    name = pick(choice, operations)
    spec = operations[name]["http"]
    if what == "method":
        other = pick(choice, sorted({"POST", "PUT", "GET", "PATCH", "DELETE"} - {spec["method"]}))
        return Edit(
            files,
            changed(files, "operations", name, "http", method=other),
            (("http-method-changed", pointed(files, name, "http/method")),),
        )
    if what == "path":
        return Edit(
            files,
            changed(files, "operations", name, "http", requestUri="/strange" + spec["requestUri"]),
            (("http-uri-changed", pointed(files, name, "http/uri")),),
        )
    if what == "query":
        mark = "&" if "?" in spec["requestUri"] else "?"
        return Edit(
            files,
            changed(files, "operations", name, "http", requestUri=f"{spec['requestUri']}{mark}strange"),
            (("http-uri-changed", pointed(files, name, "http/uri")),),
        )
    if what == "status":
        other = pick(choice, sorted({200, 201, 202, 204} - {spec.get("responseCode", 200)}))
        return Edit(
            files,
            changed(files, "operations", name, "http", responseCode=other),
            (("success-code-changed", pointed(files, name, "http/code")),),
        )
    if spec.get("responseCode", 200) != 200:
        return None
    return Edit(
        files,
        changed(files, "operations", name, "http", responseCode=None if "responseCode" in spec else 200),
    )


def label(files: Files, choice: random.Random, *, member: bool) -> Edit | None:
    """Rename a label of a URI with the name that its member gives it, and with the member itself."""
    known, shapes, found = users(files), files.model["shapes"], []
    for name, spec in files.model["operations"].items():
        labels = re.findall(r"\{([^}+]+)\+?\}", spec["http"]["requestUri"])
        root = spec.get("input", {}).get("shape")
        if (
            labels
            and root
            and len(known.operations[root]) == 1
            and not known.parts.get(root)
            and "hostPrefix" not in spec.get("endpoint", {})
        ):
            found.append((name, root, labels))
    chosen = pick(choice, found)
    if chosen is None or not spoken(files).startswith("rest"):
        return None
    name, root, labels = chosen
    said = pick(choice, labels)
    key = next(
        (
            key
            for key, each in shapes[root]["members"].items()
            if each.get("location") == "uri" and each.get("locationName", key) == said
        ),
        None,
    )
    if key is None:
        return None
    uri = re.sub(
        r"\{" + re.escape(said) + r"(\+?)\}",
        r"{strangeLabel\1}",
        files.model["operations"][name]["http"]["requestUri"],
    )
    new = changed(files, "operations", name, "http", requestUri=uri)
    if not member:
        return Edit(files, changed(new, "shapes", root, "members", key, locationName="strangeLabel"))
    left = {
        ("strangeLabel" if each == key else each): (
            {**item, "locationName": "strangeLabel"} if each == key else item
        )
        for each, item in shapes[root]["members"].items()
    }
    needed = ["strangeLabel" if each == key else each for each in shapes[root].get("required", ())]
    new = changed(new, "shapes", root, members=left, required=needed)
    return Edit(files, new, spots=(spot(root, "", "member-renamed", "strangeLabel"),))


def host(files: Files, choice: random.Random) -> Edit | None:
    """Put other words before the host of an operation that has some."""
    name = pick(
        choice,
        (
            name
            for name, spec in files.model["operations"].items()
            if "hostPrefix" in spec.get("endpoint", {})
        ),
    )
    if name is None:
        return None
    said = files.model["operations"][name]["endpoint"]["hostPrefix"]
    new = changed(files, "operations", name, "endpoint", hostPrefix=f"strange-{said}")
    return Edit(files, new, (("host-prefix-changed", pointed(files, name, "endpoint")),))


def wire(files: Files, choice: random.Random) -> Edit | None:
    """Call an operation otherwise on the wire, or, where requests do not name it, change nothing."""
    name = pick(choice, files.model["operations"])
    told = (("operation-name-changed", pointed(files, name, "name")),) if protocols(files) & NAMED else ()
    return Edit(files, changed(files, "operations", name, name="StrangeName"), told)


def added(files: Files, choice: random.Random) -> Edit:
    """Add an operation."""
    name = pick(choice, files.model["operations"])
    spec = {**files.model["operations"][name], "name": "StrangeOperation"}
    return Edit(
        files,
        changed(files, "operations", StrangeOperation=spec),
        (("operation-added", pointed(files, "StrangeOperation", "")),),
    )


def body(files: Files, choice: random.Random, *, side: str) -> Edit | None:
    """Take the whole input or output away."""
    shapes = files.model["shapes"]
    name = pick(
        choice,
        (
            name
            for name, spec in files.model["operations"].items()
            if side in spec
            and shapes[spec[side]["shape"]]["members"]
            and not any(
                member.get("location") == "uri" for member in shapes[spec[side]["shape"]]["members"].values()
            )
        ),
    )
    if name is None:
        return None
    return Edit(
        files,
        changed(files, "operations", name, **{side: None}),
        ((f"{side}-removed", pointed(files, name, side)),),
    )


def body_come(files: Files, choice: random.Random, *, side: str) -> Edit | None:
    """Give an operation an input or output."""
    edit = body(files, choice, side=side)
    if edit is None:
        return None
    rule = f"{side}-added"
    operation = edit.exact[0][1].partition("#")[0].partition(":")[2]
    shape = files.model["shapes"][files.model["operations"][operation][side]["shape"]]
    if side == "input" and any(
        not shape["members"][key].get("idempotencyToken")
        for key in shape.get("required", ())
        if key in shape["members"]
    ):
        rule = "required-input-added"
    return Edit(edit.new, edit.old, ((rule, edit.exact[0][1]),))


def empty(files: Files, choice: random.Random, *, side: str) -> Edit | None:
    """Say an empty input or output instead of none: no change."""
    name = pick(choice, (name for name, spec in files.model["operations"].items() if side not in spec))
    if name is None:
        return None
    new = changed(files, "shapes", StrangeEmpty={"type": "structure", "members": {}})
    return Edit(files, changed(new, "operations", name, **{side: {"shape": "StrangeEmpty"}}))


def around(files: Files, choice: random.Random, *, side: str, key: str, value: Any) -> Edit | None:
    """Name the element around a body otherwise."""
    name = pick(
        choice, (name for name, spec in files.model["operations"].items() if key in spec.get(side, {}))
    )
    if name is None:
        return None
    rule = "request-root-changed" if side == "input" else "response-root-changed"
    new = changed(files, "operations", name, side, **{key: value})
    return Edit(files, new, ((rule, pointed(files, name, f"{side}/{key}")),))


def words(files: Files, choice: random.Random, *, at: str) -> Edit | None:
    """Write prose, or say again at a reference what its shape says: no change."""
    name = pick(
        choice,
        (name for name, spec in files.model["operations"].items() if at in spec or at == "documentation"),
    )
    if name is None:
        return None
    spec = files.model["operations"][name]
    if at == "documentation":
        return Edit(
            files,
            changed(
                files,
                "operations",
                name,
                documentation="<p>Words.</p>",
                documentationUrl="http://example.com/",
            ),
        )
    if at == "errors":
        said = [{**each, "documentation": "<p>Words.</p>", "exception": True} for each in spec["errors"]]
        if not all(files.model["shapes"][each["shape"]].get("exception") for each in said):
            return None
        return Edit(files, changed(files, "operations", name, errors=said))
    return Edit(files, changed(files, "operations", name, at, documentation="<p>Words.</p>"))


def _kinds() -> dict[str, Mutator]:
    made: dict[str, Mutator] = {}
    for key, (value, come, gone, word) in FACTS.items():
        made[f"operation.{key}"] = partial(fact, key=key, value=value, rule=come, word=word)
        made[f"operation.{key}.undone"] = backwards(made[f"operation.{key}"], {come: gone}.__getitem__)
    for how in (
        "none",
        "authtype-none",
        "auth-none",
        "bearer",
        "both",
        "optional",
        "unsigned",
        "same",
        "same-authtype",
    ):
        made[f"operation.auth.{how}"] = partial(signing, how=how)
        made[f"operation.auth.{how}.undone"] = backwards(made[f"operation.auth.{how}"], AUTH.__getitem__)
    for what in ("method", "path", "query", "status"):
        made[f"http.{what}"] = partial(http, what=what)
    made["operation.endpoint.hostPrefix"] = host
    made["operation.name"] = wire
    made["operation"] = added
    made["operation.undone"] = backwards(added)
    for side in ("input", "output"):
        made[f"operation.{side}.undone"] = partial(body, side=side)
        made[f"operation.{side}"] = partial(body_come, side=side)
    made["operation.input.locationName"] = partial(around, side="input", key="locationName", value="Strange")
    made["operation.input.xmlNamespace"] = partial(
        around, side="input", key="xmlNamespace", value={"uri": "http://example.com/"}
    )
    made["operation.output.resultWrapper"] = partial(
        around, side="output", key="resultWrapper", value="Strange"
    )
    made["same.responseCode-spelt-out"] = partial(http, what="default")
    made["same.label-renamed"] = partial(label, member=False)
    made["same.label-renamed-with-its-member"] = partial(label, member=True)
    for side in ("input", "output"):
        made[f"same.empty-{side}"] = partial(empty, side=side)
        made[f"same.empty-{side}.undone"] = backwards(made[f"same.empty-{side}"])
    for at in ("documentation", "input", "output", "errors"):
        made[f"same.words-at-{at}"] = partial(words, at=at)
    return made


KINDS = _kinds()
