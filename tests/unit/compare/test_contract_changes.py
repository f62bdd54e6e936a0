"""What is a change, what is none, and where it is told."""

from __future__ import annotations

import pytest

from harness.compare.contracts import compare_services
from harness.compare.contracts.examples import example_side
from harness.compare.contracts.patterns import bare
from harness.importers.services import service_from_model


def rules_between(before, after):
    return [
        change.rule for change in compare_services(example_side(before, "old"), example_side(after, "new"))
    ]


PATH = "http: {uri: '/things/{%s}/parts'}\ninput: {id: {type: string, required: true, httpLabel: %s}}"
RENAMED = "http: {uri: '/things/{%s}'}\ninput: {%s: {type: string, required: true, httpLabel: %s}}"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (PATH % ("id", "id"), PATH % ("Id", "Id"), []),
        (RENAMED % ("id", "id", "id"), RENAMED % ("name", "name", "name"), ["request-member-renamed"]),
        ("http: {}", "http: {code: 200, method: POST, uri: /}", []),
        ("input: {A: {type: string}}", "input: {A: {type: string, length: {min: 0}}}", []),
        ("output: {A: {type: list, length: {min: 0}, member: {type: string}}}",
         "output: {A: {type: list, member: {type: string}}}", []),
        ("input: {A: {type: integer}}", "input: {A: {type: integer, range: {min: 0}}}",
         ["request-range-min-added"]),
        ("metadata: {signatureVersion: v4}",
         "metadata: {signatureVersion: v4, auth: ['aws.auth#sigv4']}", []),
        ("metadata: {protocol: rest-json}", "metadata: {protocol: rest-json, protocols: [rest-json]}", []),
        ("metadata: {protocol: rest-json, jsonVersion: '1.1'}", "metadata: {protocol: rest-json}", []),
        ("input: {At: {type: timestamp}}",
         "input: {At: {type: timestamp, timestampFormat: epoch-seconds}}", []),
        ("input: {A: {type: string, enum: [a, b]}}", "input: {A: {type: string, enum: [b, a]}}", []),
        ("names: {Act: Act}", "names: {Act: Rest}", []),
        ("paginators: {Act: {result_key: A, input_token: [B]}}",
         "paginators: {Act: {result_key: [A], input_token: B}}", []),
        ("input: {A: {type: string, pattern: '[a-z]+'}}", "input: {A: {type: string, pattern: '[a-z]+|#'}}",
         ["request-pattern-loosened"]),
        ("input: {H: {type: string, httpHeader: X-Name}}",
         "input: {H: {type: string, httpHeader: x-name}}", []),
        ("input: {}", "input: null", []),
        ("input: {}", "input: {Count: {type: integer, required: true, default: 3}}",
         ["request-member-added"]),
        ("output: {A: {type: string, httpHeader: x}}", "output: {B: {type: integer, httpHeader: x}}",
         ["response-member-removed", "response-member-added"]),
        ("operation: {}",
         "operation: {traits: {alias: Old, 'smithy.api#examples': [], 'smithy.test#a': []}}", []),
        ("metadata: {}",
         "metadata: {'smithy.rules#endpointRuleSet': {rules: []}, 'smithy.api#tags': [a]}", []),
        ("input: {A: string}",
         "input: {A: {type: string, traits: {synthetic: true, 'smithy.api#tags': [a]}}}", []),
        ("batch: {entries: A, results: B}", "batch: {entries: A, results: B, message: Why}",
         ["batch-changed"]),
        ("errors: {Gone: {error: client}}", "errors: {Gone: {error: client, httpError: 400}}", []),
        ("errors: {A: {error: client, httpError: 404, errorCode: X}, B: {error: server, errorCode: X}}",
         "errors: {B: {error: server, errorCode: X}, A: {error: client, httpError: 404, errorCode: X}}", []),
        ("errors: {A: {error: client, errorCode: X}, B: {error: server, errorCode: X}}",
         "errors: {B: {error: server, errorCode: X}}", ["error-removed"]),
        ("errors: {A: {error: client, errorCode: X}}", "errors: {B: {error: client, errorCode: X}}",
         ["error-renamed"]),
        ("metadata: {protocol: query}\nerrors: {Gone: {error: client}}",
         "metadata: {protocol: json, targetPrefix: T}\nerrors: {Gone: {error: client, httpError: 404}}",
         ["protocol-changed"]),
        ("metadata: {protocol: query}\noperation: {endpoint: 'a.'}",
         "metadata: {protocol: json, targetPrefix: T}\noperation: {endpoint: 'b.'}",
         ["protocol-changed", "host-prefix-changed"]),
        ("metadata: {protocol: rest-xml}\ninput: {A: {type: string, xmlAttribute: true}}",
         "metadata: {protocol: json, targetPrefix: T}\ninput: {A: string}", ["protocol-changed"]),
    ],
    ids=[
        "label-renamed-alone", "label-renamed-with-its-member", "success-spelt-out", "min-0-come",
        "min-0-gone",
        "range-min-0-is-a-bound", "auth-repeats", "protocols-repeat", "json-version-outside-json",
        "timestamp-format-spelt-out", "order-of-values", "names-outside-the-wire", "list-of-one",
        "one-more-alternative", "case-of-headers", "empty-input",
        "member-with-a-default", "another-type-at-the-same-place",
        "words-about-operations", "words-about-services", "words-about-values",
        "a-member-called-message",
        "default-error-status", "two-errors-of-one-code", "one-of-two-gone", "error-renamed",
        "status-by-a-protocol-move", "host-beside-a-protocol-move", "spelling-by-a-protocol-move",
    ],
)  # fmt: skip
def test_what_changes_nothing_on_the_wire_is_not_breaking(before, after, expected):
    """Nothing is told, or what code must know."""
    assert rules_between(before, after) == expected


