#!/usr/bin/env python3
"""Reads charchat's models (FILES.md) with Python's own library and checks their hash.

    model.py MODEL.safetensors     prints hash, architecture and tensors as JSON
"""
import array
import hashlib
import json
import struct
import sys


def read(path):
    """`__metadata__` with its JSON read, and {name: (shape, floats)} in storage order."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    about = header.pop("__metadata__")
    tensors = {}
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = entry["data_offsets"]
        raw = data[begin:end]
        if entry["dtype"] == "BF16":  # The upper halves of floats whose lower halves are zero.
            whole = bytearray(2 * len(raw))
            whole[2::4], whole[3::4] = raw[0::2], raw[1::2]
            raw = bytes(whole)
        floats = array.array("f", raw)
        if sys.byteorder == "big":
            floats.byteswap()
        tensors[name] = (entry["shape"], floats)
    return about, tensors


def digest(about, tensors):
    """The hash that names the model: SHA-256 over its JSON, a zero byte, and all values."""
    identity = '{"alphabet":%s,"architecture":%s,"corpusFormat":"%s"}' % (
        about["alphabet"], about["architecture"], about["corpus_format"])
    sha = hashlib.sha256(identity.encode() + b"\0")
    for _, floats in tensors.values():
        if sys.byteorder == "big":
            floats = array.array("f", floats)
            floats.byteswap()
        sha.update(floats.tobytes())
    return sha.hexdigest()


if __name__ == "__main__":
    about, tensors = read(sys.argv[1])
    if digest(about, tensors) != about["hash"]:
        sys.exit(f"{sys.argv[1]}: its values are not those its hash names")
    print(json.dumps({
        "hash": about["hash"], "version": int(about["charchat"]), "format": about["corpus_format"],
        "symbols": 19 + len(json.loads(about["alphabet"])),
        "architecture": json.loads(about["architecture"]),
        "tensors": {name: shape for name, (shape, _) in tensors.items()}}))
