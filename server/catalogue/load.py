"""Load the catalogue from its folders. One file adds one thing; a broken file is withheld by name, with the reason.

An emergency hub must still start when somebody broke one definition, so nothing here raises for a file's content.
A site's own definitions (`overrides_folder`, usually `instance/catalogue`) replace those of the same id; its
`decisions.json` chooses variants and says what is signed off.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from marshmallow import ValidationError

from server.catalogue.brought import brought_by
from server.catalogue.canonical import definition_hash
from server.catalogue.checks import condition_fault, missing_references, score_fault
from server.catalogue.decisions import FILE as DECISIONS_FILE
from server.catalogue.decisions import DecisionsProblem, read_decisions, signatures_that_count, with_variant
from server.catalogue.schemas import FOLDERS

Entry = dict[str, Any]

# An interval without its ends, or a symptom without its pathway, is nothing; a pathway without one score is still one.
NEEDS_ALL_REFERENCES = ("indicators",)


class Unusable(Exception):
    """A file that cannot be taken into the catalogue; its text is the reason."""


@dataclass
class Catalogue:
    """All definitions by folder and id, those withheld, and the hash of each."""

    entries: dict[str, dict[str, Entry]] = field(default_factory=lambda: {folder: {} for folder in FOLDERS})
    hashes: dict[str, dict[str, str]] = field(default_factory=lambda: {folder: {} for folder in FOLDERS})
    withheld: list[dict[str, str]] = field(default_factory=list)
    overridden: list[dict[str, str]] = field(default_factory=list)
    # By folder and id, what the site itself has signed off.
    signed: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    # (folder, id) of what a pathway's file brought -> that pathway.
    brought: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path, overrides_folder: Path | None = None) -> Self:
        """Read every file of every known folder, then the site's overrides, then check what they name."""
        catalogue = cls()
        for name in FOLDERS:
            for path in sorted((Path(folder) / name).glob("*.json")):
                catalogue.take(name, path, f"{name}/{path.name}")
        for id_ in list(catalogue.pathways):
            catalogue.take_brought(id_, f"pathways/{id_}.json")
        if overrides_folder is not None:
            for name, path in override_files(Path(overrides_folder)):
                catalogue.take(name, path, f"override {name}/{path.name}", is_override=True)
            catalogue.decide(Path(overrides_folder))
        catalogue.check_references()
        return catalogue

    def take(self, folder: str, path: Path, shown_as: str, *, is_override: bool = False) -> None:
        """Add one file, or note why not."""
        try:
            entry = read_entry(folder, path)
            if is_override:
                check_override(self.entries[folder].get(entry["id"]), entry)
            self.hashes[folder][entry["id"]] = definition_hash(entry)
        except (Unusable, ValueError) as fault:
            self.report(shown_as, str(fault))
            return
        self.entries[folder][entry["id"]] = entry
        if is_override:
            self.note_override(shown_as, folder, entry)
            if folder == "pathways":
                self.take_brought(entry["id"], shown_as)

    def take_brought(self, pathway: str, shown_as: str) -> None:
        """Add what a pathway's file brings, in the place of what its former one brought; nothing else is replaced."""
        for folder, id_ in [key for key, bringer in self.brought.items() if bringer == pathway]:
            del self.entries[folder][id_], self.brought[folder, id_]
        for folder, entry in brought_by(self.pathways[pathway]):
            try:
                check_brought(folder, entry)
                if entry["id"] in self.entries[folder]:
                    raise Unusable("is there already, and a pathway brings only what is new")
                self.hashes[folder][entry["id"]] = definition_hash(entry)
            except (Unusable, ValueError) as fault:
                self.report(shown_as, f"brings {folder}/{entry.get('id')}, which {fault}")
                continue
            self.entries[folder][entry["id"]] = entry
            self.brought[folder, entry["id"]] = pathway

    def note_override(self, shown_as: str, folder: str, entry: Entry) -> None:
        self.overridden.append({"file": shown_as, "folder": folder, "id": entry["id"], "version": entry["version"]})

    def decide(self, folder: Path) -> None:
        """Take over the site's choice of variants and its signatures; a decision that fits nothing is reported."""
        try:
            decisions = read_decisions(folder)
        except DecisionsProblem as problem:
            self.report(DECISIONS_FILE, str(problem))
            return
        for id_, variant in decisions["variants"].items():
            self.choose_variant(id_, variant)
        self.signed, faults = signatures_that_count(decisions["signed_off"], self.hashes)
        for fault in faults:
            self.report(DECISIONS_FILE, fault)

    def choose_variant(self, id_: str, variant: str) -> None:
        if id_ not in self.scores:
            self.report(DECISIONS_FILE, f"chooses a variant of {id_!r}, which is not in the catalogue")
            return
        try:
            chosen = with_variant(self.scores[id_], variant)
        except DecisionsProblem as problem:
            self.report(DECISIONS_FILE, str(problem))
            return
        if self.scores[id_]["default_variant"] == variant:
            return
        if fault := score_fault(chosen):
            self.report(DECISIONS_FILE, f"variant {variant!r} of {id_}: {fault}")
            return
        self.scores[id_] = chosen
        self.hashes["scores"][id_] = definition_hash(chosen)
        self.note_override(f"variant of scores/{id_}", "scores", chosen)

    def signed_off(self, folder: str, id_: str) -> dict[str, Any] | None:
        """Who signed a definition off: in its file, else at the site; what a pathway brought, with the pathway."""
        own = self.entries[folder][id_]["signed_off"] or self.signed.get(folder, {}).get(id_)
        return own or self.signed.get("pathways", {}).get(self.brought.get((folder, id_), ""))

    def site_document(self) -> dict[str, Any]:
        """What devices must know beside the catalogue that they bring: replaced definitions and signatures."""
        own = {(one["folder"], one["id"]) for one in self.overridden}
        replaced = sorted(own | {key for key, pathway in self.brought.items() if ("pathways", pathway) in own})
        definitions = [
            {"folder": folder, "id": id_, "hash": self.hashes[folder][id_], "definition": self.entries[folder][id_]}
            for folder, id_ in replaced
            if id_ in self.entries[folder]
        ]
        signatures = [one for folder in self.signed.values() for one in folder.values()]
        return {"definitions": definitions, "signed_off": signatures}

    def check_references(self) -> None:
        """Report names that lead nowhere; withhold what cannot work without them. A pathway goes on with the rest."""
        for folder in FOLDERS:
            for id_, entry in list(self.entries[folder].items()):
                missing = missing_references(folder, entry, self.entries)
                if not missing:
                    continue
                is_lost = folder == "symptoms" and entry["pathway"] not in self.pathways
                if folder in NEEDS_ALL_REFERENCES or is_lost:
                    del self.entries[folder][id_]
                self.report(f"{folder}/{id_}.json", f"names what is not in the catalogue: {', '.join(missing)}")

    def report(self, file: str, reason: str) -> None:
        if {"file": file, "reason": reason} not in self.withheld:
            self.withheld.append({"file": file, "reason": reason})

    def definition(self, score_id: str) -> dict[str, str]:
        """What a stored result keeps of the definition that it was computed by. KeyError for an unknown score."""
        entry = self.scores[score_id]
        return {"id": score_id, "version": entry["version"], "hash": self.hashes["scores"][score_id]}

    @property
    def scores(self) -> dict[str, Entry]:
        return self.entries["scores"]

    @property
    def vitals(self) -> dict[str, Entry]:
        return self.entries["vitals"]

    @property
    def time_nodes(self) -> dict[str, Entry]:
        return self.entries["time_nodes"]

    @property
    def pathways(self) -> dict[str, Entry]:
        return self.entries["pathways"]

    @property
    def indicators(self) -> dict[str, Entry]:
        return self.entries["indicators"]

    @property
    def drugs(self) -> dict[str, Entry]:
        return self.entries["drugs"]

    @property
    def procedures(self) -> dict[str, Entry]:
        return self.entries["procedures"]

    @property
    def symptoms(self) -> dict[str, Entry]:
        return self.entries["symptoms"]

    @property
    def chips(self) -> dict[str, Entry]:
        return self.entries["chips"]


