"""The comparison of session, fresh state and search on the held-out dialogues, as the READMEs show it.

    python3 benchmarks/dialogues.py [-m MODEL] [--gaps] [--write]

Runs `charchat evaluate dialogues` on every set under corpus/heldout and prints a Markdown table (right / asked), the totals by
language, the shares that the READMEs tell under Limits, and, with --gaps, how recalling fades with the turns in between; --write puts
rows, shares and what the session was worth into both READMEs. Nothing but Python and the built executable.
"""
import argparse
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHARCHAT = ROOT / ".build/release/charchat"
HELD_OUT = ROOT / "corpus/heldout"
COLUMNS = [("session", "session"), ("fresh", "session"), ("search", "session"), ("session", "world"),
           ("search", "world"), ("session", "abstain"), ("search", "abstain"), ("honest", ""), ("wrong", "")]


def evaluate(path, model, *sampling):
    command = [CHARCHAT, "evaluate", "dialogues", path, "--json", *(["-m", model] if model else []), *sampling]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr.strip())
    return json.loads(done.stdout)


def cell(result, column, need):
    if column in ("honest", "wrong"):
        outcomes = result["outcomes"]
        return outcomes[column], sum(outcomes.values())
    score = (result.get(column) or {}).get(need)
    return (score["right"], score["of"]) if score else (0, 0)


def shown(pair):
    return f"{pair[0]} / {pair[1]}" if pair[1] else "–"


def write_rows(path, rows):
    """Replaces the rows of the table, from the first set to the last total."""
    if path.name.endswith(".ko.md"):
        rows = [row.replace("| all, ", "| 전체, ") for row in rows]
    lines = path.read_text(encoding="utf-8").splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("| `names-en.jsonl`"))
    last = next(i for i, line in enumerate(lines) if line.startswith(("| all, ko", "| 전체, ko")))
    path.write_text("\n".join(lines[:first] + rows + lines[last + 1:]) + "\n", encoding="utf-8")


def write_figures(path, start, end, figures):
    """Replaces the numbers between two pieces of text, in their order."""
    text = path.read_text(encoding="utf-8")
    first = text.index(start) + len(start)
    last = text.index(end, first)
    numbers = re.findall(r"[−-]?\d+(?:\.\d+)?", text[first:last])
    assert len(numbers) == len(figures), f"{path.name}: {len(numbers)} numbers after '{start}', not {len(figures)}"
    left = iter(figures)
    filled = re.sub(r"[−-]?\d+(?:\.\d+)?", lambda _: str(next(left)), text[first:last])
    path.write_text(text[:first] + filled + text[last:], encoding="utf-8")


def write_prose(shares, worth, late):
    """What the READMEs say in sentences: of each language the shares right, what a session was worth, what is kept for long."""
    bits = []
    for name in ("memory-en", "memory-ko"):
        for kind in ("session", "control"):
            low, high = worth[name][kind + "_95"]
            bits += [worth[name][kind], "95", low, high] if not bits else [worth[name][kind], low, high]
    bits = [x if isinstance(x, str) else f"{x:.1f}".replace("-", "−") for x in bits]
    (right, of), english, korean = late, shares["en"], shares["ko"]
    write_figures(ROOT / "README.md", "On `memory-en` the\nsession was worth", "These are the bits", bits)
    write_figures(ROOT / "README.ko.md", "세션의 효과는 `memory-en`에서", "새 상태에서 맞는 답에", bits)
    write_figures(ROOT / "README.md", "of the questions that need the session it gets", "The more it was told",
                  [x for pair in zip(english, korean) for x in pair] + [right, of])
    write_figures(ROOT / "README.ko.md", "세션이 필요한 질문을", "알려 준 것이 많을수록",
                  [x for pair in zip(korean, english) for x in pair] + [of, right])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-m", "--model")
    parser.add_argument("--gaps", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    print("| held-out dialogues | needs the session: session | fresh state | search | world: session | search "
          "| does not know: session | search | all turns: not right, but says so | wrong |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    totals, gaps, worth, rows, parts = {}, {}, {}, [], {}

    def show(row):
        rows.append(row)
        print(row, flush=True)

    sets = [(kind, language) for kind in ("names", "phrasings", "memory", "unknown", "free", "blind", "long", "talk", "keys",
                                                    "unknown-entity")
            for language in ("en", "ko")]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda name: evaluate(HELD_OUT / f"{name[0]}-{name[1]}.jsonl", options.model), sets)
        for (kind, language), result in zip(sets, results):
            cells = [cell(result, *column) for column in COLUMNS]
            show(f"| `{kind}-{language}.jsonl` | " + " | ".join(map(shown, cells)) + " |")
            part = kind if kind in ("names", "phrasings", "talk") else "apart" if kind in ("free", "blind", "long") else "other"
            right, of = parts.get((language, part), (0, 0))
            parts[language, part] = (right + cells[0][0], of + cells[0][1])
            total = totals.setdefault(language, [(0, 0)] * len(COLUMNS))
            totals[language] = [(a + c, b + d) for (a, b), (c, d) in zip(total, cells)]
            if kind == "memory":
                listed = result.get("gaps") or {}
                pairs = listed.items() if isinstance(listed, dict) else zip(listed[::2], listed[1::2])
                for gap, score in pairs:
                    right, of = gaps.get(int(gap), (0, 0))
                    gaps[int(gap)] = (right + score["right"], of + score["of"])
            if result.get("worth"):
                worth[f"{kind}-{language}"] = result["worth"]
    for language, cells in totals.items():
        show(f"| all, {language} | " + " | ".join(map(shown, cells)) + " |")
    shares = {language: [round(100 * parts[language, part][0] / parts[language, part][1])
                         for part in ("names", "phrasings", "apart", "talk")] for language in totals}
    print("\nNeeds the session, percent right of names, phrasings, what was written apart, free talk: "
          + "; ".join(f"{language} {', '.join(map(str, row))}" for language, row in shares.items()))
    if options.write:
        for name in ("README.md", "README.ko.md"):
            write_rows(ROOT / name, rows)
        write_prose(shares, worth, gaps[20])
    if options.gaps:
        print("\nTurns in between, both languages: "
              + "; ".join(f"{gap}: {shown(gaps[gap])}" for gap in sorted(gaps)))
        for name, value in worth.items():
            print(f"worth, {name}: {json.dumps(value)}")


if __name__ == "__main__":
    main()
