"""Requests, responses and what they mean, as plain frozen values."""

from harness.exchange.message import Exchange, Headers, Request, Response
from harness.exchange.outcome import Deviation, Outcome

__all__ = ["Deviation", "Exchange", "Headers", "Outcome", "Request", "Response"]
