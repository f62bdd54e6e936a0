"""Single edits of a service's metadata, and of the paginators and waiters beside its model."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from typing import Any

from diff_edits import Edit, Files, changed
from diff_mutation import XML, Mutator, backwards, pick, protocols, spoken

BOTH = ["aws.auth#sigv4", "aws.auth#sigv4a"]
SIGV4 = ["aws.auth#sigv4"]


def metadata(files: Files, word: str, rule: str, **facts: Any) -> Edit:
    """Change a service's metadata; no rule for no change."""
    new = changed(files, "metadata", **facts)
    return Edit(files, new, ((rule, f"{files.name}#/metadata/{word}"),) if rule else ())


def of(files: Files, key: str) -> Any:
    """Give what a service's metadata says."""
    return files.model["metadata"].get(key)


def label(files: Files, _: random.Random, *, key: str, rule: str, value: Any = "strange") -> Edit | None:
    """Change a fact that is what it is, wherever it is said or not."""
    return metadata(files, key, rule, **{key: value})


def api_version(files: Files, _: random.Random) -> Edit | None:
    """Change the version, which only the query protocols send."""
    sent = bool(protocols(files) & {"query", "ec2"})
    return metadata(
        files,
        "apiVersion",
        "api-version-changed" if sent else "api-version-label-changed",
        apiVersion="2030-01-01",
    )


def json_version(files: Files, _: random.Random) -> Edit | None:
    """Change the version in the media type, which only one protocol sends."""
    other = "1.0" if of(files, "jsonVersion") == "1.1" else "1.1"
    return metadata(
        files, "jsonVersion", "json-version-changed" if "json" in protocols(files) else "", jsonVersion=other
    )


def target_prefix(files: Files, _: random.Random) -> Edit | None:
    """Change the prefix of X-Amz-Target, where it is sent."""
    sent = protocols(files) & {"json", "smithy-rpc-v2-cbor"}
    return metadata(files, "targetPrefix", "target-prefix-changed" if sent else "", targetPrefix="Strange")


def xml_namespace(files: Files, _: random.Random) -> Edit | None:
    """Change the namespace of documents, where they are XML."""
    rule = "service-xml-namespace-changed" if protocols(files) & XML else ""
    return metadata(files, "xmlNamespace", rule, xmlNamespace="http://example.com/strange/")


def signing_name(files: Files, _: random.Random, *, how: str) -> Edit | None:
    """Sign for another name, or say the name that is meant anyway."""
    if how == "changed":
        return metadata(files, "signingName", "signing-name-changed", signingName="strange")
    said, prefix = of(files, "signingName"), of(files, "endpointPrefix")
    if how == "removed":
        return (
            None
            if said in (None, prefix)
            else metadata(files, "signingName", "signing-name-changed", signingName=None)
        )
    return None if said is not None else metadata(files, "", "", signingName=prefix)


def protocol(files: Files, choice: random.Random) -> Edit | None:
    """Move a service to another protocol altogether."""
    other = pick(choice, sorted({"json", "rest-json", "query", "rest-xml"} - protocols(files)))
    new = {"protocol": other, "protocols": [other]}
    edit = metadata(files, "protocol", "protocol-changed", **new)
    return None if "awsQueryCompatible" in files.model["metadata"] or "ec2" in protocols(files) else edit


def protocol_list(files: Files, choice: random.Random, *, how: str) -> Edit | None:
    """Offer one more protocol, behind or before the one that is spoken, or say nothing new."""
    said, one = of(files, "protocols"), of(files, "protocol")
    if how == "repeated":
        return (
            metadata(files, "", "", protocols=[one])
            if said is None
            else metadata(files, "", "", protocols=None)
            if said == [one]
            else None
        )
    if how == "order":
        return metadata(files, "", "", protocols=said[::-1]) if said and len(said) > 1 else None
    now = said or [one]
    if how == "behind":
        if spoken(files) in ("query", "ec2") or "query" in now:
            return None
        new = changed(files, "metadata", protocols=[*now, "query"])
        return Edit(files, new, (("protocol-offered", f"{files.name}#/metadata/protocols/query"),))
    if spoken(files) in ("json", "ec2"):
        return None
    return metadata(
        files,
        "protocol",
        "protocol-preference-changed",
        protocols=["json", *now],
        targetPrefix=of(files, "targetPrefix") or None,
    )


