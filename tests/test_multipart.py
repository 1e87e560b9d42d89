"""The streaming form parser: however the bytes are cut, the same parts; what is no form is refused."""

import random

import pytest

from app.multipart import BadForm, Begin, Data, Form, boundary_of

BOUNDARY = b"----edge"
FILE = bytes(range(256)) * 9 + b"\r\n--" + b"\r\n----edg" + b"\r\n"
BODY = (
    b'------edge\r\nContent-Disposition: form-data; name="side"\r\n\r\n64\r\n'
    b'------edge\r\nContent-Disposition: form-data; name="archive"; filename="a \\"b\\".zip"\r\n'
    b"Content-Type: application/zip\r\n\r\n" + FILE + b"\r\n------edge--\r\n"
)


def parts(chunks):
    form, found = Form(BOUNDARY), []
    for chunk in chunks:
        for event in form.feed(chunk):
            if isinstance(event, Begin):
                found.append([event, b""])
            else:
                assert isinstance(event, Data)
                found[-1][1] += event.content
    form.close()
    return found


def cut(seed):
    generator, at = random.Random(seed), 0
    while at < len(BODY):
        size = generator.choice((1, 2, 3, 7, 50, 1000))
        yield BODY[at : at + size]
        at += size


@pytest.mark.parametrize("chunks", [[BODY], [bytes([one]) for one in BODY], *map(cut, range(20))])
def test_the_parts_do_not_depend_on_how_the_bytes_come(chunks):
    assert parts(chunks) == [[Begin("side", None), b"64"], [Begin("archive", 'a "b".zip'), FILE]]


def test_no_more_than_a_boundary_is_kept_back():
    form = Form(BOUNDARY)
    list(form.feed(BODY[:400]))
    sent = b"x" * 1_000_000
    got = b"".join(event.content for event in form.feed(sent) if isinstance(event, Data))
    assert len(sent) - len(got) < 100


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=" + "x" * 71])
def test_a_boundary_is_needed(kind):
    with pytest.raises(BadForm, match="boundary"):
        boundary_of(kind)
    assert boundary_of('multipart/form-data; boundary="a b"') == b"a b"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (BODY[:-10], "cut short"),
        (b"------edgeX\r\n", "followed by something else"),
        (b"------edge\r\n" + b"A: b\r\n" * 5000, "headers of more than 16,384 bytes; shorten"),
        (b"------edge\r\nContent-Type: text/plain\r\n\r\nx\r\n------edge--", "no name"),
    ],
)
def test_what_is_no_form_is_refused(body, words):
    with pytest.raises(BadForm, match=words):
        parts([body])
