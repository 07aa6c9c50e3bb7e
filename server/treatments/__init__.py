"""Treatments: what a drug's rule says for one patient, and clocks that run from what was recorded."""