ARN, ACCOUNT, ID = "arn:(aws[a-zA-Z-]*)?", r"\d{12}", "[0-9a-zA-Z]+"
REGION = r"[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}"
APPLICATION = rf"arn:(aws[a-zA-Z0-9-]*):emr-serverless:.+:({ACCOUNT}):\/applications\/{ID}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"{ARN}:[a-z]+:({REGION})?:[a-z]+", f"{ARN}:[a-z]+:((eusc-)?{REGION})?:[a-z]+"),
        (rf"{APPLICATION}(\/jobruns\/{ID})?", rf"{APPLICATION}(\/jobruns\/{ID}|\/sessions\/{ID})?"),
    ],
    ids=["within-what-may-be-left-out", "an-alternative-in-it"],
)
def test_a_part_of_a_pattern_that_may_be_left_out_is_taken_too(old, new):
    """What is new in such a part is found, and the way back."""
    said = "output: {{A: {{type: string, pattern: '{}'}}}}"
    assert rules_between(said.format(old), said.format(new)) == ["response-pattern-loosened"]
    assert rules_between(said.format(new), said.format(old)) == ["response-pattern-tightened"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("0|[1-9]", "^(0|[1-9])$", True),
        ("[a-z]*", "(?:[a-z]*)", True),
        ("^^$|^arn$$", "^$|^arn$", True),
        ("[)]+", "^(([)]+))$", True),
        (r"[\](]+", r"([\](]+)", True),
        ("(a)(b)?", "a)(b", False),
        (r"(a)b\1", r"((a)b\1)", False),
        ("(?i)a", "i)a", False),
    ],
    ids=[
        "group-and-anchors", "nameless-group", "anchors-twice", "closed-in-a-set", "escaped-in-a-set",
        "two-groups", "referred-to", "flags",
    ],
)  # fmt: skip
def test_a_pattern_with_a_group_around_it_is_the_same(one, other, same):
    """What stands around all of a pattern changes none of its texts; what only looks like it does."""
    assert (bare(one) == bare(other)) is same


RULED = (
    "input: {Text: string}\nrules: [{id: short, summary: Short., source: documented, when: WHEN, "
    "then: {refuse: {code: CODE, status: 400MESSAGE}}}]"
)


@pytest.mark.parametrize(
    ("when", "code", "message", "expected"),
    [
        ("Text", "Old", ", message: Other words.", []),
        ("!Text", "Old", "", ["rule-changed"]),
        ("Text", "New", "", ["rule-answer-changed"]),
        ("!Text", "New", "", ["rule-answer-changed", "rule-changed"]),
    ],
    ids=["words", "condition", "answer", "both"],
)
def test_a_rule_changes_by_when_it_bites_and_by_its_answer(when, code, message, expected):
    """Each is told with what changed of it."""

    def ruled(when, code, message):
        return RULED.replace("WHEN", repr(when)).replace("CODE", code).replace("MESSAGE", message)

    sides = [example_side(ruled(*said), "side") for said in (("Text", "Old", ""), (when, code, message))]
    told = compare_services(*sides)
    assert [change.rule for change in told] == expected
    assert all(change.old != change.new for change in told)


