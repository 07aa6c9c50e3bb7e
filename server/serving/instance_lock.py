"""One hub for one instance folder; several where a CouchDB holds the documents, but never beside a restore or a move.

The lock belongs to the process, so a killed hub leaves none behind.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from server.assemble import StartupProblem


class InstanceLock:
    """Holds instance/hub.lock while the hub runs; raises StartupProblem when another one does.

    `shared`: beside others that share it too.
    """

    def __init__(self, instance: Path, *, shared: bool = False) -> None:
        self._kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        self.path = instance / "hub.lock"
        self._descriptor = -1

    def __enter__(self) -> InstanceLock:
        self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._descriptor, self._kind | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = os.read(self._descriptor, 20).decode(errors="replace").strip() or "unknown"
            os.close(self._descriptor)
            raise StartupProblem(
                f"another hub (process {owner}) uses {self.path.parent}; stop it, "
                "or set GREENLANE_INSTANCE to another folder"
            ) from error
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, str(os.getpid()).encode())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)
