"""Questions about the session itself, by how many questions were asked before: the first, the last, how many.

    python3 benchmarks/session_questions.py [-m MODEL]

Sixty dialogues each, made from a fixed seed and held by `charchat evaluate dialogues`; prints a Markdown table. Nothing but Python and
the built executable.
"""
import random

from dialogue_counts import model, right, table, turn

FACTS = [("What is the capital of {}?", "capital of {}"), ("What is the currency of {}?", "currency of {}"),
         ("What language do they speak in {}?", "language.* {}"), ("On which continent is {}?", "{}")]
COUNTRIES = ["France", "Spain", "Japan", "Italy", "Egypt", "Peru", "Kenya", "Norway", "Greece", "Cuba", "Chile", "Poland", "Germany",
             "Brazil", "Canada", "Mexico", "India", "China", "Vietnam", "Sweden"]
ASKED = {"What was my first question?": lambda said: said[0], "What did I just ask?": lambda said: said[-1],
         "How many questions have I asked?": lambda said: f"(?<!\\d){len(said)}(?!\\d)"}
BEFORE = (1, 2, 4, 8)
DIALOGUES = 60


def dialogue(question, before, draw):
    chosen = [(draw.choice(FACTS), country) for country in draw.sample(COUNTRIES, before)]
    abouts = [about.format(country) for (_, about), country in chosen]
    return [*(turn(ask.format(country)) for (ask, _), country in chosen), turn(question, ASKED[question](abouts))]


def main():
    chosen, draw = model(__doc__), random.Random(4)
    table(["asked", *(f"{before} before" for before in BEFORE)],
          ([question, *(right([dialogue(question, before, draw) for _ in range(DIALOGUES)], chosen) for before in BEFORE)]
           for question in ASKED))


if __name__ == "__main__":
    main()
