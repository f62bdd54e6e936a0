"""Codes that any service may answer with."""

import pytest

from harness.contract.common_errors import COMMON_ERRORS, category_of, is_common, status_of


def test_codes_are_unique_and_statuses_are_errors():
    codes = [row.code for row in COMMON_ERRORS]
    assert len(codes) == len(set(codes))
    assert all(400 <= row.status <= 599 for row in COMMON_ERRORS)
    assert all((row.status >= 500) <= (row.category in ("fault", "throttling")) for row in COMMON_ERRORS)


@pytest.mark.parametrize(
    ("code", "status", "category"),
    [
        ("ValidationException", 400, "validity"),
        ("ValidationError", 400, "validity"),
        ("SerializationException", 400, "validity"),
        ("UnknownOperationException", 404, "validity"),
        ("IncompleteSignatureException", 400, "access"),
        ("InvalidSignatureException", 403, "access"),
        ("InvalidClientTokenId", 403, "access"),
        ("MissingAuthenticationTokenException", 403, "access"),
        ("AccessDeniedException", 403, "access"),
        ("UnrecognizedClientException", 403, "access"),
        ("ExpiredTokenException", 403, "access"),
        ("RequestExpired", 400, "access"),
        ("ThrottlingException", 400, "throttling"),
        ("TooManyRequestsException", 429, "throttling"),
        ("InternalFailure", 500, "fault"),
        ("ServiceUnavailable", 503, "fault"),
    ],
)
def test_listed_codes(code, status, category):
    assert (status_of(code), category_of(code), is_common(code)) == (status, category, True)


@pytest.mark.parametrize(
    ("code", "category"),
    [
        ("InvalidParameterException", "validity"),
        ("InvalidArgument", "validity"),
        ("MalformedPolicyDocument", "validity"),
        ("MissingRequiredParameter", "validity"),
        ("BadRequest", "validity"),
        ("UserPoolValidationError", "validity"),
        ("ResourceNotFoundException", "state"),
        ("NoSuchBucket", "state"),
        ("ConflictException", "state"),
        ("ServiceQuotaExceededException", "state"),
        ("LimitExceededException", "state"),
        ("InvalidStateException", "state"),
        ("BucketAlreadyExists", "state"),
        ("ManagedRuleException", "state"),
        ("ProvisionedThroughputExceededException", "throttling"),
        ("ThrottledException", "throttling"),
        ("NotAuthorizedException", "access"),
        ("NotAuthorizedForSourceException", "access"),
        ("AccessDeniedFault", "access"),
        ("ForbiddenException", "access"),
        ("InternalException", "fault"),
        ("InternalServiceFault", "fault"),
        ("KMSInternalException", "state"),
    ],
)
def test_codes_of_services_are_understood_by_name(code, category):
    assert (status_of(code), category_of(code), is_common(code)) == (None, category, False)
