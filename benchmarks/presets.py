"""The presets beside each other: parameters, file size, speed and loss after the same time.

    python3 benchmarks/presets.py [--minutes 2] [TEXT]

Trains tiny, small and base on a plain text (tinyshakespeare, if it is there) and on the shipped lessons, each for the same
time with no other flag, and prints a Markdown table. Run it on a quiet machine. Nothing but Python and the built executable.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import CHARCHAT, HERE, tinyshakespeare

LESSONS = HERE.parent / "corpus"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", nargs="?", type=Path, default=tinyshakespeare())
    parser.add_argument("--minutes", type=float, default=2)
    options = parser.parse_args()
    print(f"| corpus | preset | cell | parameters | file | characters/s | loss after {options.minutes:g} min |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for corpus in filter(None, (options.text, LESSONS)):
        for preset in ("tiny", "small", "base"):
            with tempfile.TemporaryDirectory() as folder:
                model = Path(folder) / "model.safetensors"
                done = subprocess.run(
                    [CHARCHAT, "train", corpus, "-o", model, "--hold-out", "end", "--preset", preset, "--minutes", str(options.minutes), "--json"],
                    capture_output=True, text=True)
                if done.returncode != 0:
                    sys.exit(done.stderr.strip())
                last = json.loads(done.stdout.splitlines()[-1])
                about = json.loads(subprocess.run([CHARCHAT, "inspect", model, "--json"], capture_output=True, text=True,
                                                  check=True).stdout)
                cell = about["architecture"]["layers"][0]["cell"]
                print(f"| {corpus.name} | {preset} | {cell} | {about['parameters']:,} | {model.stat().st_size / 1e6:.2f} MB "
                      f"| {last['characters_per_second']:,.0f} | {last['validation_loss']:.4f} |", flush=True)


if __name__ == "__main__":
    main()
