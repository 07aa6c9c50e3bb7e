"""The tables of the read model, for SQLite and PostgreSQL. All of it can be thrown away and projected again."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table, Text

# Bumped when a projected row changes its meaning: the next start projects everything again.
PROJECTION_VERSION = 6

metadata = MetaData()

# Words and times are compared as bytes everywhere, so that ranges of prefixes mean the same in both databases.
_text = Text().with_variant(String(collation="C"), "postgresql")

encounters = Table(
    "encounters",
    metadata,
    Column("encounter", _text, primary_key=True),
    Column("state", _text, nullable=False),
    Column("pathway", _text),
    Column("unit", _text),
    Column("receiving_site", _text),
    Column("opened_at", _text, nullable=False),
    Column("closed_at", _text),
    Column("problems", Integer, nullable=False),
    Column("summary", Text, nullable=False),
    Index("encounters_by_opening", "opened_at", "encounter"),
    Index("encounters_of_pathway", "pathway", "receiving_site", "opened_at"),
    Index("encounters_of_pathway_by_opening", "pathway", "opened_at"),
    Index("encounters_with_problems", "problems"),
)

# Which mailboxes hold an encounter, as the router decided; times are repeated here so that one index serves a board.
places = Table(
    "places",
    metadata,
    Column("encounter", _text, primary_key=True),
    Column("place", _text, primary_key=True),
    Column("is_current", Boolean, nullable=False),
    Column("opened_at", _text, nullable=False),
    Column("closed_at", _text),
    Index("places_for_boards", "place", "is_current", "closed_at"),
    Index("places_by_opening", "place", "opened_at", "encounter"),
)

# Every ending of a name or number, so that a part of it is found by its beginning.
words = Table(
    "words",
    metadata,
    Column("word", _text, primary_key=True),
    Column("encounter", _text, primary_key=True),
    Column("opened_at", _text, nullable=False),
    Index("words_of_encounter", "encounter"),
    Index("words_found", "word", "opened_at", "encounter"),
)

# What patients may be known by elsewhere, so that the same number or wristband is found in another encounter.
identifiers = Table(
    "identifiers",
    metadata,
    Column("identifier", _text, primary_key=True),
    Column("encounter", _text, primary_key=True),
    Column("opened_at", _text, nullable=False),
    Index("identifiers_of_encounter", "encounter"),
    Index("identifiers_by_opening", "identifier", "opened_at"),
)

# Which encounters name another one in a link, whether that one has come already or not.
links = Table(
    "links",
    metadata,
    Column("other", _text, primary_key=True),
    Column("encounter", _text, primary_key=True),
    Index("links_of_encounter", "encounter"),
)

# Measured values of quality indicators: minutes of an interval, and what stands beside them (server/quality/rules.py).
# A missing interval has no row; a negative one is kept and never counted.
intervals = Table(
    "intervals",
    metadata,
    Column("indicator", _text, primary_key=True),
    Column("encounter", _text, primary_key=True),
    Column("pathway", _text),
    Column("site", _text),
    Column("opened_at", _text, nullable=False),
    Column("minutes", Float, nullable=False),
    Index("intervals_of_encounter", "encounter"),
    Index("intervals_of_site", "indicator", "pathway", "site", "opened_at", "minutes"),
    Index("intervals_by_opening", "indicator", "pathway", "opened_at", "minutes"),
)

# The same minutes of whole months over all sites, sorted and packed as doubles.
interval_blocks = Table(
    "interval_months",
    metadata,
    Column("pathway", _text, primary_key=True),
    Column("month", _text, primary_key=True),
    Column("indicator", _text, primary_key=True),
    Column("minutes", LargeBinary, nullable=False),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("name", _text, primary_key=True),
    Column("value", Text, nullable=False),
)
