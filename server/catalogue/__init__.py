"""The catalogue: scores, vital signs, time nodes, pathways, drugs, read from `static/catalogue`."""

from server.catalogue.load import Catalogue

__all__ = ["Catalogue"]
