"""Loads a charchat LSTM or GRU, with copy head and pointer head or without, in PyTorch and compares what both compute.

    python3 benchmarks/check_pytorch.py MODEL.safetensors NUMBERS.json

NUMBERS.json is what charchat computed on some symbols with a fresh state, training arithmetic in fp32:

    {"symbols": [n + 1 numbers],          inputs are all but the last, targets all but the first
     "logits": [[...] a time step],        [n, symbols in the alphabet]
     "loss": nats per symbol,              the mean over the n targets
     "gradients": {"rnn.weight_ih_l0": [...], ...}}     of that loss, row-major, every trained tensor

Exits 1 when a logit differs by more than 1e-4, the loss by more than 1e-5, or a tensor's gradient by more than 1e-3
of that tensor's largest. Needs: pip install torch numpy safetensors.
"""
import json
import sys

import torch
import torch.nn as nn
from safetensors import safe_open


class CopyHead(nn.Module):
    """What is added to the logits, by its definition: a delta-rule memory, one step after another."""

    def __init__(self, key_size, width, symbols):
        super().__init__()
        self.symbols = symbols
        self.k_proj = nn.Linear(width, key_size, bias=False)
        self.q_proj = nn.Linear(width, key_size, bias=False)
        self.write = nn.Linear(width, 1)
        self.gate = nn.Linear(width, 1)
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, z, inputs):
        def unit(x):
            return x / (x.square().sum() + 1e-6).sqrt()

        memory = torch.zeros(self.symbols, self.k_proj.out_features)
        before = torch.zeros_like(z[0])
        reads = []
        for x, now in zip(inputs, z):
            key = unit(self.k_proj(before))
            value = nn.functional.one_hot(x, self.symbols) - memory @ key
            memory = memory + torch.outer(torch.sigmoid(self.write(now)) * value, key)
            reads.append(torch.sigmoid(self.gate(now)) * (memory @ unit(self.q_proj(now))))
            before = now
        return 8 * nn.functional.softplus(self.scale) * torch.stack(reads)


class Lines:
    """What each line has in common with the last one, over lists that only grow."""

    def __init__(self, run_weights):
        self.run_weights = run_weights
        self.symbols, self.votes, self.matches, self.best = [], [], [], 0.0

    def weight(self, run):
        """Of three symbols, by their bucket."""
        hashed = 0
        for symbol in run:
            hashed = (hashed + symbol) * 2_654_435_761 % 2**32
        return self.run_weights[hashed >> 22]

    def take(self, symbol, reach):
        self.symbols.append(symbol)
        self.votes.append(0.0)
        self.matches.append(0.0)
        seen = range(max(0, len(self.symbols) - reach), len(self.symbols) - 1)
        run = self.symbols[-3:]
        met = [j for j in seen if j >= 2 and self.symbols[j - 2:j + 1] == run]
        for j in met:
            self.votes[j] += self.weight(run)
        # 0, 1 and 2 are the marks of a dialogue, which end a line.
        if symbol > 2:
            return
        lines = [[]]
        for j in seen:
            lines[-1].append(j)
            if self.symbols[j] <= 2:
                lines.append([])
        # Without the line that has just ended.
        sums = [(line, sum(self.votes[j] for j in line)) for line in lines[:-1]]
        most = max([0.0, *(votes for _, votes in sums)])
        self.matches = [0.0] * len(self.symbols)
        for line, votes in sums:
            for j in line:
                self.matches[j] = votes / (most + 1)
        self.best = min(most, 8.0)
        self.votes = [0.0] * len(self.symbols)


