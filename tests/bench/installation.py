"""How much disk an installation takes: the files of packages and of all they need, as installed here."""

from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent.parent
OURS = ("wegwijzer",)
TUTORIAL = ("langchain-chroma", "langchain-huggingface", "sentence-transformers")


def size(names: Iterable[str]) -> int:
    """Bytes of these packages with everything they need; the product's own folders when it is installed in place."""
    needed = closure(names)
    ours = sum(map(_folder, ("bot", "knowledge", "workflows", "prompts"))) if "wegwijzer" in needed else 0
    return ours + sum(map(_files, needed.values()))


def closure(names: Iterable[str]) -> dict[str, Distribution]:
    """These packages and all they need, by name, without extras. Raises PackageNotFoundError for a name itself."""
    found = {str(canonicalize_name(name)): distribution(name) for name in names}
    waiting = [need for package in found.values() for need in _needs(package)]
    while waiting:
        name, extra = waiting.pop()
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue  # asked for by a marker of another platform
        if name not in found or extra:
            new = name not in found
            found[name] = package
            waiting += [need for need in _needs(package, extra) if new or need[0] not in found]
    return found


def _needs(package: Distribution, extra: str = "") -> Iterator[tuple[str, str]]:
    for line in package.requires or ():
        need = Requirement(line)
        if need.marker is None or need.marker.evaluate({"extra": extra}):
            yield from ((canonicalize_name(need.name), wanted) for wanted in (need.extras or ("",)))


def _files(package: Distribution) -> int:
    return sum(path.stat().st_size for file in package.files or () if (path := Path(str(file.locate()))).is_file())


def _folder(name: str) -> int:
    return folder_size(ROOT / name)


def folder_size(folder: Path) -> int:
    """Bytes of all files in a folder, what Python compiled left out."""
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file() and "__pycache__" not in f.parts)
