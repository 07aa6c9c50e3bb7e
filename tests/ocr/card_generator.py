"""Makes photographs of invented identity cards: python -m tests.ocr.card_generator FOLDER [--level hard] [--side back]

The persons are invented and their area codes (provincial code + 0199) are assigned to no county. A card is drawn flat,
laid over a background, tilted, turned, lit, blurred, made noisy and compressed. Layout, fonts, colours and spacing vary
from card to card, so that a reader cannot learn one printing by heart.
"""

from __future__ import annotations

import argparse
import json
import math
import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from ocr.ethnic_groups import GROUPS
from ocr.number_rule import CHECK_CHARACTERS, WEIGHTS

Pixels = npt.NDArray[np.uint8]
# GREENLANE_FONTS adds folders, for fonts that the machine's own programs shall not see.
FONT_FOLDERS = [Path("/usr/share/fonts"), *map(Path, filter(None, os.environ.get("GREENLANE_FONTS", "").split(":")))]
# Whichever of these a machine has; fonts-noto-cjk is what `make test` installs.
TEXT_FONTS = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJK-Bold.ttc",
    "wqy-zenhei.ttc",
    "ukai.ttc",
    "uming.ttc",
    "NotoSerifCJK-Regular.ttc",
)
NUMBER_FONTS = (
    "OCRB.otf",
    "ocrb10.otf",
    "OCR-B.otf",
    "NotoSansMono-Regular.ttf",
    "NotoSansCJK-Bold.ttc",
    "DejaVuSansMono.ttf",
)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜欧阳司马诸葛"
GIVEN = "子涵雨轩梓睿欣怡浩然宇航思远志强建国秀英桂兰玉梅淑珍海燕丽娟春生德福永贵祥瑞晓峰鹏飞婷婷嘉琪俊杰文博雅静"
PLACES = (
    ("11", "北京市海淀区"),
    ("31", "上海市黄浦区"),
    ("44", "广东省深圳市南山区"),
    ("51", "四川省成都市金牛区"),
    ("37", "山东省济南市历下区"),
    ("33", "浙江省宁波市鄞州区"),
    ("65", "新疆乌鲁木齐市天山区"),
    ("61", "陕西省西安市碑林区"),
    ("13", "河北省保定市莲池区"),
    ("36", "江西省赣州市章贡区"),
    ("52", "贵州省遵义市红花岗区"),
    ("23", "黑龙江省齐齐哈尔市龙沙区"),
)
ROADS = (
    "人民路",
    "解放大道",
    "中山北路",
    "建设三路",
    "滨江西街",
    "学府路",
    "迎宾大道",
    "青年巷",
    "工业园南路",
    "幸福街",
)
ESTATES = ("阳光花园", "书香苑", "万和城", "翠屏小区", "东湖雅居", "御景湾", "金桂园", "丽水佳苑")
SIZE = (1000, 631)


@dataclass(frozen=True)
class Level:
    """How badly a photo is taken: each value is the worst of a range that begins near nothing."""

    name: str
    tilt: float
    turn_degrees: float
    shares: tuple[float, float]
    light: tuple[float, float]
    blur: float
    motion: float
    noise: float
    glare: float
    shadow: float
    jpeg: tuple[int, int]


LEVELS = {
    "clean": Level("clean", 0.02, 2, (0.72, 0.92), (0.92, 1.05), 0.5, 0, 2, 0, 0, (82, 92)),
    "normal": Level("normal", 0.10, 10, (0.55, 0.85), (0.6, 1.1), 1.0, 3, 6, 0.35, 0.5, (65, 85)),
    "hard": Level("hard", 0.18, 22, (0.42, 0.75), (0.3, 1.15), 1.7, 5, 13, 0.7, 0.75, (40, 75)),
}
FRAMES = ((1280, 960), (1440, 1080), (1920, 1080), (1280, 720), (1600, 1200))


@dataclass
class Card:
    """A drawn card and what is printed on it."""

    side: str
    picture: Pixels
    fields: dict[str, str]


