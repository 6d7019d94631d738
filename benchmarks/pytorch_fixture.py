"""Writes what PyTorch computes on small random LSTM and GRU models: the fixtures that charchat's own tests compare with.

    python3 benchmarks/pytorch_fixture.py Tests/ChatCoreTests/Training/Fixtures

Each file holds the parameters under charchat's names, some symbols, and the logits, loss and gradients on them (the
form that check_pytorch.py documents). Needs: pip install torch numpy.
"""
import json
import sys
from pathlib import Path

import torch
import torch.nn as nn

SYMBOLS, EMBEDDING, HIDDEN, LAYERS, LENGTH = 11, 5, 7, 2, 23


def fixture(kind):
    model = nn.ModuleDict({
        "embedding": nn.Embedding(SYMBOLS, EMBEDDING),
        "rnn": kind(EMBEDDING, HIDDEN, LAYERS),
        "decoder": nn.Linear(HIDDEN, SYMBOLS),
    })
    symbols = torch.randint(SYMBOLS, (LENGTH + 1,))
    logits = model["decoder"](model["rnn"](model["embedding"](symbols[:-1]))[0])
    loss = nn.functional.cross_entropy(logits, symbols[1:])
    loss.backward()
    flat = lambda tensor: [float(f"{value:.9g}") for value in tensor.flatten().tolist()]
    return {
        "torch": torch.__version__.split("+")[0], "cell": kind.__name__.lower(), "symbol_count": SYMBOLS,
        "embedding": EMBEDDING, "hidden": HIDDEN, "layers": LAYERS,
        "parameters": {name: flat(p.detach()) for name, p in model.named_parameters()},
        "symbols": symbols.tolist(), "logits": [flat(row) for row in logits.detach()], "loss": loss.item(),
        "gradients": {name: flat(p.grad) for name, p in model.named_parameters()},
    }


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    torch.manual_seed(0)
    torch.set_num_threads(1)
    for kind in (nn.LSTM, nn.GRU):
        path = Path(sys.argv[1]) / f"pytorch-{kind.__name__.lower()}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(fixture(kind)) + "\n", encoding="utf-8")
        print(path)
