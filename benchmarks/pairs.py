"""What is learned from questions and answers: the README's table of pairs.

    python3 benchmarks/pairs.py [--english FILE] [--korean FILE] [--keep FOLDER] [--write]
        [--steps-a-minute N]

Trains on the FAQ in benchmarks/pairs/ for a minute, from nothing and `--from` the shipped model, with and without its lessons
rehearsed, and asks it its own questions (each in a chat of its own, and all in one) and the same in other words; then on pairs of your
own for five and ten minutes. What the shipped model still knows of its own held-out sets stands beside it. --write puts the table into
benchmarks/RESULTS.md. Run it on a quiet machine, or give the steps that a quiet one makes in a minute. Nothing but Python and the
built executable.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from dialogues import CHARCHAT, HELD_OUT, ROOT, evaluate

FAQ, REWORDED = ROOT / "benchmarks/pairs/faq.tsv", ROOT / "benchmarks/pairs/reworded.tsv"
SHIPPED = ROOT / "Sources/ChatCore/Resources/charchat.safetensors"
RESULTS = ROOT / "benchmarks/RESULTS.md"
HEAD = "## Questions and answers"
SETS = ["names", "phrasings", "memory", "free"]


def run(*command):
    done = subprocess.run([str(CHARCHAT), *map(str, command)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr.strip())
    return done.stdout


def asked(model, file, limit=None):
    result = json.loads(run("evaluate", "pairs", file, "-m", model, "--json", *(["--limit", limit] if limit else [])))
    return [f"{result[key]['right']} of {result[key]['of']}" for key in ("alone", "in_chat" if "in_chat" in result else "inChat")]


def write_section(head, lines):
    """Puts `lines` into RESULTS.md under `head`, in place of what stands there, or at its end."""
    text = RESULTS.read_text(encoding="utf-8")
    before, _, rest = text.partition(head)
    after = rest[rest.index("\n## "):] if "\n## " in rest else ""
    RESULTS.write_text(f"{before.rstrip()}\n\n{head}\n\n" + "\n".join(lines) + "\n" + after, encoding="utf-8")


def known(model):
    """Right turns of the shipped model's own sets, both languages, in per cent."""
    right = of = 0
    for name in SETS:
        for language in ("en", "ko"):
            for score in evaluate(HELD_OUT / f"{name}-{language}.jsonl", model)["session"].values():
                right, of = right + score["right"], of + score["of"]
    return f"{100 * right / of:.1f} %"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--english", type=Path, help="pairs of everyday English, for five minutes")
    parser.add_argument("--korean", type=Path, help="pairs of everyday Korean, for ten minutes")
    parser.add_argument("--steps-a-minute", type=int)
    parser.add_argument("--keep", type=Path, help="where the trained models stay")
    parser.add_argument("--only", help="rows whose name has this in it")
    parser.add_argument("--flags", nargs=argparse.REMAINDER, default=[], help="more flags for train")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rows = [
        ("FAQ, from nothing", FAQ, 1, [], None),
        ("FAQ, `--from` the shipped model", FAQ, 1, ["--from", SHIPPED], None),
        ("FAQ, `--from` it, `--rehearse corpus/`", FAQ, 1, ["--from", SHIPPED, "--rehearse", ROOT / "corpus"], None),
    ]
    if options.english:
        rows.append(("everyday English", options.english, 5, [], 50))
    if options.korean:
        rows.append(("everyday Korean", options.korean, 10, [], 50))
    table = ["| corpus | pairs | minutes | its own questions, alone | in one chat | reworded | the shipped sets |",
             "| --- | --- | --- | --- | --- | --- | --- |"]
    with tempfile.TemporaryDirectory() as folder:
        for name, file, minutes, flags, limit in rows:
            if options.only and options.only not in name:
                continue
            model = (options.keep or Path(folder)) / f"{len(table) - 1}.safetensors"
            time = ["--steps", options.steps_a_minute * minutes] if options.steps_a_minute else ["--minutes", minutes]
            run("train", file, "-o", model, "--json", *time, *flags, *options.flags)
            alone, chat = asked(model, file, limit)
            other = asked(model, REWORDED)[0] if file == FAQ else "–"
            pairs = sum(1 for line in file.read_text(encoding="utf-8").splitlines() if line)
            keeps = known(model) if "--from" in flags else "–"
            table.append(f"| {name} | {pairs:,} | {minutes} | {alone} | {chat} | {other} | {keeps} |")
            print(table[-1], flush=True)
    table.append(f"\nThe shipped model itself has {known(SHIPPED)} of its own sets ({', '.join(SETS)}; both languages, right turns).")
    print("\n".join(table))
    if options.write:
        write_section(HEAD, table)


if __name__ == "__main__":
    main()
