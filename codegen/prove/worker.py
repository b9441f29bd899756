"""The process that calls the written package; it prints what is wrong, as JSON."""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import pkgutil
import sys
import warnings
from collections.abc import Iterator

from codegen.prove import twins
from codegen.prove.build import Builder
from codegen.prove.facade import spaces, targets
from codegen.prove.inputs import Inputs
from codegen.prove.operations import OperationProof, Report
from codegen.prove.page_rule import page_rule
from codegen.prove.read import Reader
from codegen.prove.requests import Requests
from codegen.prove.responses import Responses, base_classes
from codegen.prove.samples import Sampler
from codegen.prove.schemas import Schemas
from codegen.prove.spoilt import Spoiler, SpoiltProof
from codegen.prove.wire import call, call_async
from codegen.read.document import Document


def main() -> None:
    """Prove every operation of the document on the standard input."""
    warnings.simplefilter("ignore")
    gc.set_threshold(50_000, 20, 100)  # little is garbage: a seventh of the time was collecting it
    text = sys.stdin.read()
    data = json.loads(text)
    report = prove(Document(data, text, text.encode()))
    json.dump([list(report.problems.values()), list(report.skipped)], sys.stdout)


def prove(document: Document) -> Report:
    """Call every operation with both clients; return what is not as *document* says."""
    report = Report()
    for module, error in unusable_modules("persium_api"):
        report.problems[module] = f"module {module}: expected to be imported, seen {error}"
    for problem in [each for space in spaces() for each in twins.problems(space)]:
        report.problems.setdefault(problem, problem)
    proofs = list(_proofs(document, report))
    call(attempt for proof in proofs for attempt in proof.attempts())
    asyncio.run(call_async(each for proof in proofs for each in proof.attempts_of_twin()))
    return report


def unusable_modules(package: str) -> Iterator[tuple[str, str]]:
    """Yield the modules of *package* that can't be imported, and why."""
    found = importlib.import_module(package)
    for module in pkgutil.walk_packages(found.__path__, f"{package}."):
        try:
            importlib.import_module(module.name)
        except Exception as error:  # noqa: BLE001  # whatever the module raises
            yield module.name, f"{type(error).__name__}: {error}"


def _proofs(document: Document, report: Report) -> Iterator[OperationProof]:
    schemas = Schemas(document.data)
    builder, reader = Builder(schemas), Reader(schemas)
    sent, served = Sampler(schemas, left_out=""), Sampler(schemas, left_out="writeOnly")
    tried, classes = set[tuple[int, bool]](), base_classes()
    spoilt = SpoiltProof(Spoiler(schemas, "readOnly"), Spoiler(schemas, "writeOnly"))
    operations = [o for o in document.operations() if not document.is_token_endpoint(o)]
    found = targets(document, operations)
    for operation in operations:
        inputs = Inputs.of(document, operation)
        requests = Requests(document, operation, inputs, schemas)
        responses = Responses(
            document, operation, schemas, served, reader, tried=tried, classes=classes
        )
        target = found.get(operation.node["operationId"])
        if target is None:
            report.add(operation, "method: expected one, seen none")
        else:
            rule = page_rule(document, operation, inputs.parameters, schemas)
            if rule and not target.iterators:
                report.add(operation, "iterator over its pages: expected one, seen none")
            yield OperationProof(
                operation,
                target,
                inputs,
                sent,
                requests,
                responses,
                builder,
                report,
                rule=rule,
                spoilt=spoilt,
            )


if __name__ == "__main__":
    main()
