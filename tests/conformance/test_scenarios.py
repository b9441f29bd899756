"""The scenarios are data, and the data is sound."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # has no types
from mutations import MUTATIONS
from persium_conformance.loading import load, read
from persium_conformance.rules import RULES

from .conftest import ROOT

PACKAGE = ROOT / "conformance" / "persium_conformance"
FILES = sorted((PACKAGE / "scenarios").glob("*.json"))
SCENARIOS = {scenario.id: scenario for scenario in load()}


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_files_fit_the_schema(path: Path) -> None:
    """Every file of scenarios is what scenario.schema.json describes."""
    schema = json.loads((PACKAGE / "scenario.schema.json").read_text(encoding="utf-8"))

    complaints = Draft202012Validator(schema).iter_errors(json.loads(path.read_text("utf-8")))

    assert [error.message for error in complaints] == []


def test_schema_knows_all_members() -> None:
    """What the schema allows is what the loader takes, member by member."""
    document = json.loads((PACKAGE / "scenario.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(document)
    schema = document["$defs"]
    kinds = {"answers": "Answer", "step": "Step", "expectation": "Expectation"}
    source = (PACKAGE / "scenario.py").read_text(encoding="utf-8")

    for name, kind in kinds.items():
        described = schema[name].get("items", schema[name])["properties"]
        body = re.search(rf"class {kind}:(.*?)\n@dataclass|class {kind}:(.*)", source, re.DOTALL)
        assert body is not None
        members = re.findall(r"^    (\w+): ", body[1] or body[2], re.MULTILINE)
        assert set(described) == set(members), kind


def test_there_are_enough_for_each_rule() -> None:
    """At least forty scenarios, five for each rule, and no id twice."""
    rules = Counter(scenario.rule for scenario in load())

    assert rules.total() == len(SCENARIOS) >= 40
    assert set(rules) == set(RULES)
    assert min(rules.values()) >= 5


def test_rules_are_those_of_the_document() -> None:
    """Each rule is worded as in the table of openapi.yaml."""
    document = (ROOT / "openapi.yaml").read_text(encoding="utf-8")
    table = dict(re.findall(r"\| (TP-\d+) \| (.+) \|", document))

    stated = {rule: re.sub(r"[`*]", "", words) for rule, words in table.items()}

    assert {rule: words for rule, words in RULES.items() if rule != "WIRE"} == stated


def test_each_scenario_can_fail() -> None:
    """Every scenario is failed by a client that breaks its rule on purpose."""
    failed = {name for mutation in MUTATIONS.values() for name in mutation.fails}

    assert failed == set(SCENARIOS)


def test_each_rule_is_broken_by_a_client_that_all_scenarios_judge() -> None:
    """For each rule there is a client that has to fail there, and nowhere else without a reason."""
    wide = {mutation.rule for mutation in MUTATIONS.values() if mutation.wide}

    assert wide == set(RULES)


def test_mutations_name_scenarios() -> None:
    """A mutation fails in scenarios of its rule; others are an overlap."""
    for mutation in MUTATIONS.values():
        assert {SCENARIOS[name].rule for name in mutation.fails} == {mutation.rule}
        assert mutation.rule not in {SCENARIOS[name].rule for name in mutation.overlap}


def test_other_versions_are_refused() -> None:
    """Scenarios of a later version are not read half."""
    with pytest.raises(ValueError, match="version 2, not 1"):
        list(read('{"version": 2, "rule": "TP-1", "scenarios": []}'))


def test_unknown_members_are_refused() -> None:
    """A member with a typing error does not pass for none."""
    text = '{"version": 1, "rule": "TP-1", "scenarios": [{"id": "a", "claim": "A.", "stepz": []}]}'

    with pytest.raises((TypeError, KeyError), match="step"):
        list(read(text))
