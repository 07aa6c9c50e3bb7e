"""Headers that keep a browser to the hub's own files. Nothing is loaded from elsewhere, so nothing else is allowed."""

from __future__ import annotations

from flask import Flask, Response, request

# Styles inline: Vue binds them. wasm: the card reader and the QR reader run as WebAssembly.
POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; "
    "connect-src 'self' ws://{host} wss://{host}; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    # Both together let a page share memory between threads: the phone reads cards with more than one.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(self)",
}


def register(app: Flask) -> None:
    """Put the headers on every answer."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if response.mimetype == "text/html":
            response.headers.setdefault("Content-Security-Policy", POLICY.format(host=safe_host()))
        if request.path.startswith(("/api", "/db")):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def safe_host() -> str:
    """The request's host, when it is written as a host; it goes into a header."""
    host = request.host
    return host if all(char.isalnum() or char in ".:-[]" for char in host) else "localhost"
