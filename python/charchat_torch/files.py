"""Files: whole or as they were, and one line for what is wrong with one."""

from __future__ import annotations

import os
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from .errors import CharchatError


def system_error(doing: str, path: Path | str, error: OSError) -> CharchatError:
    return CharchatError(f"cannot {doing} {path}: {(error.strerror or str(error)).lower()}")


def read_safetensors(path: Path | str) -> tuple[dict[str, str], dict[str, torch.Tensor]]:
    """`__metadata__` and every tensor of a safetensors file."""
    try:
        with safe_open(str(path), framework="pt") as file:
            metadata = file.metadata() or {}
            return metadata, {name: file.get_tensor(name) for name in file.keys()}
    except OSError as error:
        raise system_error("read", path, error) from None
    except (SafetensorError, ValueError, RuntimeError) as error:
        raise not_whole(path, error) from None


def not_whole(path: Path | str, error: Exception) -> CharchatError:
    what = " ".join(str(error).split())
    return CharchatError(
        f"{path} is not a usable safetensors file: it was cut short or is damaged ({what})"
    )


def write_safetensors(
    path: Path | str, tensors: dict[str, torch.Tensor], metadata: dict[str, str]
) -> None:
    """Writes in one step: whatever fails, the file is as it was or complete."""
    contiguous = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    replace(path, save(contiguous, metadata))


def replace(path: Path | str, data: bytes) -> None:
    target = Path(os.path.realpath(path))
    temporary = target.parent / f".{target.name}.{os.getpid()}.tmp"
    try:
        with open(temporary, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise system_error("write", path, error) from None
