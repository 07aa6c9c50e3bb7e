"""Encounters: what a document must look like, what a record is made of, and the routes that read it."""
