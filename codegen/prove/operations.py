"""Prove one operation: make its calls, and note what is not as the document says."""

from __future__ import annotations

from functools import cached_property, partial
from itertools import cycle
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from codegen.prove import bodies
from codegen.prove.build import BuildError
from codegen.prove.inputs import ABSENT
from codegen.prove.iterators import IteratorProof
from codegen.prove.scalars import NoSampleError
from codegen.prove.wire import Attempt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codegen.document import Node, Operation
    from codegen.prove.build import Builder
    from codegen.prove.facade import Argument, Target
    from codegen.prove.inputs import Inputs, Sample
    from codegen.prove.page_rule import PageRule
    from codegen.prove.requests import Requests
    from codegen.prove.responses import Answer, Responses
    from codegen.prove.samples import Sampler
    from codegen.prove.wire import Result


@define
class Report:
    """What was found, each place once."""

    problems: dict[str, str] = field(factory=dict[str, str])
    skipped: dict[str, None] = field(factory=dict[str, None])

    def add(self, operation: Operation, words: str) -> None:
        """Note a problem, unless its place has one already."""
        line = f"{operation.where} ({operation.node['operationId']}): {words}"
        self.problems.setdefault(line.partition(": expected")[0], line)

    def names(self, operation: Operation) -> bool:
        """Return whether *operation* has a problem."""
        start = f"{operation.where} ({operation.node['operationId']}): "
        return any(line.startswith(start) for line in self.problems.values())


@frozen(slots=False)
class OperationProof:
    """Makes the calls of one operation, and judges them."""

    operation: Operation
    target: Target
    inputs: Inputs
    sampler: Sampler
    requests: Requests
    responses: Responses
    builder: Builder
    report: Report
    rule: PageRule | None = None

    def attempts(self) -> Iterator[Attempt]:
        """Yield calls until each sample was sent, and each answer served, at least once."""
        for sample, answer in self._pairs:
            try:
                arguments = dict(self._arguments(sample))
            except BuildError as error:
                self.report.add(self.operation, str(error))
                continue
            judge = partial(self._judge, sample, answer)
            target = self.target
            yield Attempt(target.namespace, target.method, arguments, (answer.served,), judge)
        yield from self._iterations()

    def _iterations(self) -> Iterator[Attempt]:
        """Yield the calls of the iterators of a method that is right: all set, and the least."""
        if self.rule is None or not self.target.iterators or self.report.names(self.operation):
            return
        proof = IteratorProof(
            self.target, self.rule, self.requests.schemas, self.requests, self.responses
        )
        for sample in self._samples[:2]:
            arguments = dict(self._arguments(sample))
            try:
                yield from proof.attempts(
                    sample, arguments, partial(self.report.add, self.operation)
                )
            except NoSampleError:
                self.report.skipped[f"{self.operation.where}: {self.target.iterators[0]}"] = None

    @cached_property
    def _samples(self) -> list[Sample]:
        return self.inputs.samples(self.sampler)

    @cached_property
    def _pairs(self) -> list[tuple[Sample, Answer]]:
        samples, answers = self._samples, self.responses.answers()
        for what in [*self.inputs.skipped, *self.responses.skipped]:
            self.report.skipped[f"{self.operation.where}: {what}"] = None
        if not samples:
            return []
        count = range(max(len(samples), len(answers)))
        return [
            (sample, answer)
            for _, sample, answer in zip(count, cycle(samples), cycle(answers), strict=False)
        ]

    def _arguments(self, sample: Sample) -> Iterator[tuple[str, Any]]:
        parameters = self.inputs.parameters
        names = self.target.of(parameters.values())
        for key, value in sample.parameters.items():
            what = f"{key[0]} parameter {key[1]}"
            yield self._built(what, names.get(key), value, parameters[key]["schema"])
        if sample.plain:
            yield "body", bodies.sent(self.requests.schemas, sample.body, self.inputs.schema)
        elif sample.body is not ABSENT:
            body = self.target.arguments.get("body")
            yield self._built("request body", body, sample.body, self.inputs.schema)

    def _built(
        self, what: str, argument: Argument | None, value: object, schema: Node
    ) -> tuple[str, Any]:
        if argument is None:
            raise BuildError(f"{what}: expected an argument, seen none")
        try:
            return argument.name, self.builder.build(argument.annotation, value, schema)
        except BuildError as error:
            raise BuildError(f"{what} {error}") from None

    def _judge(self, sample: Sample, answer: Answer, result: Result) -> None:
        for problem in self._problems(sample, answer, result):
            self.report.add(self.operation, problem)

    def _problems(self, sample: Sample, answer: Answer, result: Result) -> Iterator[str]:
        if result.requests:
            yield from self.requests.problems(sample, result.requests[-1])
            yield from self.responses.accept_problems(result.requests[-1])
            yield from self.responses.problems(answer, result)
        elif not (sample.may_be_refused and isinstance(result.error, ValueError | TypeError)):
            words = f"{type(result.error).__name__}: {' '.join(str(result.error).split())[:160]}"
            yield f"call: expected a request, seen {words}"
