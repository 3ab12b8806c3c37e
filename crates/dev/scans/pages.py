#!/usr/bin/env python3
"""Draws pages of a corpus as a scanner would see them, with their text beside them.

Usage: pages.py CORPUS FOLDER [SEED [layouts|hard]]. Needs Pillow, numpy and fonts of Debian: fonts-noto-cjk, fonts-arphic-ukai, fonts-arphic-uming,
fonts-wqy-zenhei, fonts-liberation, fonts-dejavu; the variable FONTS names more folders of them. Writes NAME.png and NAME.txt for each of
30 pages: both scripts and English, one or two columns, tables, vertical writing, noise, skew, stamps, turns. With `layouts`, 30 pages of
other fonts, sizes and skews whose layout is drawn by chance: ragged and justified columns of different widths and gutters below headings,
three columns, forms, lists, tables, vertical writing in one tier or two. With `hard`, 30 pages on bad paper: skew up to 7 degrees, faint ink,
strong JPEG, phone photos with a shadow and in perspective, blur, dust, several stamps over the text, 100 dots an inch, bilevel as of a fax.
"""
import gzip, io, json, math, os, random, sys
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

# File, and for each script the number of its face.
FONTS = [("NotoSerifCJK-Regular.ttc", {"hans": 2, "hant": 3}), ("NotoSansCJK-Regular.ttc", {"hans": 2, "hant": 3}), ("ukai.ttc", {"hans": 0, "hant": 2}),
         ("uming.ttc", {"hans": 0, "hant": 2}), ("wqy-zenhei.ttc", {"hans": 0, "hant": 0}), ("NotoSerifCJK-Bold.ttc", {"hans": 2, "hant": 3}),
         ("LiberationSerif-Regular.ttf", {"en": 0}), ("LiberationSans-Regular.ttf", {"en": 0}), ("DejaVuSerif.ttf", {"en": 0}),
         ("DejaVuSans.ttf", {"en": 0}), ("LiberationMono-Regular.ttf", {"en": 0})]
SOURCES = {"hans": ["zh-hans-prc-laws.jsonl.gz"], "hant": ["zh-hant-taiwan-laws.jsonl.gz", "zh-hant-hk-hansard-meetings.jsonl.gz"],
           "en": ["en-taiwan-laws-parallel.jsonl.gz", "en-canada-acts-regs.jsonl.gz"]}
# The fonts of `layouts`: none of the above.
OTHER_FONTS = [("cwming.ttf", {"hant": 0}), ("cwkai.ttf", {"hant": 0}), ("NotoSerifCJK-Light.ttc", {"hans": 2, "hant": 3}), ("NotoSansCJK-Light.ttc", {"hans": 2, "hant": 3}),
               ("NotoSerifCJK-SemiBold.ttc", {"hans": 2, "hant": 3}), ("ukai.ttc", {"hans": 1, "hant": 3}), ("texgyretermes-regular.otf", {"en": 0}), ("Carlito-Regular.ttf", {"en": 0}),
               ("texgyreschola-regular.otf", {"en": 0}), ("FreeSans.ttf", {"en": 0}), ("texgyrepagella-italic.otf", {"en": 0}), ("LiberationSansNarrow-Regular.ttf", {"en": 0}),
               ("texgyrecursor-regular.otf", {"en": 0})]
W, H = 1654, 2339  # A4 at 200 dpi


def fonts_of(script, fonts=FONTS):
    """Fonts of a script that are installed, or lie below the folders of the variable FONTS."""
    folders = ["/usr/share/fonts"] + os.environ.get("FONTS", "").split(":")
    files = {name: os.path.join(folder, name) for top in folders if top for folder, _, names in os.walk(top) for name in names}
    known = [(files[name], faces[script]) for name, faces in fonts if script in faces and name in files]
    if not known:
        sys.exit(f"no font for {script}: install fonts-noto-cjk fonts-arphic-ukai fonts-arphic-uming fonts-wqy-zenhei fonts-liberation")
    return known


