"""instance/secrets.json: the keys that sign tokens and badges, readable by the hub's own user only."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any


class SecretsProblem(Exception):
    """secrets.json cannot be used; the text is one line with the remedy."""


def load_secrets(path: Path) -> dict[str, Any]:
    """Read the secrets, making the ones that are missing; raises SecretsProblem when the file is damaged."""
    known: dict[str, Any] = {}
    if path.exists():
        try:
            known = json.loads(path.read_bytes())
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise SecretsProblem(
                f"{path} is damaged; restore it from a backup, or remove it (everybody then signs in again)"
            ) from error
        if not isinstance(known, dict):
            raise SecretsProblem(f"{path} is damaged; restore it from a backup, or remove it")
    if "token_key" not in known:
        known["token_key"] = secrets.token_hex(32)
        if not write_first(path, json.dumps(known, indent=2).encode(), replacing=path.exists()):
            return load_secrets(path)
    return known


def change_secrets(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the secrets in place; the caller sees to it that nobody else does at the same time."""
    known = load_secrets(path)
    change(known)
    write_private(path, json.dumps(known, indent=2).encode())


def write_first(path: Path, content: bytes, *, replacing: bool) -> bool:
    """Write a file unless another hub that starts at the same time made it first; False then."""
    if replacing:
        write_private(path, content)
        return True
    # By chance, not by the process's number: in two containers both may be number 1.
    own = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    write_private(own, content)
    try:
        os.link(own, path)
    except FileExistsError:
        return False
    finally:
        own.unlink()
    return True


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only this user may read, whole or not at all."""
    beside = path.with_name(path.name + ".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)