def test_a_new_member_is_told_once_whatever_is_inside_it():
    """Its own required members hurt nobody who does not send it."""
    before, after = "input: {}", "input: {A: {type: structure, members: {B: {type: string, required: true}}}}"
    assert rules_between(before, after) == ["request-member-added"]


@pytest.mark.parametrize(
    ("before", "expected"),
    [("input: {}", ["request-required-member-added"]), ("input: null", ["required-input-added"])],
    ids=["a-member", "an-input"],
)
def test_a_required_token_that_comes_breaks(before, expected):
    """SDKs fill it in, but those of the old model do not know it."""
    after = "input: {T: {type: string, required: true, idempotencyToken: true}}"
    assert rules_between(before, after) == expected


def test_a_label_that_trades_places_is_told():
    """The same template, filled the other way round."""
    template = (
        "http: {uri: '/{a}/{b}'}\ninput: {A: {type: string, required: true, httpLabel: %s}, "
        "B: {type: string, required: true, httpLabel: %s}}"
    )
    assert rules_between(template % ("a", "b"), template % ("b", "a")) == ["request-wire-name-changed"] * 2


def model(shapes, **facts):
    return {
        "metadata": {
            "protocol": "json",
            "endpointPrefix": "t",
            "signatureVersion": "v4",
            "targetPrefix": "T",
        },
        "operations": {"Act": {"name": "Act", "http": {}, "input": {"shape": "In"}, **facts}},
        "shapes": shapes,
    }


def changes_of(old, new):
    return compare_services(service_from_model("t", old), service_from_model("t", new))


def tree(**text):
    """A structure that contains itself, and a text that stands at two places of it."""
    return {
        "In": {"type": "structure", "members": {"Tree": {"shape": "Node"}, "Title": {"shape": "Text"}}},
        "Node": {"type": "structure",
        "members": {"Left": {"shape": "Node"}, "All": {"shape": "Nodes"}, "Name": {"shape": "Text"}}},
        "Nodes": {"type": "list", "member": {"shape": "Node"}},
        "Text": {"type": "string", **text},
    }  # fmt: skip


def test_a_recursive_shape_is_told_once_with_its_other_places():
    """The place nearest to the top is the pointer, the others stand beside it."""
    (change,) = changes_of(model(tree(max=9)), model(tree(max=5)))
    assert change.rule == "request-length-max-tightened"
    assert change.pointer == "t:Act#/input/Title/length/max"
    assert change.also == ("t:Act#/input/Tree/Name/length/max",)
    assert (change.old, change.new) == (9, 5)


def test_a_member_of_a_recursive_shape_is_told_once():
    """Not once for each way down."""
    new = tree()
    new["Node"]["members"]["Extra"] = {"shape": "Text"}
    (change,) = changes_of(model(tree()), model(new))
    assert (change.rule, change.pointer) == ("request-member-added", "t:Act#/input/Tree/Extra")


def test_what_a_member_says_is_told_of_no_other_member():
    """Two members of one shape: what one of them says does not stand at the other."""
    new = tree()
    new["In"]["members"]["Title"] = {"shape": "Text", "deprecated": True}
    new["Node"]["required"] = ["Name"]
    new["Text"]["max"] = 5
    told = {change.pointer: change.also for change in changes_of(model(tree()), model(new))}
    assert told == {
        "t:Act#/input/Title/length/max": ("t:Act#/input/Tree/Name/length/max",),
        "t:Act#/input/Title/deprecated": (),
        "t:Act#/input/Tree/Name/required": (),
    }


