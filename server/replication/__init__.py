"""/db/: the HTTP side of the courier, with the guard (who may write what) and the router (what goes where)."""
