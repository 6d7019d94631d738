"""What is told in any words and is to be said back as it was said: how often it is, letter by letter.

    python3 benchmarks/heard.py [-m MODEL] [--dialogues 60]

Draws dialogues from the lessons in `corpus` with a seed that no training has and types their lines; counts the replies that are
exactly the lesson's. Lines in play: statements told before the question. Prints a Markdown table. Nothing but Python and the built
executable.
"""
import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHARCHAT = ROOT / ".build/release/charchat"
# By language: how a reply that notes, answers or does not know begins and ends.
FORMS = {
    "English": {"noted": ('Noted: "', '".'), "asked": ('You said: "', '".'), "never told": ("You have not told me that.", "")},
    "Korean": {"noted": ('"', '"라고 기억해 둘게요.'), "asked": ('"', '"라고 하셨어요.'), "never told": ("그건 아직 안 알려 주셨어요.", "")},
}


def kind(reply):
    for language, forms in FORMS.items():
        for name, (start, end) in forms.items():
            if reply.startswith(start) and reply.endswith(end):
                return language, name
    return None


def charchat(*arguments, lines=""):
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "CHARCHAT_HOME": home, "CHARCHAT_LANG": "en"}
        return subprocess.run([CHARCHAT, *arguments], input=lines, text=True, env=environment, capture_output=True, check=True).stdout


def dialogues(count):
    """Those that have at least three such questions: lists of lines and replies."""
    shown = charchat("train", ROOT / "corpus", "--show", str(40 * count), "--seed", "999")
    for part in shown.split("\n\n"):
        turns = []
        for line in part.splitlines():
            if line.startswith(">>> "):
                turns.append([line[4:], ""])
            elif turns:
                turns[-1][1] = f"{turns[-1][1]}\n{line}".strip()
        if sum((kind(reply) or ("", ""))[1] == "asked" for _, reply in turns) > 2:
            yield turns


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-m", "--model", help="else the shipped one")
    parser.add_argument("--dialogues", type=int, default=60)
    chosen = parser.parse_args()
    model = ["-m", chosen.model] if chosen.model else []
    counts = {}
    for _, turns in zip(range(chosen.dialogues), dialogues(chosen.dialogues)):
        lines = "".join(json.dumps(line) + "\n" for line, _ in turns)
        answers = charchat("chat", *model, "--json", "--seed", "1", "--temperature", "0", "--no-save", lines=lines)
        replies = [json.loads(line)["reply"] for line in answers.splitlines()]
        told = 0
        for (_, wanted), reply in zip(turns, replies):
            if found := kind(wanted):
                language, name = found
                told += name == "noted"
                rows = [name] if name != "asked" else [name, f"asked with {told} in play" if told < 6 else "asked with 6 or more in play"]
                for row in rows:
                    count = counts.setdefault(row, {}).setdefault(language, [0, 0])
                    count[0] += wanted == reply
                    count[1] += 1
    print(f"| | {' | '.join(FORMS)} |\n| --- |{' --- |' * len(FORMS)}")
    for row in sorted(counts, key=lambda row: (row.startswith("asked"), row)):
        cells = (counts[row].get(language, (0, 0)) for language in FORMS)
        print(f"| {row} | {' | '.join(f'{right} of {all}' for right, all in cells)} |")


if __name__ == "__main__":
    main()
