"""Revision trees: any order, any repetition, the same tree and the same winner."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import BadRequest
from sync.revisions import (
    Tree,
    ancestry,
    decode_tree,
    encode_tree,
    latest_of,
    leaves,
    merge,
    new_revision,
    parse_revision,
    path_of,
    revisions_of,
    stem,
    winner,
)


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[list[str], bool]]:
    """Paths (newest first) of one random tree, with whether the newest is a deletion."""
    parents: dict[str, str | None] = {"1-r": None}
    for number in range(draw(st.integers(0, 14))):
        parent = draw(st.sampled_from(sorted(parents)))
        parents[f"{parse_revision(parent)[0] + 1}-{number:02x}"] = parent
    paths = []
    for revision in parents:
        path, at = [], revision
        while at is not None:
            path.append(at)
            at = parents[at]  # type: ignore[assignment]
        paths.append((path, draw(st.booleans())))
    return paths


def grown(paths: list[tuple[list[str], bool]]) -> Tree:
    tree: Tree = {}
    for path, deleted in paths:
        merge(tree, path, deleted)
    return tree


@given(histories(), st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_give_the_same_tree(
    paths: list[tuple[list[str], bool]], chance: random.Random
) -> None:
    shuffled = paths + chance.choices(paths, k=3)
    chance.shuffle(shuffled)
    assert grown(shuffled) == grown(paths)
    assert leaves(grown(shuffled)) == leaves(grown(paths))


@given(histories())
def test_a_live_leaf_always_beats_a_deleted_one(paths: list[tuple[list[str], bool]]) -> None:
    tree = grown(paths)
    if any(not tree[leaf].deleted for leaf in leaves(tree)):
        assert not tree[winner(tree)].deleted
    same_kind = [leaf for leaf in leaves(tree) if tree[leaf].deleted == tree[winner(tree)].deleted]
    assert parse_revision(winner(tree)) == max(parse_revision(leaf) for leaf in same_kind)


@given(histories())
def test_a_tree_survives_packing(paths: list[tuple[list[str], bool]]) -> None:
    assert decode_tree(encode_tree(grown(paths))) == grown(paths)


@given(histories(), st.integers(1, 5))
def test_stemming_keeps_every_leaf_and_at_most_the_limit_of_each_history(
    paths: list[tuple[list[str], bool]], limit: int
) -> None:
    tree = grown(paths)
    before = leaves(tree)
    stem(tree, limit)
    assert leaves(tree) == before or len(tree) <= limit
    kept = {revision for leaf in before for revision in ancestry(tree, leaf)[: max(limit, 1)]}
    assert set(tree) == kept or len(grown(paths)) <= limit


@given(histories())
def test_a_cut_history_joins_the_one_it_was_cut_from(paths: list[tuple[list[str], bool]]) -> None:
    cut = [(path[:2], deleted) for path, deleted in paths]
    assert grown(cut) == grown(paths)


@given(histories())
def test_latest_leads_from_every_revision_to_its_leaves(paths: list[tuple[list[str], bool]]) -> None:
    tree = grown(paths)
    for revision in tree:
        assert latest_of(tree, revision)
        assert all(revision in ancestry(tree, leaf) for leaf in latest_of(tree, revision))


def test_revisions_are_named_after_their_content() -> None:
    first = new_revision(None, False, b"{}", [])
    assert first == new_revision(None, False, b"{}", [])
    assert first.startswith("1-")
    others = [
        new_revision(first, False, b"{}", []),
        new_revision(None, True, b"{}", []),
        new_revision(None, False, b'{"a":1}', []),
        new_revision(None, False, b"{}", ["md5-x"]),
    ]
    assert len({first, *others}) == 5
    assert others[0].startswith("2-")


def test_paths_are_read_and_written() -> None:
    given_path = {"start": 3, "ids": ["c", "b", "a"]}
    assert path_of(given_path) == ["3-c", "2-b", "1-a"]
    assert revisions_of(path_of(given_path)) == given_path


@pytest.mark.parametrize("wrong", ["", "1", "-a", "0-a", "a-b", "-1-a", "١-a", "9" * 5000 + "-a", None, 1, ["1-a"]])
def test_a_malformed_revision_is_a_bad_request(wrong: object) -> None:
    with pytest.raises(BadRequest):
        parse_revision(wrong)


@pytest.mark.parametrize(
    "wrong", [None, [], {}, {"start": 1}, {"start": "1", "ids": ["a"]}, {"start": 1, "ids": ["a", "b"]},
              {"start": 1, "ids": []}, {"start": 1, "ids": [1]}, {"start": True, "ids": ["a"]}]
)  # fmt: skip
def test_a_malformed_history_is_a_bad_request(wrong: object) -> None:
    with pytest.raises(BadRequest):
        path_of(wrong)


def test_a_history_that_contradicts_a_known_one_makes_no_leaf_without_a_body() -> None:
    tree: Tree = {}
    merge(tree, ["4-c", "3-a", "2-a", "1-a"], deleted=True)
    assert merge(tree, ["4-b", "3-b", "2-a", "1-x"], deleted=True)
    assert leaves(tree) == ["4-c", "4-b"]
    assert ancestry(tree, "4-b") == ["4-b", "3-b", "2-a", "1-a"]


def test_a_history_that_contradicts_the_tree_adds_no_leaf_without_a_body() -> None:
    tree: Tree = {}
    merge(tree, ["4-c", "3-d", "2-b", "1-d"], True)
    assert not merge(tree, ["4-c", "3-d", "2-other"], False)
    assert leaves(tree) == ["4-c"]