def paragraphs(path, rng, wanted):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        some = [line for at, line in enumerate(lines) if at < 400]
    while True:
        record = json.loads(rng.choice(some))
        text = record.get("text") or record.get("content") or ""
        parts = [" ".join(p.lstrip("#*> ").split()) for p in text.split("\n")]
        parts = [p for p in parts if len(p) > 3 and not any(mark in p for mark in ("|", "│", "http"))]
        if sum(map(len, parts)) > wanted:
            start = rng.randrange(len(parts))
            parts = parts[start:] + parts[:start]
            return parts


def wrap(text, font, width, is_latin):
    lines, line = [], ""
    for piece in (text.split(" ") if is_latin else text):
        trial = (line + " " + piece if line else piece) if is_latin else line + piece
        if line and font.getlength(trial) > width:
            lines.append(line)
            trial = piece.lstrip() if not is_latin else piece
        line = trial
    return lines + [line] if line else lines


def column(draw, parts, font, box, leading, is_latin, written):
    x0, y, x1, y1 = box
    size = font.size
    while parts:
        part = parts[0]
        lines = wrap(("" if is_latin else "　　") + part, font, x1 - x0, is_latin)
        if y + size * leading * len(lines) > y1:
            return
        for line in lines:
            draw.text((x0, y), line, font=font, fill=20)
            y += size * leading
        written.append(parts.pop(0))
        y += size * 0.4


def vertical(draw, parts, font, written, top=220, bottom=H - 220, pitch=1.08, leading=1.7):
    size = font.size
    x = W - 220
    marks = {"，": "︐", "。": "︒", "、": "︑", "：": "︓", "；": "︔", "（": "︵", "）": "︶", "「": "﹁", "」": "﹂"}
    while parts and x > 200:
        part = parts.pop(0)
        if any(c.isascii() for c in part):
            continue
        need = math.ceil(len(part) * size * pitch / (bottom - top))
        if x - need * size * leading < 180:
            return
        y = top
        for c in part:
            if y + size > bottom:
                x -= size * leading
                y = top
            draw.text((x, y), marks.get(c, c), font=font, fill=20)
            y += size * pitch
        written.append(part)
        x -= size * leading


def table(draw, parts, font, written, is_latin, rng):
    size, y = font.size, 240
    width = (W - 320) // 3
    while len(parts) >= 3 and y < H - 400:
        # Cells of a table are short: full ones would be columns of prose.
        cells = [wrap(parts.pop(0), font, (width - 40) * rng.uniform(0.3, 0.9), is_latin)[0] for _ in range(3)]
        for at, cell in enumerate(cells):
            draw.rectangle((160 + at * width, y, 160 + (at + 1) * width, y + size * 2), outline=60, width=2)
            draw.text((175 + at * width, y + size * 0.4), cell, font=font, fill=20)
        written.append("\t".join(cells))
        y += size * 2


def stamp(page, rng, font):
    layer = Image.new("RGBA", page.size)
    draw = ImageDraw.Draw(layer)
    x, y, r = rng.randrange(300, W - 300), rng.randrange(H // 2, H - 300), rng.randrange(110, 190)
    colour = (rng.randrange(190, 230), rng.randrange(20, 60), rng.randrange(20, 60), rng.randrange(110, 170))
    draw.ellipse((x - r, y - r, x + r, y + r), outline=colour, width=7)
    points = [(x + r * 0.35 * (1 if k % 2 == 0 else 0.4) * math.sin(k * math.pi / 5), y - r * 0.35 * (1 if k % 2 == 0 else 0.4) * math.cos(k * math.pi / 5)) for k in range(10)]
    draw.polygon(points, fill=colour)
    return Image.alpha_composite(page.convert("RGBA"), layer).convert("RGB")


def scan(page, rng, np_rng, skew):
    page = page.rotate(skew, resample=Image.BICUBIC, expand=False, fillcolor=(255, 255, 255))
    page = page.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 0.9)))
    pixels = np.asarray(page).astype(np.float32)
    shade = np.linspace(rng.uniform(225, 245), rng.uniform(235, 252), page.width)[None, :, None]
    pixels = pixels / 255 * shade + np_rng.normal(0, rng.uniform(4, 11), pixels.shape[:2])[:, :, None]
    dust = np_rng.random(pixels.shape[:2])
    pixels[dust < 0.0004] = 40
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def justified(draw, line, font, x0, x1, y):
    """Draws a line whose words reach both edges."""
    words = line.split(" ")
    blank = (x1 - x0 - sum(map(font.getlength, words))) / max(1, len(words) - 1)
    for word in words:
        draw.text((x0, y), word, font=font, fill=20)
        x0 += font.getlength(word) + blank


