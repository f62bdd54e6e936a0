"""What a session is asked to do, as frozen values."""

from __future__ import annotations

from typing import Literal

import msgspec


class RunOptions(msgspec.Struct, frozen=True):
    """What a run is asked to do; the names are the flags of ``harness run``.

    Attributes:
        among: The only operations and versions to run; the version is empty where only the release models the
            operation. ``None`` for all that are selected.
    """

    selectors: tuple[str, ...] = ()
    target: str = "emulator"
    depth: Literal["smoke", "coverage", "deep"] = "coverage"
    seed: int = 0
    version: str | None = None
    record: str | None = None
    redact: tuple[str, ...] = ()
    freeze: str | None = None
    cases: str | None = None
    case_ids: tuple[str, ...] = ()
    baseline: str | None = None
    update_baseline: bool = False
    waivers: str | None = None
    resume: str | None = None
    workers: int = 1
    sample: int | None = None
    protocol: str | None = None
    yes_live: bool = False
    region: str = "us-east-1"
    profile: str | None = None
    contracts: str | None = None
    timeout: float = 30.0
    requests_per_second: float | None = None
    among: tuple[tuple[str, str], ...] | None = None


class ReplayOptions(msgspec.Struct, frozen=True):
    """What a replay is asked to do; the names are the flags of ``harness replay``."""

    directories: tuple[str, ...] = ("cassettes",)
    selectors: tuple[str, ...] = ()
    version: str | None = None
    baseline: str | None = None
    update_baseline: bool = False
    waivers: str | None = None
    contracts: str | None = None


class CompareOptions(msgspec.Struct, frozen=True):
    """What a comparison is asked to do; the names are the arguments and flags of ``harness compare``."""

    old: str
    new: str
    selectors: tuple[str, ...] = ()
    depth: Literal["smoke", "coverage", "deep"] = "coverage"
    seed: int = 0
    version: str | None = None
    waivers: str | None = None
    learn_noise: bool = False
    yes_live: bool = False
    region: str = "us-east-1"
    profile: str | None = None
    contracts: str | None = None
    timeout: float = 30.0
    requests_per_second: float | None = None
