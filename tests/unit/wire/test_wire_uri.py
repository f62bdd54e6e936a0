"""URI templates: matching, expanding, refusing."""

import pytest

from harness.errors import WireError
from harness.wire.bindings import UriTemplate
from harness.wire.uri import decode_query, encode_query

MATCHES = [
    pytest.param("/", "/", "", {}, id="root"),
    pytest.param("/a/{id}", "/a/b", "", {"id": "b"}, id="label"),
    pytest.param("/a/{id}", "/a/b%2Fc%20%E2%82%AC", "", {"id": "b/c €"}, id="encoded-label"),
    pytest.param("/a/{id}", "/a/b/c", "", None, id="label-is-one-segment"),
    pytest.param("/a/{id}", "/a/", "", None, id="label-is-not-empty"),
    pytest.param("/a/{id}/b", "/a//b", "", None, id="inner-label-is-not-empty"),
    pytest.param("/a/{rest+}", "/a/b/c%2Fd", "", {"rest": "b/c/d"}, id="greedy"),
    pytest.param("/a/{rest+}/z", "/a/b/c/z", "", {"rest": "b/c"}, id="greedy-before-a-literal"),
    pytest.param("/{a}:{b}", "/x:y", "", {"a": "x", "b": "y"}, id="two-in-a-segment"),
    pytest.param("/{a}:{b}", "/x%3ay", "", {"a": "x", "b": "y"}, id="encoded-literal"),
    pytest.param("/a/{id}", "/A/b", "", None, id="literals-have-case"),
    pytest.param("/a?list-type=2", "/a", "x=1&list-type=2", {}, id="constant"),
    pytest.param("/a?list-type=2", "/a", "list-type=1", None, id="other-constant"),
    pytest.param("/a?flag", "/a", "flag", {}, id="constant-without-value"),
    pytest.param("/a?flag", "/a", "", None, id="missing-constant"),
    pytest.param("/a/{id}", "/a/%FF", "", {"id": "\udcff"}, id="not-utf8"),
]


@pytest.mark.parametrize(("template", "path", "query", "labels"), MATCHES)
def test_matches_targets(template, path, query, labels):
    """A target matches with its decoded labels, or not at all."""
    assert UriTemplate.of(template).match(path, query) == labels


@pytest.mark.parametrize(
    ("template", "labels", "target"),
    [
        pytest.param("/a/{id}", {"id": "b/c d~é"}, "/a/b%2Fc%20d~%C3%A9", id="label"),
        pytest.param("/a/{id+}", {"id": "b/c d"}, "/a/b/c%20d", id="greedy"),
        pytest.param("/a/{id}?x=y&z", {"id": "1"}, "/a/1?x=y&z", id="constants"),
    ],
)
def test_expands_as_botocore_does(template, labels, target):
    assert UriTemplate.of(template).expand(labels, "here") == target


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        pytest.param(
            {},
            "here: the label 'id' of the URI is missing, which names another path\n"
            "  Give the member a text of at least one character.",
            id="missing",
        ),
        pytest.param(
            {"id": ""},
            "here: the label 'id' of the URI is empty, which names another path\n"
            "  Give the member a text of at least one character.",
            id="empty",
        ),
        pytest.param(
            {"id": "\ud800"},
            "here: the label 'id' holds half a surrogate pair, which has no UTF-8\n"
            "  Give the member a text of whole characters.",
            id="surrogate",
        ),
    ],
)
def test_refuses_labels_that_name_another_path(labels, message):
    with pytest.raises(WireError) as caught:
        UriTemplate.of("/a/{id}").expand(labels, "here")
    assert str(caught.value) == message


def test_a_template_is_compiled_once():
    assert UriTemplate.of("/once/{id}") is UriTemplate.of("/once/{id}")


def test_the_narrowest_template_is_the_most_specific():
    """A router sorts by it: literals before labels, labels before greedy labels, constants first of all."""
    texts = ["/a/{rest+}", "/{x}/{y}", "/a/{id}", "/a/list", "/a/list?full=1"]
    assert sorted(texts, key=lambda text: UriTemplate.of(text).specificity) == texts


def test_queries_keep_order_and_repetition():
    pairs = [("b", "1"), ("a", "x y"), ("b", "&=+")]
    assert encode_query(pairs) == "b=1&a=x%20y&b=%26%3D%2B"
    assert decode_query(encode_query(pairs)) == pairs
    assert decode_query("a=x+y&&b") == [("a", "x y"), ("b", "")]
