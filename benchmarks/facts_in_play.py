"""How recall fares with the number of facts told: invented names told in plain English, other talk, then one of them asked for.

    python3 benchmarks/facts_in_play.py [-m MODEL]

Sixty dialogues each, made from a fixed seed and held by `charchat evaluate dialogues`; prints a Markdown table. Nothing but Python and
the built executable.
"""
import random

from dialogue_counts import model, right, table, turn

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


def dialogue(told, between, draw):
    slots = draw.sample(SLOTS, told)
    names = [invented(draw) for _ in slots]
    users = [tell.format(name) for (tell, _), name in zip(slots, names)]
    users += [draw.choice(FACTS).format(draw.choice(COUNTRIES)) for _ in range(between)]
    asked = draw.randrange(told)
    others = [name for name in names if name != names[asked]]
    return [*map(turn, users), turn(slots[asked][1], f"(?<![A-Za-z]){names[asked]}(?![A-Za-z])", others)]


def main():
    chosen, draw, betweens = model(__doc__), random.Random(5), (0, 5, 15)
    table(["names told", *(f"{between} turns between" for between in betweens)],
          ([told, *(right([dialogue(told, between, draw) for _ in range(DIALOGUES)], chosen) for between in betweens)]
           for told in (1, 3, 6)))


if __name__ == "__main__":
    main()
