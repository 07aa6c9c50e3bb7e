"""Temporary names of unknown patients in both languages, so that either finds them. Pure.

Phones draw and keep them (pwa/src/encounters/temporary_name.ts, whose twin this is); the hub only reads them.
Shared vectors in tests/vectors/temporary_names.
"""

import re

COLOURS = (("蓝", "Blue"), ("紫", "Purple"), ("橙", "Orange"), ("金", "Golden"), ("棕", "Brown"))
ANIMALS = (
    ("海豚", "Dolphin"),
    ("羚羊", "Antelope"),
    ("熊猫", "Panda"),
    ("孔雀", "Peacock"),
    ("天鹅", "Swan"),
    ("骏马", "Horse"),
    ("狮子", "Lion"),
    ("猎豹", "Cheetah"),
    ("蝴蝶", "Butterfly"),
    ("蜜蜂", "Honeybee"),
    ("水獭", "Otter"),
    ("考拉", "Koala"),
)
# What phones drew in former versions: a bird and two digits.
FORMER = (
    ("青隼", "Falcon"),
    ("白鹭", "Egret"),
    ("海燕", "Petrel"),
    ("山雀", "Titmouse"),
    ("云雀", "Skylark"),
    ("翠鸟", "Kingfisher"),
    ("喜鹊", "Magpie"),
    ("鸿雁", "Goose"),
    ("画眉", "Thrush"),
    ("孔雀", "Peacock"),
    ("天鹅", "Swan"),
    ("百灵", "Lark"),
    ("黄鹂", "Oriole"),
    ("鹧鸪", "Partridge"),
    ("雨燕", "Swift"),
    ("苍鹰", "Goshawk"),
)
_KINDS = [(colour + animal, f"{hue} {beast}") for colour, hue in COLOURS for animal, beast in ANIMALS]
_NAMES = {word.lower(): pair for pair in (*FORMER, *_KINDS) for word in pair}
_PARTS = re.compile(r"(.+?)\s+([0-9]{2})")


def in_both_languages(name: str) -> list[str]:
    """A temporary name in Chinese and English; what no phone has drawn stays as it is."""
    parts = _PARTS.fullmatch(name.strip())
    pair = _NAMES.get(parts[1].lower()) if parts else None
    return [f"{word} {parts[2]}" for word in pair] if parts and pair else [name]
