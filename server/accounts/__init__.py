"""Who works here, on which device, for which ambulance or hospital; signing in; the roster that devices pull."""
