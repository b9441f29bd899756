"""Prove one operation: make its calls, and note what is not as the document says."""

from __future__ import annotations

from functools import cached_property, partial
from itertools import cycle
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from codegen.prove.annotated import type_error_in
from codegen.prove.arguments import Arguments
from codegen.prove.build import BuildError
from codegen.prove.iterators import IteratorProof
from codegen.prove.scalars import NoSampleError
from codegen.prove.wire import Attempt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codegen.prove.build import Builder
    from codegen.prove.facade import Target
    from codegen.prove.inputs import Inputs, Sample
    from codegen.prove.page_rule import PageRule
    from codegen.prove.requests import Requests
    from codegen.prove.responses import Answer, Responses
    from codegen.prove.samples import Sampler
    from codegen.prove.spoilt import SpoiltProof
    from codegen.prove.wire import Result
    from codegen.read.document import Operation


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
    spoilt: SpoiltProof | None = None
    right: dict[int, object] = field(factory=dict[int, object])

    def attempts(self) -> Iterator[Attempt]:
        """Yield calls until each sample was sent, and each answer served, at least once."""
        for problem in self._arguments.signature_problems(self.operation.path):
            self.report.add(self.operation, problem)
        yield from self._calls(range(len(self._pairs)))
        yield from self._iterations()
        yield from self._spoilt()

    def attempts_of_twin(self) -> Iterator[Attempt]:
        """Yield calls that show that the other client's method does the same.

        Both have their tables and what reads them in common, so they differ in no value.
        """
        firsts = {_response(answer): n for n, (_, answer) in reversed([*enumerate(self._pairs)])}
        dicts = [n for n, (sample, _) in enumerate(self._pairs) if sample.plain]
        yield from self._calls(sorted({*range(len(self._pairs))[:2], *dicts[:1], *firsts.values()}))
        yield from self._iterations()

    def _calls(self, numbers: Iterable[int]) -> Iterator[Attempt]:
        for number in numbers:
            sample, answer = self._pairs[number]
            try:
                arguments = self._arguments.of(sample)
            except BuildError as error:
                self.report.add(self.operation, str(error))
                continue
            if number not in self.right:
                for problem in self._arguments.type_problems(sample, arguments):
                    self.report.add(self.operation, problem)
            judge = partial(self._judge, number)
            target = self.target
            yield Attempt(target.namespace, target.method, arguments, (answer.served,), judge)

    def _iterations(self) -> Iterator[Attempt]:
        """Yield the calls of the iterators of a method that is right: all set, and the least."""
        if self.rule is None or not self.target.iterators or self.report.names(self.operation):
            return
        proof = IteratorProof(
            self.target, self.rule, self.requests.schemas, self.requests, self.responses
        )
        for sample in self._samples[:2]:
            arguments = self._arguments.of(sample)
            try:
                yield from proof.attempts(
                    sample, arguments, partial(self.report.add, self.operation)
                )
            except NoSampleError:
                self.report.skipped[f"{self.operation.where}: {self.target.iterators[0]}"] = None

    def _spoilt(self) -> Iterator[Attempt]:
        """Yield the calls with wrong values of a method that is right."""
        if self.spoilt is None or not self._pairs or self.report.names(self.operation):
            return
        note, proof = partial(self.report.add, self.operation), self.spoilt
        answers = [answer for _, answer in self._pairs]
        least = partial(self._arguments.of, self._samples[1])
        yield from proof.answers(self.target, answers, least, note)
        for sample in [each for each in self._samples if each.plain][:1]:
            given = self._arguments.dicts(sample)
            yield from proof.dicts(self.target, self._arguments.of(sample), given, note)

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

    @cached_property
    def _arguments(self) -> Arguments:
        return Arguments(self.target, self.inputs, self.requests.schemas, self.builder)

    def _judge(self, number: int, result: Result) -> None:
        """Note what is wrong; the second client's result is right if it equals the first one's."""
        facts = result.facts
        if facts != self.right.get(number):
            problems = list(self._problems(*self._pairs[number], result))
            for problem in problems:
                self.report.add(self.operation, problem)
            if not problems:
                self.right[number] = facts

    def _problems(self, sample: Sample, answer: Answer, result: Result) -> Iterator[str]:
        if result.requests:
            yield from self.requests.problems(sample, result.requests[-1])
            yield from self.responses.accept_problems(result.requests[-1])
            yield from self.responses.problems(answer, result)
            if result.error is None and self.target.method in self.target.returns:
                error = type_error_in(result.value, self.target.returns[self.target.method])
                yield from [f"result {error}"] if error else []
        elif not (sample.may_be_refused and isinstance(result.error, ValueError | TypeError)):
            words = f"{type(result.error).__name__}: {' '.join(str(result.error).split())[:160]}"
            yield f"call: expected a request, seen {words}"


def _response(answer: Answer) -> tuple[int, str]:
    return answer.served.status, answer.served.media
