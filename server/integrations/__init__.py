"""Hospitals' own systems: patients are registered there before they arrive. One module of `hospitals/` a system."""
