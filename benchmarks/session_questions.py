"""Questions about the session itself, by how many questions were asked before: the first, the last, how many.

    python3 benchmarks/session_questions.py [-m MODEL]

Sixty dialogues each, made from a fixed seed and held by `charchat evaluate dialogues`; prints a Markdown table. Nothing but Python and
the built executable.
"""
import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

CHARCHAT = Path(__file__).resolve().parent.parent / ".build/release/charchat"
FACTS = [("What is the capital of {}?", "capital of {}"), ("What is the currency of {}?", "currency of {}"),
         ("What language do they speak in {}?", "language.* {}"), ("On which continent is {}?", "{}")]
COUNTRIES = ["France", "Spain", "Japan", "Italy", "Egypt", "Peru", "Kenya", "Norway", "Greece", "Cuba", "Chile", "Poland", "Germany",
             "Brazil", "Canada", "Mexico", "India", "China", "Vietnam", "Sweden"]
ASKED = {"What was my first question?": lambda said: said[0], "What did I just ask?": lambda said: said[-1],
         "How many questions have I asked?": lambda said: f"(?<!\\d){len(said)}(?!\\d)"}
BEFORE = (1, 2, 4, 8)
DIALOGUES = 60


def dialogue(number, question, before, draw):
    chosen = [(draw.choice(FACTS), country) for country in draw.sample(COUNTRIES, before)]
    turns = [{"user": ask.format(country), "needs": "none", "accept": ["."], "reject": []} for (ask, _), country in chosen]
    accept = ASKED[question]([about.format(country) for (_, about), country in chosen])
    turns.append({"user": question, "needs": "session", "accept": [accept], "reject": []})
    return {"id": f"{before}-{number}", "turns": turns}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-m", "--model")
    options = parser.parse_args()
    draw = random.Random(4)
    print(f"| asked | {' | '.join(f'{before} before' for before in BEFORE)} |")
    print("| --- |" + " --- |" * len(BEFORE))
    for question in ASKED:
        row = []
        for before in BEFORE:
            with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
                for number in range(DIALOGUES):
                    file.write(json.dumps(dialogue(number, question, before, draw)) + "\n")
                file.flush()
                command = [CHARCHAT, "evaluate", "dialogues", file.name, "--json", *(["-m", options.model] if options.model else [])]
                done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(done.stderr.strip())
            score = json.loads(done.stdout)["session"]["session"]
            row.append(f"{score['right']} / {score['of']}")
        print(f"| {question} | {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
