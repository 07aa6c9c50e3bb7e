"""Draw the app's icons (pwa/public/icon-*.png): a green lane running to the horizon, on the app's dark ground.

Run by hand after a change: python pwa/draw_icons.py (needs Pillow). The PNGs are committed.
"""

from pathlib import Path

from PIL import Image, ImageDraw

GROUND = (10, 14, 18, 255)
LANE = (127, 227, 174, 255)
MARK = (10, 14, 18, 255)
OVERSAMPLE = 4
PUBLIC = Path(__file__).parent / "public"


def draw_icon(size: int, *, is_maskable: bool) -> Image.Image:
    """Draw one icon. A maskable one fills the square and keeps the glyph inside the safe circle of 80 %."""
    side = size * OVERSAMPLE
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 0, side - 1, side - 1), radius=0 if is_maskable else side * 0.22, fill=GROUND)
    scale = 0.6 if is_maskable else 0.74

    def at(x: float, y: float) -> tuple[float, float]:
        return side / 2 + x * side / 2 * scale, side / 2 + y * side / 2 * scale

    pen.polygon([at(-0.16, -0.92), at(0.16, -0.92), at(0.78, 0.92), at(-0.78, 0.92)], fill=LANE)
    for top, bottom in ((-0.62, -0.42), (-0.2, 0.08), (0.34, 0.72)):
        width = 0.035 + (top + 1) * 0.05
        wider = 0.035 + (bottom + 1) * 0.05
        pen.polygon([at(-width, top), at(width, top), at(wider, bottom), at(-wider, bottom)], fill=MARK)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def main() -> None:
    PUBLIC.mkdir(exist_ok=True)
    for size in (192, 512):
        draw_icon(size, is_maskable=False).save(PUBLIC / f"icon-{size}.png", optimize=True)
    draw_icon(512, is_maskable=True).save(PUBLIC / "icon-maskable-512.png", optimize=True)


if __name__ == "__main__":
    main()
