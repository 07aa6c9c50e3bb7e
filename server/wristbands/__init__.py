"""Wristbands: their codes, finding and joining an encounter by one, labels to print."""
