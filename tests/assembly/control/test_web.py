"""The control API as an interface: its description, its refusals, and whom it listens to."""

from __future__ import annotations

import json
from typing import Any

import pytest
from httpx import AsyncClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gbsmart.assembly import System
from gbsmart.assembly.control import BASE, operations
from gbsmart.assembly.control.openapi import description

pytestmark = pytest.mark.anyio


def references(node: Any) -> set[str]:
    """Every ``$ref`` in a document."""
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*map(references, node.values()))
    return set().union(*map(references, node)) if isinstance(node, list) else set()


async def test_the_description_describes_every_operation(api: AsyncClient, system: System) -> None:
    answer = await api.get("/openapi.json")
    told = answer.json()
    assert told["openapi"].startswith("3.1")
    assert told["servers"] == [{"url": system.url("Console")}]
    described = {
        each["operationId"]: (path, method)
        for path, methods in told["paths"].items()
        for method, each in methods.items()
    }
    assert described == {each.id: (f"{BASE}{each.path}", each.method.lower()) for each in operations()}
    for path, methods in told["paths"].items():
        for each in methods.values():
            in_path = {p["name"] for p in each.get("parameters", ()) if p["in"] == "path"}
            assert in_path == {part[1:-1] for part in path.split("/") if part.startswith("{")}
            assert {"200", "default"} <= each["responses"].keys()
    known = {f"#/components/schemas/{name}" for name in told["components"]["schemas"]}
    assert references(told) <= known


async def test_answers_are_as_described(api: AsyncClient, system: System) -> None:
    """What each reading operation answers has the members that its schema requires, and no others."""
    told = description()
    device = str(system.street_plan[0].esme)
    for each in operations():
        if each.method != "GET" or "{request_id}" in each.path or "{id}" in each.path:
            continue
        described = told["paths"][f"{BASE}{each.path}"]["get"]["responses"]["200"]["content"]
        name = described["application/json"]["schema"]["$ref"].rpartition("/")[2]
        answer = await api.get(each.path.format(device=device))
        assert answer.status_code == 200, (each.name, answer.text)
        assert answer.json().keys() == told["components"]["schemas"][name]["properties"].keys(), each.name


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"json": [1]}, "body"),
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, "body"),
        ({"content": b"[" * 100_000, "headers": {"Content-Type": "application/json"}}, "body"),
        ({"content": b"{}", "headers": {"Content-Type": "text/plain"}}, "content-type"),
        ({"content": b"{}"}, "content-type"),
        ({"content": b" " * 2_000_000, "headers": {"Content-Type": "application/json"}}, "body"),
        ({"json": {"variant": "4.1.1", "colour": "red"}}, "colour"),
    ],
)
async def test_a_refusal_says_what_is_wrong_where(sent: dict[str, Any], field: str, api: AsyncClient) -> None:
    refused = await api.post("/read", **sent)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    problem = refused.json()
    assert problem.keys() == description()["components"]["schemas"]["Problem"]["properties"].keys()
    assert (problem["kind"], problem["field"]) == ("InvalidValue", field)


async def test_what_a_page_of_another_site_may_send_does_nothing(api: AsyncClient, system: System) -> None:
    """A form, or a request without a body, is sent without asking first: it must not be taken."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = await api.post("/reset", content=b"{}", headers={"Content-Type": kind})
        assert answer.status_code == 422
    assert (await api.post("/reset")).status_code == 422
    stranger = await api.post("/reset", json={}, headers={"Host": "attacker.example"})
    assert stranger.status_code == 400


async def test_a_refusal_says_what_the_operation_takes(api: AsyncClient, system: System) -> None:
    """A wrong name is what is told, not that the right one is missing."""
    path = f"/meters/{system.street_plan[0].esme}/utrns"
    wrong = (await api.post(path, json={"amount": 20})).json()
    assert (wrong["field"], wrong["remedy"]) == ("amount", "meters utrn takes device, value, pounds.")
    missing = (await api.post(path, json={})).json()
    assert (missing["message"], missing["remedy"]) == ("value: it is missing", wrong["remedy"])
    device = (await api.post("/read", json={"device": "x"})).json()
    assert device["message"].startswith("device: 'x' is not an EUI-64")


async def test_what_there_is_not(api: AsyncClient, system: System) -> None:
    control = f"{system.url('Console')}{BASE}"
    for method, path in (
        ("GET", control),
        ("GET", "/nothing"),
        ("POST", "/homes/1/tea"),
        ("DELETE", "/clock"),
    ):
        answer = await api.request(method, path)
        assert (answer.status_code, answer.json()["kind"]) == (404, "NotFound")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, str, dict[str, Any], dict[str, Any]]:
    """Any operation that does not rebuild the system, told anything under the names it knows."""
    operation = draw(st.sampled_from([each for each in operations() if not each.alone]))
    names = list(operation.takes.model_fields)
    words = st.text(st.characters(exclude_characters="/?#.\\", exclude_categories=("C",)), min_size=1)
    path = operation.path.format(**{name: draw(words) for name in operation.in_path()})
    given = draw(st.fixed_dictionaries({}, optional=dict.fromkeys(names, JSON)))
    return operation.method, path, given, {} if operation.has_body else given


@pytest.mark.timeout(300)
async def test_nothing_that_is_sent_breaks_it(api: AsyncClient, system: System) -> None:
    """Whatever comes, the answer is one of those described, never a defect."""
    sent: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = []

    @settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(calls())
    def collect(call: tuple[str, str, dict[str, Any], dict[str, Any]]) -> None:
        sent.append(call)

    collect()
    members = description()["components"]["schemas"]["Problem"]["properties"].keys()
    for method, path, body, query in sent:
        if "clock" in path:  # a day forward takes its time
            continue
        content = json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if not query else {}
        answer = await api.request(
            method, path, content=content, params={k: str(v) for k, v in query.items()}, headers=headers
        )
        assert answer.status_code != 500, (method, path, body, answer.text)
        if answer.status_code >= 400 and answer.headers["content-type"] != "text/plain; charset=utf-8":
            assert answer.json().keys() == members
    assert (await api.get("/system")).status_code == 200


AS_JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("method", "path", "content", "field"),
    [
        ("POST", "/requests", b'{"variant": "4.1.1", "fields": {"\\ud800": 1}}', "body"),
        ("POST", "/requests", b'{"variant": "4.1.1", "fields": {"x": {"%s": 1}}}' % (b"9" * 5000), "x"),
        ("POST", "/requests", b'{"variant": "4.1.1", "fields": {"self": 1}}', "fields.self"),
        ("POST", "/requests", b'{"variant": "4.1.1", "fields": {"device": 1}}', "fields.device"),
        ("GET", "/messages?since=0001-01-01T00:00:00%2B23:00", b"", "since"),
        ("GET", "/messages?until=9999-12-31T23:59:59-05:00", b"", "until"),
        ("GET", "/messages?variant=%00", b"", "variant"),
        ("GET", "/requests?filter=detail:%00", b"", "filter"),
    ],
)
async def test_what_no_program_means_is_refused_as_well(
    method: str, path: str, content: bytes, field: str, api: AsyncClient
) -> None:
    """Half a character, a number of 5,000 digits, the name of a parameter, a moment out of the calendar."""
    refused = await api.request(method, path, content=content or None, headers=AS_JSON)
    assert (refused.status_code, refused.json()["field"]) == (422, field), refused.text
