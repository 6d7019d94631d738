"""Recall of names never seen in training: writes a corpus of short made-up dialogues, trains on it, asks.

    python3 benchmarks/memory_task.py [--minutes 10] [--seed 1] [--keep FOLDER]

Five things can be told (name, dog, city, friend, food) and asked back, between questions on thirty countries and follow-ups
to them. One invented name in ten is kept out of training; the 300 dialogues asked use only those. Prints right / asked by
kind and by the turns between telling and asking. Nothing but Python and the built executable; about 40 MB of text.
"""
import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHARCHAT = ROOT / ".build/release/charchat"
TABLE = [line.split("\t") for line in (ROOT / "corpus/en/countries.tsv").read_text(encoding="utf-8").splitlines()]
COUNTRIES = ["France", "Spain", "Italy", "Germany", "Portugal", "Greece", "Norway", "Sweden", "Finland", "Denmark", "Poland",
             "Austria", "Hungary", "Ireland", "Japan", "South Korea", "China", "India", "Egypt", "Kenya", "Brazil", "Chile",
             "Peru", "Cuba", "Canada", "Mexico", "Turkey", "Iran", "Iraq", "Nepal"]
TOLD = {  # ways of telling, the reply, ways of asking, the reply
    "name": (["my name is {}.", "i am {}.", "call me {}.", "hi, i'm {}"], "Nice to meet you, {}!",
             ["what is my name?", "who am i?", "do you remember my name?"], "Your name is {}."),
    "dog": (["my dog is called {}.", "i have a dog named {}."], "{} is a lovely name for a dog.",
            ["what is my dog called?", "what is the name of my dog?"], "Your dog is called {}."),
    "city": (["i live in {}.", "my home is in {}."], "{} sounds like a nice place.",
             ["where do i live?", "what city do i live in?"], "You live in {}."),
    "friend": (["my best friend is {}.", "{} is my best friend."], "It is good to have a friend like {}.",
               ["who is my best friend?", "what is my friend's name?"], "Your best friend is {}."),
    "food": (["i like to eat {}.", "my favorite food is {}."], "I have never tasted {}.",
             ["what do i like to eat?", "what is my favorite food?"], "You like {}."),
}
ASKED = {  # of a country: full questions, follow-ups that leave it out, the reply
    "capital": (["what is the capital of {}?", "tell me the capital of {}."],
                ["what is its capital?", "and its capital?"], "The capital of {} is {}."),
    "language": (["what language do they speak in {}?", "what is the language of {}?"],
                 ["what language do they speak there?", "and its language?"], "In {} they speak {}."),
}


def facts():
    """{country: {capital, language}} from the lessons' own table."""
    head, found = TABLE[0], {}
    for row in TABLE[1:]:
        cells = {key: value.split("|")[0].strip() for key, value in zip(head, row)}
        if cells[head[0]] in COUNTRIES:
            found[cells[head[0]]] = {key: cells[key] for key in ASKED}
    return found


FACTS = facts()
ONSETS = "b c d dr f g gr h j k kl l m n p r s st t tr v w z".split() + [""]
VOWELS = "a e i o u ai ia ou ee".split()
CODAS = ["", "", "", "n", "r", "l", "s", "m", "k", "x"]


def is_held_out(word):
    return sum(ord(letter) * (place + 3) for place, letter in enumerate(word)) % 10 == 0


def invented(rng, held_out):
    while True:
        word = "".join(rng.choice(ONSETS) + rng.choice(VOWELS) + rng.choice(CODAS)
                       for _ in range(rng.choice([2, 2, 2, 3]))).capitalize()
        if len(word) <= 9 and is_held_out(word) == held_out:
            return word


