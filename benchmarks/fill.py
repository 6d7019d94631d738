"""What learning to fill gaps is worth and what it costs: a model trained on charchat's own documents with a share of its lanes
filling, beside one trained on the same text for as many characters without.

    python3 benchmarks/fill.py [--steps 1500] [--share 0.25] [--text FILE ...] [--cell gru]

Every tenth paragraph is held out. Printed: the bits of the middle third of held-out lines with both sides given and with the
left side alone, and the loss of both models on the held-out text. Needs a built charchat.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHARCHAT = ROOT / ".build/release/charchat"
DOCUMENTS = ["README.md", "FILES.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "corpus/README.md", "python/README.md"]


def run(*command):
    done = subprocess.run([str(part) for part in (CHARCHAT, *command)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"charchat {' '.join(map(str, command))} failed:\n{done.stderr.strip()[-1000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--share", type=float, default=0.25)
    parser.add_argument("--cell", default="gru")
    parser.add_argument("--preset", default="small")
    parser.add_argument("--dropout", default="0.2")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--window", type=int, default=256, help="a piece is read within one, so that its end is learned from")
    parser.add_argument("--text", nargs="+", help="other texts than charchat's documents")
    options = parser.parse_args()
    texts = options.text or [ROOT / name for name in DOCUMENTS if (ROOT / name).exists()]
    paragraphs = "\n".join(pathlib.Path(text).read_text(encoding="utf-8") for text in texts).split("\n\n")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        train, held = folder / "train.txt", folder / "held.txt"
        train.write_text("\n\n".join(p for i, p in enumerate(paragraphs) if i % 10 != 9), encoding="utf-8")
        held.write_text("\n\n".join(p for i, p in enumerate(paragraphs) if i % 10 == 9), encoding="utf-8")
        print(f"{train.stat().st_size:,} bytes to train on, {held.stat().st_size:,} held out; {options.cell}, {options.preset}, "
              f"{options.steps:,} steps, seed 1")
        losses = {}
        for share in (0, options.share):
            model = folder / f"fill-{share}.safetensors"
            done = run("train", train, "--plain", "--cell", options.cell, "--preset", options.preset, "--fill", share,
                       "--steps", options.steps, "--batch", options.batch, "--window", options.window, "--dropout", options.dropout, "--seed", 1, "-o", model, "--json")
            losses[share] = run("evaluate", "text", held, "--plain", "-m", model, "--json")["nats_per_character"]
            print(f"share {share}: {losses[share]:.4f} nats a character held out ({done['characters']:,} characters trained, "
                  f"{done['elapsed_seconds']:.0f} s)")
        filled = run("evaluate", "fill", held, "--plain", "-m", model, "--json")
    characters = filled["characters"]
    print(f"the share costs {100 * (losses[options.share] / losses[0] - 1):+.1f} % of ordinary loss")
    low, high = (100 * end for end in filled["saved_95"])
    print(f"middles of {filled['lines']} lines, {characters:,} characters: {filled['left_bits'] / characters:.3f} bits a character with the "
          f"left side alone, {filled['both_bits'] / characters:.3f} with both: {100 * filled['saved']:.1f} % saved (95 %: {low:.1f} to {high:.1f})")


if __name__ == "__main__":
    main()
