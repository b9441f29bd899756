"""Upstream's project, which also writes the facade."""

from __future__ import annotations

import contextlib
import io
import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError

from codegen._facade import Method, error_imports, status_errors
from codegen._names import namespace_class, python_name
from codegen._prose import sentence, wrapped
from codegen._refusal import Refused

if TYPE_CHECKING:
    from codegen._document import Document

TEMPLATES: Final = Path(__file__).parent / "templates"
PACKAGE: Final = "persium_api"
# -P: the package has a types.py, which would hide the standard one.
# --isolated: the settings of whatever surrounds the output would leak in.
_RUFF: Final = f"{shlex.quote(sys.executable)} -P -m ruff"
_COMMON: Final = "--isolated --no-cache --quiet --target-version py311"
POST_HOOKS: Final = [
    f"{_RUFF} check . {_COMMON} --fix-only --select F401,I",
    f"{_RUFF} format . {_COMMON} --line-length 100",
]


def config_for(spec: Path, output: Path) -> Config:
    """Return the settings that upstream's tool runs with, alone or under ours."""
    choices = ConfigFile(
        package_name_override=PACKAGE, docstrings_on_attributes=True, post_hooks=POST_HOOKS
    )
    return Config.from_sources(
        choices, MetaType.NONE, spec, "utf-8", overwrite=False, output_path=output
    )


def generate(document: Document, *, spec: Path, output: Path) -> None:
    """Write the whole package into *output*, which must not exist yet.

    Raises:
        Refused: Upstream could not do, or would have left out, a part of the document.
    """
    config = config_for(spec, output)
    data = GeneratorData.from_dict(document.upstream, config=config)
    if isinstance(data, GeneratorError):
        raise Refused([_words(data)])
    project = FacadeProject(data, config, document)
    with contextlib.redirect_stdout(io.StringIO()):
        problems = project.build()
    if problems:
        raise Refused([_words(problem) for problem in problems])


def _words(problem: GeneratorError) -> str:
    return f"{problem.header.strip()} {problem.detail or ''}".strip()


class FacadeProject(Project):
    """Upstream's project and ``facade/``; nothing of upstream's own output changes."""

    def __init__(self, data: GeneratorData, config: Config, document: Document) -> None:
        super().__init__(openapi=data, config=config, custom_template_path=TEMPLATES)
        self._document = document
        self.env.globals.update(
            namespace_class=namespace_class, namespace_docstring=self._namespace_docstring
        )

    def _build_api(self) -> None:
        super()._build_api()
        namespaces = self._namespaces()
        methods = [method for group in namespaces.values() for method in group]
        shared = {
            "namespaces": namespaces,
            "errors": status_errors(methods),
            "error_imports": error_imports(methods),
            "enums": sorted(enum.class_info.name for enum in self.openapi.enums),
        }
        (self.package_dir / "facade").mkdir()
        for module in ("__init__", "_operation", "_open_enums", "errors"):
            self._write(module, f"facade/{module}.py.jinja", **shared)
        for tag, methods in namespaces.items():
            self._write(tag, "facade/namespace.py.jinja", tag=tag, methods=methods, **shared)
        (self.package_dir / "py.typed").touch()
        text = json.dumps(self._document.data, ensure_ascii=False, indent=1)
        (self.package_dir / "openapi.json").write_text(f"{text}\n", encoding="utf-8")

    def _namespaces(self) -> dict[str, list[Method]]:
        sources = {python_name(o.node["operationId"]): o for o in self._document.operations()}
        namespaces: dict[str, list[Method]] = {}
        for tag, collection in self.openapi.endpoint_collections_by_tag.items():
            for endpoint in collection.endpoints:
                source = sources[endpoint.name]
                if not self._document.is_token_endpoint(source):
                    method = Method(endpoint, source, self._document)
                    namespaces.setdefault(tag, []).append(method)
        return namespaces

    def _namespace_docstring(self, tag: str, indent: int) -> str:
        tags = self._document.data.get("tags", [])
        words = {python_name(node["name"]): node.get("description") for node in tags}
        text = sentence(words.get(tag) or f"Operations of the tag {tag}")
        text = wrapped(text, indent=indent)
        return f"{text}\n{' ' * indent}" if "\n" in text else text

    def _run_post_hooks(self) -> None:
        """Run the hooks without a shell, so that a path with a space in it is no trouble."""
        for command in self.config.post_hooks:
            self._run(shlex.split(command))

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(  # noqa: S603
            command, cwd=self.package_dir, capture_output=True, text=True, check=False
        )
        if done.returncode:
            self.errors.append(GeneratorError(header="ruff failed:", detail=done.stderr))

    def _write(self, module: str, template: str, **context: object) -> None:
        text = self.env.get_template(template).render(**context)
        (self.package_dir / "facade" / f"{module}.py").write_text(text, encoding="utf-8")