def auth(files: Files, _: random.Random, *, how: str) -> Edit | None:
    """Change how a service's requests prove who sends them."""
    if of(files, "signatureVersion") != "v4" or of(files, "auth") not in (None, SIGV4):
        return None
    if any(
        {"auth", "authtype", "unsignedPayload"} & spec.keys() for spec in files.model["operations"].values()
    ):
        return None
    facts, rule = {
        "added": ({"auth": BOTH}, "auth-scheme-added"),
        "bearer": ({"auth": ["smithy.api#httpBearerAuth"]}, "auth-changed"),
        "none": ({"auth": ["smithy.api#noAuth"]}, "auth-dropped"),
        "optional": ({"auth": [*SIGV4, "smithy.api#noAuth"]}, "auth-scheme-added"),
        "repeated": ({"auth": None if of(files, "auth") else SIGV4}, ""),
    }[how]
    return metadata(files, "auth", rule, **facts)


def signature(files: Files, choice: random.Random) -> Edit | None:
    """Sign in another way."""
    if of(files, "signatureVersion") != "v4" or of(files, "auth") not in (None, SIGV4):
        return None
    if any({"auth", "authtype"} & spec.keys() for spec in files.model["operations"].values()):
        return None
    other, scheme = pick(choice, [("bearer", "smithy.api#httpBearerAuth"), ("v2", None)])
    said = {"auth": [scheme] if scheme and of(files, "auth") else None}
    return metadata(files, "auth", "auth-changed", signatureVersion=other, **said)


AUTH = {
    "auth-scheme-added": "auth-scheme-removed",
    "auth-dropped": "auth-required",
    "auth-changed": "auth-changed",
}


def compatible(files: Files, _: random.Random) -> Edit | None:
    """Let a JSON service keep the error codes of the query protocol."""
    renamed = any(
        shape.get("error", {}).get("code", name) != name for name, shape in files.model["shapes"].items()
    )
    if of(files, "awsQueryCompatible") is not None or spoken(files) != "json" or renamed:
        return None
    return metadata(files, "awsQueryCompatible", "query-compatibility-added", awsQueryCompatible={})


def top(files: Files, _: random.Random, *, key: str, value: Any, rule: str) -> Edit | None:
    """Let the model say one more thing of its service."""
    if key in files.model and rule:
        return None
    new = files._replace(model={**files.model, key: value})
    return Edit(files, new, ((rule, f"{files.name}#/traits/{key}"),) if rule else ())


def paged(files: Files) -> list[str]:
    """Name the operations that have a paginator."""
    return [name for name in files.paginators if name in files.model["operations"]]


def page(files: Files, choice: random.Random, *, key: str, value: Any, rule: str) -> Edit | None:
    """Change one word of a paginator."""
    name = pick(choice, (name for name in paged(files) if files.paginators[name].get(key) != value))
    if name is None:
        return None
    said = files.paginators[name].get(key)
    if value is not None and value == "more":
        value = [*(said if isinstance(said, list) else [said]), "Strange"]
    if value is None and said is None:
        return None
    new = _paged(files, name, {**files.paginators[name], key: value})
    return Edit(files, new, ((rule, f"{files.name}:{name}#/pagination/{key}"),))


def _paged(files: Files, name: str, spec: dict[str, Any] | None) -> Files:
    if spec is not None:
        spec = {key: value for key, value in spec.items() if value is not None}
    return files._replace(
        paginators={
            key: value for key, value in {**files.paginators, name: spec}.items() if value is not None
        }
    )


