"""Upstream's project, which also writes the facade."""

from __future__ import annotations

import contextlib
import io
import shlex
import subprocess
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError

from codegen.errors import DocumentError
from codegen.generate import docstrings, facade, upstream
from codegen.generate.dicts import Dicts
from codegen.generate.method import Method
from codegen.generate.pins import RUFF
from codegen.generate.prose import sentence, wrapped
from codegen.generate.renames import put_back
from codegen.generate.responses import status_errors
from codegen.generate.schemas import literal, table
from codegen.generate.signature import signature
from codegen.lower import lower, without_token
from codegen.naming.names import class_names, namespace_class, operation_name, tag_name
from codegen.read.document import nodes

if TYPE_CHECKING:
    from codegen.lower import Lowered
    from codegen.read.document import Document

_MODULES: Final = (
    *("__init__", "_operation", "_schema", "_schemas", "_dicts", "amendments", "errors"),
)
TEMPLATES: Final = Path(__file__).parent / "templates"
PACKAGE: Final = "persium_api"
# --isolated: no configuration of a parent folder of the output applies.
_RUFF: Final = shlex.quote(RUFF)
_COMMON: Final = "--isolated --no-cache --quiet --target-version py311"
POST_HOOKS: Final = (
    f"{_RUFF} check . {_COMMON} --fix-only --select F401,I",
    f"{_RUFF} format . {_COMMON} --line-length 100",
)


def config_for(spec: Path, output: Path) -> Config:
    """Return the configuration of upstream's tool."""
    choices = ConfigFile(
        package_name_override=PACKAGE,
        docstrings_on_attributes=True,
        post_hooks=list(POST_HOOKS),
    )
    return Config.from_sources(
        choices, MetaType.NONE, spec, "utf-8", overwrite=False, output_path=output
    )


def generate(document: Document, *, spec: Path, output: Path) -> None:
    """Write the whole package into *output*, which must not exist yet.

    Raises:
        DocumentError: Upstream cannot generate, or would omit, a part of the document.
    """
    config = config_for(spec, output)
    data = read(lower(document, reserved=class_names(document)), config)
    project = FacadeProject(data, config, document)
    with contextlib.redirect_stdout(io.StringIO()):
        problems = project.build()
    if problems:
        raise DocumentError([upstream.words(problem, {}) for problem in problems])


def read(lowered: Lowered, config: Config) -> GeneratorData:
    """Let upstream read the lowered document, and put the document's own names back.

    Raises:
        DocumentError: Upstream cannot read, or would omit, a part of it.
    """
    try:
        data = GeneratorData.from_dict(lowered.data, config=config)
    except Exception as error:
        words = f"the document: openapi-python-client cannot read it: {error}"
        raise DocumentError([words]) from error
    if isinstance(data, GeneratorError):
        raise DocumentError([upstream.words(data, lowered.operations)])
    if complaints := [*upstream.complaints(data, lowered.operations)]:
        raise DocumentError(complaints)
    put_back(data, lowered, config)
    return data


def _documents(document: Document) -> dict[str, bytes]:
    """Return the files that ``persium spec`` prints; JSON is valid YAML, if the source is JSON."""
    return {
        "openapi.yaml": document.source,
        "openapi.json": document.json.encode(),
        "openapi_without_token.yaml": without_token.as_yaml(document).encode(),
        "openapi_without_token.json": without_token.as_json(document).encode(),
    }


class FacadeProject(Project):
    """Upstream's project, which also writes ``facade/``; other files are unmodified.

    Raises:
        DocumentError: Names of the facade clash.
    """

    def __init__(self, data: GeneratorData, config: Config, document: Document) -> None:
        super().__init__(openapi=data, config=config, custom_template_path=TEMPLATES)
        self._document = document
        self._namespaces = self._sort_by_namespace()
        if complaints := [*facade.complaints(self._namespaces)]:
            raise DocumentError(complaints)

    def _sort_by_namespace(self) -> dict[str, list[Method]]:
        sources = {operation_name(o): o for o in self._document.operations()}
        namespaces: dict[str, list[Method]] = {}
        for endpoint in upstream.endpoints(self.openapi):
            source = sources[endpoint.name]
            if not self._document.is_token_endpoint(source):
                method = Method(endpoint, source, self._document)
                namespaces.setdefault(endpoint.tags[0], []).append(method)
        return namespaces

    def _build_api(self) -> None:
        super()._build_api()
        (self.package_dir / "facade").mkdir()
        shared = self._context()
        for module in _MODULES:
            self._write(module, f"{module}.py", shared)
        for tag, methods in self._namespaces.items():
            self._write(tag, "namespace.py", {**shared, "tag": tag, "methods": methods})
        (self.package_dir / "py.typed").touch()
        for name, content in _documents(self._document).items():
            (self.package_dir / name).write_bytes(content)

    def _context(self) -> dict[str, Any]:
        methods = [method for group in self._namespaces.values() for method in group]
        errors = [response for method in methods for response in method.errors]
        dicts = Dicts.of([p for method in methods for p in method.inputs], self.openapi.models)
        return {
            "namespaces": self._namespaces,
            "errors": status_errors(errors),
            "enums": sorted(str(enum.class_info.name) for enum in self.openapi.enums),
            "models": sorted(self.openapi.models, key=lambda model: str(model.class_info.name)),
            "members": upstream.members,
            "extensible": upstream.is_extensible,
            "fallback": upstream.fallback,
            "values": upstream.values,
            "dicts": dicts,
            "signature": partial(signature, dicts=dicts),
            "literal": literal,
            "table": table,
            "namespace_class": namespace_class,
            "docstring": docstrings.of_method,
            "namespace_docstring": self._namespace_docstring,
        }

    def _namespace_docstring(self, tag: str, indent: int) -> str:
        tags = nodes(self._document.data, "tags")
        words = {tag_name(self._document, t["name"]): t.get("description") for t in tags}
        text = sentence(words.get(tag) or f"Operations of the tag {tag}")
        text = wrapped(text, indent=indent)
        return f"{text}\n{' ' * indent}" if "\n" in text else text

    def _write(self, module: str, template: str, context: dict[str, Any]) -> None:
        text = self.env.get_template(f"facade/{template}.jinja").render(**context)
        (self.package_dir / "facade" / f"{module}.py").write_text(text, encoding="utf-8")

    def _run_post_hooks(self) -> None:
        """Run the hooks without a shell, so that paths may contain spaces."""
        for hook in self.config.post_hooks:
            done = subprocess.run(  # noqa: S603  # constant arguments, no shell
                shlex.split(hook), cwd=self.package_dir, capture_output=True, text=True, check=False
            )
            if done.returncode:
                self.errors.append(GeneratorError(header="ruff failed:", detail=done.stderr))
