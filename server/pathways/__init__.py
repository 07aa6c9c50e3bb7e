"""Pathways: intervals, targets, the line of stations, the next step."""