def page_list(files: Files, choice: random.Random) -> Edit | None:
    """Say one key as a list of one: no change."""
    found = pick(
        choice,
        (
            (name, key)
            for name in paged(files)
            for key in ("input_token", "output_token", "result_key")
            if isinstance(files.paginators[name].get(key), str)
        ),
    )
    if found is None:
        return None
    spec = files.paginators[found[0]]
    return Edit(files, _paged(files, found[0], {**spec, found[1]: [spec[found[1]]]}))


def pages(files: Files, choice: random.Random) -> Edit | None:
    """Take a paginator away."""
    name = pick(choice, paged(files))
    if name is None:
        return None
    return Edit(
        files, _paged(files, name, None), (("pagination-removed", f"{files.name}:{name}#/pagination"),)
    )


def waiter(files: Files, choice: random.Random, *, key: str, rule: str) -> Edit | None:
    """Change one word of a waiter."""
    name = pick(choice, files.waiters)
    if name is None:
        return None
    spec = files.waiters[name]
    value = {
        "delay": lambda: spec["delay"] + 1,
        "maxAttempts": lambda: spec["maxAttempts"] + 1,
        "description": lambda: "Words.",
        "operation": lambda: pick(choice, sorted(set(files.model["operations"]) - {spec["operation"]})),
        "unheardOf": lambda: 1,
    }[key]()
    if value is None:
        return None
    told = ((rule, f"{files.name}#/waiters/{name}/{key}"),) if rule else ()
    return Edit(files, files._replace(waiters={**files.waiters, name: {**spec, key: value}}), told)


def acceptor(files: Files, choice: random.Random, *, key: str) -> Edit | None:
    """Change what a waiter takes for an end."""
    name = pick(choice, files.waiters)
    if name is None:
        return None
    said = files.waiters[name]["acceptors"]
    one = choice.randrange(len(said))
    if key == "fewer":
        made = [*said[:one], *said[one + 1 :]]
    elif key == "more":
        made = [*said, {"matcher": "error", "expected": "Strange", "state": "retry"}]
    else:
        if said[one].get(key) == "strange":
            return None
        made = [{**each, key: "strange"} if place == one else each for place, each in enumerate(said)]
    new = files._replace(waiters={**files.waiters, name: {**files.waiters[name], "acceptors": made}})
    return Edit(files, new, (("waiter-acceptors-changed", f"{files.name}#/waiters/{name}/acceptors"),))


def waiting(files: Files, choice: random.Random) -> Edit | None:
    """Take a waiter away."""
    name = pick(choice, files.waiters)
    if name is None:
        return None
    new = files._replace(waiters={key: value for key, value in files.waiters.items() if key != name})
    return Edit(files, new, (("waiter-removed", f"{files.name}#/waiters/{name}"),))


