"""The peers that charchat is measured beside, each in PyTorch, one measurement per process.

    python3 benchmarks/peers.py train --cell lstm --hidden 256 --batch 64 --window 128 --precision bfloat16 --compile
    python3 benchmarks/peers.py generate --cell lstm --hidden 460
    python3 benchmarks/peers.py transformer --text tinyshakespeare.txt

Prints one JSON object. Needs: pip install torch numpy. `bench.py` calls this; nothing here knows charchat.
"""
import argparse
import json
import math
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


def rms_norm(x):
    return F.rms_norm(x, (x.shape[-1],))


class Recurrent(nn.Module):
    """Embedding, one nn.LSTM or nn.GRU, linear decoder. Symbols [time, batch] to logits [time, batch, symbols]."""

    def __init__(self, cell, symbols, embedding, hidden):
        super().__init__()
        self.embedding = nn.Embedding(symbols, embedding)
        self.rnn = {"lstm": nn.LSTM, "gru": nn.GRU}[cell](embedding, hidden)
        self.decoder = nn.Linear(hidden, symbols)

    def forward(self, symbols, state=None):
        output, state = self.rnn(self.embedding(symbols), state)
        return self.decoder(output), state


class GatedDelta(nn.Module):
    """Gated delta rule (Yang, Kautz, Hatamizadeh 2024) with short convolutions and a doubled write strength, trained
    in chunks of 32 through autograd: per chunk one triangular solve, everything else matrix products."""

    chunk = 32

    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.head_width = heads, width // heads
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.convolution = nn.Conv1d(3 * width, 3 * width, 4, groups=3 * width, padding=3, bias=False)
        self.write = nn.Linear(width, heads, bias=False)
        self.decay = nn.Linear(width, heads, bias=False)
        self.gate = nn.Linear(width, width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        nn.init.zeros_(self.out.weight)
        self.log_rate = nn.Parameter(torch.empty(heads).uniform_(1, 16).log())
        step = torch.empty(heads).uniform_(math.log(1e-3), math.log(1e-1)).exp()
        self.step_bias = nn.Parameter(step + torch.log(-torch.expm1(-step)))

    def forward(self, x):
        batch, length, width = x.shape
        heads, size, chunk = self.heads, self.head_width, self.chunk
        rows, chunks = batch * heads, length // chunk

        def by_head(y):  # [batch, time, heads * n] -> [batch * heads, chunks, chunk, n]
            return y.view(batch, length, heads, -1).transpose(1, 2).reshape(rows, chunks, chunk, -1)

        mixed = self.convolution(self.qkv(x).transpose(1, 2))[..., :length]
        q, k, v = (by_head(y) for y in F.silu(mixed).transpose(1, 2).chunk(3, dim=-1))
        q, k = F.normalize(q, dim=-1), F.normalize(k, dim=-1)
        beta = by_head(2 * torch.sigmoid(self.write(x)))  # [.., chunk, 1]
        log_decay = by_head(-self.log_rate.exp() * F.softplus(self.decay(x) + self.step_bias))

        total = log_decay.cumsum(dim=-2)  # within the chunk
        since = total - total.transpose(-1, -2)  # [.., chunk, chunk]: decay from column's step to row's
        ratio = since.tril().exp().tril()
        system = torch.eye(chunk) + (beta * (k @ k.transpose(-1, -2)) * ratio).tril(-1)
        right = torch.cat([beta * v, beta * total.exp() * k], dim=-1)
        # There is no triangular solve in bfloat16.
        solved_v, solved_k = torch.linalg.solve_triangular(
            system.float(), right.float(), upper=False, unitriangular=True).split(size, dim=-1)
        attention = (q @ k.transpose(-1, -2) * ratio).tril()
        q = q * total.exp()
        last = total[..., -1:, :]
        k = k * (last - total).exp()
        carry = last.exp()

        state = x.new_zeros(rows, size, size)
        reads = []
        for c in range(chunks):
            written = solved_v[:, c] - solved_k[:, c] @ state
            reads.append(q[:, c] @ state + attention[:, c] @ written)
            state = carry[:, c] * state + k[:, c].transpose(-1, -2) @ written
        read = torch.stack(reads, 1).view(batch, heads, length, size).transpose(1, 2)
        return self.out(rms_norm(read).reshape(batch, length, width) * F.silu(self.gate(x)))


class GatedDeltaNetwork(nn.Module):
    """A residual stack of gated delta layers, each followed by a squared-ReLU feed-forward part."""

    def __init__(self, symbols, width, layers, heads):
        super().__init__()
        self.embedding = nn.Embedding(symbols, width)
        nn.init.normal_(self.embedding.weight, std=0.02)
        self.mixers = nn.ModuleList(GatedDelta(width, heads) for _ in range(layers))
        self.up = nn.ModuleList(nn.Linear(width, 2 * width, bias=False) for _ in range(layers))
        self.down = nn.ModuleList(nn.Linear(2 * width, width, bias=False) for _ in range(layers))
        for down in self.down:
            nn.init.zeros_(down.weight)
        self.decoder = nn.Linear(width, symbols)

    def forward(self, symbols):  # [batch, time]
        x = 10 * self.embedding(symbols)
        for mixer, up, down in zip(self.mixers, self.up, self.down):
            x = x + mixer(rms_norm(x))
            x = x + down(F.relu(up(rms_norm(x))).square())
        return self.decoder(rms_norm(x))


def timed(step, seconds):
    """Calls per second of `step`, after a warm-up; at least five calls."""
    for _ in range(3):
        step()
    calls, start = 0, time.perf_counter()
    while calls < 5 or time.perf_counter() - start < seconds:
        step()
        calls += 1
    return calls / (time.perf_counter() - start)


def parameters_of(model):
    return sum(p.numel() for p in model.parameters())


def train(a):
    """Symbols per second of whole training steps: forward, loss, backward, clipping, AdamW. In bfloat16 the forward
    pass and the loss are under autocast, as PyTorch recommends it; compiled is the model's forward and backward."""
    recurrent = a.cell in ("lstm", "gru")
    if recurrent:
        model = Recurrent(a.cell, a.symbols, a.embedding, a.hidden)
        shape = (a.window, a.batch)
    else:
        model = GatedDeltaNetwork(a.symbols, a.hidden, a.layers, a.heads)
        shape = (a.batch, a.window)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.99), fused=True)
    inputs, targets = torch.randint(a.symbols, shape), torch.randint(a.symbols, shape)
    carried = None
    run = torch.compile(model) if a.compile else model

    def step():
        nonlocal carried
        with torch.autocast("cpu", torch.bfloat16, enabled=a.precision == "bfloat16"):
            if recurrent:
                logits, state = run(inputs, carried)
                carried = tuple(s.detach() for s in state) if a.cell == "lstm" else state.detach()
            else:
                logits = run(inputs)
            loss = F.cross_entropy(logits.view(-1, a.symbols), targets.view(-1))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    rate = timed(step, a.seconds)
    return {"symbols_per_second": rate * a.batch * a.window, "parameters": parameters_of(model)}


