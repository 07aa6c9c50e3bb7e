"""Serves the built app, the catalogue and the local CA. Every address of the app answers with its index."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from flask import Flask, Response, render_template, request, send_from_directory
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from server.hub import Hub
from server.web.compression import PackedFiles

FOREVER = "public, max-age=31536000, immutable"
ASK_FIRST = "no-cache"
MACHINE_FOLDERS = ("api", "db", "assets", "catalogue", "socket.io", "healthz", "metrics")


def register(app: Flask, hub: Hub) -> None:
    """Mount the app at /, the catalogue at /catalogue/, the CA at /ca.crt."""
    app_folder = hub.settings.app_folder
    packed = PackedFiles()

    @app.get("/catalogue/<path:name>")
    def catalogue_file(name: str) -> Response:
        response = send_file_below(packed, hub.settings.catalogue_folder, name)
        response.headers["Cache-Control"] = ASK_FIRST
        return response

    @app.get("/ca.crt")
    def ca_certificate() -> Response:
        folder = hub.settings.instance / "tls"
        return send_from_directory(folder, "ca.crt", mimetype="application/x-x509-ca-cert", max_age=0)

    @app.get("/")
    @app.get("/<path:name>")
    def app_file(name: str = "index.html") -> Response:
        if not (app_folder / "index.html").is_file():
            return missing_app() if name == "index.html" or is_app_route(name) else not_found()
        if is_app_route(name):
            name = "index.html"
        response = send_file_below(packed, app_folder, name)
        response.headers["Cache-Control"] = FOREVER if name.startswith("assets/") else ASK_FIRST
        if name == "service_worker.js":
            response.headers["Service-Worker-Allowed"] = "/"
        return response


def send_file_below(packed: PackedFiles, folder: Path, name: str) -> Response:
    """A file of a folder, gzipped where that helps; 404 for what is not below the folder."""
    path = safe_join(str(folder), name)
    if path is None:
        raise NotFound()
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return packed.answer(Path(path), mimetype) or send_from_directory(folder, name, conditional=True)


def not_found() -> Response:
    raise NotFound()


def is_app_route(name: str) -> bool:
    """Whether an address is a screen of the app: no file has its name, and a browser asks for a page."""
    is_machine = name.split("/", 1)[0] in MACHINE_FOLDERS
    has_suffix = bool(Path(name).suffix)
    return not is_machine and not has_suffix and request.accept_mimetypes.accept_html


def missing_app() -> Response:
    """The page for an app that is not built; the hub itself works."""
    return Response(render_template("app_missing.html"), status=503, mimetype="text/html")