def test_a_place_beyond_a_recursion_is_named():
    """A list that a recursive shape holds stands elsewhere, too, with all that is in it."""
    shapes = {
        "In": {"type": "structure", "members": {"Value": {"shape": "Value"}, "Allowed": {"shape": "Values"}}},
        "Value": {
            "type": "structure",
            "members": {"List": {"shape": "Values"}, "Number": {"shape": "Number"}},
        },
        "Values": {"type": "list", "member": {"shape": "Value"}},
    }
    old, new = ({**shapes, "Number": {"type": "integer", "max": bound}} for bound in (9, 5))
    (change,) = changes_of(model(old), model(new))
    assert change.pointer == "t:Act#/input/Value/Number/range/max"
    assert "t:Act#/input/Allowed/member/Number/range/max" in change.also


@pytest.mark.parametrize("own", ["", "A", "C", "AC", "ABCD"])
def test_what_a_shape_says_is_told_where_no_member_says_otherwise(own):
    """Every member that is silent is named, and no other."""

    def said(**boxed):
        members = {name: {"shape": "Number", **({"box": True} if name in own else {})} for name in "ABCD"}
        return model(
            {"In": {"type": "structure", "members": members}, "Number": {"type": "integer", **boxed}}
        )

    silent = [f"t:Act#/input/{name}/box" for name in "ABCD" if name not in own]
    told = [(each.pointer, each.also) for each in changes_of(said(), said(box=True))]
    assert told == ([(silent[0], tuple(silent[1:]))] if silent else [])


def test_a_shape_that_holds_itself_through_two_lists_is_named_once_for_each():
    """And not again and again on the way round, however the lists follow one another."""
    shapes = {
        "In": {"type": "structure", "members": {"Filter": {"shape": "Filter"}}},
        "Filter": {
            "type": "structure",
            "members": {
                "And": {"shape": "Filters"},
                "Or": {"shape": "Filters"},
                "Not": {"shape": "Filter"},
                "Key": {"shape": "Key"},
            },
        },
        "Filters": {"type": "list", "member": {"shape": "Filter"}},
    }
    old, new = ({**shapes, "Key": {"type": "string", "enum": values}} for values in (["a", "b"], ["a"]))
    (change,) = changes_of(model(old), model(new))
    assert (change.pointer, change.also) == ("t:Act#/input/Filter/Key/enum", ())


def test_a_format_of_timestamps_is_told_where_it_differs():
    """What is the default in a body is not that of a query string."""

    def said(**spelled):
        members = {
            "Since": {"shape": "Time", "location": "querystring", "locationName": "since"},
            "At": {"shape": "Time"},
            "Until": {"shape": "Time"},
        }
        shapes = {"In": {"type": "structure", "members": members}, "Time": {"type": "timestamp", **spelled}}
        made = model(shapes)
        made["metadata"]["protocol"] = "rest-json"
        return made

    (change,) = changes_of(said(), said(timestampFormat="iso8601"))
    assert change.pointer == "t:Act#/input/At/timestampFormat"
    assert change.also == ("t:Act#/input/Until/timestampFormat",)


def test_the_places_of_a_shape_are_those_nearest_to_the_top():
    """Forty of them are named beside the first."""

    def said(bound):
        members = {f"M{number}": {"shape": "Text"} for number in range(50)}
        return model({
            "In": {"type": "structure", "members": {"Deep": {"shape": "Deep"}, **members}},
            "Deep": {"type": "structure", "members": {"Text": {"shape": "Text"}}},
            "Text": {"type": "string", "max": bound},
        })  # fmt: skip

    (change,) = changes_of(said(9), said(5))
    assert change.pointer == "t:Act#/input/M0/length/max"
    assert change.also == tuple(f"t:Act#/input/M{number}/length/max" for number in range(1, 41))


def test_a_shape_under_another_name_is_none():
    """Shapes are paired by where they stand."""
    renamed = {("Words" if name == "Text" else name): shape for name, shape in tree().items()}
    for shape in renamed.values():
        for member in shape.get("members", {}).values():
            member["shape"] = "Words" if member["shape"] == "Text" else member["shape"]
    assert changes_of(model(tree()), model(renamed)) == ()


def test_a_trait_that_moves_from_shape_to_member_is_none():
    """What holds counts, not who says it."""
    old, new = tree(), tree()
    old["Text"]["sensitive"] = True
    new["In"]["members"]["Title"]["sensitive"] = True
    new["Node"]["members"]["Name"]["sensitive"] = True
    assert changes_of(model(old), model(new)) == ()


