"""The read model: what boards, search and quality ask, projected from archive's change feed into SQL."""

from server.readmodel.read_model import ReadModel

__all__ = ["ReadModel"]