@dataclass
class Photo:
    """A photograph, the truth, and how it was taken."""

    picture: Pixels
    card: Card
    conditions: dict[str, Any] = field(default_factory=dict)

    def as_jpeg(self, quality: int | None = None) -> bytes:
        done, data = cv2.imencode(".jpg", self.picture, [cv2.IMWRITE_JPEG_QUALITY, quality or self.conditions["jpeg"]])
        assert done
        return data.tobytes()


@cache
def font_files(names: tuple[str, ...]) -> tuple[Path, ...]:
    """The fonts of a list that this machine has."""
    found = tuple(path for name in names for path in sorted(p for at in FONT_FOLDERS for p in at.rglob(name))[:1])
    assert found, f"none of the fonts {names} is installed; make test installs fonts-noto-cjk"
    return found


@cache
def font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    # The third face of Noto's collection is simplified Chinese.
    index = 2 if path.name.startswith("Noto") and path.suffix == ".ttc" else 0
    return ImageFont.truetype(str(path), size, index=index)


def invent_person(random: np.random.Generator) -> dict[str, str]:
    """A person nobody is."""
    province, place = PLACES[random.integers(len(PLACES))]
    year, month, day = int(random.integers(1935, 2018)), int(random.integers(1, 13)), int(random.integers(1, 29))
    first = f"{province}0199{year}{month:02}{day:02}{random.integers(1, 999):03}"
    total = sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True))
    road, estate = ROADS[random.integers(len(ROADS))], ESTATES[random.integers(len(ESTATES))]
    address = f"{place}{road}{random.integers(1, 1999)}号"
    if random.random() < 0.65:
        block, entrance, floor, door = (int(random.integers(1, most)) for most in (60, 7, 33, 5))
        address += f"{estate}{block}栋{entrance}单元{floor}0{door}室"
    surname = "欧阳" if random.random() < 0.05 else SURNAMES[random.integers(len(SURNAMES) - 6)]
    name = surname + "".join(GIVEN[random.integers(len(GIVEN))] for _ in range(int(random.integers(1, 3))))
    if random.random() < 0.06:
        name = "阿依古丽·买买提"
    return {
        "name": name,
        "sex": "男" if int(first[16]) % 2 else "女",
        "ethnicity": "汉" if random.random() < 0.6 else GROUPS[random.integers(len(GROUPS))],
        "birth": f"{year}-{month:02}-{day:02}",
        "address": address,
        "id_number": first + CHECK_CHARACTERS[total % 11],
    }


def blank_card(random: np.random.Generator) -> Image.Image:
    """Pale colours running into each other, with a pattern of fine waves."""
    left, right = random.integers(205, 246, 3), random.integers(205, 246, 3)
    ramp = np.linspace(0, 1, SIZE[0])[None, :, None]
    picture = np.broadcast_to(left * (1 - ramp) + right * ramp, (SIZE[1], SIZE[0], 3)).astype(np.uint8).copy()
    across = np.arange(SIZE[0])
    for _ in range(int(random.integers(8, 30))):
        wave = random.uniform(0, SIZE[1]) + random.uniform(10, 60) * np.sin(
            across / random.uniform(25, 140) + random.uniform(0, 6)
        )
        points = np.ascontiguousarray(np.stack([across, wave], axis=1)[::4].astype(np.int32))
        cv2.polylines(picture, [points], False, [int(v) for v in random.integers(165, 225, 3)], 1, cv2.LINE_AA)
    return Image.fromarray(picture)


def write(
    draw: ImageDraw.ImageDraw,
    at: tuple[float, float],
    text: str,
    face: ImageFont.FreeTypeFont,
    ink: tuple[int, ...],
    gap: float = 0,
) -> float:
    """Write with a gap between characters; returns where the text ends."""
    x, y = at
    for character in text:
        draw.text((x, y), character, font=face, fill=ink)
        x += face.getlength(character) + gap
    return x


