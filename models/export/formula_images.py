"""The images of the parity tests, by formula: gpu-node/src/trocr/formula-image.fixture.ts has the same one."""

import numpy

IMAGE_COUNT = 50


def formula_image(index: int) -> numpy.ndarray:
    """Blocks of grey with a tint, [height, width, 3] of uint8; whole numbers only, so that both languages agree."""
    width = 48 + (index * 53) % 401
    height = 16 + (index * 17) % 49
    block = 5 + index % 7
    x = (numpy.arange(width, dtype=numpy.int64) // block)[None, :, None]
    y = (numpy.arange(height, dtype=numpy.int64) // block)[:, None, None]
    c = numpy.arange(3, dtype=numpy.int64)[None, None, :]
    seed = (x * 73 + y * 151 + index * 311) % 1009
    shade = (seed * seed + 31 * seed) % 256
    return ((3 * shade + (seed * (c + 1)) % 256) // 4).astype(numpy.uint8)
