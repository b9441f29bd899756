"""The pages are true: links lead somewhere, samples run, every error has its section."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from adapters.judge import known_failures
from adapters.subjects import SUBJECTS
from persium_api.facade import errors as generated_errors

import persium_ext
from persium_ext._http import advice
from persium_ext._http.advice import Advice
from persium_ext.sandbox import Sandbox

from .pages import ALL, PAGES, ROOT, name_of, without_code

README = ROOT / "README.md"
TROUBLESHOOTING = ROOT / "docs" / "troubleshooting.md"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
URLS = PYPROJECT["project"]["urls"]


def anchors(page: Path) -> set[str]:
    """What a link to *page* may have behind its ``#``."""
    text = without_code(page)
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)">', text))


def samples(page: Path) -> Iterator[tuple[int, str]]:
    """The Python samples of *page*, each with its line number."""
    text = page.read_text(encoding="utf-8")
    for found in re.finditer(r"^```python\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE):
        yield text[: found.start()].count("\n") + 2, found[1]


@pytest.mark.parametrize("page", ALL, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page names a file, and a heading that is in it."""
    dead: list[str] = []
    for link in re.findall(r"\]\(([^)\s]+)\)", without_code(page)):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if link.startswith("https://"):
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)

    assert dead == []


@pytest.mark.parametrize("page", ALL, ids=name_of)
def test_commands_exist(page: Path) -> None:
    """Every ``make`` target that a page names is in the Makefile."""
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`)make ([a-z][a-z0-9-]*)", text, flags=re.MULTILINE))

    assert named <= targets()


def targets() -> set[str]:
    """The Makefile's targets that have a line of help."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z0-9-]+):.*## \w", text, flags=re.MULTILINE))


def test_every_target_has_help() -> None:
    """``make help`` leaves nothing out."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.findall(r"^\.PHONY: (.*)$", text, flags=re.MULTILINE)

    assert targets() == set(" ".join(phony).split())


def test_readme_is_short() -> None:
    """At most 100 lines; ``make demo`` is the first command of make, ``make test`` the second."""
    text = README.read_text(encoding="utf-8")

    assert len(text.splitlines()) <= 100
    assert re.findall(r"make [a-z-]+", text)[:2] == ["make demo", "make test"]


def test_readme_works_on_a_package_index() -> None:
    """There every link is absolute: those that are relative here lead into the source."""
    hook = PYPROJECT["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]
    [rule] = hook["substitutions"]
    here = set(re.findall(r"\]\(([^)\s]+)\)", README.read_text(encoding="utf-8")))
    there = re.sub(rule["pattern"], rule["replacement"], README.read_text(encoding="utf-8"))

    assert set(re.findall(r"\]\(([^)\s]+)\)", there)) == {
        f"{URLS['Source']}/{link}" for link in here
    }


def places(link: str) -> Iterator[Path]:
    """The page that *link* stands for, if it leads into the documentation."""
    if link.startswith(f"{URLS['Documentation']}/"):
        yield ROOT / "docs" / f"{link.removeprefix(URLS['Documentation']).strip('/')}.md"


def test_errors_lead_into_the_documentation() -> None:
    """The page that errors name is part of the documentation that the distribution names."""
    assert list(places(persium_ext.TROUBLESHOOTING)) == [TROUBLESHOOTING]


@pytest.mark.parametrize(
    ("line", "sample"),
    [
        pytest.param(line, sample, id=f"{name_of(page)}:{line}")
        for page in PAGES
        if page.name != "tutorial.md"  # its files need each other: test_tutorial.py
        for line, sample in samples(page)
    ],
)
def test_samples_run(
    line: int,
    sample: str,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Every Python sample runs as it stands, with the four settings in the environment."""
    monkeypatch.chdir(tmp_path)  # one of them writes a file
    for name in ("TOKEN_URL", "API_BASE_URL", "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.setenv(name, getattr(sandbox, name.lower()))

    exec(compile("\n" * (line - 1) + sample, "sample", "exec"), {"__name__": "__main__"})  # noqa: S102  # the pages are ours

    assert "persium.example" not in capsys.readouterr().out, "the sample printed an error"


def test_recipe_of_a_web_application(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The application of the guide responds with the JSON of a model."""
    guide = ROOT / "docs" / "guide.md"
    [sample] = [sample for _, sample in samples(guide) if "import FastAPI" in sample]
    for name in ("TOKEN_URL", "API_BASE_URL", "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.setenv(name, getattr(sandbox, name.lower()))
    found: dict[str, Any] = {}
    exec(sample, found)  # noqa: S102  # the pages are ours
    app = found["app"]

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://app.example") as client,
        ):
            return await client.get("/caller")

    response = anyio.run(ask)

    assert response.json()["all_organisations"] is False


def test_readme_has_one_sample() -> None:
    """One, of 5 to 14 lines."""
    (sample,) = [sample for _, sample in samples(README)]

    assert 5 <= len(sample.splitlines()) <= 14


ADVICE = [
    found
    for each in vars(advice).values()
    for found in (each.values() if isinstance(each, dict) else [each])
    if isinstance(found, Advice)
]


def test_every_error_has_its_section() -> None:
    """Errors lead to Troubleshooting, and each of its marked sections belongs to one."""
    led: set[str] = set()
    for module in (ROOT / "persium_ext").rglob("*.py"):
        source = module.read_text(encoding="utf-8")
        for end in re.findall(r'\{TROUBLESHOOTING\}#([^"\n]+)"', source):
            led |= set(re.findall(r"'([a-z0-9-]+)'", end)) if end[0] == "{" else {end}
    led |= {found.topic for found in ADVICE if found.topic}

    marked = re.findall(r'<a id="([^"]+)">', TROUBLESHOOTING.read_text(encoding="utf-8"))
    assert led == set(marked)


def test_guide_knows_every_public_name() -> None:
    """All that is public and written by hand is in it; generated names come without hand work."""
    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    ours = set(persium_ext.__all__) - set(generated_errors.__all__)

    unsaid = {name for name in ours if not re.search(rf"\b{name}\b", guide)}
    assert unsaid <= {"TROUBLESHOOTING", "__version__"}


def test_page_has_each_known_failure() -> None:
    """The table of other clients gives the reason of each known failure, as its list does."""
    page = (ROOT / "docs" / "conformance.md").read_text(encoding="utf-8")
    reasons = {reason for subject in SUBJECTS for reason in known_failures(subject).values()}

    assert reasons
    assert {reason for reason in reasons if f"** {reason} (`" not in page} == set()


def test_decisions_are_short_and_in_order() -> None:
    """Decisions are numbered from 1 without a gap, and none has more than 12 lines."""
    _, *entries = re.split(r"^## ", (ROOT / "DECISIONS.md").read_text("utf-8"), flags=re.MULTILINE)

    assert [int(e.partition(".")[0]) for e in entries] == list(range(1, len(entries) + 1))
    assert [e.partition("\n")[0] for e in entries if len(e.strip().splitlines()) > 12] == []
