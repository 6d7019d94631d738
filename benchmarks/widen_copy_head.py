#!/usr/bin/env python3
"""Writes a model with a wider copy head, to go on from with `charchat train --from`.

Usage: widen_copy_head.py MODEL SIZE OUT [SCALE]

The new rows of the key and query projections are the same for both and drawn at random, SCALE (0.2) times as large
as the old ones, so that the model says nearly what it said before. Needs numpy; the model's values are bfloat16.
"""
import hashlib
import json
import struct
import sys

import numpy


def read(path):
    """The tensors by name, in the file's order, and the metadata."""
    data = open(path, "rb").read()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__")
    tensors = {}
    for name in sorted(header, key=lambda name: header[name]["data_offsets"][0]):
        begin, end = header[name]["data_offsets"]
        words = numpy.frombuffer(data[8 + length + begin : 8 + length + end], "<u2")
        values = (words.astype("<u4") << 16).view("<f4")
        tensors[name] = values.reshape(header[name]["shape"])
    return tensors, metadata


def rounded(values):
    """The upper halves of float32 values, rounded to the nearest, ties to even."""
    bits = numpy.ascontiguousarray(values, "<f4").view("<u4").reshape(-1)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2")


def write(path, tensors, metadata):
    """A model file whose hash is that of its values."""
    header, parts, values, offset = {}, [], [], 0
    for name, tensor in tensors.items():
        words = rounded(tensor)
        part = words.tobytes()
        shape = list(tensor.shape)
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [offset, offset + len(part)]}
        offset += len(part)
        parts.append(part)
        values.append((words.astype("<u4") << 16).view("<f4"))
    identity = '{"alphabet":%s,"architecture":%s,"corpusFormat":"%s"}' % (
        metadata["alphabet"], metadata["architecture"], metadata["corpus_format"])
    digest = hashlib.sha256(identity.encode() + b"\0")
    digest.update(numpy.concatenate(values).astype("<f4").tobytes())
    metadata["hash"] = digest.hexdigest()
    text = json.dumps({"__metadata__": metadata, **header}, ensure_ascii=False, separators=(",", ":"))
    encoded = text.encode()
    encoded += b" " * (-len(encoded) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(encoded)) + encoded + b"".join(parts))


def main():
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    size, scale = int(sys.argv[2]), float(sys.argv[4]) if len(sys.argv) > 4 else 0.2
    tensors, metadata = read(sys.argv[1])
    old = json.loads(metadata["architecture"])["copyHeadSize"]
    if size <= old:
        sys.exit(f"the copy head has {old} rows already")
    more = size - old
    keys, queries = "copy_head.k_proj.weight", "copy_head.q_proj.weight"
    rows = numpy.random.default_rng(1).standard_normal((more, tensors[keys].shape[1])).astype("f4")
    for name in (keys, queries):
        length = scale * tensors[name].std() * numpy.sqrt(old / more)
        tensors[name] = numpy.concatenate([tensors[name], rows * length])
    metadata["architecture"] = metadata["architecture"].replace(
        f'"copyHeadSize":{old}', f'"copyHeadSize":{size}')
    write(sys.argv[3], tensors, metadata)


if __name__ == "__main__":
    main()