def override_files(folder: Path) -> Iterator[tuple[str, Path]]:
    for name in FOLDERS:
        for path in sorted((folder / name).glob("*.json")):
            yield name, path


def read_entry(folder: str, path: Path) -> Entry:
    """Parse and check one file; raises Unusable with the reason."""
    try:
        entry = json.loads(path.read_text("utf-8"), parse_constant=refuse_constant)
    except (OSError, ValueError, RecursionError) as error:
        raise Unusable(f"is not readable JSON: {error}") from error
    if not isinstance(entry, dict):
        raise Unusable("must hold one JSON object")
    check_entry(folder, entry)
    if entry["id"] != path.stem:
        raise Unusable(f"has the id {entry['id']!r}, and must have its file's name {path.stem!r}")
    return entry


def check_entry(folder: str, entry: Entry) -> None:
    """Raise Unusable for a definition that does not fit its schema, or a score that could mislead."""
    try:
        FOLDERS[folder].load(entry)
    except ValidationError as error:
        raise Unusable(f"does not fit the schema: {first_fault(error.messages)}") from error
    if folder == "scores" and (fault := score_fault(entry)):
        raise Unusable(fault)
    if folder == "indicators" and "rule" in entry:
        rule = entry["rule"]
        if fault := condition_fault([*rule["among"], *rule["share"]]):
            raise Unusable(f"has a rule that cannot be evaluated: {fault}")


def check_brought(folder: str, entry: Entry) -> None:
    """As `check_entry`; a pathway brings no pathways."""
    if folder not in FOLDERS or folder == "pathways":
        raise Unusable("has no folder of that name to go to")
    check_entry(folder, entry)


def refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def check_override(base: Entry | None, entry: Entry) -> None:
    """An override is told apart from what it replaces by its version, so that stored results stay comparable."""
    if base is not None and base["version"] == entry["version"]:
        raise Unusable(f"must have a version of its own, not {entry['version']} of the definition that it replaces")


def first_fault(messages: Any, path: str = "") -> str:
    """The first message of marshmallow's nested messages, with where it is."""
    if isinstance(messages, dict):
        key, inner = next(iter(messages.items()))
        return first_fault(inner, f"{path}.{key}" if path else str(key))
    if isinstance(messages, list):
        return first_fault(messages[0], path)
    return f"{path}: {messages}"
