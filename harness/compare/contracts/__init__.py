"""Two contracts, two services: what changed, and whom it hurts."""

from harness.compare.contracts.comparing import compare_services, service_added, service_removed
from harness.compare.contracts.model import SEVERITIES, Change, Rule
from harness.compare.contracts.table import RULES, rule
from harness.compare.contracts.taken_back import mark_taken_back

__all__ = [
    "RULES",
    "SEVERITIES",
    "Change",
    "Rule",
    "compare_services",
    "mark_taken_back",
    "rule",
    "service_added",
    "service_removed",
]
