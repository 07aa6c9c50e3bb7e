"""Cards unlike one another: python -m tests.ocr.varied_cards FOLDER --level normal --count 100

Beside tests/ocr/card_generator.py, whose photographs the tests are held to: here labels, values and numbers each take
their own font, names and addresses come from a wider stock, sizes and places differ more, and photographs have light
that fades, streaks of glare, a thumb at the edge, a second compression, and any quarter turn. For bench/cards.py.
More fonts: GREENLANE_FONTS=/folder:/folder (Debian: fonts-wqy-zenhei fonts-wqy-microhei fonts-arphic-ukai
fonts-arphic-uming fonts-arphic-gkai00mp fonts-arphic-gbsn00lp fonts-ocr-b fonts-noto-mono fonts-liberation).
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import ImageDraw, ImageFont

from ocr.number_rule import CHECK_CHARACTERS, WEIGHTS
from tests.ocr.card_generator import LEVELS, Level, Photo, fill_folder, take_photo
from tests.ocr.drawn_cards import (
    NUMBER_FONTS,
    Card,
    Pixels,
    blank_card,
    draw_back,
    draw_portrait,
    font,
    font_files,
    invent_person,
    write,
    write_labels,
    write_number,
)

TEXT_FONTS = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJK-Bold.ttc",
    "NotoSerifCJK-Regular.ttc",
    "wqy-zenhei.ttc",
    "wqy-microhei.ttc",
    "ukai.ttc",
    "uming.ttc",
    "gkai00mp.ttf",
    "gbsn00lp.ttf",
    "DroidSansFallbackFull.ttf",
)
MORE_NUMBER_FONTS = (*NUMBER_FONTS, "LiberationMono-Bold.ttf", "Hack-Regular.ttf", "OCRBS.otf", "NotoSansMono-Bold.ttf")
SURNAMES = (
    "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪"
    "田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华慧巧美兰凤洁梅琳素云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉兰"
    "毅俊峰峻海滨炎铭锋辰翰朗伯宏言若鸣朋斌梁栋维启克伦翔旭鹏泽晨士以建家致树炎德行时泰盛雄琛钧冠策腾楠榕航弘彬镇钊"
)
MINORITY_NAMES = [
    "古丽娜尔·买合木提",
    "乌兰其其格",
    "扎西顿珠",
    "巴特尔",
    "吐尔逊·艾合买提",
    "央金卓玛",
    "努尔兰·哈布都",
]
# Province codes and places; the counties of the numbers are not assigned all the same.
DISTRICTS = [
    (place[:2], place[2:])
    for place in [
        "11北京市朝阳区",
        "12天津市河西区",
        "13河北省石家庄市长安区",
        "15内蒙古自治区赤峰市红山区",
        "21沈阳市和平区",
        "32江苏省苏州市姑苏区",
        "23黑龙江省齐齐哈尔市龙沙区",
        "33杭州市西湖区",
        "35福建省泉州市鲤城区",
        "37山东省烟台市芝罘区",
        "41郑州市金水区",
        "42武汉市洪山区",
        "43湖南省衡阳市衡南县",
        "44广东省深圳市南山区",
        "45南宁市青秀区",
        "46海南省三亚市吉阳区",
        "50重庆市渝中区",
        "51四川省成都市锦江区",
        "52贵州省遵义市红花岗区",
        "53昆明市五华区",
        "54西藏自治区拉萨市城关区",
        "61陕西省西安市雁塔区",
        "62甘肃省兰州市城关区",
        "65新疆维吾尔自治区乌鲁木齐市天山区",
    ]
]
STREETS = [
    "龙泉大道",
    "金沙西街",
    "桃源东路",
    "东风东路",
    "永乐北街",
    "石桥路",
    "科技二路",
    "锦绣大街",
    "环城南路",
    "凤凰路",
]
ESTATES = [
    "福星小区",
    "凤凰苑",
    "龙泉里",
    "石桥小区",
    "永安小区",
    "翡翠城",
    "锦绣家园",
    "和谐新村",
    "梧桐苑",
    "东方广场",
]
TOWNS = ["梧桐乡", "花园乡", "凤凰乡", "青龙镇", "白沙镇", "柳林镇"]
VILLAGES = ["新民村", "文昌村", "花园村", "桂香村", "大柳村", "上河村"]
LATIN = "ABCDEFG"


def one_of(random: np.random.Generator, choices: Any) -> Any:
    return choices[int(random.integers(len(choices)))]


def invent_address(random: np.random.Generator, place: str) -> str:
    """A town's or a village's address, as registers write them."""
    kind = random.random()

    def number(most: int, least: int = 1) -> int:
        return int(random.integers(least, most))

    if kind < 0.38:
        village = f"{place}{one_of(random, TOWNS)}{one_of(random, VILLAGES)}"
        if kind < 0.3:
            return f"{village}{number(20)}组{number(300)}号"
        return f"{village}委会{one_of(random, VILLAGES)}民小组{number(99)}号"
    road = f"{place}{one_of(random, STREETS)}{number(999)}号"
    if kind < 0.5:
        return road
    if kind < 0.56:
        return f"{road}之{one_of(random, '一二三')}{number(30)}幢{one_of(random, LATIN)}座{number(2999, 101)}房"
    if kind < 0.62:
        return f"{road}附{number(30)}号{number(9)}-{number(9)}-{number(20)}"
    block = one_of(random, ("栋", "幢", "号楼"))
    return f"{road}{one_of(random, ESTATES)}{number(60)}{block}{number(8)}单元{number(2999, 101)}室"


def invent_varied_person(random: np.random.Generator) -> dict[str, str]:
    """A person nobody is: county codes that are not assigned."""
    person = invent_person(random)
    province, place = one_of(random, DISTRICTS)
    first = province + person["id_number"][2:17]
    total = sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True))
    name = one_of(random, SURNAMES) + "".join(one_of(random, GIVEN) for _ in range(int(random.integers(1, 3))))
    if random.random() < 0.08:
        name = one_of(random, MINORITY_NAMES)
    number = first + CHECK_CHARACTERS[total % 11]
    return person | {"name": name, "address": invent_address(random, place), "id_number": number}


def face(random: np.random.Generator, names: tuple[str, ...], low: int, high: int, text: str) -> ImageFont.FreeTypeFont:
    """A font that has every character of the text."""
    files = font_files(names)
    for index in random.permutation(len(files)):
        found = font(files[int(index)], int(random.integers(low, high)))
        blank = found.getmask("\uffff").getbbox(), bytes(found.getmask("\uffff"))
        if all((found.getmask(c).getbbox(), bytes(found.getmask(c))) != blank for c in text):
            return found
    raise AssertionError(f"no font of this machine has {text}")


def draw_varied_front(random: np.random.Generator, person: dict[str, str]) -> Card:
    """The portrait side; every measure within what issued cards and other drawings of them show."""
    image = blank_card(random)
    draw = ImageDraw.Draw(image)
    one_font = random.random() < 0.6
    label = face(random, TEXT_FONTS, 26, 33, "公民身份号码姓名性别族出生住址年月日")
    text = face(random, TEXT_FONTS, 33, 40, "".join(person.values()))
    if one_font:
        label = font(Path(str(text.path)), int(random.integers(26, 33)))
    name = font(Path(str(text.path)), int(random.integers(36, 46)))
    blue = (int(random.integers(20, 70)), int(random.integers(80, 130)), int(random.integers(140, 200)))
    ink = (int(random.integers(5, 60)),) * 3
    dx, dy, gap = random.uniform(-12, 12), random.uniform(-12, 12), random.uniform(1, 9)
    value = 175 + dx + random.uniform(-4, 8)
    rows = [80 + dy, 158 + dy, 232 + dy, 310 + dy]
    write_labels(draw, 62 + dx, rows, label, blue, gap)
    write(draw, (value, rows[0] - 4), person["name"], name, ink, gap)
    write(draw, (value, rows[1]), person["sex"], text, ink)
    write(draw, (288 + dx, rows[1] + 4), "民族", label, blue, gap)
    write(draw, (random.uniform(395, 412) + dx, rows[1]), person["ethnicity"], text, ink, 2)
    year, month, day = person["birth"].split("-")
    x = value
    for number, word in ((year, "年"), (str(int(month)), "月"), (str(int(day)), "日")):
        x = write(draw, (x, rows[2]), number, text, ink) + random.uniform(6, 20)
        x = write(draw, (x, rows[2] + 4), word, label, blue) + random.uniform(6, 20)
    write_address(draw, random, person["address"], (value, rows[3]), text, ink)
    draw_portrait(draw, random)
    write(draw, (62 + dx, 530 + dy), "公民身份号码", label, blue, gap * 0.6)
    digits = face(random, MORE_NUMBER_FONTS, 40, 50, person["id_number"])
    step = random.uniform(535, 580) / 18
    write_number(draw, (340 + dx, 524 + dy), person["id_number"], digits, step, ink)
    return Card("front", np.asarray(image, np.uint8)[:, :, ::-1].copy(), person)


def write_address(
    draw: ImageDraw.ImageDraw,
    random: np.random.Generator,
    address: str,
    at: tuple[float, float],
    text: ImageFont.FreeTypeFont,
    ink: tuple[int, ...],
) -> None:
    """Eleven or so characters a line, by count or by width: digits are narrow in some fonts."""
    room, gap, pitch = random.uniform(420, 450), random.uniform(0, 3), text.size * random.uniform(1.2, 1.42)
    lines, width = [""], 0.0
    for character in address:
        if width + text.getlength(character) > room:
            lines, width = [*lines, ""], 0.0
        lines[-1] += character
        width += text.getlength(character) + gap
    pitch = min(pitch, 190 / max(1, len(lines)))
    for row, line in enumerate(lines):
        write(draw, (at[0], at[1] + row * pitch), line, text, ink, gap)


def disturb(random: np.random.Generator, photo: Photo, level: Level) -> Photo:
    """What the plain generator does not do: fading light, a streak, a thumb, a second compression, a quarter turn."""
    picture = photo.picture.astype(np.float32)
    height, width = picture.shape[:2]
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    worst = {"clean": 0.1, "normal": 0.3, "hard": 0.5}[level.name]
    angle = random.uniform(0, 2 * math.pi)
    ramp = (columns - width / 2) / width * math.cos(angle) + (rows - height / 2) / height * math.sin(angle)
    picture *= 1 + random.uniform(0, worst) * 2 * ramp[:, :, None]
    if level.name != "clean" and random.random() < 0.2:
        away = (columns - random.uniform(0, width)) * math.cos(angle) + (rows - random.uniform(0, height)) * math.sin(
            angle
        )
        streak = np.exp(-(away**2) / (2 * (random.uniform(0.01, 0.03) * width) ** 2))
        picture += 90 * random.uniform(0.2, worst) * 2 * streak[:, :, None]
    picture = picture * random.uniform(1 - worst / 3, 1 + worst / 6, 3)
    pixels = np.clip(picture, 0, 255).astype(np.uint8)
    if level.name != "clean" and random.random() < 0.25:
        pixels = press_thumb(random, pixels, np.asarray(photo.conditions["corners"], np.float32))
    if level.name != "clean" and random.random() < 0.3:
        pixels = cv2.imdecode(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 75])[1], cv2.IMREAD_COLOR)
    turns = int(random.integers(0, 4)) if random.random() < 0.35 else 0
    photo.conditions["turns"] = turns
    return Photo(np.ascontiguousarray(np.rot90(pixels, turns)), photo.card, photo.conditions)


def press_thumb(random: np.random.Generator, picture: Pixels, corners: np.ndarray) -> Pixels:
    """A thumb that holds the card at its upper or right edge, where nothing is printed."""
    start, end = (corners[0], corners[1]) if random.random() < 0.5 else (corners[1], corners[2])
    at = start + (end - start) * random.uniform(0.3, 0.6)
    length = float(np.linalg.norm(corners[1] - corners[0])) * random.uniform(0.05, 0.075)
    skin = [int(v) for v in (120, 150, 200) * random.uniform(0.5, 1.1, 3)]
    axes = (round(length), round(length * 0.7))
    return cv2.ellipse(
        picture, tuple(int(v) for v in at), axes, float(random.uniform(0, 180)), 0, 360, skin, -1, cv2.LINE_AA
    )


def make_varied_photo(seed: int, level: str = "normal", side: str = "front") -> Photo:
    """A photo that is the same for the same seed on a machine with the same fonts."""
    random = np.random.default_rng([seed, 77])
    person = invent_varied_person(random)
    card = draw_varied_front(random, person) if side == "front" else draw_back(random, person)
    return disturb(random, take_photo(random, card, LEVELS[level]), LEVELS[level])


if __name__ == "__main__":
    fill_folder(__doc__, make_varied_photo)
