"""Patients over more than one encounter: identifiers in common, links, temporary names."""
