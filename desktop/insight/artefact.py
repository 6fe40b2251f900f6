"""The file of a model: how it is written, and what it must be before anybody opens it: as long and of the digest that was
announced, within bounds also when unpacked, and nothing but plain arrays. The hub asks before it announces one, the desktop
before it uses one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

LARGEST: Final = 25 * 1024 * 1024
"""In bytes: what the hub's blob store takes."""

_LARGEST_UNPACKED: Final = 256 * 1024 * 1024
_MOST_PARTS: Final = 64
_CHUNK: Final = 256 * 1024


class ArtefactError(ValueError):
    """The file is not one to open. ``code`` says why: ``too_large``, ``another_file``, ``damaged``, ``not_plain``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ModelError(ValueError):
    """The file is no model of its kind (``intent``, ``mood`` …) that this version can read. ``code`` is ``KIND_model_format``
    or ``KIND_model_damaged``, ``name`` the file's."""

    def __init__(self, code: str, path: Path) -> None:
        super().__init__(f"{code}: {path.name}")
        self.code = code
        self.name = path.name


@contextmanager
def reading(raw: IO[bytes], path: Path, kind: str, version: int) -> Iterator[Any]:
    """Give the named arrays of a model of a kind to who makes it of them; ``path`` only names the file. Raises
    ``ModelError``, also for what goes wrong in making it."""
    import zipfile
    import zlib

    import numpy as np

    try:
        with np.load(raw, allow_pickle=False) as file:
            if int(file["format"]) != version:
                raise ModelError(f"{kind}_model_format", path)
            yield file
    except ModelError:
        raise
    # ``ValueError`` is msgspec's too.
    except (KeyError, ValueError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ModelError(f"{kind}_model_damaged", path) from error


def write(path: Path, **arrays: Any) -> None:
    """Write the named arrays of a model, packed; the file appears whole or not at all."""
    import numpy as np

    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez_compressed(file, **arrays)
    part.replace(path)


def check(file: IO[bytes], sha256: str, size: int) -> None:
    """Return where ``file`` is the model that was announced; it is left at its beginning. Raises ``ArtefactError``."""
    if not 0 < size <= LARGEST:
        raise ArtefactError("too_large")
    import zipfile

    if digest_of(file) != (sha256, size):
        raise ArtefactError("another_file")
    try:
        with zipfile.ZipFile(file) as parts:
            listed = parts.infolist()
            if len(listed) > _MOST_PARTS or sum(part.file_size for part in listed) > _LARGEST_UNPACKED:
                raise ArtefactError("too_large")
            if not all(_is_plain_array(parts, part) for part in listed):
                raise ArtefactError("not_plain")
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, RuntimeError) as error:
        if isinstance(error, ArtefactError):
            raise
        raise ArtefactError("damaged") from error
    file.seek(0)


def digest_of(file: IO[bytes]) -> tuple[str, int]:
    """Return SHA-256 and length of a whole file; it is left at its beginning. Reads no further than a byte too many."""
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while (chunk := file.read(_CHUNK)) and size <= LARGEST:
        digest.update(chunk)
        size += len(chunk)
    file.seek(0)
    return digest.hexdigest(), size


def _is_plain_array(parts: ZipFile, part: ZipInfo) -> bool:
    """Whether a part is an array of numbers or text; objects would be a pickle."""
    import numpy as np

    if not part.filename.endswith(".npy"):
        return False
    with parts.open(part) as raw:
        version = np.lib.format.read_magic(raw)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, kind = read(raw)
    return not kind.hasobject and int(np.prod(shape, dtype=float)) * kind.itemsize <= _LARGEST_UNPACKED
