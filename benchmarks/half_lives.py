"""How long each head of a gated delta model keeps what it has read, over the conversation of a transcript.

    python3 benchmarks/half_lives.py MODEL.safetensors TRANSCRIPT.jsonl

Steps through the conversation in numpy and prints, for every layer and head, the part of its state that is left at the end of
it (a power of two), the half-life that comes to on average, that of the middling character, and the mean write strength. The
loss on the replies, printed last, shows that the equations are charchat's. Needs: pip install numpy.
"""
import argparse
import json
import sys
import unicodedata

import numpy as np


def load(path):
    """Metadata and tensors of a safetensors file; bfloat16 widened."""
    data = open(path, "rb").read()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + size])
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        raw = data[8 + size + start:8 + size + end]
        if entry["dtype"] == "BF16":
            values = (np.frombuffer(raw, "<u2").astype(np.uint32) << 16).view(np.float32)
        else:
            values = np.frombuffer(raw, "<f4")
        tensors[name] = values.reshape(entry["shape"]).astype(np.float64)
    return metadata, tensors


def conversation(path, metadata):
    """Symbols as charchat encodes them, and which of them a reply has to predict: marks 0, 1, 2, sixteen half-bytes, alphabet."""
    alphabet = {scalar: 19 + i for i, scalar in enumerate(json.loads(metadata["alphabet"]))}
    symbols, counts = [], []
    for line in open(path, encoding="utf-8"):
        event = json.loads(line)
        if event.get("role") not in ("user", "assistant"):
            continue
        is_reply = event["role"] == "assistant"
        text = [alphabet[ord(c)] for c in unicodedata.normalize("NFD", event["content"]) if ord(c) in alphabet]
        symbols += [int(is_reply), *text] + ([2] if is_reply else [])
        counts += [False] + [is_reply] * (len(text) + is_reply)
    return symbols, counts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("transcript")
    options = parser.parse_args()
    metadata, tensors = load(options.model)
    symbols, counts = conversation(options.transcript, metadata)
    layers = json.loads(metadata["architecture"])["layers"]
    if any(layer["cell"] != "gated-delta" for layer in layers):
        sys.exit("only for stacks of gated delta layers")
    width = layers[0]["hiddenSize"]
    sigmoid = lambda x: 1 / (1 + np.exp(-x))
    silu = lambda x: x * sigmoid(x)
    rms = lambda x: x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-6)
    unit = lambda x: x / np.sqrt((x * x).sum() + 1e-6)
    states = [[np.zeros((width // l["headCount"],) * 2) for _ in range(l["headCount"])] for l in layers]
    tails = [np.zeros((3, 3 * width)) for _ in layers]
    taps = [np.concatenate([tensors[f"layers.{i}.attn.{p}_conv1d.weight"][:, 0] for p in "qkv"]).T for i in range(len(layers))]
    decays = [[[] for _ in range(l["headCount"])] for l in layers]
    strengths = [[[] for _ in range(l["headCount"])] for l in layers]
    loss, predicted = 0.0, 0
    for t, symbol in enumerate(symbols):
        x = 10 * tensors["embedding.weight"][symbol]
        for i, layer in enumerate(layers):
            get = lambda name: tensors[f"layers.{i}.{name}.weight"]
            size = width // layer["headCount"]
            h = rms(x)
            history = np.vstack([tails[i], np.concatenate([get(f"attn.{p}_proj") @ h for p in "qkv"])])
            tails[i] = history[1:]
            q, k, v = np.split(silu((history * taps[i]).sum(0)), 3)
            a, b = get("attn.a_proj") @ h, get("attn.b_proj") @ h
            read = []
            for head in range(layer["headCount"]):
                part = slice(head * size, (head + 1) * size)
                key = unit(k[part])
                decay = np.exp(tensors[f"layers.{i}.attn.A_log"][head]) * np.logaddexp(0, a[head] + tensors[f"layers.{i}.attn.dt_bias"][head])
                state = states[i][head] * np.exp(-decay)
                states[i][head] = state + np.outer(key, 2 * sigmoid(b[head]) * (v[part] - state.T @ key))
                read.append(rms(states[i][head].T @ unit(q[part])))
                decays[i][head].append(decay / np.log(2))
                strengths[i][head].append(2 * sigmoid(b[head]))
            x = x + get("attn.o_proj") @ (np.concatenate(read) * silu(get("attn.g_proj") @ h))
            x = x + get("mlp.down_proj") @ np.maximum(get("mlp.up_proj") @ rms(x), 0) ** 2
        if t + 1 < len(symbols) and counts[t + 1]:
            logits = tensors["decoder.weight"] @ rms(x) + tensors["decoder.bias"]
            loss += np.logaddexp.reduce(logits) - logits[symbols[t + 1]]
            predicted += 1
    print(f"{len(symbols)} symbols")
    for i, layer in enumerate(layers):
        for head in range(layer["headCount"]):
            bits = np.array(decays[i][head])
            print(f"layer {i + 1} head {head + 1} of {layer['headCount']}: left 2^-{bits.sum():.1f}, half-life {1 / bits.mean():.3g} "
                  f"on average, {1 / np.median(bits):.3g} at the middling symbol; writes {np.mean(strengths[i][head]):.2f}")
    print(f"loss on replies: {loss / max(1, predicted):.4f} nats a symbol")


if __name__ == "__main__":
    main()
