"""The scenario files are valid, and each scenario is failed by a mutation."""

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
def test_files_match_the_schema(path: Path) -> None:
    """Every scenario file matches scenario.schema.json."""
    schema = json.loads((PACKAGE / "scenario.schema.json").read_text(encoding="utf-8"))

    errors = Draft202012Validator(schema).iter_errors(json.loads(path.read_text("utf-8")))

    assert [error.message for error in errors] == []


def test_schema_has_all_members() -> None:
    """The schema and the classes of the loader have the same members."""
    document = json.loads((PACKAGE / "scenario.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(document)
    schema = document["$defs"]
    kinds = {"responses": "ResponseSpec", "step": "Step", "expectation": "Expectation"}
    source = (PACKAGE / "scenario.py").read_text(encoding="utf-8")

    for name, kind in kinds.items():
        described = schema[name].get("items", schema[name])["properties"]
        body = re.search(rf"class {kind}:(.*?)\n@dataclass|class {kind}:(.*)", source, re.DOTALL)
        assert body is not None
        members = re.findall(r"^    (\w+): ", body[1] or body[2], re.MULTILINE)
        assert set(described) == set(members), kind


def test_enough_scenarios_for_each_rule() -> None:
    """There are at least forty scenarios, five for each rule, and ids are unique."""
    rules = Counter(scenario.rule for scenario in load())

    assert rules.total() == len(SCENARIOS) >= 40
    assert set(rules) == set(RULES)
    assert min(rules.values()) >= 5


def test_rules_are_those_of_the_document() -> None:
    """Each rule has the text of the table in openapi.yaml."""
    document = (ROOT / "openapi.yaml").read_text(encoding="utf-8")
    table = dict(re.findall(r"\| (TP-\d+) \| (.+) \|", document))

    documented = {rule: re.sub(r"[`*]", "", text) for rule, text in table.items()}

    assert {rule: text for rule, text in RULES.items() if rule != "WIRE"} == documented


def test_each_scenario_can_fail() -> None:
    """Every scenario is failed by a mutation of its rule."""
    failed = {name for mutation in MUTATIONS.values() for name in mutation.fails}

    assert failed == set(SCENARIOS)


def test_each_rule_has_a_mutation_for_all_scenarios() -> None:
    """For each rule one mutation runs in all scenarios."""
    wide = {mutation.rule for mutation in MUTATIONS.values() if mutation.wide}

    assert wide == set(RULES)


def test_mutations_name_scenarios() -> None:
    """A mutation fails in scenarios of its rule; scenarios of other rules are an overlap."""
    for mutation in MUTATIONS.values():
        assert {SCENARIOS[name].rule for name in mutation.fails} == {mutation.rule}
        assert mutation.rule not in {SCENARIOS[name].rule for name in mutation.overlap}


def test_other_versions_are_rejected() -> None:
    """Scenarios of another version are an error."""
    with pytest.raises(ValueError, match="version 2, not 1"):
        list(read('{"version": 2, "rule": "TP-1", "scenarios": []}'))


def test_unknown_members_are_rejected() -> None:
    """A misspelt member of a scenario is an error."""
    text = '{"version": 1, "rule": "TP-1", "scenarios": [{"id": "a", "claim": "A.", "stepz": []}]}'

    with pytest.raises((TypeError, KeyError), match="step"):
        list(read(text))
