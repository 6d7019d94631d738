#!/usr/bin/env python3
"""Writes the model whose weights are the mean of those of several, each trained on from the same one.

Usage: average_weights.py OUT MODEL MODEL...

Models that went on learning from one another lie in one valley of the loss, and the middle of it answers new lines
better than any of its ends (Izmailov et al. 2018, "Averaging Weights Leads to Wider Optima and Better
Generalization"; Wortsman et al. 2022, "Model soups"). A model given twice counts twice. What else a model's file
holds is that of the first, but for the validation loss, which nobody has measured. Needs numpy; the models' values
are bfloat16.
"""
import json
import sys

from widen_copy_head import read, write


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    models = [read(path) for path in sys.argv[2:]]
    tensors, metadata = models[0]
    for path, (others, about) in zip(sys.argv[3:], models[1:]):
        if any(about[key] != metadata[key] for key in ("alphabet", "architecture")):
            sys.exit(f"{path} is of another shape than {sys.argv[2]}")
    record = json.loads(metadata["training"])
    record.pop("validationLoss", None)
    metadata["training"] = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    mean = {name: sum(each[name].astype("f8") for each, _ in models) / len(models) for name in tensors}
    write(sys.argv[1], {name: values.astype("f4") for name, values in mean.items()}, metadata)


if __name__ == "__main__":
    main()
