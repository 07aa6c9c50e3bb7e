"""Boards: who is coming to a site."""