def draw_front(random: np.random.Generator, person: dict[str, str]) -> Card:
    image = blank_card(random)
    draw = ImageDraw.Draw(image)
    files = font_files(TEXT_FONTS)
    path = files[random.integers(len(files))]
    label, text = font(path, int(random.integers(27, 33))), font(path, int(random.integers(34, 40)))
    name = font(path, int(random.integers(38, 46)))
    blue, ink = (40, 90, int(random.integers(140, 190))), (int(random.integers(10, 50)),) * 3
    dx, dy, gap = random.uniform(-10, 12), random.uniform(-10, 10), random.uniform(2, 9)
    value = 175 + dx + random.uniform(-4, 8)
    rows = [80 + dy, 158 + dy, 232 + dy, 310 + dy]
    for word, y in zip(("姓名", "性别", "出生", "住址"), rows, strict=True):
        write(draw, (62 + dx, y + 4), word, label, blue, gap)
    write(draw, (value, rows[0] - 4), person["name"], name, ink, gap)
    write(draw, (value, rows[1]), person["sex"], text, ink)
    write(draw, (290 + dx, rows[1] + 4), "民族", label, blue, gap)
    write(draw, (405 + dx, rows[1]), person["ethnicity"], text, ink, 2)
    year, month, day = person["birth"].split("-")
    x = value
    for number, word in ((year, "年"), (str(int(month)), "月"), (str(int(day)), "日")):
        x = write(draw, (x, rows[2]), number, text, ink) + random.uniform(8, 16)
        x = write(draw, (x, rows[2] + 4), word, label, blue) + random.uniform(8, 16)
    per_line = int(440 // (text.size + 1.5))
    for index in range(0, len(person["address"]), per_line):
        y = rows[3] + index // per_line * (text.size * 1.3)
        write(
            draw, (value, y), person["address"][index : index + per_line], text, ink, 1.5 if random.random() < 2 else 0
        )
    draw_portrait(draw, random)
    write(draw, (62 + dx, 530 + dy), "公民身份号码", label, blue, gap * 0.6)
    number_files = font_files(NUMBER_FONTS)
    digits = font(number_files[random.integers(len(number_files))], int(random.integers(44, 50)))
    step = random.uniform(550, 575) / 18
    for index, digit in enumerate(person["id_number"]):
        draw.text(
            (340 + dx + index * step + (step - digits.getlength(digit)) / 2, 524 + dy), digit, font=digits, fill=ink
        )
    return Card("front", np.asarray(image, np.uint8)[:, :, ::-1].copy(), person)


def draw_portrait(draw: ImageDraw.ImageDraw, random: np.random.Generator) -> None:
    """A placeholder: nobody's face."""
    skin, coat = tuple(int(v) for v in random.integers(150, 225, 3)), tuple(int(v) for v in random.integers(20, 130, 3))
    draw.rectangle((640, 90, 915, 440), fill=(240, 240, 242))
    draw.pieslice((655, 330, 900, 620), 180, 360, fill=coat)
    draw.rectangle((640, 441, 915, 520), fill=None)
    draw.ellipse((715, 160, 840, 320), fill=skin)
    draw.pieslice((705, 135, 850, 300), 180, 360, fill=(30, 25, 25))


def draw_back(random: np.random.Generator, person: dict[str, str]) -> Card:
    image = blank_card(random)
    draw = ImageDraw.Draw(image)
    files = font_files(TEXT_FONTS)
    path = files[random.integers(len(files))]
    label, text = font(path, int(random.integers(29, 34))), font(path, int(random.integers(32, 37)))
    ink, dx, dy = (int(random.integers(10, 50)),) * 3, random.uniform(-10, 10), random.uniform(-10, 10)
    draw.ellipse((70, 60, 190, 180), outline=(190, 60, 60), width=6)
    draw.ellipse((100, 90, 160, 150), fill=(200, 80, 80))
    write(draw, (315 + dx, 112 + dy), "中华人民共和国", font(path, 56), ink, 11)
    write(draw, (285 + dx, 215 + dy), "居民身份证", font(path, 82), ink, 26)
    start = int(random.integers(2008, 2024))
    month, day, years = int(random.integers(1, 13)), int(random.integers(1, 29)), int(random.choice([5, 10, 20, 0]))
    end = f"{start + years}.{month:02}.{day:02}" if years else "长期"
    place = PLACES[random.integers(len(PLACES))][1]
    fields = {
        "authority": f"{place[:-3].split('省')[-1]}公安局{place[-3:-1]}分局",
        "valid": f"{start}.{month:02}.{day:02}-{end}",
    }
    for word, value, y in (("签发机关", fields["authority"], 448 + dy), ("有效期限", fields["valid"], 526 + dy)):
        write(draw, (202 + dx, y), word, label, ink, 4)
        write(draw, (405 + dx, y - 1), value, text, ink, 1)
    return Card("back", np.asarray(image, np.uint8)[:, :, ::-1].copy(), fields)


def make_background(random: np.random.Generator, size: tuple[int, int], level: Level) -> Pixels:
    """Cloth, wood, a table, sometimes with papers full of text."""
    width, height = size
    base = random.integers(40, 215, 3).astype(np.float32)
    coarse = random.normal(0, 14, (height // 40 + 2, width // random.choice([6, 40, 160]) + 2)).astype(np.float32)
    cloth = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    fine = random.normal(0, 5, (height, width)).astype(np.float32)
    picture = np.clip(base + (cloth + fine)[:, :, None], 0, 255).astype(np.uint8)
    if level.name == "clean":
        return picture
    for _ in range(int(random.integers(0, 7))):
        centre = random.uniform(0, 1, 2) * size
        box = cv2.boxPoints((tuple(centre), tuple(random.uniform(120, 520, 2)), float(random.uniform(0, 90))))
        cv2.fillPoly(picture, [box.astype(np.int32)], [int(v) for v in random.integers(20, 250, 3)], cv2.LINE_AA)
    if random.random() < 0.4:
        paper = Image.fromarray(picture)
        draw = ImageDraw.Draw(paper)
        left, top = random.integers(0, width // 2), random.integers(0, height // 2)
        draw.rectangle((left, top, left + 560, top + 420), fill=(235, 235, 228))
        face = font(font_files(TEXT_FONTS)[0], 24)
        for row in range(12):
            words = "".join(random.choice(list(GIVEN), 20))
            draw.text((left + 15, top + 12 + row * 33), words, font=face, fill=(60, 60, 60))
        picture = np.asarray(paper, np.uint8).copy()
    return picture


def take_photo(random: np.random.Generator, card: Card, level: Level) -> Photo:
    """Lay the card on a background and photograph it."""
    width, height = FRAMES[random.integers(len(FRAMES))]
    background = make_background(random, (width, height), level)
    card_width = min(random.uniform(*level.shares) * width, 0.9 * height * SIZE[0] / SIZE[1] * 0.95)
    quad = place_card(random, card_width, (width, height), level)
    plane = cv2.getPerspectiveTransform(np.float32([[0, 0], [SIZE[0], 0], SIZE, [0, SIZE[1]]]), quad)
    mask = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    cv2.rectangle(mask, (26, 0), (SIZE[0] - 26, SIZE[1]), 255, -1)
    cv2.rectangle(mask, (0, 26), (SIZE[0], SIZE[1] - 26), 255, -1)
    for x in (26, SIZE[0] - 26):
        for y in (26, SIZE[1] - 26):
            cv2.circle(mask, (x, y), 26, 255, -1)
    # Shrink by area first: a warp alone would leave stairs that no lens makes.
    laid = cv2.warpPerspective(card.picture, plane, (width, height), flags=cv2.INTER_AREA)
    cover = cv2.warpPerspective(mask, plane, (width, height)).astype(np.float32)[:, :, None] / 255
    scene = laid * cover + background.astype(np.float32) * (1 - cover)
    scene, conditions = light_scene(random, scene, quad, level)
    conditions |= {"card_width_px": round(float(np.linalg.norm(quad[1] - quad[0]))), "level": level.name}
    conditions["corners"] = [[round(float(v), 1) for v in corner] for corner in quad]
    conditions["jpeg"] = int(random.integers(*level.jpeg))
    return Photo(expose(random, scene, level), card, conditions)


def place_card(
    random: np.random.Generator, card_width: float, size: tuple[int, int], level: Level
) -> npt.NDArray[np.float32]:
    half = np.array([card_width / 2, card_width * SIZE[1] / SIZE[0] / 2])
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    corners = corners + random.uniform(-level.tilt, level.tilt, (4, 2)) * card_width * 0.6
    angle = math.radians(random.uniform(-level.turn_degrees, level.turn_degrees))
    corners = corners @ np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    low, high = -corners.min(axis=0) + 6, np.array(size) - corners.max(axis=0) - 6
    centre = np.where(high > low, random.uniform(np.minimum(low, high), np.maximum(low, high)), np.array(size) / 2)
    return (corners + centre).astype(np.float32)


def light_scene(
    random: np.random.Generator, scene: npt.NDArray[Any], quad: npt.NDArray[np.float32], level: Level
) -> tuple[npt.NDArray[Any], dict[str, Any]]:
    """Exposure, colour of the light, a shadow's edge, a spot of glare."""
    height, width = scene.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    gain = float(random.uniform(*level.light))
    scene = scene * gain * random.uniform(0.9, 1.08, 3)
    conditions: dict[str, Any] = {"gain": round(gain, 2)}
    if random.random() < level.shadow:
        direction, depth = random.uniform(0, 2 * math.pi), random.uniform(0.2, level.shadow)
        away = (columns - width / 2) * math.cos(direction) + (rows - height / 2) * math.sin(direction)
        edge = 1 / (1 + np.exp(-(away + random.uniform(-0.2, 0.2) * width) / random.uniform(15, 120)))
        scene = scene * (1 - depth * edge[:, :, None])
        conditions["shadow"] = round(depth, 2)
    if random.random() < level.glare:
        spot = quad.min(axis=0) + random.uniform(0.1, 0.9, 2) * np.ptp(quad, axis=0)
        reach = random.uniform(0.03, 0.11) * float(np.ptp(quad[:, 0]))
        strength = random.uniform(0.3, 1.0) * (1 if level.name == "hard" else 0.6)
        distance = ((columns - spot[0]) ** 2 + (rows - spot[1]) ** 2) / (2 * reach**2)
        scene = scene + 255 * strength * np.exp(-distance)[:, :, None]
        conditions["glare"] = round(strength, 2)
    return scene, conditions


def expose(random: np.random.Generator, scene: npt.NDArray[Any], level: Level) -> Pixels:
    """The lens and the sensor."""
    picture = scene.astype(np.float32)
    if (sigma := random.uniform(0, level.blur)) > 0.2:
        picture = cv2.GaussianBlur(picture, (0, 0), sigma)
    if (length := int(random.uniform(0, level.motion))) > 1:
        kernel = np.zeros((length, length), np.float32)
        kernel[length // 2] = 1 / length
        turn = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), float(random.uniform(0, 180)), 1)
        kernel = cv2.warpAffine(kernel, turn, (length, length))
        picture = cv2.filter2D(picture, -1, kernel / max(kernel.sum(), 1e-6))
    picture = picture + random.normal(0, random.uniform(0.5, max(0.6, level.noise)), picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def make_photo(seed: int, level: str = "normal", side: str = "front", **fixed: str) -> Photo:
    """A photo that is the same for the same seed on a machine with the same fonts; `fixed` replaces printed fields."""
    random = np.random.default_rng(seed)
    person = invent_person(random) | fixed
    card = draw_front(random, person) if side == "front" else draw_back(random, person)
    return take_photo(random, card, LEVELS[level])


def save(photo: Photo, folder: Path, index: int) -> None:
    """Write a photo and its truth, as bench/cards.py wants them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{index:03}.jpg").write_bytes(photo.as_jpeg())
    truth = {"side": photo.card.side, "fields": photo.card.fields, "conditions": photo.conditions}
    (folder / f"{index:03}.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--level", choices=list(LEVELS), default="normal")
    parser.add_argument("--side", choices=("front", "back"), default="front")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for index in range(options.count):
        save(make_photo(options.seed * 1000 + index, options.level, options.side), options.folder, index)


if __name__ == "__main__":
    main()
