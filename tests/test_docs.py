"""The site that `make docs` builds."""

import re
from pathlib import Path

import pytest

from docs import build_site
from tfmtl import layers


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The guides and the pages of one package."""
    folder = tmp_path_factory.mktemp("site")
    build_site.build(folder, ["tfmtl.layers"])
    return folder


def local_links(page):
    links = re.findall(r'(?:href|src)="([^"#$]*)', page.read_text("utf-8"))
    return {link for link in links if link and not re.match(r"\w+:", link)}


def test_every_link_leads_to_a_page_or_a_file(site):
    pages = list(site.rglob("*.html"))
    assert len(pages) > 5
    for page in pages:
        for link in local_links(page):
            assert (page.parent / link).exists(), (page.name, link)


def test_every_public_name_has_an_entry(site):
    page = (site / "tfmtl" / "layers.html").read_text("utf-8")
    for name in layers.__all__:
        assert f'id="{name}"' in page, name


def test_docstrings_are_laid_out(site):
    page = (site / "tfmtl" / "layers.html").read_text("utf-8")
    assert re.search(r"<h6[^>]*>Arguments:</h6>\s*<ul>", page)
    assert '<span class="gp">&gt;&gt;&gt; </span>' in page


def test_every_guide_is_named_on_the_first_page(site):
    index = (site / "index.html").read_text("utf-8")
    docs = Path(build_site.__file__).parent
    for guide in docs.rglob("*.md"):
        assert guide.stem in index


def test_what_stood_there_is_removed(tmp_path):
    (tmp_path / "old.html").write_text("old")
    build_site.build(tmp_path, ["tfmtl.types"])
    assert not (tmp_path / "old.html").exists()
    assert (tmp_path / "guides" / "readme.html").exists()