def dialogue(rng, held_out=False):
    """A list of (user, reply, what a right reply shows, kind, turns in between)."""
    told, last, turns = {}, None, []
    for place in range(rng.randint(4, 10)):
        chance, untold = rng.random(), [name for name in TOLD if name not in told]
        if untold and chance < 0.35:
            name, word = rng.choice(untold), invented(rng, held_out)
            told[name], last = (word, place), None
            turns.append((rng.choice(TOLD[name][0]).format(word), TOLD[name][1].format(word), word, "repeat", None))
        elif told and chance < 0.65:
            name, last = rng.choice(list(told)), None
            word, since = told[name]
            turns.append((rng.choice(TOLD[name][2]), TOLD[name][3].format(word), word, "recall", place - since - 1))
        elif last and chance < 0.85:
            attribute, country = last
            if rng.random() < 0.5:
                kind, country = "ellipsis", rng.choice(list(FACTS))
                user = rng.choice(["and {}?", "what about {}?", "and of {}?"]).format(country)
            else:
                kind, attribute = "pronoun", "language" if attribute == "capital" else "capital"
                user = rng.choice(ASKED[attribute][1])
            last, value = (attribute, country), FACTS[country][attribute]
            turns.append((user, ASKED[attribute][2].format(country, value), value, kind, None))
        else:
            country, attribute = rng.choice(list(FACTS)), rng.choice(list(ASKED))
            last, value = (attribute, country), FACTS[country][attribute]
            turns.append((rng.choice(ASKED[attribute][0]).format(country), ASKED[attribute][2].format(country, value),
                          value, "fact", None))
    return turns


def write_corpus(path, rng, characters):
    with path.open("w", encoding="utf-8") as file:
        while characters > 0:
            turns = dialogue(rng)
            characters -= sum(len(user) + len(reply) for user, reply, *_ in turns)
            messages = [{"role": role, "content": text} for user, reply, *_ in turns
                        for role, text in (("user", user), ("assistant", reply))]
            file.write(json.dumps({"messages": messages}) + "\n")


def write_sets(folder, rng, count):
    """One set a kind, so that each has its own score. A kind's questions alone count; the others are `none`."""
    dialogues = [dialogue(rng, held_out=True) for _ in range(count)]
    kinds = {"repeat": lambda k, g: k == "repeat", "recall, 0-1 turns between": lambda k, g: k == "recall" and g <= 1,
             "recall, 2-4": lambda k, g: k == "recall" and 2 <= g <= 4, "recall, 5 and more": lambda k, g: k == "recall" and g >= 5,
             "ellipsis": lambda k, g: k == "ellipsis", "pronoun": lambda k, g: k == "pronoun", "fact": lambda k, g: k == "fact"}
    for number, (name, belongs) in enumerate(kinds.items()):
        path = folder / f"asked-{number}.jsonl"
        path.write_text("".join(json.dumps({"id": f"{number}-{place}", "turns": [
            {"user": user, "accept": [reply.replace(".", r"\.")], "reject": [],
             "needs": "session" if belongs(kind, gap) else "none"}
            for user, reply, _, kind, gap in turns]}) + "\n" for place, turns in enumerate(dialogues)))
        yield name, path


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr.strip())
    return done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--megabytes", type=float, default=40)
    parser.add_argument("--keep", type=Path, help="a folder for the corpus and the model")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        corpus, model = folder / "memory.jsonl", folder / "memory.safetensors"
        write_corpus(corpus, random.Random(options.seed), options.megabytes * 1e6)
        began = time.monotonic()
        done = json.loads(run(CHARCHAT, "train", corpus, "-o", model, "--minutes", options.minutes, "--seed", options.seed,
                              "--json").splitlines()[-1])
        print(f"{done['characters']:,} characters in {time.monotonic() - began:.0f} s, "
              f"validation loss {done['validation_loss']:.4f}; whole replies, right / asked:")
        for name, path in write_sets(folder, random.Random(99), 300):
            score = json.loads(run(CHARCHAT, "evaluate", "dialogues", path, "-m", model, "--json"))["session"]["session"]
            print(f"{name:28} {score['right']:4} / {score['of']:4}   {score['right'] / max(1, score['of']):.3f}")


if __name__ == "__main__":
    main()
