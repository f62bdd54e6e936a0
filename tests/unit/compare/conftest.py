"""Trimmed models of real services."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

MODELS = Path(__file__).resolve().parents[2] / "data" / "service-models"


@pytest.fixture
def events_model():
    """Make a fresh copy of the model of ``events`` in botocore 1.20.19."""
    text = (MODELS / "1.20.19" / "events" / "2015-10-07" / "service-2.json").read_text(encoding="utf-8")
    return lambda: json.loads(text)
