"""What a screen says, and what it must not say: raw keys, unfilled parameters, words of the other language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from playwright.sync_api import Page

# Characters, and the punctuation that goes with them (a masked name's ＊ is both languages').
CHINESE = re.compile(r"[\u3001\u3002\u3400-\u9fff\uff08\uff09\uff0c\uff1a\uff1b]+")
ENGLISH_WORD = re.compile(r"[A-Za-z]*[a-z]{4,}")
BROKEN = re.compile(r"\{[a-z_]+\}|undefined|\bNaN\b|\[object|\bnull\b")
# Said in the other language on purpose: the name of the product, the language itself.
OWN_NAMES = ("绿道", "中文")
ENGLISH_OWN_NAMES = {"Greenlane", "English", "mmol", "Chromium", "Linux", "Subbe", "Rankin"}

VISIBLE_TEXTS = """
() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.nodeValue.trim();
    const box = walker.currentNode.parentElement;
    if (text && box.checkVisibility()) found.push(text);
  }
  for (const one of document.querySelectorAll('[placeholder], [aria-label]'))
    for (const name of ['placeholder', 'aria-label'])
      if (one.getAttribute(name)) found.push(one.getAttribute(name));
  return found;
}
"""


def visible_texts(page: Page) -> list[str]:
    texts: list[str] = page.evaluate(VISIBLE_TEXTS)
    return texts


def strings_in(value: Any) -> Iterable[str]:
    """Every text inside a JSON value: what people have written, which no screen translates."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings_in(one)


class Data:
    """Names and free texts that may stand on a screen of either language."""

    def __init__(self, values: Iterable[Any]) -> None:
        texts = {text for value in values for text in strings_in(value)}
        self._chinese = sorted((t for t in texts if CHINESE.search(t)), key=len, reverse=True)
        self._english = {word for text in texts for word in ENGLISH_WORD.findall(text)}

    def chinese_left(self, text: str) -> list[str]:
        """What is Chinese in a text and is no data."""
        for known in (*self._chinese, *OWN_NAMES):
            text = text.replace(known, "")
        return CHINESE.findall(text)

    def english_left(self, text: str) -> list[str]:
        return [w for w in ENGLISH_WORD.findall(text) if w not in self._english | ENGLISH_OWN_NAMES]


def faults(page: Page, language: str, data: Data) -> list[str]:
    """What is wrong with the words of this screen in this language."""
    wrong = []
    for text in visible_texts(page):
        if BROKEN.search(text):
            wrong.append(f"broken text {text!r}")
        left = data.chinese_left(text) if language == "en" else data.english_left(text)
        if left:
            wrong.append(f"{left} in {text!r}")
    return wrong
