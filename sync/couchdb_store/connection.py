"""HTTP with CouchDB: pycouchdb's session and resource, with certificates checked and every wait bounded.

pycouchdb administers (making and deleting databases, compaction); it does not know replication, so those calls go over
the same session from here. It logs no passwords and no bodies, and neither does this.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

import orjson
import pycouchdb
import requests
from requests.adapters import HTTPAdapter

from sync.attachments import CHUNK_BYTES
from sync.couchdb_store.errors import Refused, StoreMisused, StoreUnavailable, refusal, too_few_copies, unreachable

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
# Who asks whether the hub is well (a balancer, a person) waits no longer.
PING_SECONDS = 3.0
POOL_SIZE = 64
JSON_TYPE = {"Content-Type": "application/json", "Accept": "application/json"}


def path_of(*segments: str) -> str:
    """A path whose segments may hold anything."""
    return "/".join(quote(segment, safe="") for segment in segments)


def document_path(database: str, document_id: str) -> str:
    """The path of a document; a design document keeps its slash."""
    kind, slash, name = document_id.partition("/")
    if slash and kind in ("_design", "_local"):
        return f"{path_of(database)}/{kind}/{path_of(name)}"
    return path_of(database, document_id)


class Connection:
    """One CouchDB server. Every method raises StoreUnavailable when it does not answer as it should."""

    def __init__(
        self, url: str, *, connect_seconds: float = CONNECT_SECONDS, read_seconds: float = READ_SECONDS
    ) -> None:
        parts, port = _split(url)
        self.host = str(parts.hostname) + (f":{port}" if port else "")
        self.timeout = (connect_seconds, read_seconds)
        bare = urlunsplit((parts.scheme, self._netloc(str(parts.hostname), port), "/", "", ""))
        # The library's defaults are neither: certificates unchecked, no timeout at all.
        self._server = pycouchdb.Server(bare, verify=True, timeout=self.timeout)  # type: ignore[arg-type]
        self._base = bare
        self.session: requests.Session = self._server.resource.session
        if parts.username is not None:
            # As bytes: requests would write a name or password beyond latin-1 not at all.
            self.session.auth = (
                unquote(parts.username).encode(),  # type: ignore[assignment]
                unquote(parts.password or "").encode(),
            )
        self.session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, HTTPAdapter(pool_connections=4, pool_maxsize=POOL_SIZE))

    @staticmethod
    def _netloc(host: str, port: int | None) -> str:
        name = f"[{host}]" if ":" in host else host
        return f"{name}:{port}" if port else name

    # --- requests
    def send(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, Any] | None = None,
        data: Any = None,
        headers: dict[str, str] | None = None,
        stream: bool = False,
        timeout: tuple[float, float] | None = None,
        again: bool = True,
    ) -> requests.Response:
        """One request; raises for every answer that is no success. `again`: safe to repeat on a broken connection."""
        attempts = 2 if again and not isinstance(data, Iterator) else 1
        while True:
            attempts -= 1
            try:
                response = self.session.request(
                    method, self._base + path, params=params, data=data, headers=headers or JSON_TYPE,
                    stream=stream, timeout=timeout or self.timeout, allow_redirects=False,
                )  # fmt: skip
                break
            except (requests.Timeout, requests.exceptions.SSLError) as problem:
                raise unreachable(self.host, problem) from problem
            except requests.RequestException as problem:
                # A kept connection may have been closed by the other side meanwhile.
                if not attempts:
                    raise unreachable(self.host, problem) from problem
        if response.status_code >= 300:
            with closing(response):
                raise refusal(self.host, response.status_code, _json_or_none(response))
        return response

    def json(self, method: str, path: str, body: Any = None, *, again: bool = True, **params: Any) -> Any:
        """A request with JSON both ways; parameters are JSON where CouchDB wants JSON."""
        data = None if body is None else body if isinstance(body, bytes) else orjson.dumps(body)
        response = self.send(method, path, params=params or None, data=data, again=again)
        found = _json_or_none(response)
        if found is None:
            raise StoreMisused(f"what answers at {self.host} is no CouchDB; check GREENLANE_STORE")
        return found

    def get_or_none(self, path: str, **params: Any) -> Any:
        """A JSON document, or None when it is not there."""
        try:
            return self.json("GET", path, **params)
        except Refused as refused:
            if refused.status == 404:
                return None
            raise

    def stored(self, response: requests.Response) -> requests.Response:
        """Raises unless as many copies were written as the cluster promises (202: fewer)."""
        if response.status_code == 202:
            raise too_few_copies(self.host)
        return response

    # --- documents in bulk
    def bulk_docs(
        self, database: str, documents: list[Any], *, new_edits: bool = True, again: bool = True
    ) -> list[dict[str, Any]]:
        """Write documents (dicts, or JSON that is packed already). Rows as CouchDB answers."""
        packed = b",".join(one if isinstance(one, bytes) else orjson.dumps(one) for one in documents)
        body = b'{"new_edits":' + (b"true" if new_edits else b"false") + b',"docs":[' + packed + b"]}"
        response = self.stored(self.send("POST", f"{path_of(database)}/_bulk_docs", data=body, again=again))
        rows: list[dict[str, Any]] = orjson.loads(response.content)
        for row in rows:  # a node that failed within the batch is named here only
            if row.get("error") in ("internal_server_error", "unknown_error", "timeout"):
                raise StoreUnavailable(f"CouchDB at {self.host} could not write ({row.get('reason')}); see its log")
        return rows

    def by_keys(self, database: str, keys: list[str], *, include_docs: bool = True) -> list[dict[str, Any]]:
        """Rows of `_all_docs` for keys, in their order."""
        if not keys:
            return []
        params: dict[str, Any] = {"include_docs": "true"} if include_docs else {}
        found = self.json("POST", f"{path_of(database)}/_all_docs", {"keys": keys}, **params)
        rows: list[dict[str, Any]] = found["rows"]
        return rows

    def documents(self, database: str, keys: list[str]) -> dict[str, dict[str, Any]]:
        """Live documents by id."""
        return {row["id"]: row["doc"] for row in self.by_keys(database, keys) if row.get("doc")}

    def between(self, database: str, start: str, end: str) -> list[dict[str, Any]]:
        """Live documents with start <= id <= end."""
        params: dict[str, Any] = {"startkey": orjson.dumps(start), "endkey": orjson.dumps(end), "include_docs": "true"}
        found = self.json("GET", f"{path_of(database)}/_all_docs", **params)
        return [row["doc"] for row in found["rows"]]

    def update(self, database: str, document: dict[str, Any]) -> str | None:
        """Write one document if its `_rev` is current: the new revision, or None for a conflict."""
        try:
            response = self.send("PUT", document_path(database, document["_id"]), data=orjson.dumps(document))
        except Refused as refused:
            if refused.status == 409:
                return None
            raise
        found: str = orjson.loads(self.stored(response).content)["rev"]
        return found

    def stream(self, path: str, params: dict[str, Any], start: int, stop: int, length: int) -> Iterator[bytes]:
        """Bytes [start, stop) of an attachment, also where CouchDB sends the whole (it keeps text gzipped)."""
        if start >= stop:
            return
        headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
        if (start, stop) != (0, length):
            headers["Range"] = f"bytes={start}-{stop - 1}"
        with closing(self.send("GET", path, params=params, headers=headers, stream=True)) as response:
            position = start if response.status_code == 206 else 0
            try:
                for piece in response.iter_content(CHUNK_BYTES):
                    wanted = piece[max(0, start - position) : max(0, stop - position)]
                    position += len(piece)
                    if wanted:
                        yield wanted
                    if position >= stop:
                        return
            except requests.RequestException as problem:
                raise unreachable(self.host, problem) from problem
        if position < stop:
            raise StoreUnavailable(f"CouchDB at {self.host} ended an attachment too early; ask for it again")

    # --- administration
    def ping(self, database: str) -> None:
        """Raises within seconds when a database cannot be read now."""
        self.send("GET", path_of(database), timeout=(PING_SECONDS, PING_SECONDS), again=False)

    def welcome(self) -> dict[str, Any]:
        found = self.json("GET", "")
        if not isinstance(found, dict) or not any(word in found for word in ("couchdb", "express-pouchdb")):
            raise StoreMisused(f"what answers at {self.host} is no CouchDB; check GREENLANE_STORE")
        return found

    def create(self, database: str, *, shards: int | None = None) -> bool:
        """Make a database; False when it is there already. In a cluster 202 is as good: the others follow."""
        try:
            params = {"q": shards} if shards else None
            self._administer(self._server.resource.put, path_of(database), params=params)
        except pycouchdb.exceptions.Conflict:
            return False
        return True

    def delete(self, database: str) -> bool:
        try:
            self._administer(self._server.delete, path_of(database))
        except pycouchdb.exceptions.NotFound:
            return False
        return True

    def compact(self, database: str) -> None:
        self._administer(self._server.resource(path_of(database)).post, "_compact")

    def names(self) -> list[str]:
        return list(self._administer(self._server.__iter__))

    def _administer(self, call: Any, *arguments: Any, **named: Any) -> Any:
        try:
            return call(*arguments, **named)
        except (pycouchdb.exceptions.NotFound, pycouchdb.exceptions.Conflict):
            raise
        except pycouchdb.exceptions.Error as problem:
            told = problem.args[0] if problem.args and isinstance(problem.args[0], dict) else {"reason": str(problem)}
            status = {"unauthorized": 401, "forbidden": 403}.get(str(told.get("error")), 500)
            raise refusal(self.host, status, told) from problem
        except requests.RequestException as problem:
            raise unreachable(self.host, problem) from problem

    def close(self) -> None:
        self.session.close()


def _split(url: str) -> tuple[SplitResult, int | None]:
    """Take the address apart. Its words are never repeated in an error: it holds a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise StoreMisused(
            "GREENLANE_STORE must be written https://user:password@host:port/prefix, with special characters of the "
            "password as %XX"
        )
    return parts, port


def _json_or_none(response: requests.Response) -> Any:
    try:
        return orjson.loads(response.content)
    except (ValueError, requests.RequestException):
        return None
