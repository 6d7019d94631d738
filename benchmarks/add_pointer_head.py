#!/usr/bin/env python3
"""Writes a model with a pointer head, to go on from with `charchat train --from`.

Usage: add_pointer_head.py MODEL KEYSIZE REACH OUT

Its keys and queries are the same and drawn at random for the output; all else that reads the output or its trace is
zero. Its gate is nearly shut, so that the model says nearly what it said before; every run of symbols weighs 1. Needs
numpy; the model's values are bfloat16.
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

    # They read the output and its trace.
    keys = numpy.zeros((size, 2 * width), "f4")
    keys[:, :width] = random.uniform(-bound, bound, (size, width))
    biases = {"gate": -6, "follow": 1, "recency": -1, "match": 4, "told": 0}
    tensors["pointer_head.k_proj.weight"] = keys
    tensors["pointer_head.q_proj.weight"] = keys
    for part in biases:
        tensors[f"pointer_head.{part}.weight"] = numpy.zeros((1, 2 * width), "f4")
    for part, bias in biases.items():
        tensors[f"pointer_head.{part}.bias"] = numpy.array([bias], "f4")
    tensors["pointer_head.scale"] = numpy.ones(1, "f4")
    tensors["pointer_head.sharpness"] = numpy.ones(1, "f4")
    tensors["pointer_head.told_logits"] = numpy.zeros(len(tensors["decoder.bias"]), "f4")
    tensors["pointer_head.run_weights"] = numpy.ones(1024, "f4")
    shape["pointerHead"] = {"keySize": size, "reach": reach}
    metadata["architecture"] = json.dumps(shape, sort_keys=True, separators=(",", ":"))
    metadata["charchat"] = "3"
    write(sys.argv[4], tensors, metadata)


if __name__ == "__main__":
    main()
