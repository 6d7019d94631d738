#!/usr/bin/env python3
"""Writes a model with a pointer head, to go on from with `charchat train --from`.

Usage: add_pointer_head.py MODEL KEYSIZE REACH OUT

Its values are drawn at random, those of keys and queries the same, for the output as for its trace. Its gate is nearly
shut, so that the model says nearly what it said before. Needs numpy; the model's values are bfloat16.
"""
import json
import sys

import numpy

from widen_copy_head import read, write


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    size, reach = int(sys.argv[2]), int(sys.argv[3])
    tensors, metadata = read(sys.argv[1])
    shape = json.loads(metadata["architecture"])
    if "pointerHead" in shape:
        sys.exit("it has a pointer head already")
    width = tensors["decoder.weight"].shape[1]
    random = numpy.random.default_rng(1)
    bound = width**-0.5

    def drawn(rows):
        # The output and its trace.
        return random.uniform(-bound, bound, (rows, 2 * width)).astype("f4")

    keys = drawn(size)
    parts = ("gate", "follow", "recency")
    tensors["pointer_head.k_proj.weight"] = keys
    tensors["pointer_head.q_proj.weight"] = keys
    for part in parts:
        tensors[f"pointer_head.{part}.weight"] = drawn(1)
    for part, bias in zip(parts, (-2, 1, -1)):
        tensors[f"pointer_head.{part}.bias"] = numpy.array([bias], "f4")
    tensors["pointer_head.scale"] = numpy.ones(1, "f4")
    tensors["pointer_head.sharpness"] = numpy.ones(1, "f4")
    shape["pointerHead"] = {"keySize": size, "reach": reach}
    metadata["architecture"] = json.dumps(shape, sort_keys=True, separators=(",", ":"))
    metadata["charchat"] = "3"
    write(sys.argv[4], tensors, metadata)


if __name__ == "__main__":
    main()
