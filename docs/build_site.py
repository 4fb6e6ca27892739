"""`python -m docs.build_site`: guides and public modules as web pages."""

import argparse
import importlib
import os
import pathlib
import re
import shutil
import types
from collections.abc import Sequence

import pdoc
import pdoc.doc
import pdoc.extract
import pdoc.render

ROOT = pathlib.Path(__file__).parents[1]
MODULES = ("tfmtl", "serving", "pipeline.components")
_GUIDES = (
    "README.md",
    "docs/*.md",
    "docs/results/*.md",
    "serving/README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
)
_PACKAGE = "guides"
_FILES = "files"
_LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)#]+)(#[^)]*)?(?=\))")
_PRIVATE_FILES = re.compile(r"tfmtl\.\w+\.")


def build(output: pathlib.Path, modules: Sequence[str] = MODULES) -> list[str]:
    """Writes the site.

    Args:
        output: Folder of the site; what stands there is removed.
        modules: Packages whose public modules get a page each.

    Returns:
        Names of the pages.
    """
    shutil.rmtree(output, ignore_errors=True)
    paths = [path for glob in _GUIDES for path in sorted(ROOT.glob(glob))]
    pages = {path: _page_name(path) for path in paths}
    found = {
        f"{_PACKAGE}.{name}": _guide(path, pages, output)
        for path, name in pages.items()
    }
    for name in modules:
        _import_all(name)
    for name in pdoc.extract.walk_specs(modules):
        # Files of a package of tfmtl are private: it exports their classes.
        if not _PRIVATE_FILES.match(name):
            found[name] = pdoc.doc.Module.from_name(name)
    pdoc.render.configure(
        docformat="google",
        show_source=False,
        template_directory=pathlib.Path(__file__).with_name("templates"),
    )
    for name, module in found.items():
        page = pdoc.render.html_module(module, found)
        _write(output / f"{name.replace('.', '/')}.html", page)
    _write(output / "index.html", pdoc.render.html_index(found))
    _write(output / "search.js", pdoc.render.search_index(found))
    return list(found)


def _import_all(name: str) -> None:
    """Imports a package before pdoc does, which lets no process be started."""
    package = importlib.import_module(name)
    for public in getattr(package, "__all__", ()):
        # Some are imported when first used, and then stand nowhere.
        vars(package).setdefault(public, getattr(package, public))


def _page_name(path: pathlib.Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return "_".join(part for part in parts if part != "docs").lower()


def _guide(
    path: pathlib.Path,
    pages: dict[pathlib.Path, str],
    output: pathlib.Path,
) -> pdoc.doc.Module:
    """Returns a page of text as a module without content."""

    def redirect(link: re.Match[str]) -> str:
        target = pathlib.Path(os.path.normpath(path.parent / link[1]))
        if target in pages:
            return f"{pages[target]}.html{link[2] or ''}"
        place = pathlib.Path(_FILES, target.relative_to(ROOT))
        (output / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(target, output / place)
        return f"../{place}"

    text = _LINK.sub(redirect, path.read_text("utf-8"))
    module = types.ModuleType(f"{_PACKAGE}.{pages[path]}", text)
    module.__docformat__ = "markdown"  # type: ignore[attr-defined]
    return pdoc.doc.Module(module)


def _write(path: pathlib.Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--output", type=pathlib.Path, default=ROOT / "build" / "docs"
    )
    output = parser.parse_args().output
    pages = build(output)
    print(f"{len(pages)} pages written; open {output / 'index.html'}")


if __name__ == "__main__":
    main()
