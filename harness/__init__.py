"""Keeps AWS-style APIs, their SDKs and their emulators compatible.

The public face of the package; every name is imported only when it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_LAZY = {
    "contract_cases": "harness.pytest_plugin",
    "errors": "harness.errors",
    "use_cassette": "harness.session.using",
}

__all__ = ["__version__", "contract_cases", "errors", "use_cassette"]


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'harness' has no attribute {name!r}")
    module = import_module(_LAZY[name])
    return module if name == "errors" else getattr(module, name)


def __dir__() -> list[str]:
    return sorted(__all__)
