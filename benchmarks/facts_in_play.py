"""How recall fares with the number of facts told: invented names told in plain English, other talk, then one of them asked for.

    python3 benchmarks/facts_in_play.py [-m MODEL]

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
SLOTS = [("My dog is called {}.", "What is my dog called?"), ("My cat is called {}.", "What is my cat called?"),
         ("My sister is called {}.", "What is my sister called?"), ("My brother is called {}.", "What is my brother's name?"),
         ("My mother is called {}.", "What is my mother's name?"), ("I live in {}.", "Where do I live?"),
         ("My name is {}.", "What is my name?"), ("My friend is called {}.", "What is my friend's name?")]
FACTS = ["What is the capital of {}?", "What is the currency of {}?", "What language do they speak in {}?", "On which continent is {}?"]
COUNTRIES = ["France", "Spain", "Japan", "Italy", "Egypt", "Peru", "Kenya", "Norway", "Greece", "Turkey", "Cuba", "Chile", "Poland"]
DIALOGUES = 60


def invented(draw):
    onsets, vowels, codas = "b br ch d dr f g gr h j k kl l m n p pr r s sh st t v w z".split(), "a e i o u ai ee oo".split(), "n r l s m k nd ck t".split()
    while True:
        syllables = (draw.choice(onsets) + draw.choice(vowels) + draw.choice(codas + ["", ""]) for _ in range(draw.choice([1, 2, 2, 3])))
        word = "".join(syllables)
        if 3 <= len(word) <= 9:
            return word.capitalize()


def dialogue(number, told, between, draw):
    slots = draw.sample(SLOTS, told)
    names = [invented(draw) for _ in slots]
    users = [tell.format(name) for (tell, _), name in zip(slots, names)]
    users += [draw.choice(FACTS).format(draw.choice(COUNTRIES)) for _ in range(between)]
    turns = [{"user": user, "needs": "none", "accept": ["."], "reject": []} for user in users]
    asked = draw.randrange(told)
    accept = f"(?<![A-Za-z]){names[asked]}(?![A-Za-z])"
    turns.append({"user": slots[asked][1], "needs": "session", "accept": [accept], "reject": []})
    return {"id": f"told-{told}-{between}-{number}", "turns": turns}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-m", "--model")
    options = parser.parse_args()
    draw = random.Random(5)
    betweens = (0, 5, 15)
    print(f"| names told | {' | '.join(f'{between} turns between' for between in betweens)} |")
    print("| --- |" + " --- |" * len(betweens))
    for told in (1, 3, 6):
        row = []
        for between in betweens:
            with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
                for number in range(DIALOGUES):
                    file.write(json.dumps(dialogue(number, told, between, draw)) + "\n")
                file.flush()
                command = [CHARCHAT, "evaluate", "dialogues", file.name, "--json", *(["-m", options.model] if options.model else [])]
                done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(done.stderr.strip())
            score = json.loads(done.stdout)["session"]["session"]
            row.append(f"{score['right']} / {score['of']}")
        print(f"| {told} | {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
