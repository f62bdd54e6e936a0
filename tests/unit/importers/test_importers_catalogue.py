"""The index of all operations: what it says, how it is kept, and what it costs to ask for one contract."""

from __future__ import annotations

import gzip
import json
import threading

import pytest

from harness.errors import ContractError, SelectorError
from harness.importers.catalogue import Catalogue
from harness.importers.files import ContractFiles, write_contract
from harness.importers.routing_index import INDEX_FORMAT, entry_of

MODEL = {
    "metadata": {
        "apiVersion": "2020-01-01", "endpointPrefix": "shelf", "protocol": "rest-json",
        "protocols": ["rest-json"], "serviceFullName": "Shelf", "serviceId": "Shelf Service",
        "signatureVersion": "v4", "signingName": "shelves", "uid": "shelf-2020-01-01",
    },
    "operations": {
        "GetBook": {
            "name": "GetBook",
            "http": {"method": "GET", "requestUri": "/books/{Id}?x"},
            "input": {"shape": "GetBookInput"},
            "endpoint": {"hostPrefix": "data."},
            "errors": [{"shape": "Missing"}],
        },
        "Open": {"name": "Open", "http": {"method": "POST", "requestUri": "/"}, "authtype": "none"},
    },
    "shapes": {
        "Text": {"type": "string"},
        "Tags": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}},
        "GetBookInput": {
            "type": "structure",
            "required": ["Id", "Page", "Reader"],
            "members": {
                "Id": {"shape": "Text", "location": "uri", "locationName": "Id"},
                "Page": {"shape": "Text", "location": "querystring", "locationName": "page"},
                "Line": {"shape": "Text", "location": "querystring", "locationName": "line"},
                "Reader": {"shape": "Text", "location": "header", "locationName": "X-Reader"},
                "More": {"shape": "Tags", "location": "querystring"},
            },
        },
        "Missing": {
            "type": "structure", "members": {}, "exception": True,
            "error": {"code": "NoSuchBook", "httpStatusCode": 404},
        },
    },
}  # fmt: skip


class Tree:
    """A release of one service, which counts what is read of it."""

    where = "made for the tests"

    def __init__(self, model=MODEL):
        self.model, self.reads = model, []

    def names(self):
        return ("shelf/2019-01-01/service-2.json.gz", "shelf/2020-01-01/service-2.json.gz")

    def read(self, name):
        self.reads.append(name)
        return gzip.compress(json.dumps(self.model).encode())


def test_an_entry_says_what_tells_requests_apart(tmp_path):
    service = Catalogue(Tree(), "9.9.9", cache=tmp_path).entry("shelf")
    assert (service.signing_name, service.endpoint_prefix, service.service_id, service.protocols) == (
        "shelves", "shelf", "Shelf Service", ("rest-json",)
    )  # fmt: skip
    book, unsigned = service.operations
    assert (book.method, book.uri, book.host_prefix, book.scheme) == (
        "GET", "/books/{Id}?x", "data.", "sigv4"
    )  # fmt: skip
    assert (book.required, book.query, book.open_query) == (("?page", "x-reader"), ("page", "line"), True)
    assert (unsigned.name, unsigned.scheme) == ("Open", "none")


def test_a_contract_gives_the_same_entry_as_its_model(tmp_path):
    catalogue = Catalogue(Tree(), "9.9.9", cache=tmp_path)
    own = entry_of(catalogue.contract("shelf", "GetBook"))
    assert own.operations == catalogue.entry("shelf").operations[:1]
    assert own.signing_name == "shelves"


def test_the_index_is_built_once_and_then_read_from_the_cache(tmp_path):
    tree = Tree()
    first = Catalogue(tree, "9.9.9", cache=tmp_path).entries()
    built = len(tree.reads)
    assert Catalogue(tree, "9.9.9", cache=tmp_path).entries() == first
    assert (built, len(tree.reads)) == (1, 1)
    assert [path.name for path in tmp_path.iterdir()] == [f"routing-9.9.9-{INDEX_FORMAT}.msgpack"]


@pytest.mark.parametrize("content", [b"", b"rubbish", b"\x93\x01\xa51.2.3\x90", b"\xc1" * 100])
def test_a_cached_index_that_cannot_be_used_is_built_anew(tmp_path, content):
    path = tmp_path / f"routing-9.9.9-{INDEX_FORMAT}.msgpack"
    path.write_bytes(content)
    assert Catalogue(Tree(), "9.9.9", cache=tmp_path).services() == ("shelf",)
    assert path.read_bytes() != content


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path):
    (tmp_path / "file").write_text("no folder")
    assert Catalogue(Tree(), "9.9.9", cache=tmp_path / "file").services() == ("shelf",)


def test_one_contract_costs_one_model(tmp_path):
    tree = Tree()
    Catalogue(tree, "9.9.9", cache=tmp_path)
    tree.reads.clear()
    catalogue = Catalogue(tree, "9.9.9", cache=tmp_path)
    contract = catalogue.contract("shelf", "GetBook")
    assert catalogue.contract("shelf", "GetBook") is contract
    assert (contract.version, tree.reads) == ("botocore-9.9.9", ["shelf/2020-01-01/service-2.json.gz"])


def test_a_contract_file_goes_before_its_model(tmp_path):
    made = Catalogue(Tree(), "9.9.9", cache=tmp_path).load("shelf", "Open", "2020-02-02")
    root = tmp_path / "contracts"
    write_contract(root / "shelf" / "Open" / "2020-02-02.yaml", made)
    catalogue = Catalogue(Tree(), "9.9.9", files=ContractFiles(root), cache=tmp_path)
    assert catalogue.contract("shelf", "Open").version == "2020-02-02"
    assert catalogue.contract("shelf", "GetBook").version == "botocore-9.9.9"


def test_the_errors_of_a_service_stand_under_their_codes(tmp_path):
    catalogue = Catalogue(Tree(), "9.9.9", cache=tmp_path)
    assert catalogue.errors("shelf") == {"NoSuchBook": ("Missing", "GetBook")}


def test_many_threads_get_the_same_contract(tmp_path):
    catalogue = Catalogue(Tree(), "9.9.9", cache=tmp_path)
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(catalogue.contract("shelf", "GetBook")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(each is found[0] for each in found)


def test_an_unknown_name_gets_near_ones(tmp_path):
    catalogue = Catalogue(Tree(), "9.9.9", cache=tmp_path)
    with pytest.raises(SelectorError) as caught:
        catalogue.contract("shelf", "GetBok")
    assert str(caught.value) == (
        "shelf:GetBok: shelf has no such operation in botocore 9.9.9\n  Did you mean GetBook?"
    )
    with pytest.raises(SelectorError, match="there is no such service in botocore"):
        catalogue.entry("shelve")


def test_a_damaged_model_is_named(tmp_path):
    with pytest.raises(ContractError) as caught:
        Catalogue(Tree({"metadata": []}), "9.9.9", cache=tmp_path)
    assert caught.value.where == "made for the tests"
    assert caught.value.problem.startswith("the model shelf/2020-01-01/service-2.json.gz cannot be read (")
    assert caught.value.remedy == "Install it again, or name another."