@torch.inference_mode()
def generate(a):
    """Characters per second of sampling one character at a time, one thread. The faster of nn.LSTM over windows of
    one step and nn.LSTMCell (nn.GRU and nn.GRUCell)."""
    torch.set_num_threads(1)
    model = Recurrent(a.cell, a.symbols, a.embedding, a.hidden).eval()
    cell = {"lstm": nn.LSTMCell, "gru": nn.GRUCell}[a.cell](a.embedding, a.hidden)
    symbol, state, cell_state = torch.zeros(1, 1, dtype=torch.long), None, None

    def whole():
        nonlocal symbol, state
        logits, state = model(symbol, state)
        symbol = torch.multinomial(F.softmax(logits[0], dim=-1), 1)

    def by_cell():
        nonlocal symbol, cell_state
        cell_state = cell(model.embedding(symbol[0]), cell_state)
        hidden = cell_state[0] if a.cell == "lstm" else cell_state
        symbol = torch.multinomial(F.softmax(model.decoder(hidden), dim=-1), 1)

    rates = {"nn module": timed(whole, a.seconds), "cell": timed(by_cell, a.seconds)}
    best = max(rates, key=rates.get)
    return {"symbols_per_second": rates[best], "form": best, "parameters": parameters_of(model)}


class Block(nn.Module):
    """Pre-norm transformer block without biases or dropout."""

    def __init__(self, width, heads, layers):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = (nn.LayerNorm(width, bias=False) for _ in range(2))
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.project = nn.Linear(width, width, bias=False)
        self.up = nn.Linear(width, 4 * width, bias=False)
        self.down = nn.Linear(4 * width, width, bias=False)
        for linear in (self.qkv, self.up):
            nn.init.normal_(linear.weight, std=0.02)
        for linear in (self.project, self.down):  # they add to the residual stream, twice a layer
            nn.init.normal_(linear.weight, std=0.02 / math.sqrt(2 * layers))

    def forward(self, x):
        batch, length, width = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.project(y.transpose(1, 2).reshape(batch, length, width))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class Transformer(nn.Module):
    """A GPT with learned positions and the decoder tied to the embedding."""

    def __init__(self, symbols, width, heads, layers, block):
        super().__init__()
        self.embedding, self.position = nn.Embedding(symbols, width), nn.Embedding(block, width)
        for table in (self.embedding, self.position):
            nn.init.normal_(table.weight, std=0.02)
        self.blocks = nn.Sequential(*(Block(width, heads, layers) for _ in range(layers)))
        self.norm = nn.LayerNorm(width, bias=False)

    def forward(self, symbols):
        x = self.embedding(symbols) + self.position.weight[: symbols.shape[1]]
        return self.norm(self.blocks(x)) @ self.embedding.weight.t()


