"""The fault campaign: devices, what they wrote, the network that fails them, and an oracle beside the hub."""
