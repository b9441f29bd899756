"""The pages are in plain technical English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .pages import ALL, name_of, without_code

DIALECT = {
    r"mend(s|ed|ing)?": "fix",
    r"holes?": "vulnerability",
    r"answer(s|ed|ing)?": "response, respond",
    r"(could|can|to) be had": "could be obtained",
    r"(?<!there )(is|are) (no|none) (?!longer)": "is not a valid ...",
    r"none of ours": "not a Persium ...",
    r"whom to trust": "TLS verification",
    r"what (came|comes) of": "result",
    r"sa(y|ys|id) (what|so|which|who|that)": "return, describe, state",
    r"wins?": "takes precedence",
    r"lives": "is valid for",
    r"spent": "exceeded",
    r"takes? (Java|Maven|node|Node|npm|Go|Rust|Python|Chromium)": "needs",
    r"worlds?": "concurrency backend",
    r"(of|in) the house": "project, repository",
    r"unless told": "by default",
    r"lest": "so that ... not",
    r"the same(?=[.,;:)|])": "the noun",
}
"""Words of the first version's dialect, and what is written in their place."""

SEARCHED = ("retry", "cache", "timeout", "response", "vulnerability", "certificate", "proxy")


def prose(page: Path) -> str:
    """The sentences of *page*: no code, no link target, none of the command's exit codes."""
    text = re.sub(r"`[^`]*`|\]\([^)]*\)", "", without_code(page))
    return re.sub(r"^\| \d+ \|.*$", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("page", ALL, ids=name_of)
def test_no_word_of_the_dialect(page: Path) -> None:
    """A page has none of the private words that readers would have to learn."""
    found = {
        match[0]: better
        for word, better in DIALECT.items()
        for match in re.finditer(rf"\b{word}(?!\w)", " ".join(prose(page).split()), re.IGNORECASE)
    }

    assert found == {}


@pytest.mark.parametrize("word", SEARCHED)
def test_words_that_people_search(word: str) -> None:
    """A word that people type into a search is in the text of a page."""
    assert any(re.search(rf"\b{word}\b", prose(page), re.IGNORECASE) for page in ALL)
