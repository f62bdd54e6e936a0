"""Which values of a contract are secret: its shapes compiled into a graph that documents are walked along.

A value is secret where its member or shape has Smithy's ``sensitive`` trait, where something around it has,
where its name is one of the rows for names, or where the contract says that it is the bearer token.
Source: Smithy 2.0, ``sensitive`` trait
(https://smithy.io/2.0/spec/documentation-traits.html#sensitive-trait).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any, Literal

from harness.cassettes.redaction.rows import is_of_body, secret_part
from harness.contract import Contract, Member, Shape
from harness.contract.constraint import trait_of
from harness.contract.examples import simple
from harness.errors import ContractError

Part = Literal["whole", "query"]
# What is made of a secret value: its node, the value, which part of it is secret.
OnSecret = Callable[["Node | None", Any, Part], Any]
OnText = Callable[["Node | None", str], str]

_UNKNOWN: Any = object()
_CACHE_SIZE = 512
_TEXTS = ("string", "blob")
_plans: OrderedDict[int, tuple[Contract, Plan]]


class Node:
    """One place of a document.

    Attributes:
        shape: Its shape.
        member: The member that leads to it; ``None`` for a whole input, output or error.
        part: Which part of the value is secret, if any.
    """

    __slots__ = ("_contract", "_inner", "_smallest", "member", "part", "shape")

    def __init__(self, contract: Contract, shape: Shape, member: Member | None, part: Part | None) -> None:
        self._contract, self.shape, self.member, self.part = contract, shape, member, part
        self._inner: dict[str, Node] = {}
        self._smallest: Any = _UNKNOWN

    def of_member(self, name: str) -> Node | None:
        """The place of a member of a structure; ``None`` when the structure does not have it."""
        member = self.shape.members.get(name)
        return self._leading_to(name, member, name) if member is not None else None

    @property
    def smallest(self) -> Any:
        """The smallest value that may stand here, which is nobody's secret; ``None`` where none is known."""
        if self._smallest is _UNKNOWN:
            try:
                self._smallest = simple(self.shape, self.member)
            except ContractError:  # no value is known that keeps its pattern
                self._smallest = None
        return self._smallest

    @property
    def element(self) -> Node | None:
        """The place of each element of a list."""
        return self._leading_to("", self.shape.member, "") if self.shape.member is not None else None

    @property
    def key(self) -> Node | None:
        """The place of each key of a map; secret only where its own shape is."""
        if self.shape.key is None:
            return None
        found = self._inner.get("<key>")
        if found is None:
            target = self._contract.shapes[self.shape.key.target]
            part: Part | None = "whole" if trait_of(target, self.shape.key, "sensitive") else None
            found = self._inner["<key>"] = Node(self._contract, target, self.shape.key, part)
        return found

    @property
    def value(self) -> Node | None:
        """The place of each value of a map."""
        return self._leading_to("<value>", self.shape.value, "") if self.shape.value is not None else None

    def _leading_to(self, key: str, member: Member | None, name: str) -> Node:
        found = self._inner.get(key)
        if found is None and member is not None:
            target = self._contract.shapes[member.target]
            part = self.part or _part_of(self._contract, name, target, member)
            found = self._inner[key] = Node(self._contract, target, member, part)
        assert found is not None  # noqa: S101  # only asked where there is a member
        return found


class Plan:
    """The roots of one contract's graph, and what is said in it that is no secret.

    Attributes:
        contract: The contract.
        input: The place of an input; ``None`` where the operation has none.
        output: The place of an output.
        errors: The place of each error structure, by its name in the contract.
        is_input_secret: Whether some value of an input may be secret by the contract.
        has_blobs: Whether a value may be bytes, whose content names secrets out of sight.
        common: Names of members and values of enums.
    """

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.input = self._root(contract.input)
        self.output = self._root(contract.output)
        self.errors = {name: self._root(name) for name in contract.errors}
        self.is_input_secret = _has_secret(contract, contract.input)
        self.has_blobs = any(shape.type == "blob" for shape in contract.shapes.values())
        self.common = frozenset(_common(contract))
        self._digests = {name: _digests(contract, name) for name in (contract.input, contract.output)}

    def without_digests(self, document: Any, root: Literal["input", "output"] = "input") -> Any:
        """Leave out the members that are digests or the length of the body, which follow its changes."""
        names = self._digests[self.contract.input if root == "input" else self.contract.output]
        if not names or not isinstance(document, dict) or names.isdisjoint(document):
            return document
        return {key: item for key, item in document.items() if key not in names}

    def _root(self, name: str | None) -> Node | None:
        if name is None:
            return None
        shape = self.contract.shapes[name]
        return Node(self.contract, shape, None, "whole" if shape.sensitive else None)


_plans = OrderedDict()


def plan_of(contract: Contract) -> Plan:
    """Compile a contract; the same plan each time for the same contract."""
    key = id(contract)  # contracts are not hashable; the plan keeps its own, so the identity stays
    kept = _plans.get(key)
    if kept is None or kept[0] is not contract:
        kept = _plans[key] = (contract, Plan(contract))
        while len(_plans) > _CACHE_SIZE:
            _plans.popitem(last=False)
    return kept[1]


