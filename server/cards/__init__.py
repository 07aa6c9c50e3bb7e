"""Reading the photograph of a card: the route, and the process that reads."""
