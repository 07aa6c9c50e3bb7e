"""Sockets and the WSGI server: no delay on small answers, room for a thousand ambulances that return at once."""

from __future__ import annotations

import errno
import resource
import socket
import ssl
from collections.abc import Callable, Iterator
from typing import Any

from gevent import pywsgi
from gevent.pool import Pool
from werkzeug.exceptions import ClientDisconnected

from server.assemble import StartupProblem

BACKLOG = 4096
STOP_SECONDS = 2.0


def make_room_for_connections() -> None:
    """Let this process hold as many open files as the system allows it; by default it may have 1,024.

    A connected device needs two, and where there are none left the hub can neither accept nor open its own files.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def open_listener(bind: str, port: int, setting: str) -> socket.socket:
    """Listen on a port; raises StartupProblem with the setting to change."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind((bind, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise StartupProblem(listen_remedy(bind, port, setting, error)) from error
    listener.setblocking(False)
    return listener


def listen_remedy(bind: str, port: int, setting: str, error: OSError) -> str:
    """One line that says why a port cannot be had, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use; stop the program that uses it, or set {setting} to another port"
    if error.errno == errno.EACCES:
        return f"port {port} is reserved for the system; set {setting} to a port above 1023"
    return (
        f"cannot listen on {bind}:{port} ({error.strerror or error}); set GREENLANE_BIND to an address of this machine"
    )


class Body:
    """The body of a request. One that ends in the middle is the network's affair: 400, and no fault of the hub."""

    def __init__(self, given: Any) -> None:
        self._given = given

    def read(self, size: int | None = None) -> bytes:
        return self._take(self._given.read, size)

    def readline(self, size: int | None = None) -> bytes:
        return self._take(self._given.readline, size)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def _take(self, read: Callable[[int | None], bytes], size: int | None) -> bytes:
        try:
            return read(size)
        except OSError as cut:
            raise ClientDisconnected from cut


class QuietHandler(pywsgi.WSGIHandler):
    """pywsgi's handler without its line for every request; the app counts them itself."""

    def read_request(self, raw_requestline: str) -> Any:
        try:
            return super().read_request(raw_requestline)
        except IndexError as error:  # "HTTP/1", where a line was cut: no fault of the hub either
            raise ValueError(f"Invalid http version: {raw_requestline!r}") from error

    def get_environ(self) -> dict[str, Any]:
        """The request with its raw path beside the unquoted one: only there does a%2Fb differ from a/b."""
        environ: dict[str, Any] = super().get_environ()
        environ["RAW_URI"] = environ["REQUEST_URI"] = self.path
        if isinstance(environ["wsgi.input"], pywsgi.Input):  # a WebSocket takes the connection itself
            environ["wsgi.input"] = Body(environ["wsgi.input"])
        # Browsers offer to pack each WebSocket message; agreeing costs 100 to 300 kB a device, for nudges of 60 bytes.
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return environ

    def finalize_headers(self) -> None:
        """A HEAD has no body, so it has no last chunk either: the next answer on the connection would begin with it."""
        super().finalize_headers()
        if self.command == "HEAD":
            self.response_use_chunked = False

    def log_request(self) -> None:
        """Write nothing: addresses hold the ids of encounters."""


class HubServer(pywsgi.WSGIServer):
    """A server whose accepted sockets send at once, and which a broken handshake does not upset."""

    def __init__(self, listener: socket.socket, app: Any, **tls: Any) -> None:
        super().__init__(listener, app, handler_class=QuietHandler, spawn=Pool(), **tls)

    def do_handle(self, client: Any, address: Any) -> None:
        # Without it a kept-alive answer waits 44 ms for the client's delayed acknowledgement.
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().do_handle(client, address)

    def wrap_socket_and_handle(self, client_socket: Any, address: Any) -> Any:
        try:
            return super().wrap_socket_and_handle(client_socket, address)
        except (ssl.SSLError, ConnectionError):
            # A scanner, a client that does not trust the CA yet, plain HTTP on the TLS port: their loss, not ours.
            client_socket.close()
            return None
