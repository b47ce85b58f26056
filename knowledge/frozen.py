"""One file of numbers beside a little JSON, read without copying: how an index starts in milliseconds.

No pickle or marshal: a file from elsewhere can be wrong, but it cannot run code.
"""

import json
import mmap
import struct
import zlib
from array import array
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from knowledge.whole_file import write_whole

FORMAT = 8
"""The version of what an index holds: raise it when building changes, so that older files are built anew."""

_MAGIC = b"WGWZ0001"
_HEAD = struct.Struct("<8sII")  # magic, length of the JSON, checksum of that length and all that follows the head
_ALIGN = 8


class FrozenError(ValueError):
    """The file is not a whole frozen file; the message names it."""


def freeze(
    path: Path,
    meta: Mapping[str, Any],
    arrays: Mapping[str, "array[Any]"],
    check: Callable[["Frozen"], None] = lambda _: None,
) -> None:
    """Write `meta` and `arrays` to `path`, which is either the old file or the whole new one, never half.

    `check` looks at the new one before it takes the place of the old, and raises when it should not.
    """
    sections, blobs, offset = {}, [], 0
    for name, values in arrays.items():
        blob = values.tobytes()
        blob += b"\0" * (-len(blob) % _ALIGN)
        sections[name] = (values.typecode, offset, len(values))
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps({"meta": meta, "sections": sections}, ensure_ascii=False).encode()
    text += b" " * (-(len(text) + _HEAD.size) % _ALIGN)
    body = text + b"".join(blobs)
    content = _HEAD.pack(_MAGIC, len(text), zlib.crc32(body, len(text))) + body
    write_whole(path, content, lambda made: check(Frozen(made)))


class Frozen:
    """An opened frozen file: `meta` is its JSON, `numbers(name)` a view on one of its arrays."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._bytes = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
            magic, length, checksum = _HEAD.unpack_from(self._bytes)
        except (struct.error, ValueError) as error:
            raise FrozenError(f"{path} is no index file") from error
        if magic != _MAGIC or zlib.crc32(self._bytes[_HEAD.size :], length) != checksum:
            raise FrozenError(f"{path} is damaged or of another version")
        self._start = _HEAD.size + length
        header = json.loads(bytes(self._bytes[_HEAD.size : self._start]))
        self.meta: dict[str, Any] = header["meta"]
        self._sections: dict[str, tuple[str, int, int]] = header["sections"]

    def numbers(self, name: str) -> "memoryview[Any]":
        """The array of that name, not copied."""
        code, offset, count = self._sections[name]
        start = self._start + offset
        view: memoryview[Any] = self._bytes[start : start + count * struct.calcsize(code)].cast(code)  # type: ignore[call-overload]
        return view

    def names(self, kind: str) -> tuple[str, ...]:
        """The prefixes that have an array of this kind."""
        return tuple(name.rpartition(".")[0] for name in self._sections if name.endswith(f".{kind}"))
