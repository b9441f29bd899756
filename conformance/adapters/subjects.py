"""The subjects: our clients, the examples, and libraries that teams use."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
BUILT: Final = ROOT / ".cache" / "adapters"
_HERE: Final = Path(__file__).parent
_OURS: Final = ROOT / "conformance" / "subjects"
_EXAMPLES: Final = ROOT / "examples"
EXAMPLE_JAR: Final = _EXAMPLES / "java" / "target" / "persium-example.jar"
SPRING_JAR: Final = BUILT / "java" / "target" / "spring-security.jar"


def java(jar: Path, archive: str = "SharedArchiveFile") -> Sequence[str]:
    """Return a command that starts *jar* with little CPU time; *archive* is an option of the JVM.

    ``ArchiveClassesAtExit`` stores the classes beside the jar; ``SharedArchiveFile`` loads them,
    which halves the time of a start.
    """
    options = ("-Xlog:disable", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData")
    return ("java", *options, f"-XX:{archive}={jar.with_suffix('.jsa')}", "-jar", str(jar))


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A program under test.

    Attributes:
        name: The name of its list of known failures.
        toolchain: Its toolchain in ``build.TOOLCHAINS``.
        pin: The manifest that pins its version, and a pattern; None: it is ours.
        jobs: Number of simultaneous scenarios; fewer if a start needs much CPU time.
    """

    name: str
    title: str
    toolchain: str
    command: Sequence[str]
    pin: tuple[Path, str] | None = None
    jobs: int = 8

    @property
    def label(self) -> str:
        """The title and the pinned version."""
        if self.pin is None:
            return self.title
        manifest, pattern = self.pin
        found = re.search(pattern, manifest.read_text(encoding="utf-8"))
        if found is None:
            raise LookupError(f"no version of {self.title} in {manifest}")
        return f"{self.title} {found[1]}"

    @property
    def known(self) -> Path:
        """The list of known failures; a subject that complies has none."""
        return _HERE / "known-failing" / f"{self.name}.txt"


def _ours(backend: str, title: str) -> Subject:
    command = (sys.executable, str(_OURS / "persium_subject.py"), backend)
    return Subject(name=f"persium-{backend}", title=title, toolchain="ours", command=command)


def _python(name: str, title: str) -> Subject:
    script = _HERE / "python" / f"{name.replace('-', '_')}_subject.py"
    python = BUILT / "python" / "bin" / "python"
    return Subject(
        name=name,
        title=f"{title} (Python)",
        toolchain="python",
        command=("env", f"PYTHONPATH={_OURS}", str(python), "-B", str(script)),
        pin=(_HERE / "python" / "requirements.in", rf"(?m)^{name}==(.+)$"),
    )


def _node(name: str) -> Subject:
    return Subject(
        name=name,
        title=f"{name} (Node)",
        toolchain="node",
        command=("node", str(BUILT / "node" / f"{name}.js")),
        pin=(_HERE / "node" / "package.json", rf'"{name}": "(.+)"'),
    )


SUBJECTS: Final = (
    _ours("sync", "persium, threads"),
    _ours("asyncio", "persium, asyncio"),
    _ours("trio", "persium, trio"),
    Subject(
        name="reference",
        title="the reference subject (Python, standard library)",
        toolchain="ours",
        command=(sys.executable, str(_OURS / "reference.py")),
    ),
    Subject(
        name="example-typescript",
        title="`examples/typescript`",
        toolchain="typescript",
        command=("node", str(_EXAMPLES / "typescript" / "dist" / "subject.js")),
    ),
    Subject(
        name="example-go",
        title="`examples/go`",
        toolchain="go-example",
        command=(str(_EXAMPLES / "go" / "bin" / "subject"),),
    ),
    Subject(
        name="example-java",
        title="`examples/java`",
        toolchain="java-example",
        command=java(EXAMPLE_JAR),
        jobs=3,
    ),
    _python("authlib", "Authlib"),
    _python("httpx-auth", "httpx-auth"),
    _python("requests-oauthlib", "requests-oauthlib"),
    _node("openid-client"),
    _node("simple-oauth2"),
    Subject(
        name="golang-oauth2",
        title="golang.org/x/oauth2 (Go)",
        toolchain="go",
        command=(str(BUILT / "golang-oauth2"),),
        pin=(_HERE / "go" / "go.mod", r"golang.org/x/oauth2 v(.+)"),
    ),
    Subject(
        name="spring-security",
        title="Spring Security (Java)",
        toolchain="java",
        command=java(SPRING_JAR),
        pin=(_HERE / "java" / "pom.xml", r"<spring-security.version>(.+)</"),
        jobs=3,
    ),
    Subject(
        name="rust-oauth2",
        title="oauth2 (Rust)",
        toolchain="rust",
        command=(str(BUILT / "rust" / "target" / "debug" / "oauth2-subject"),),
        pin=(_HERE / "rust" / "Cargo.toml", r'oauth2 = \{ version = "=(.+?)"'),
    ),
)
