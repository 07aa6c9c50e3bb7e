"""`flask --app wsgi …`: staff, units, sites, badges, catalogue, backup, restore, rebuild, verify, move.

Commands open only the files that they need, so most of them run beside a serving hub. Every failure is one line.
"""

from __future__ import annotations

from flask import Flask, Response, jsonify

from server.cli import accounts, badges, catalogue, instance, move


def command_line_app() -> Flask:
    """The app that carries the commands; it serves nothing."""
    app = Flask("greenlane", static_folder=None)
    app.cli.add_command(accounts.staff)
    app.cli.add_command(accounts.unit)
    app.cli.add_command(accounts.site)
    app.cli.add_command(badges.badge)
    app.cli.add_command(catalogue.catalogue)
    for command in (instance.backup, instance.restore, instance.rebuild, instance.verify, move.move):
        app.cli.add_command(command)

    @app.errorhandler(404)
    def not_a_server(_error: Exception) -> tuple[Response, int]:
        reason = "this is the command line's app; start the hub with `make run` or `python wsgi.py`"
        return jsonify({"error": "not_found", "reason": reason}), 404

    return app
