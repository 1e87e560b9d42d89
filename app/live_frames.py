"""What is sent to watchers: JSON arrays of entries. Rule: a frame's length is bounded, no entry is cut."""

from collections.abc import Iterable, Iterator

FRAME_BYTES = 512 * 1024


def frames(texts: Iterable[str]) -> Iterator[str]:
    """JSON arrays of `texts`, each as long as a frame may be."""
    return (frame for frame, _ in counted(texts))


def counted(texts: Iterable[str]) -> Iterator[tuple[str, int]]:
    """The same, each with how many of `texts` are in it; no further text is taken than one frame needs."""
    batch: list[str] = []
    size = 2
    for text in texts:
        length = len(text.encode()) + 1
        if batch and size + length > FRAME_BYTES:
            yield f"[{','.join(batch)}]", len(batch)
            batch, size = [], 2
        batch.append(text)
        size += length
    if batch:
        yield f"[{','.join(batch)}]", len(batch)