def transformer(a):
    """nanoGPT's published CPU recipe for tinyshakespeare, re-created from its settings. Validation loss on random
    blocks, as its own script estimates it; the seconds are those of training alone."""
    text = open(a.text, encoding="utf-8").read()
    alphabet = sorted(set(text))
    number = {c: i for i, c in enumerate(alphabet)}
    data = torch.tensor([number[c] for c in text])
    cut = int(0.9 * len(data))
    training, validation = data[:cut], data[cut:]
    width, heads, layers, block, batch = 128, 4, 4, 64, 12
    peak, lowest, warm_up = 1e-3, 1e-4, 100

    def sample(source):
        starts = torch.randint(len(source) - block, (batch,))
        windows = torch.stack([source[s : s + block + 1] for s in starts])
        return windows[:, :-1], windows[:, 1:].reshape(-1)

    model = Transformer(len(alphabet), width, heads, layers, block)
    matrices = [p for p in model.parameters() if p.dim() >= 2]
    vectors = [p for p in model.parameters() if p.dim() < 2]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0.0}],
        lr=peak, betas=(0.9, 0.99))
    start = time.perf_counter()
    for step in range(a.steps):
        if step < warm_up:
            rate = peak * (step + 1) / (warm_up + 1)
        else:
            progress = (step - warm_up) / max(1, a.steps - warm_up)
            rate = lowest + 0.5 * (1 + math.cos(math.pi * progress)) * (peak - lowest)
        for group in optimizer.param_groups:
            group["lr"] = rate
        x, y = sample(training)
        loss = F.cross_entropy(model(x).view(-1, len(alphabet)), y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    seconds = time.perf_counter() - start
    with torch.no_grad():
        losses = [F.cross_entropy(model(x).view(-1, len(alphabet)), y).item()
                  for x, y in (sample(validation) for _ in range(200))]
    return {"validation_loss": sum(losses) / len(losses), "seconds": seconds, "steps": a.steps,
            "symbols_per_second": a.steps * batch * block / seconds, "parameters": parameters_of(model)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["train", "generate", "transformer"])
    parser.add_argument("--cell", choices=["lstm", "gru", "gated-delta"], default="lstm")
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--layers", type=int, default=2, help="gated delta only")
    parser.add_argument("--heads", type=int, default=3, help="gated delta only")
    parser.add_argument("--embedding", type=int, default=64, help="LSTM and GRU only")
    parser.add_argument("--symbols", type=int, default=65)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--window", type=int, default=128)
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32", help="train only")
    parser.add_argument("--compile", action="store_true", help="train only")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--text", help="transformer only")
    parser.add_argument("--steps", type=int, default=2000, help="transformer only")
    a = parser.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    result = {"train": train, "generate": generate, "transformer": transformer}[a.what](a)
    print(json.dumps({**result, "torch": torch.__version__}))


if __name__ == "__main__":
    main()
