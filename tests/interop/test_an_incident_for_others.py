"""EIDO: what other centres read of an incident is valid and names nobody."""

import json

import jsonschema
import pytest
import yaml
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from watchroom.domains.dispatch import actions, queries
from watchroom.domains.dispatch.exchange import eido
from watchroom.kernel.access import NotFound

NAME = "EmergencyIncidentDataObjectType"


@pytest.fixture(scope="module")
def validator():
    from tests.plugin import SHARED

    path = SHARED / "standards" / "eido" / "openapi.yaml"
    if not path.exists():
        pytest.skip(f"the schema of EIDO is not here: {path}")
    # The published file says "minItems: 1," which is text, no number: that keyword is left out.
    text = "\n".join(
        line for line in path.read_text("utf-8").splitlines() if line.strip() != "minItems: 1,"
    )
    document = yaml.safe_load(text)
    resource = Resource(contents=document, specification=DRAFT4)
    registry = Registry(retrieve=lambda _uri: Resource({}, DRAFT4)).with_resource("", resource)
    return jsonschema.Draft4Validator(
        {"$ref": f"#/components/schemas/{NAME}", "components": document["components"]},
        registry=registry,
    )


@pytest.fixture
def busy(county):
    made = actions.report_call(
        county.operator, words="有人抢劫", place="城东 & 路口", lon=112.92, lat=28.2,
        caller="13812345678", caller_name="王女士", class_code="0101",
    )  # fmt: skip
    actions.dispatch(county.dispatcher, made.pk, [county.units["P01"].pk, county.units["F01"].pk])
    return made


def test_it_is_valid_at_every_stage(county, validator):
    made = actions.report_call(county.operator, words="有人抢劫", caller="13812345678")
    _valid(validator, county.dispatcher, made.pk)
    actions.set_place(county.operator, made.pk, place="城东", lon=112.92, lat=28.2)
    actions.classify(county.operator, made.pk, "0101")
    _valid(validator, county.dispatcher, made.pk)
    actions.dispatch(county.dispatcher, made.pk, [county.units["P01"].pk])
    _valid(validator, county.dispatcher, made.pk)
    (sent,) = queries.duties(county.dispatcher)
    actions.arrive(county.dispatcher, sent.id)
    actions.clear(county.dispatcher, sent.id)
    actions.give_feedback(county.dispatcher, made.pk, words="已 <处理>")
    actions.close(county.dispatcher, made.pk, disposition="done")
    document = _valid(validator, county.dispatcher, made.pk)
    assert document["incidentComponent"]["incidentStatusCommonRegistryText"] == ["Closed"]


def _valid(validator, actor, pk):
    document = json.loads(json.dumps(eido.build(queries.eido_facts(actor, pk))))
    assert [e.message for e in validator.iter_errors(document)] == []
    return document


def test_the_validator_would_notice(validator, county, busy):
    document = eido.build(queries.eido_facts(county.dispatcher, busy.pk))
    del document["callComponent"][0]["direction"]
    assert not validator.is_valid(document)


def test_every_reference_is_there_and_nobody_is_named(county, busy):
    document = eido.build(queries.eido_facts(county.dispatcher, busy.pk))
    text = json.dumps(document, ensure_ascii=False)
    assert "13812345678" not in text
    assert "王女士" not in text
    assert _ids(document) >= _refs(document)


def _ids(value):
    return {found for key, found in _walk(value) if key == "$id"}


def _refs(value):
    return {found for key, found in _walk(value) if key == "$ref"}


def _walk(value):
    if isinstance(value, dict):
        for key, item in value.items():
            yield key, item if isinstance(item, str) else ""
            yield from _walk(item)
    elif isinstance(value, list):
        for item in value:
            yield from _walk(item)


def test_a_stranger_learns_nothing(county, busy):
    with pytest.raises(NotFound):
        queries.eido_facts(county.colleague_elsewhere, busy.pk)
