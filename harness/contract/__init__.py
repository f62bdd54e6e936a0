"""The frozen model of an operation: shapes, constraints, rules, valid values, digests."""

from harness.contract.checking import Violation, check, check_shape, normalise
from harness.contract.constraint import Constraint, constraints, nearest_constraints, pointer_of, rule_pointer
from harness.contract.digests import canonical, contract_digest, digest
from harness.contract.model import (
    Answer,
    Auth,
    Batch,
    Bounds,
    Contract,
    Example,
    Http,
    Idempotency,
    Member,
    Rule,
    Shape,
    Source,
    Then,
    Validation,
    Variation,
)
from harness.contract.rules import Bite, bites

__all__ = [
    "Answer", "Auth", "Batch", "Bite", "Bounds", "Constraint", "Contract", "Example", "Http", "Idempotency",
    "Member", "Rule", "Shape", "Source", "Then", "Validation", "Variation", "Violation", "bites", "canonical",
    "check", "check_shape", "constraints", "contract_digest", "digest", "nearest_constraints", "normalise",
    "pointer_of", "rule_pointer",
]  # fmt: skip
