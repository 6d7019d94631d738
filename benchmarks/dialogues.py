"""The comparison of session, fresh state and search on the held-out dialogues, as the READMEs show it.

    python3 benchmarks/dialogues.py [-m MODEL] [--gaps] [--write]

Runs `charchat evaluate dialogues` on every set under corpus/heldout and prints a Markdown table (right / asked), the totals by
language, and, with --gaps, how recalling fades with the turns in between; --write puts the rows into both READMEs. Nothing but
Python and the built executable.
"""
import argparse
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHARCHAT = ROOT / ".build/release/charchat"
HELD_OUT = ROOT / "corpus/heldout"
COLUMNS = [("session", "session"), ("fresh", "session"), ("search", "session"), ("session", "world"),
           ("search", "world"), ("session", "abstain"), ("search", "abstain")]


def evaluate(path, model):
    command = [CHARCHAT, "evaluate", "dialogues", path, "--json", *(["-m", model] if model else [])]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr.strip())
    return json.loads(done.stdout)


def cell(result, column, need):
    score = (result.get(column) or {}).get(need)
    return (score["right"], score["of"]) if score else (0, 0)


def shown(pair):
    return f"{pair[0]} / {pair[1]}" if pair[1] else "–"


def write_rows(path, rows):
    """Replaces the rows of the table, from the first set to the last total."""
    lines = path.read_text(encoding="utf-8").splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("| `names-en.jsonl`"))
    last = next(i for i, line in enumerate(lines) if line.startswith("| all, ko"))
    path.write_text("\n".join(lines[:first] + rows + lines[last + 1:]) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-m", "--model")
    parser.add_argument("--gaps", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    print("| held-out dialogues | needs the session: session | fresh state | search | world: session | search "
          "| does not know: session | search |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    totals, gaps, worth, rows = {}, {}, [], []

    def show(row):
        rows.append(row)
        print(row, flush=True)

    sets = [(kind, language) for kind in ("names", "phrasings", "memory", "unknown", "free", "blind", "long")
            for language in ("en", "ko")]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda name: evaluate(HELD_OUT / f"{name[0]}-{name[1]}.jsonl", options.model), sets)
        for (kind, language), result in zip(sets, results):
            cells = [cell(result, *column) for column in COLUMNS]
            show(f"| `{kind}-{language}.jsonl` | " + " | ".join(map(shown, cells)) + " |")
            total = totals.setdefault(language, [(0, 0)] * len(COLUMNS))
            totals[language] = [(a + c, b + d) for (a, b), (c, d) in zip(total, cells)]
            if kind == "memory":
                listed = result.get("gaps") or {}
                pairs = listed.items() if isinstance(listed, dict) else zip(listed[::2], listed[1::2])
                for gap, score in pairs:
                    right, of = gaps.get(int(gap), (0, 0))
                    gaps[int(gap)] = (right + score["right"], of + score["of"])
            if result.get("worth"):
                worth.append((f"{kind}-{language}", result["worth"]))
    for language, cells in totals.items():
        show(f"| all, {language} | " + " | ".join(map(shown, cells)) + " |")
    if options.write:
        for name in ("README.md", "README.ko.md"):
            write_rows(ROOT / name, rows)
    if options.gaps:
        print("\nTurns in between, both languages: "
              + "; ".join(f"{gap}: {shown(gaps[gap])}" for gap in sorted(gaps)))
        for name, value in worth:
            print(f"worth, {name}: {json.dumps(value)}")


if __name__ == "__main__":
    main()
