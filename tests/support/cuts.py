"""
Streams of bytes, cut into pieces.
"""

from itertools import pairwise


def cut(stream, places):
    edges = [0, *sorted(place % (len(stream) + 1) for place in places), len(stream)]
    return [stream[start:stop] for start, stop in pairwise(edges)]


def every_cut(stream):
    for mask in range(2 ** (len(stream) - 1)):
        places = [place for place in range(1, len(stream)) if mask >> (place - 1) & 1]
        yield cut(stream, places)