def band(draw, parts, font, y, bottom, edges, leading, is_latin, is_justified, written):
    """Draws columns between two heights; returns where the lowest ends."""
    lowest = y
    for x0, x1 in edges:
        at = y
        while parts:
            lines = wrap(("" if is_latin else "\u3000\u3000") + parts[0], font, x1 - x0, is_latin)
            if at + font.size * leading * len(lines) > bottom:
                break
            for number, line in enumerate(lines, 1):
                if is_justified and is_latin and number < len(lines):
                    justified(draw, line, font, x0, x1, at)
                else:
                    draw.text((x0, at), line, font=font, fill=20)
                at += font.size * leading
            written.append(parts.pop(0))
            at += font.size * 0.4
        lowest = max(lowest, at)
    return lowest


def columns(draw, parts, font, count, leading, is_latin, is_justified, rng, written):
    """Bands of columns, each below a heading over all of them."""
    gutter = font.size * rng.uniform(1.3, 3)
    left, right = rng.randrange(110, 200), W - rng.randrange(110, 200)
    shares = [rng.uniform(0.8, 1.2) if rng.random() < 0.3 else 1 for _ in range(count)]
    room = (right - left - gutter * (count - 1)) / sum(shares)
    edges, x = [], left
    for share in shares:
        edges.append((x, x + share * room))
        x += share * room + gutter
    y = 170
    bands = rng.choice((1, 2))
    for number in range(bands):
        if number or rng.random() < 0.5:
            heading = wrap(max(parts[:12], key=len), font, (right - left) * rng.uniform(0.6, 0.95), is_latin)[0]
            draw.text((left, y), heading, font=font, fill=20)
            written.append(heading)
            y += font.size * 2.2
        y = band(draw, parts, font, y, 170 + (H - 340) * (number + 1) / bands, edges, leading, is_latin, is_justified, written) + font.size


def form(draw, parts, font, leading, is_latin, written, rng):
    """Labels on the left and what is filled in on the right, a row each: no columns."""
    y, label, value = 200, rng.randrange(150, 260), rng.randrange(620, 800)
    while len(parts) > 2 and y < H - 300:
        one = wrap(parts.pop(0), font, rng.uniform(150, 330), is_latin)[0]
        other = wrap(parts.pop(0), font, rng.uniform(200, 700), is_latin)[0]
        draw.text((label, y), one, font=font, fill=20)
        draw.text((value, y), other, font=font, fill=20)
        written.append(one + "\t" + other)
        y += font.size * leading * rng.uniform(1, 1.5)


def listed(draw, parts, font, leading, is_latin, written):
    """A list whose numbers hang on the left of ragged lines."""
    y = 200
    for number, part in enumerate(parts, 1):
        lines = wrap(part, font, W - 500, is_latin)
        if y + font.size * leading * len(lines) > H - 200:
            return
        draw.text((170, y), f"({number})", font=font, fill=20)
        for line in lines:
            draw.text((290, y), line, font=font, fill=20)
            y += font.size * leading
        written.append(f"({number}) {part}")
        y += font.size * 0.5