def _kinds() -> dict[str, Mutator]:
    same: Callable[[str], str] = str
    made: dict[str, Mutator] = {
        f"metadata.{key}": partial(label, key=key, rule=rule, value=value)
        for key, rule, value in (
            ("endpointPrefix", "endpoint-changed", "strange"),
            ("globalEndpoint", "endpoint-changed", "strange.example.com"),
            ("serviceId", "service-id-changed", "Strange"),
            ("serviceFullName", "service-label-changed", "Strange"),
            ("serviceAbbreviation", "service-label-changed", "Strange"),
            ("uid", "service-label-changed", "strange-2030"),
            ("protocolSettings", "protocol-settings-changed", {"h2": "strange"}),
            ("checksumFormat", "metadata-changed", "sha512"),
            ("ripServiceName", "metadata-changed", "strange"),
            ("unheardOf", "metadata-changed", {"a": 1}),
        )
    }
    made |= {
        "metadata.apiVersion": api_version,
        "metadata.jsonVersion": json_version,
        "metadata.targetPrefix": target_prefix,
    }
    made |= {
        "metadata.xmlNamespace": xml_namespace,
        "metadata.protocol": protocol,
        "metadata.signatureVersion": signature,
    }
    made |= {
        f"metadata.signingName.{how}": partial(signing_name, how=how)
        for how in ("changed", "removed", "repeated")
    }
    made |= {
        f"metadata.protocols.{how}": partial(protocol_list, how=how)
        for how in ("repeated", "order", "behind", "before")
    }
    both = {
        name: mutator
        for name, mutator in made.items()
        if name not in ("metadata.protocols.behind", "metadata.protocols.before")
    }
    made |= {f"{name}.undone": backwards(mutator, same) for name, mutator in both.items()}
    made["metadata.protocols.behind.undone"] = backwards(
        partial(protocol_list, how="behind"), {"protocol-offered": "protocol-withdrawn"}.__getitem__
    )
    for how in ("added", "bearer", "none", "optional", "repeated"):
        made[f"metadata.auth.{how}"] = partial(auth, how=how)
        made[f"metadata.auth.{how}.undone"] = backwards(made[f"metadata.auth.{how}"], AUTH.__getitem__)
    turned = {
        "query-compatibility-added": "query-compatibility-removed",
        "service-deprecated-added": "service-deprecated-removed",
    }
    made["metadata.awsQueryCompatible"] = compatible
    made["metadata.awsQueryCompatible.undone"] = backwards(compatible, turned.__getitem__)
    for key, value, rule in (
        ("deprecated", True, "service-deprecated-added"),
        ("deprecatedMessage", "Old.", "service-deprecation-note-changed"),
        ("clientContextParams", {"Strange": {"type": "boolean"}}, "service-trait-changed"),
        ("unheardOf", 1, "service-trait-changed"),
        ("documentation", "<p>Words.</p>", ""),
        ("examples", {"A": []}, ""),
        ("version", "3.0", ""),
    ):
        made[f"model.{key}"] = partial(top, key=key, value=value, rule=rule)
        made[f"model.{key}.undone"] = backwards(made[f"model.{key}"], lambda rule: turned.get(rule, rule))
    for key, value, rule in (
        ("input_token", "Strange", "pagination-token-changed"),
        ("output_token", "Strange", "pagination-token-changed"),
        ("result_key", "Strange", "pagination-result-changed"),
        ("limit_key", "Strange", "pagination-limit-changed"),
        ("limit_key", None, "pagination-limit-changed"),
        ("more_results", "Strange", "pagination-end-changed"),
        ("non_aggregate_keys", ["Strange"], "pagination-extras-changed"),
        ("unheardOf", 1, "pagination-changed"),
    ):
        name = f"paginator.{key}{'' if value else '.removed'}"
        made[name] = partial(page, key=key, value=value, rule=rule)
        made[f"{name}.undone"] = backwards(made[name], same)
    made["paginator.result_key.more"] = partial(
        page, key="result_key", value="more", rule="pagination-result-added"
    )
    made["paginator.result_key.more.undone"] = backwards(
        made["paginator.result_key.more"],
        {"pagination-result-added": "pagination-result-changed"}.__getitem__,
    )
    made["paginator.removed"] = pages
    made["paginator.removed.undone"] = backwards(
        pages, {"pagination-removed": "pagination-added"}.__getitem__
    )
    made["same.paginator-key-as-a-list"] = page_list
    for key, rule in (
        ("delay", "waiter-timing-changed"),
        ("maxAttempts", "waiter-timing-changed"),
        ("operation", "waiter-operation-changed"),
        ("description", ""),
        ("unheardOf", "waiter-changed"),
    ):
        made[f"waiter.{key}"] = partial(waiter, key=key, rule=rule)
        made[f"waiter.{key}.undone"] = backwards(made[f"waiter.{key}"], same)
    for key in ("matcher", "state", "expected", "argument", "more", "fewer"):
        made[f"acceptor.{key}"] = partial(acceptor, key=key)
    made["waiter.removed"] = waiting
    made["waiter.removed.undone"] = backwards(waiting, {"waiter-removed": "waiter-added"}.__getitem__)
    return made


KINDS = _kinds()
