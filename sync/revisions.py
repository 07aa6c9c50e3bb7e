"""Revision trees, as CouchDB defines them: merging histories, choosing the winner, stemming.

Pure: no storage, no JSON of documents. A tree is a mapping from revision ("3-9f…") to its node; a document that was
written once, which is nearly every document here, has a tree of one node.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from sync.errors import BadRequest

DEFAULT_REVS_LIMIT = 1000
# Digits of a generation; longer ones are no revision but an attack on the number parser.
LONGEST_GENERATION = 15
# What follows the dash goes into headers (ETag) and between quotes, so it is printable ASCII without quotes.
DIGEST = re.compile(r"[!#-\[\]-~]{0,200}")


@dataclass(frozen=True, slots=True)
class Node:
    """One revision: its parent (None at the root, or where history was cut), and whether its body is kept."""

    parent: str | None
    deleted: bool = False
    stored: bool = False


Tree = dict[str, Node]


def parse_revision(revision: object) -> tuple[int, str]:
    """Split "3-9f…" into (3, "9f…"). Raises BadRequest for anything else; CouchDB knows an empty "1-" too."""
    if isinstance(revision, str):
        generation, dash, digest = revision.partition("-")
        is_number = generation.isascii() and generation.isdigit() and len(generation) <= LONGEST_GENERATION
        if dash and is_number and int(generation) > 0 and DIGEST.fullmatch(digest):
            return int(generation), digest
    raise BadRequest(f"Invalid rev format: {str(revision)[:60]!r}; send it as the server gave it, such as 1-0a1b")


def path_of(revisions: object) -> list[str]:
    """Turn `_revisions` {"start": 3, "ids": ["c", "b", "a"]} into ["3-c", "2-b", "1-a"]."""
    if not isinstance(revisions, dict):
        raise BadRequest("_revisions must be an object with start and ids")
    start, ids = revisions.get("start"), revisions.get("ids")
    if type(start) is not int or not isinstance(ids, list) or not ids or not all(isinstance(x, str) and x for x in ids):
        raise BadRequest("_revisions must have a number start and a list ids of strings")
    if start < len(ids):
        raise BadRequest("_revisions: start is smaller than the number of ids")
    if not all(map(DIGEST.fullmatch, ids)) or start >= 10**LONGEST_GENERATION:
        raise BadRequest("_revisions is no history that a server gave; send it as it was")
    return [f"{start - position}-{digest}" for position, digest in enumerate(ids)]


def revisions_of(path: Sequence[str]) -> dict[str, Any]:
    """The inverse of `path_of`."""
    pairs = [parse_revision(revision) for revision in path]
    return {"start": pairs[0][0], "ids": [digest for _, digest in pairs]}


def new_revision(parent: str | None, deleted: bool, body: bytes, digests: Iterable[str]) -> str:
    """Name a new revision after its content, so that the same edit made twice is the same revision."""
    generation = parse_revision(parent)[0] + 1 if parent else 1
    content = hashlib.md5(usedforsecurity=False)
    for part in (parent or "", "deleted" if deleted else "", *sorted(digests)):
        content.update(part.encode() + b"\0")
    content.update(body)
    return f"{generation}-{content.hexdigest()}"


def merge(tree: Tree, path: Sequence[str], deleted: bool) -> bool:
    """Graft a history (newest first) onto the tree in place; True if the newest revision's body is new to it.

    Histories that were cut at different depths are joined where they meet.
    """
    path = _until_contradiction(tree, path)
    newest = path[0]
    is_new = newest not in tree or not tree[newest].stored
    for position, revision in enumerate(path):
        parent = path[position + 1] if position + 1 < len(path) else None
        node = tree.get(revision)
        if node is None:
            tree[revision] = Node(parent)
        elif node.parent is None and parent is not None:
            tree[revision] = replace(node, parent=parent)
        elif node.parent != parent:
            break  # a revision has one parent: ancestors that contradict the tree would be leaves without bodies
    if is_new:
        tree[newest] = Node(tree[newest].parent, deleted, True)
    return is_new


def _until_contradiction(tree: Tree, path: Sequence[str]) -> Sequence[str]:
    """The part of a history that agrees with the tree: what is known of a revision's past stays as it is.

    Without it the contradicting ancestors would be leaves of their own, without bodies.
    """
    for position, revision in enumerate(path[:-1]):
        known = tree.get(revision)
        if known is not None and known.parent is not None and known.parent != path[position + 1]:
            return path[: position + 1]
    return path


def leaves(tree: Tree) -> list[str]:
    """Revisions without children, best first: the order in which every replica prefers them."""
    if len(tree) == 1:  # a document of an encounter never has more
        return list(tree)
    parents = {node.parent for node in tree.values()}
    ends = [revision for revision in tree if revision not in parents]
    return sorted(ends, key=lambda revision: _rank(tree, revision), reverse=True)


def _rank(tree: Tree, revision: str) -> tuple[bool, int, str]:
    generation, digest = parse_revision(revision)
    return (not tree[revision].deleted, generation, digest)


def winner(tree: Tree) -> str:
    """Choose the leaf that every replica will choose. A live leaf beats a deleted one."""
    return leaves(tree)[0]


def ancestry(tree: Tree, revision: str) -> list[str]:
    """The revision and its known ancestors, newest first."""
    return list(_walk(tree, revision))


def _walk(tree: Tree, revision: str | None) -> Iterator[str]:
    while revision is not None and revision in tree:
        yield revision
        revision = tree[revision].parent


def latest_of(tree: Tree, revision: str) -> list[str]:
    """The leaves that descend from a revision (itself, if it is a leaf), best first."""
    return [leaf for leaf in leaves(tree) if revision in _walk(tree, leaf)]


def stem(tree: Tree, limit: int) -> set[str]:
    """Cut each leaf's history to `limit` revisions, in place; returns the revisions that were forgotten."""
    if len(tree) <= limit:
        return set()
    kept: set[str] = set()
    for leaf in leaves(tree):
        kept.update(ancestry(tree, leaf)[:limit])
    forgotten = set(tree) - kept
    for revision in forgotten:
        del tree[revision]
    for revision, node in list(tree.items()):
        if node.parent is not None and node.parent not in tree:
            tree[revision] = replace(node, parent=None)
    return forgotten


def encode_tree(tree: Tree) -> bytes:
    """Pack a tree for storage; `decode_tree` gives it back."""
    return orjson.dumps([[rev, node.parent, node.deleted * 1 + node.stored * 2] for rev, node in tree.items()])


def decode_tree(packed: bytes) -> Tree:
    return {rev: Node(parent, bool(flags & 1), bool(flags & 2)) for rev, parent, flags in orjson.loads(packed)}