def rewritten(node: Node | None, value: Any, on_secret: OnSecret, on_text: OnText) -> Any:
    """Write a document anew.

    Args:
        node: The place of the value; ``None`` where no contract describes it, so that names decide.
        value: The value.
        on_secret: What is made of each secret value that is neither list nor object.
        on_text: What is made of every other text, keys of maps included.

    Returns:
        The new document; lists and objects stay such.
    """
    part = node.part if node is not None else None
    return _rewritten(node, value, part, on_secret, on_text)


def _rewritten(node: Node | None, value: Any, part: Part | None, on_secret: OnSecret, on_text: OnText) -> Any:
    if isinstance(value, dict):
        return _object(node, value, part, on_secret, on_text)
    if isinstance(value, list):
        element = node.element if node is not None else None
        inner = element.part if element is not None and part is None else part
        return [_rewritten(element, item, inner, on_secret, on_text) for item in value]
    if part is not None and value is not None:
        return on_secret(node, value, part)
    return on_text(node, value) if isinstance(value, str) else value


def _object(
    node: Node | None, value: dict[str, Any], part: Part | None, on_secret: OnSecret, on_text: OnText
) -> dict[str, Any]:
    is_structure = node is not None and bool(node.shape.members)
    made: dict[str, Any] = {}
    paired = _named_beside(value)
    for key, item in value.items():
        child = None
        if node is not None:
            child = node.of_member(key) if is_structure else node.value
        inner = part or (child.part if child is not None else None)
        if inner is None and (child is None or not is_structure) and _is_leaf(item):
            inner = secret_part(key)
        if inner is None and key == paired:
            inner = "whole"
        if not is_structure:
            named = node.key if node is not None else None
            is_secret = named is not None and named.part is not None
            key = on_secret(named, key, "whole") if is_secret else on_text(named, key)
        made[key] = _rewritten(child, item, inner, on_secret, on_text)
    return made


def _is_leaf(item: Any) -> bool:
    """Say whether a name speaks of a value: of a leaf, of texts, or of one of a union, as DynamoDB's are.

    A boolean is nobody's secret: ``hasPassword`` says that there is one.
    """
    if isinstance(item, dict) and len(item) == 1:
        item = next(iter(item.values()))
    if isinstance(item, bool):
        return False
    return isinstance(item, (str, int, float)) or (
        isinstance(item, list) and all(isinstance(each, str) for each in item)
    )


# Members that name the value beside them, in lower case.
_PAIRS = (
    ("name", "value"), ("key", "value"), ("parameterkey", "parametervalue"),
    ("parametername", "parametervalue"), ("optionname", "value"),
)  # fmt: skip


def _named_beside(value: dict[str, Any]) -> str | None:
    """Find the member whose value the member beside it names as a secret: ``{"Name": "Password", ...}``."""
    spelled = {key.lower(): key for key in value}
    for name, named in _PAIRS:
        if name in spelled and named in spelled:
            said = value[spelled[name]]
            if isinstance(said, str) and _is_leaf(value[spelled[named]]) and secret_part(said) == "whole":
                return spelled[named]
    return None


def _part_of(contract: Contract, name: str, target: Shape, member: Member) -> Part | None:
    if trait_of(target, member, "sensitive"):
        return "whole"
    if contract.auth.member is not None and name == contract.auth.member:
        return "whole"
    holds_text = target.type in _TEXTS or (
        target.type == "list"
        and target.member is not None
        and contract.shapes[target.member.target].type in _TEXTS
    )
    is_free = trait_of(target, member, "enum") is None and not member.idempotency_token
    return secret_part(name) if name and holds_text and is_free else None


def _has_secret(contract: Contract, name: str | None) -> bool:
    """Say whether anything below a shape is secret by the contract."""
    if name is None:
        return False
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        name = waiting.pop()
        shape = contract.shapes[name]
        if name in seen:
            continue
        seen.add(name)
        if shape.sensitive:
            return True
        for key, member in _parts(shape):
            if _part_of(contract, key, contract.shapes[member.target], member) is not None:
                return True
            waiting.append(member.target)
    return False


def _parts(shape: Shape) -> Iterator[tuple[str, Member]]:
    yield from shape.members.items()
    for part in (shape.member, shape.key, shape.value):
        if part is not None:
            yield "", part


def _digests(contract: Contract, name: str | None) -> frozenset[str]:
    members = contract.shapes[name].members if name is not None else {}
    return frozenset(
        key
        for key, member in members.items()
        if member.http_header and is_of_body(member.http_header.lower())
    )


def _common(contract: Contract) -> Iterator[str]:
    yield from (contract.service, contract.operation, *contract.shapes)
    for shape in contract.shapes.values():
        yield from shape.enum or ()
        for name, member in _parts(shape):
            yield from (name, *(member.enum or ()))
            yield from (text for text in (member.json_name, member.xml_name, member.query_name) if text)