def layout_pages(corpus, seed):
    """The pages of `layouts`: names, pictures and texts."""
    rng, np_rng = random.Random(seed), np.random.default_rng(seed)
    kinds = ["ragged", "ragged", "justified", "two-han", "ragged", "vertical", "three", "two-han", "form", "ragged", "vertical", "listed", "three-han", "tiers", "ragged"]
    for number in range(30):
        kind = kinds[number % len(kinds)]
        script = "en" if kind in ("ragged", "justified", "three") else "hant" if kind in ("vertical", "tiers") else rng.choice(("hans", "hant", "en") if kind in ("form", "listed") else ("hans", "hant"))
        latin = script == "en"
        path, index = rng.choice(fonts_of(script, FONTS[:1] if kind in ("vertical", "tiers") and rng.random() < 0.3 else OTHER_FONTS))
        if kind in ("vertical", "tiers") and "Noto" not in path:
            path, index = fonts_of(script, OTHER_FONTS)[2]
        size = rng.randrange(22, 30) if kind.startswith("three") else rng.randrange(24, 36)
        font = ImageFont.truetype(path, size, index=index)
        parts = paragraphs(os.path.join(corpus, rng.choice(SOURCES[script])), rng, 6000)
        page = Image.new("L", (W, H), 255)
        draw, written, leading = ImageDraw.Draw(page), [], rng.uniform(1.3, 1.8)
        if kind == "vertical":
            vertical(draw, parts, font, written, rng.randrange(180, 300), H - rng.randrange(180, 300), rng.uniform(1.0, 1.25), rng.uniform(1.5, 2.2))
        elif kind == "tiers":
            pitch, between = rng.uniform(1.0, 1.2), rng.uniform(1.5, 2)
            vertical(draw, parts, font, written, 200, H // 2 - 50, pitch, between)
            vertical(draw, parts, font, written, H // 2 + 50, H - 200, pitch, between)
        elif kind == "form":
            form(draw, parts, font, leading, latin, written, rng)
        elif kind == "listed":
            listed(draw, parts, font, leading, latin, written)
        else:
            count = 3 if kind.startswith("three") else 2
            columns(draw, parts, font, count, leading, latin, kind != "ragged" and rng.random() < 0.5, rng, written)
        page = page.convert("RGB")
        if rng.random() < 0.3:
            page = stamp(page, rng, font)
        yield f"{number:02}-{script}-{kind}", scan(page, rng, np_rng, rng.uniform(-3, 3)), written


def plain_pages(corpus, seed):
    """Thirty pages: names, pictures and texts."""
    rng, np_rng = random.Random(seed), np.random.default_rng(seed)
    for number in range(30):
        script = ("hans", "hant", "en")[number % 3]
        kind = {5: "two", 8: "two", 9: "two", 13: "vertical", 16: "vertical", 18: "table", 20: "table", 23: "turned", 24: "turned", 28: "upside"}.get(number, "one")
        latin = script == "en"
        known = fonts_of(script)
        # Only some fonts have the marks of vertical writing.
        path, index = known[0 if kind == "vertical" else (number // 3) % len(known)]
        size = rng.choice((28, 30, 33, 36, 42) if kind != "two" else (24, 26, 28))
        font = ImageFont.truetype(path, size, index=index)
        parts = paragraphs(os.path.join(corpus, rng.choice(SOURCES[script])), rng, 3000)
        page = Image.new("L", (W, H), 255)
        draw = ImageDraw.Draw(page)
        written = []
        leading = rng.choice((1.4, 1.6, 1.8))
        if kind == "vertical":
            vertical(draw, parts, font, written)
        elif kind == "table":
            table(draw, parts, font, written, latin, rng)
        elif kind == "two":
            column(draw, parts, font, (150, 200, 790, H - 200), leading, latin, written)
            column(draw, parts, font, (860, 200, 1500, H - 200), leading, latin, written)
        else:
            column(draw, parts, font, (200, 220, W - 200, H - 220), leading, latin, written)
        page = page.convert("RGB")
        if number % 2:
            page = stamp(page, rng, font)
        page = scan(page, rng, np_rng, rng.uniform(-2.5, 2.5) if number % 3 != 1 else rng.uniform(-0.4, 0.4))
        if kind == "turned":
            page = page.rotate(90 if number == 23 else -90, expand=True)
        if kind == "upside":
            page = page.rotate(180)
        yield f"{number:02}-{script}-{kind}", page, written


def shadowed(pixels, rng):
    """Light that falls off over the page, and a soft edge of a shadow."""
    height, width = pixels.shape[:2]
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = rng.uniform(0, 2 * math.pi)
    along = (across / width - 0.5) * math.cos(angle) + (down / height - 0.5) * math.sin(angle)
    light = 0.8 - 0.35 * along
    edge = 1 / (1 + np.exp(-(along - rng.uniform(-0.2, 0.2)) * 40))
    return pixels * (light * (1 - 0.4 * edge))[:, :, None]


def photographed(page, rng):
    """The page as seen at an angle: four corners moved by up to a fortieth of the page."""
    def corner(x, y):
        return (x + rng.uniform(-1, 1) * W / 40, y + rng.uniform(-1, 1) * H / 40)
    corners = [corner(0, 0), corner(0, H), corner(W, H), corner(W, 0)]
    rows, wanted = [], []
    for (x, y), (u, v) in zip([(0, 0), (0, H), (W, H), (W, 0)], corners):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    return page.transform((W, H), Image.PERSPECTIVE, np.linalg.solve(np.array(rows), np.array(wanted)), Image.BICUBIC, fillcolor=(120, 110, 100))


def worn(page, kind, rng, np_rng, font):
    """The page on bad paper of some kind."""
    if kind == "stamps":
        for _ in range(4):
            page = stamp(page, rng, font)
    if kind == "photo":
        page = photographed(page, rng)
    page = page.rotate(rng.uniform(3, 7) * rng.choice((-1, 1)) if kind == "skew" else rng.uniform(-1.5, 1.5), resample=Image.BICUBIC, fillcolor=(255, 255, 255))
    page = page.filter(ImageFilter.GaussianBlur(rng.uniform(1.6, 2.2) if kind == "blur" else 0.6))
    pixels = np.asarray(page).astype(np.float32)
    if kind == "faint":
        pixels = 235 - (255 - pixels) * rng.uniform(0.18, 0.3)
    if kind in ("photo", "shadow"):
        pixels = shadowed(pixels, rng)
    pixels = pixels + np_rng.normal(0, 22 if kind == "noise" else 6, pixels.shape[:2])[:, :, None]
    dust = np_rng.random(pixels.shape[:2])
    pixels[dust < (0.01 if kind == "noise" else 0.0004)] = 40
    if kind == "fax":
        pixels = np.repeat(((pixels.mean(axis=2) + np_rng.normal(0, 14, pixels.shape[:2]) > 150) * 255)[:, :, None], 3, axis=2)
    page = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    if kind in ("coarse", "fax"):
        page = page.resize((W * (5 if kind == "coarse" else 6) // 10, H * (5 if kind == "coarse" else 6) // 10), Image.BILINEAR)
    if kind in ("jpeg", "photo"):
        packed = io.BytesIO()
        page.save(packed, "JPEG", quality=rng.randrange(8, 20) if kind == "jpeg" else 60)
        page = Image.open(packed).convert("RGB")
    return page


def hard_pages(corpus, seed):
    """The pages of `hard`: names, pictures and texts."""
    rng, np_rng = random.Random(seed), np.random.default_rng(seed)
    kinds = ["skew", "faint", "jpeg", "shadow", "photo", "noise", "blur", "stamps", "coarse", "fax"]
    for number in range(30):
        kind, script = kinds[number % 10], ("hans", "hant", "en")[(number + number // 10) % 3]
        latin = script == "en"
        path, index = rng.choice(fonts_of(script) + fonts_of(script, OTHER_FONTS))
        font = ImageFont.truetype(path, rng.choice((28, 30, 33, 36)), index=index)
        parts = paragraphs(os.path.join(corpus, rng.choice(SOURCES[script])), rng, 3000)
        page = Image.new("L", (W, H), 255)
        written = []
        column(ImageDraw.Draw(page), parts, font, (200, 220, W - 200, H - 220), rng.uniform(1.4, 1.8), latin, written)
        yield f"{number:02}-{script}-{kind}", worn(page.convert("RGB"), kind, rng, np_rng, font), written


def main():
    corpus, folder = sys.argv[1:3]
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 22
    pages = {"layouts": layout_pages, "hard": hard_pages}.get("".join(sys.argv[4:]), plain_pages)
    os.makedirs(folder, exist_ok=True)
    for name, page, written in pages(corpus, seed):
        page.save(os.path.join(folder, name + ".png"))
        with open(os.path.join(folder, name + ".txt"), "w", encoding="utf-8") as out:
            out.write("\n".join(written) + "\n")


main()
