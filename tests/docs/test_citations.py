"""What is cited exists: documents and headings, from code, tools and other documents."""

from pathlib import Path
from typing import Final

import pytest

from tests.docs.documents import (
    ROOT,
    Citation,
    anchors,
    citations,
    documents,
    headings,
    links,
    name_of,
    read,
    texts,
)

_TOLD_OF = {"tests/docs/test_citations.py", "tests/docs/documents.py"}
"""Files whose citations are made up."""


def problem_of(citation: Citation, beside: Path) -> str | None:
    """Return what is wrong with a citation, whose path is from the root, from `docs` or from where it stands."""
    places = (base / citation.document for base in (ROOT, ROOT / "docs", beside))
    found = next((path for path in places if path.is_file()), None)
    if found is None:
        return f"{citation.document} doesn't exist"
    if citation.heading is not None and citation.heading not in headings(read(found)):
        return f"{citation.document} has no heading {citation.heading!r}"
    return None


CITING: Final = [path for path in texts() if name_of(path) not in _TOLD_OF and any(citations(read(path)))]


@pytest.mark.parametrize("path", CITING, ids=name_of)
def test_every_cited_document_and_heading_exists(path: Path) -> None:
    """A reader who follows a docstring finds the rule."""
    problems = [problem_of(citation, path.parent) for citation in citations(read(path))]
    assert [problem for problem in problems if problem] == []


@pytest.mark.parametrize("path", documents(), ids=name_of)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    """To a file or folder, and where it has a fragment to a heading of it."""
    for link in links(read(path)):
        target, _, fragment = link.partition("#")
        found = path.parent / target if target else path
        assert found.exists(), link
        assert not fragment or fragment in anchors(read(found)), link


def test_the_code_cites_the_contracts() -> None:
    """Were citations written otherwise, the tests above would hold of nothing."""
    cited = [citation for path in texts() if path.suffix == ".py" for citation in citations(read(path))]
    headings_cited = {citation.heading for citation in cited if citation.document == "docs/domain.md"}
    assert {"Identity", "Time", "Tokens", "Table model", "WebSocket", "RegistrarVenta"} <= headings_cited


class TestReading:
    """The reader of texts, on texts of its own."""

    def test_a_citation_may_break_over_a_comments_lines(self) -> None:
        text = '# See docs/domain.md,\n# "Table\n# model", and (docs/scale.md).'
        assert list(citations(text)) == [Citation("docs/domain.md", "Table model"), Citation("docs/scale.md", None)]

    def test_links_are_no_citations(self) -> None:
        text = "[a](b.md#c) [d](https://example.com/e.md) [f](#g)"
        assert list(citations(text)) == []
        assert links(text) == ["b.md#c", "#g"]

    def test_a_missing_document_and_a_missing_heading_are_problems(self) -> None:
        assert problem_of(Citation("docs/none.md", None), ROOT) == "docs/none.md doesn't exist"
        assert problem_of(Citation("docs/domain.md", "None"), ROOT) == "docs/domain.md has no heading 'None'"
        assert problem_of(Citation("domain.md", "Identity"), ROOT / "docs") is None

    def test_fragments_are_made_as_github_makes_them(self) -> None:
        text = "# Daily summaries (`resumenes`)\n## 0.9 of it\n## 0.9 of it\n```\n# none\n```\n"
        assert anchors(text) == {"daily-summaries-resumenes", "09-of-it", "09-of-it-1"}
