"""Cases from contracts: boundary values, rules, wire faults, schemathesis' coverage and fuzzing."""

from harness.generate.interface import Depth, Generator, Unreachable
from harness.generate.plan import generate, unreachable

__all__ = ["Depth", "Generator", "Unreachable", "generate", "unreachable"]
