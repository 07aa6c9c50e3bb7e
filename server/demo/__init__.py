"""The invented county: hospitals, ambulances, staff and twelve patients, written through the same path as a phone's."""

from server.demo.demo import ensure_demo

__all__ = ["ensure_demo"]
