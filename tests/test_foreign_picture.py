"""Pictures that somebody sends: what is taken, and what is refused before a pixel is decoded."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from ml.foreign_picture import MOST_BYTES, UnusablePictureError, decode, look_at


def encoded(picture, form="PNG", **options):
    stream = io.BytesIO()
    picture.save(stream, format=form, **options)
    return stream.getvalue()


def random_picture(width, height, mode="RGB"):
    shape = (height, width, len(mode)) if len(mode) > 1 else (height, width)
    return Image.fromarray(np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8), mode=None)


def chunk(kind, content):
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def png_that_says(width, height, rows=b""):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_pixels_come_as_they_are_when_they_fit():
    picture = random_picture(40, 20)
    assert np.array_equal(decode(encoded(picture), 3, 8, 8), np.asarray(picture))
    assert look_at(encoded(picture)) == (40, 20)


def test_a_grey_network_gets_grey_pixels():
    assert decode(encoded(random_picture(16, 16)), 1, 8, 8).shape == (16, 16, 1)


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_large_picture_covers_as_many_inputs_as_asked(form):
    pixels = decode(encoded(random_picture(900, 400), form), 3, 32, 4)
    height, width = pixels.shape[:2]
    assert height * width == pytest.approx((4 * 32) ** 2, rel=0.05)
    assert width / height == pytest.approx(2.25, rel=0.05)


def test_a_photo_that_lies_on_its_side_is_put_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    assert decode(encoded(random_picture(100, 60), "JPEG", exif=exif), 3, 8, 4).shape[0] > 32


def test_transparent_is_white():
    pixels = decode(encoded(Image.new("RGBA", (16, 16), (0, 0, 0, 0))), 3, 8, 8)
    assert (pixels == 255).all()


def test_of_sixteen_bits_the_upper_eight_count():
    assert (decode(encoded(Image.new("I;16", (16, 16), 77 * 256)), 1, 8, 8) == 77).all()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no PNG or JPEG"),
        (b"GIF89a" + b"\0" * 50, "no PNG or JPEG"),
        (encoded(random_picture(16, 16), "GIF"), "no PNG or JPEG"),
        (encoded(random_picture(16, 16), "TIFF"), "no PNG or JPEG"),
        (b"\0" * (MOST_BYTES + 1), "MiB"),
        (png_that_says(6_000, 5_000), "more than 25 million"),  # Pillow would take three times as many
        (png_that_says(50_000, 50_000), "pixels"),
        (png_that_says(2**31 - 1, 2**31 - 1), "pixels"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 8, "no PNG|header"),
    ],
)
def test_it_is_refused_by_its_header(content, words):
    with pytest.raises(UnusablePictureError, match=words):
        look_at(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (encoded(random_picture(64, 64))[:-3000], "decoded"),
        (encoded(random_picture(64, 64), "JPEG")[:-500], "decoded"),
        (png_that_says(64, 64, b"no zlib"), "decoded"),
        (encoded(random_picture(20, 64)), "at least 32×32"),
        (encoded(random_picture(3200, 32)), "long and narrow"),
    ],
)
def test_it_is_refused_when_it_cannot_be_used(content, words):
    with pytest.raises(UnusablePictureError, match=words):
        decode(content, 3, 32, 4)
