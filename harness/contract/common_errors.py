"""Error codes that any AWS service may answer with, declared by an operation or not.

The emulator takes status codes from here, the judge grades codes with it: models under-declare, so a code
of this table is never an undeclared error.

Sources: "Common error types" of the AWS API references
(https://docs.aws.amazon.com/eventbridge/latest/APIReference/CommonErrors.html) and the older page of the
query services (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html); the forms with
and without ``Exception`` are what recorded answers of json and query services carry.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

Category = Literal["validity", "access", "state", "throttling", "fault"]


class CommonError(msgspec.Struct, frozen=True):
    """One row of the table.

    Attributes:
        code: The code as an SDK sees it.
        status: The HTTP status it comes with where no model says otherwise.
        category: What it is about: ``validity`` of the request, ``access``, ``state`` of the service,
            ``throttling``, or a ``fault`` of the service.
    """

    code: str
    status: int
    category: Category


def _rows(category: Category, status: int, *codes: str) -> tuple[CommonError, ...]:
    return tuple(CommonError(code, status, category) for code in codes)


COMMON_ERRORS: tuple[CommonError, ...] = (
    *_rows(
        "validity", 400,
        "ValidationException", "ValidationError", "SerializationException", "MalformedHttpRequestException",
        "InvalidAction", "InvalidParameterCombination", "InvalidParameterValue", "InvalidQueryParameter",
        "MissingAction", "MissingParameter", "InvalidRequest", "BadRequestException",
        "RequestAbortedException",
    ),
    *_rows("validity", 404, "UnknownOperationException", "MalformedQueryString"),
    *_rows("validity", 413, "RequestEntityTooLargeException"),
    *_rows("validity", 415, "UnsupportedMediaTypeException"),
    *_rows("validity", 406, "NotAcceptableException"),
    *_rows("access", 400, "IncompleteSignature", "IncompleteSignatureException", "RequestExpired"),
    *_rows("access", 401, "NotAuthorized"),
    *_rows(
        "access", 403,
        "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "UnrecognizedClient",
        "UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignature",
        "InvalidSignatureException",
        "SignatureDoesNotMatch", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
        "ExpiredToken", "ExpiredTokenException", "RequestExpiredException", "AuthFailure", "OptInRequired",
        "RequestTimeTooSkewed",
    ),
    *_rows(
        "throttling", 400,
        "Throttling", "ThrottlingException", "RequestLimitExceeded", "RequestThrottled",
    ),
    *_rows("throttling", 429, "TooManyRequestsException", "RequestThrottledException"),
    *_rows("throttling", 503, "SlowDown", "BandwidthLimitExceeded"),
    *_rows("fault", 408, "RequestTimeout", "RequestTimeoutException"),
    *_rows(
        "fault", 500,
        "InternalFailure", "InternalError", "InternalServerError", "InternalServerException",
    ),
    *_rows("fault", 503, "ServiceUnavailable", "ServiceUnavailableException", "Unavailable"),
)  # fmt: skip

_BY_CODE = {row.code: row for row in COMMON_ERRORS}

# How a code that stands in no table is understood by its name; the first row that fits decides.
_NAMES: tuple[tuple[str, Category], ...] = (
    (r"Throttl|TooManyRequests|SlowDown|RequestLimitExceeded|RateExceeded|ProvisionedThroughput",
     "throttling"),
    (r"AccessDenied|Unauthori[sz]ed|NotAuthori[sz]ed|Forbidden|Signature|AuthFailure|Authentication"
     r"|ExpiredToken|RequestExpired|UnrecognizedClient|InvalidClientTokenId|OptInRequired|PermissionDenied",
     "access"),
    (r"^Internal|ServerError|ServerException|ServiceUnavailable|^Unavailable|^ServiceException|^ServiceFailure"
     r"|ServiceInternal|Timeout|^ServiceError",
     "fault"),
    (r"State(?:Exception|Fault|Error)?$|NotFound|DoesNotExist|^NoSuch|AlreadyExists|Conflict|InUse|Duplicate"
     r"|Limit|Quota|Exceeded|Concurrent|NotReady|Expired|Unsupported(?:Operation)?(?:Exception)?$",
     "state"),
    (r"^(?:Validation|Invalid|Malformed|Missing|Serialization|BadRequest|Incomplete|Unknown)"
     r"|Validation|Invalid|Malformed|BadRequest|IllegalArgument|TooLong|TooLarge|TooSmall",
     "validity"),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), category) for pattern, category in _NAMES)


def is_common(code: str) -> bool:
    """Say whether a code stands in the table."""
    return code in _BY_CODE


def status_of(code: str) -> int | None:
    """Return the status that a common code comes with; ``None`` for a code that is not in the table."""
    row = _BY_CODE.get(code)
    return row.status if row is not None else None


def category_of(code: str) -> Category:
    """Say what an error is about, by the table or else by the code's name.

    Args:
        code: Any error code, in any service's spelling.

    Returns:
        The category; ``state`` where the name gives no hint, since the errors that services make up for
        themselves are about their resources.
    """
    row = _BY_CODE.get(code)
    if row is not None:
        return row.category
    return next((category for pattern, category in _COMPILED if pattern.search(code)), "state")
