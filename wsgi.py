"""Entry: `python wsgi.py` serves the hub; `flask --app wsgi …` is its command line.

gevent replaces the blocking parts of the standard library before anything else is imported, and only in the serving
process: the command line does one thing and ends.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if __name__ == "__main__":
    from gevent import monkey

    monkey.patch_all()

if TYPE_CHECKING:
    from flask import Flask


def create_app() -> Flask:
    """The app that `flask --app wsgi` loads: its commands open what they need, so they run beside a serving hub."""
    from server.cli import command_line_app

    return command_line_app()


def __getattr__(name: str) -> Flask:
    """`wsgi:app` for another WSGI server that runs on gevent: the opened hub, built when it is asked for."""
    import click

    # Flask's own loader asks for `app` as well; it shall take create_app above.
    if name == "app" and click.get_current_context(silent=True) is None:
        from server import create_app as open_app

        return open_app()
    raise AttributeError(f"module wsgi has no attribute {name}")


def main() -> int:
    """Serve until told to stop; returns the exit code."""
    from server.serving import serve

    return serve()


if __name__ == "__main__":
    sys.exit(main())
