"""How far runs of three symbols alone tell which statement a question speaks of, and whether there is one.

    python3 benchmarks/line_matches.py [--dialogues 250]

Draws dialogues from the lessons in `corpus` (as heard.py does) and takes each question about a statement, and each that nobody
told, where something was told before. Right first: of the statements before it, the one with most in common is the right one.
Told above never told: of a question that was told and one that was not, how often the told one has more in common with what
stands before it. Runs count by how rare they are in lines of other dialogues, or all the same, shared by the places where they
stand. Prints a Markdown table; nothing but Python and the built executable.
"""
import argparse
import math
import unicodedata
from collections import Counter

from heard import FORMS, ROOT, charchat, dialogues, kind


def runs(line):
    """Of a line's jamo and its end."""
    symbols = unicodedata.normalize("NFD", line) + "\n"
    return [symbols[i : i + 3] for i in range(len(symbols) - 2)]


def rarity():
    """The weight of a run, from lines drawn with another seed."""
    lines = [line[4:] for line in charchat("train", ROOT / "corpus", "--show", "3000", "--seed", "5").splitlines() if line.startswith(">>> ")]
    counts = Counter(run for line in lines for run in set(runs(line)))
    return lambda run: math.log((len(lines) + 1) / (counts[run] + 1))


def in_common(question, lines, weight):
    """What each line has in common with the question; weight None: a vote a run, shared by its places."""
    counts = [Counter(runs(line)) for line in lines]
    places = sum(counts, Counter())
    asked = runs(question)
    if weight:
        return [sum(weight(run) for run in asked if run in count) for count in counts]
    return [sum(count[run] / places[run] for run in asked if run in count) for count in counts]


def above(told, never):
    """How often one of the first is above one of the second; a tie is half."""
    return sum((a > b) + (a == b) / 2 for a in told for b in never) / (len(told) * len(never))


def measure(drawn, language, weight):
    first, told, never = 0, [], []
    start, end = FORMS[language]["asked"]
    for turns in drawn:
        lines, statements = [], []
        for said, reply in turns:
            found = kind(reply)
            if found in ((language, "asked"), (language, "never told")) and statements:
                common = in_common(said, lines, weight)
                (told if found[1] == "asked" else never).append(max(common))
                if found[1] == "asked":
                    best = max(statements, key=lambda place: (common[place], place))
                    first += reply[len(start) : len(reply) - len(end)] in lines[best]
            if found and found[1] == "noted":
                statements.append(len(lines))
            lines += [said, reply]
    return f"{first} of {len(told)} | {100 * above(told, never):.0f} of 100 pairs ({len(never)} never told)"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dialogues", type=int, default=250)
    count = parser.parse_args().dialogues
    drawn = [turns for _, turns in zip(range(count), dialogues(count))]
    print("| | right first | told above never told |\n| --- | --- | --- |")
    for name, weight in (("all the same", None), ("by rarity", rarity())):
        for language in FORMS:
            print(f"| {language}, {name} | {measure(drawn, language, weight)} |")


if __name__ == "__main__":
    main()