class PointerHead(nn.Module):
    """What is added to the logits, by its definition: weights on the last symbols, one step after another.

    width: of the output and its trace together.
    """

    def __init__(self, key_size, width, symbols, reach):
        super().__init__()
        self.symbols, self.reach = symbols, reach
        self.k_proj = nn.Linear(width, key_size, bias=False)
        self.q_proj = nn.Linear(width, key_size, bias=False)
        self.gate = nn.Linear(width, 1)
        self.follow = nn.Linear(width, 1)
        self.recency = nn.Linear(width, 1)
        self.match = nn.Linear(width, 1)
        self.told = nn.Linear(width, 1)
        self.scale = nn.Parameter(torch.ones(1))
        self.sharpness = nn.Parameter(torch.ones(1))
        self.told_logits = nn.Parameter(torch.zeros(symbols))
        self.run_weights = nn.Parameter(torch.ones(1024), requires_grad=False)

    def forward(self, z, inputs):
        def unit(x):
            return x / (x.square().sum() + 1e-6).sqrt()

        softplus = nn.functional.softplus
        key = torch.zeros(self.k_proj.out_features)
        keys, symbols, weights = key.new_zeros(0, len(key)), inputs[:0], key[:0]
        half_lives = 8 * 16 ** (torch.arange(z.shape[1]) / max(1, z.shape[1] - 1))
        decays = 0.5 ** (1 / half_lives)
        trace = torch.zeros_like(z[0])
        lines = Lines(self.run_weights.tolist())
        reads = []
        for x, output in zip(inputs, z):
            trace = decays * trace + (1 - decays.square()).sqrt() * output
            now = torch.cat([output, trace])
            # What stood on this symbol goes on to the one after it.
            kept = torch.cat([torch.zeros(1), weights * (symbols == x)])[-self.reach:]
            keys = torch.cat([keys, key[None]])[-self.reach:]
            symbols = torch.cat([symbols, x[None]])[-self.reach:]
            distances = torch.arange(len(symbols), 0, -1).log()
            scores = 8 * softplus(self.sharpness) * (keys @ unit(self.q_proj(now)))
            lines.take(int(x), self.reach)
            matches = torch.tensor(lines.matches[-self.reach:])
            scores = scores - softplus(self.recency(now)) * distances + self.match(now) * matches
            attention = scores.softmax(0)
            follow = torch.sigmoid(self.follow(now))
            weights = (1 - follow) * attention + follow * kept
            read = 8 * softplus(self.scale) * torch.sigmoid(self.gate(now)) * weights
            told = lines.best * torch.sigmoid(self.told(now)) * self.told_logits
            reads.append(told.index_add(0, symbols, read))
            key = unit(self.k_proj(now))
        return torch.stack(reads)


def load(path):
    """Names, shapes and gate order are PyTorch's own, so the tensors go straight in."""
    with safe_open(path, "pt") as file:
        tensors = {name: file.get_tensor(name).float() for name in file.keys()}
        shape = json.loads(file.metadata()["architecture"])
    rnn = {name.removeprefix("rnn."): t for name, t in tensors.items() if name.startswith("rnn.")}
    hidden = rnn["weight_hh_l0"].shape[1]
    kind = {4: nn.LSTM, 3: nn.GRU}[rnn["weight_hh_l0"].shape[0] // hidden]
    model = nn.ModuleDict({
        "embedding": nn.Embedding(*tensors["embedding.weight"].shape),
        "rnn": kind(tensors["embedding.weight"].shape[1], hidden, len(rnn) // 4),
        "decoder": nn.Linear(hidden, len(tensors["decoder.bias"])),
    })
    if "copy_head.scale" in tensors:
        model["copy_head"] = CopyHead(*tensors["copy_head.k_proj.weight"].shape, len(tensors["decoder.bias"]))
    if "pointerHead" in shape:
        model["pointer_head"] = PointerHead(
            *tensors["pointer_head.k_proj.weight"].shape, len(tensors["decoder.bias"]), shape["pointerHead"]["reach"])
    model.load_state_dict(tensors)
    return model


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    torch.set_num_threads(1)
    model = load(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as file:
        theirs = json.load(file)
    symbols = torch.tensor(theirs["symbols"])
    z = model["rnn"](model["embedding"](symbols[:-1]))[0]
    logits = model["decoder"](z)
    for head in ("copy_head", "pointer_head"):
        if head in model:
            logits = logits + model[head](z, symbols[:-1])
    loss = nn.functional.cross_entropy(logits, symbols[1:])
    loss.backward()

    failed = False

    def check(name, difference, limit):
        nonlocal failed
        failed |= not difference <= limit  # NaN fails too
        print(f"{'ok' if difference <= limit else 'DIFFERS':8}{name:28}{difference:.2e}  (at most {limit:.0e})")

    check("logits", (logits.detach() - torch.tensor(theirs["logits"])).abs().max().item(), 1e-4)
    check("loss", abs(loss.item() - theirs["loss"]), 1e-5)
    parameters = {name: p for name, p in model.named_parameters() if p.requires_grad}
    if missing := parameters.keys() - theirs["gradients"].keys():
        sys.exit(f"NUMBERS.json lacks the gradients of {', '.join(sorted(missing))}")
    for name, parameter in parameters.items():
        ours = parameter.grad.flatten()
        given = torch.tensor(theirs["gradients"][name])
        if given.shape != ours.shape:
            sys.exit(f"the gradient of {name} has {len(given)} values, PyTorch's {len(ours)}")
        # A text without marks has no lines, and what reads their matches no gradient.
        largest = ours.abs().max().clamp(min=torch.finfo(torch.float32).tiny)
        check(name, ((ours - given).abs().max() / largest).item(), 1e-3)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
