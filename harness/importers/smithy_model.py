"""A service of a Smithy model as the service model that botocore would have of it.

So there is one way from models to contracts, whatever the model's language. Used by the Smithy importer.

Source: Smithy 2.0 (https://smithy.io/2.0/spec/index.html); the words of service models as in
``harness.importers.service_model``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.importers import smithy_traits as known
from harness.importers.smithy_ast import Ast, pointer
from harness.importers.smithy_shapes import Shapes

UNIT = "smithy.api#Unit"
LIFECYCLE = ("create", "put", "read", "update", "delete", "list")


def service_model(ast: Ast, service_id: str) -> dict[str, Any]:
    """Make the service model of one service.

    Args:
        ast: The model.
        service_id: The absolute id of a shape of type ``service``.

    Returns:
        A dict in the form of botocore's ``service-2.json``, with Smithy's words where botocore has none.

    Raises:
        ContractError: The model contradicts itself; file and JSON pointer are named.
    """
    service = ast.shape(service_id, pointer("shapes", service_id))
    metadata = service_metadata(ast, service_id, service)
    operations = [*operation_ids(ast, service_id)]
    wheres = {operation_id: pointer("shapes", operation_id) for operation_id in operations}
    roots = [
        target
        for operation_id in operations
        for _, target, _ in _references(
            ast, service_id, ast.shape(operation_id, wheres[operation_id]), operation_id
        )
    ]
    shapes = Shapes(ast, metadata, service_id.partition("#")[0], service.get("rename", {}), frozenset(roots))
    return {
        "version": "2.0",
        "metadata": metadata,
        "operations": {
            operation_id.partition("#")[2]: _operation(ast, service_id, operation_id, metadata, shapes)
            for operation_id in operations
        },
        "shapes": shapes.all(),
    }


def service_metadata(ast: Ast, service_id: str, service: Mapping[str, Any]) -> dict[str, Any]:
    """Say of a service what botocore's ``metadata`` says; other traits keep their absolute shape ids.

    Raises:
        ContractError: It speaks no protocol that is known here.
    """
    at = pointer("shapes", service_id, "traits")
    traits, local = service["traits"], service_id.partition("#")[2]
    spoken = [entry for trait, entry in known.PROTOCOLS.items() if trait in traits]
    if not spoken:
        problem = f"{service_id} has no protocol that is known here"
        raise ast.fault(at, problem, f"Add one of {', '.join(known.PROTOCOLS)}.")
    about = ast.object(traits.get(known.SERVICE, {}), f"{at}{pointer(known.SERVICE)}")
    sdk_id = str(about.get("sdkId") or local)
    arn = str(about.get("arnNamespace") or local.lower())
    schemes = traits.get(known.AUTH)
    if schemes is None:
        schemes = [scheme for scheme in known.AUTH_SCHEMES if scheme in traits]
    metadata: dict[str, Any] = {
        "apiVersion": str(service.get("version", "")),
        "endpointPrefix": str(about.get("endpointPrefix") or arn),
        "protocol": spoken[0][0],
        "protocols": list(dict.fromkeys(protocol for protocol, _ in spoken)),
        "serviceFullName": str(traits.get(known.TITLE) or sdk_id),
        "serviceId": sdk_id,
        "signatureVersion": _signature_version(schemes),
        "auth": list(schemes) or ["smithy.api#noAuth"],
    }
    if known.SIGV4 in traits:
        metadata["signingName"] = str(
            ast.object(traits[known.SIGV4], f"{at}{pointer(known.SIGV4)}").get("name", arn)
        )
    if {"json", "smithy-rpc-v2-cbor"} & {*metadata["protocols"]}:
        metadata["targetPrefix"] = local
    if spoken[0][1] is not None:
        metadata["jsonVersion"] = spoken[0][1]
    if known.QUERY_COMPATIBLE in traits:
        metadata["awsQueryCompatible"] = traits[known.QUERY_COMPATIBLE]
    namespace = traits.get(known.XML_NAMESPACE)
    if isinstance(namespace, dict):
        metadata["xmlNamespace"] = namespace.get("uri")
    said = {known.TITLE, known.AUTH, known.QUERY_COMPATIBLE, *known.AUTH_SCHEMES}
    return {**metadata, **known.kept(traits, frozenset(said))}


def _signature_version(schemes: list[str]) -> str:
    if not schemes:
        return "none"
    return {"aws.auth#sigv4": "v4", "aws.auth#sigv4a": "v4", "smithy.api#httpBearerAuth": "bearer"}.get(
        schemes[0], "none"
    )


def operation_ids(ast: Ast, service_id: str) -> Iterator[str]:
    """Name the operations of a service and of its resources, each once, in the order of the model."""
    seen: set[str] = set()
    waiting = [(service_id, pointer("shapes", service_id))]
    while waiting:
        owner_id, place = waiting.pop(0)
        owner, at = ast.shape(owner_id, place), pointer("shapes", owner_id)
        found = [*ast.targets(owner.get("operations"), f"{at}/operations")]
        found += ast.targets(owner.get("collectionOperations"), f"{at}/collectionOperations")
        found += [ast.target(owner[verb], f"{at}/{verb}") for verb in LIFECYCLE if verb in owner]
        for operation_id, where in found:
            if ast.shape(operation_id, where)["type"] != "operation":
                raise ast.fault(where, f"{operation_id} is no operation")
            if operation_id not in seen:
                seen.add(operation_id)
                yield operation_id
        resources = ast.targets(owner.get("resources"), f"{at}/resources")
        waiting += [each for each in resources if each[0] not in seen]
        seen |= {resource for resource, _ in resources}


def _references(
    ast: Ast, service_id: str, operation: Mapping[str, Any], operation_id: str
) -> Iterator[tuple[str, str, str]]:
    """List what an operation takes and gives: ``input``, ``output`` or ``errors``, the id and its pointer."""
    at = pointer("shapes", operation_id)
    for side in ("input", "output"):
        if side in operation:
            target, where = ast.target(operation[side], f"{at}/{side}")
            if target != UNIT:
                yield side, target, where
    service, service_at = ast.shape(service_id, at), pointer("shapes", service_id, "errors")
    errors = ast.targets(operation.get("errors"), f"{at}/errors")
    errors += [
        each for each in ast.targets(service.get("errors"), service_at)
        if each[0] not in {target for target, _ in errors}
    ]  # fmt: skip
    for target, where in errors:
        yield "errors", target, where


def _operation(
    ast: Ast, service_id: str, operation_id: str, metadata: Mapping[str, Any], shapes: Shapes
) -> dict[str, Any]:
    at = pointer("shapes", operation_id, "traits")
    operation = ast.shape(operation_id, at)
    traits = operation["traits"]
    model: dict[str, Any] = {"name": operation_id.partition("#")[2], "http": _http(ast, at, traits, metadata)}
    for side, target, where in _references(ast, service_id, operation, operation_id):
        reference = {"shape": shapes.name(target, where)}
        if side == "errors":
            model.setdefault("errors", []).append(reference)
        else:
            model[side] = reference
    if metadata["protocol"] == "rest-xml" and "input" in model and metadata.get("xmlNamespace"):
        model["input"]["xmlNamespace"] = {"uri": metadata["xmlNamespace"]}
    if known.IDEMPOTENT in traits:
        model["idempotent"] = True
    if known.ENDPOINT in traits:
        model["endpoint"] = ast.object(traits[known.ENDPOINT], f"{at}{pointer(known.ENDPOINT)}")
    for trait, word in known.OPERATION_TRAITS.items():
        if trait in traits:
            model[word] = True if traits[trait] == {} else traits[trait]
    if traits.get(known.AUTH) == [] or known.OPTIONAL_AUTH in traits:
        model["auth"], model["authtype"] = ["smithy.api#noAuth"], "none"
    if known.UNSIGNED in traits:
        model |= {"authtype": "v4-unsigned-body", "unsignedPayload": True}
    said = {known.IDEMPOTENT, known.ENDPOINT, known.UNSIGNED, known.OPTIONAL_AUTH, *known.OPERATION_TRAITS}
    bound = {known.HTTP} if metadata["protocol"].startswith("rest-") else set()
    return {**model, **known.kept(traits, frozenset(said | bound))}


def _http(ast: Ast, at: str, traits: Mapping[str, Any], metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Read the ``http`` trait; the other protocols have one address for everything."""
    if not metadata["protocol"].startswith("rest-"):
        return {"method": "POST", "requestUri": "/"}
    place = f"{at}{pointer(known.HTTP)}"
    if known.HTTP not in traits:
        raise ast.fault(at, f"an operation of {metadata['protocol']} needs the trait {known.HTTP}")
    http = ast.object(traits[known.HTTP], place)
    for part in ("method", "uri"):
        if not isinstance(http.get(part), str):
            raise ast.fault(f"{place}/{part}", "text is needed here")
    return {"method": http["method"], "requestUri": http["uri"], "responseCode": http.get("code", 200)}