def test_errors_carry_their_code():
    """So they can be filtered by it."""
    gone = {"Gone": {"type": "structure", "members": {}, "exception": True, "error": {"httpStatusCode": 404}}}
    (change,) = changes_of(model(tree()), model({**tree(), **gone}, errors=[{"shape": "Gone"}]))
    assert (change.rule, change.code, change.operation) == ("error-added", "Gone", "t:Act")


@pytest.mark.parametrize(
    ("before", "after", "expected"), [(2, 2, []), (1, 2, []), (2, 1, []), (2, 0, ["error-removed"])]
)
def test_an_error_that_is_declared_twice_is_one(before, after, expected):
    """As some models do."""
    gone = {"Gone": {"type": "structure", "members": {}, "exception": True, "error": {"httpStatusCode": 404}}}
    old, new = (model({**tree(), **gone}, errors=[{"shape": "Gone"}] * count) for count in (before, after))
    assert [change.rule for change in changes_of(old, new)] == expected


def test_a_break_that_is_taken_back_is_told_both_times():
    """The way there breaks; the way back is a change of its own."""
    tight, lax = model(tree(max=5)), model(tree(max=9))
    assert [change.severity for change in changes_of(lax, tight)] == ["breaking"]
    assert [change.severity for change in changes_of(tight, lax)] == ["compatible"]
    assert changes_of(lax, lax) == ()


def test_a_fact_that_one_side_cannot_know_is_none():
    """Contract files say nothing of paging and waiting, models nothing of rules."""
    known = service_from_model(
        "t", model(tree()), paginators={"Act": {"input_token": "A"}}, waiters={"W": {}}
    )
    unknown = service_from_model("t", model(tree()))
    assert compare_services(known, unknown) == compare_services(unknown, known) == ()


EDITS = [
    (("operations", "PutEvents", "http", "method"), "PUT", ["http-method-changed"]),
    (("operations", "PutEvents", "name"), "PutEvents2", ["operation-name-changed"]),
    (("metadata", "targetPrefix"), "AWSEvents2", ["target-prefix-changed"]),
    (("metadata", "endpointPrefix"), "events2", ["endpoint-changed"]),
    (("metadata", "unheardOf"), 1, ["metadata-changed"]),
    (("operations", "PutEvents", "unheardOf"), 1, ["operation-trait-changed"]),
    (("shapes", "PutEventsRequest", "unheardOf"), 1, ["request-trait-changed"]),
    (("shapes", "EventBusNameOrArn", "max"), 10, ["request-length-max-tightened"] * 2),
    (("shapes", "PutEventsRequestEntry", "required"), ["Detail"], ["request-member-became-required"]),
    (("shapes", "PutEventsResultEntry", "members", "EventId", "shape"), "Integer", ["response-type-changed"]),
    (("shapes", "RuleState", "enum"), ["ENABLED"], ["request-enum-value-removed"]),
    (("shapes", "PutEventsRequestEntry", "documentation"), "Words.", []),
    (("shapes", "InternalException", "fault"), False, ["error-fault-changed"] * 3),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value", "expected"), EDITS, ids=lambda item: "/".join(item) if isinstance(item, tuple) else None
)
def test_an_edit_of_a_real_model_is_told_by_the_rule_that_names_it(events_model, path, value, expected):
    """One edit, one rule, in each operation that it reaches."""
    edited = events_model()
    place = edited
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    old, new = service_from_model("events", events_model()), service_from_model("events", edited)
    assert [change.rule for change in compare_services(old, new)] == expected


def test_an_error_inside_a_stream_of_events_is_told_where_it_stands():
    """No operation declares it, so no rule of errors looks at it."""
    shapes = {
        "In": {"type": "structure", "members": {"Events": {"shape": "Events"}}},
        "Events": {"type": "structure", "eventstream": True, "members": {"Broken": {"shape": "Broken"}}},
        "Broken": {"type": "structure", "members": {}, "exception": True, "error": {"httpStatusCode": 400}},
    }
    changed = {**shapes, "Broken": {**shapes["Broken"], "error": {"httpStatusCode": 424}}}
    (change,) = changes_of(model(shapes), model(changed))
    assert (change.rule, change.pointer) == (
        "error-status-changed",
        "t:Act#/input/Events/Broken/httpError",
    )
