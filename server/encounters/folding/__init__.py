"""The parts of the fold: ids, instants, corrected times, what stands, shapes of bodies. All pure."""
