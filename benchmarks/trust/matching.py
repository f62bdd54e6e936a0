"""Whether one operation's recording answers another operation's request."""

from __future__ import annotations

from pathlib import Path

from trust.endpoint import ENTRY, SERVICES, Endpoint, client
from trust.tools import Tool

PROTOCOLS = {
    "json": ("events", "put_events", {"Entries": [ENTRY]}, "list_rules", {}),
    "rest-json": ("apigateway", "get_rest_apis", {}, "get_domain_names", {}),
    "query": ("sts", "get_caller_identity", {}, "get_session_token", {}),
    "ec2": ("ec2", "describe_vpcs", {}, "describe_subnets", {}),
    "rest-xml": ("s3", "list_buckets", {}, "list_objects_v2", {"Bucket": "photos"}),
    "rpc-v2-cbor": ("eventbridgev2", "list_event_buses", {}, "list_event_sources", {}),
}
MISSES = {"RecordingMissing", "CannotOverwriteExistingCassetteException", "NoMatchError"}


def operations(tool: Tool, folder: Path, _scale: float) -> tuple[str, float]:
    """Each protocol once; bodies are not matched, as nobody does unless told to."""
    wrong, protocols = [], {name: row for name, row in PROTOCOLS.items() if row[0] in SERVICES}
    with Endpoint() as endpoint:
        for name, (service, recorded, given, asked, with_) in protocols.items():
            made, path = client(service, endpoint.url), folder / f"{name}{tool.ending}"
            with tool.use(path, True, False):
                getattr(made, recorded)(**given)
            try:
                with tool.use(path, False, False):
                    getattr(made, asked)(**with_)
            except Exception as error:  # a miss, or an answer that the client cannot read
                if _is_miss(error):
                    continue
            wrong.append(name)
    words = f"answered with another operation's recording: {', '.join(wrong) or 'none'}"
    return words, 1 - len(wrong) / len(protocols)


def _is_miss(error: BaseException | None) -> bool:
    """Whether an error, or what led to it, is how one of the tools says that it has no recording."""
    while error is not None:
        if type(error).__name__ in MISSES:
            return True
        error = error.__cause__ or error.__context__
    return False
