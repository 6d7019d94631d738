"""bAbI: twenty kinds of small stories with questions, learned together by one model.

    python3 benchmarks/babi.py FOLDER [--minutes 60] [--seed 1] [--limit QUESTIONS_A_TASK] [--model FILE] [--write]

FOLDER has the files of "en-10k" (qa1_single-supporting-fact_train.txt to qa20_agents-motivations_test.txt; Weston et al. 2015, arXiv
1502.05698), which are no part of this repository and stay outside of it. Tasks whose two files are not there are left out and named. A
story becomes a dialogue: what is told since the last question and the question are the user's turn, the answer is the reply. One model
is trained on the stories of all tasks (a tenth held out by `train` to judge by) and asked those of the test files, greedy, each story
running on with the model's own replies; an answer counts where it is right as a whole, lists in their order. --limit asks so many
questions of each test file (training reads all), --model asks a model that is there instead of training one, --keep keeps the corpus
and the model, --flags are more flags for train, the last option. --write puts the table into benchmarks/RESULTS.md. The model reads and
writes characters; what is published for comparison read words. Nothing but Python and the built executable.
"""
import argparse
import json
import re
import sys
import tempfile
from pathlib import Path

from dialogues import evaluate
from pairs import run, write_section

HEAD = "## bAbI"
PUBLISHED = "DNC 16.7 ± 7.6, EntNet 9.7 ± 2.6, TPR-RNN 1.34 ± 0.52"
FAILED = 5  # per cent of errors; a task with more of them counts as failed, as in the paper


def tasks(folder):
    """{"1 single-supporting-fact": (training file, test file)} of the tasks that are there; the others are named."""
    found, absent = {}, []
    for number in range(1, 21):
        train, test = (sorted(folder.glob(f"qa{number}_*{part}.txt"))[:1] for part in ("train", "test"))
        if train and test:
            name = train[0].stem.removeprefix(f"qa{number}_").removesuffix("train").strip("_-")
            found[f"{number} {name}".strip()] = (train[0], test[0])
        else:
            absent.append(f"qa{number}")
    if absent:
        print(f"left out, as {folder} lacks their files: {', '.join(absent)}", file=sys.stderr)
    return found


def stories(path):
    """Lists of (what is told since the last question and the question, the answer), one list a story."""
    found, told = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        number, _, text = line.strip().partition(" ")
        if number == "1":
            found.append([])
            told = []
        question, *answer = text.split("\t")
        told.append(question.strip())
        if answer:
            found[-1].append((" ".join(told), answer[0].strip()))
            told = []
    return [story for story in found if story]


def first(all_stories, limit):
    """The first stories, the last of them cut, with `limit` questions in all; without a limit, all of them."""
    if not limit:
        return all_stories
    found = []
    for story in all_stories:
        found.append(story[:limit])
        limit -= len(found[-1])
        if limit == 0:
            break
    return found


def write_corpus(path, all_stories):
    with path.open("w", encoding="utf-8") as file:
        for story in all_stories:
            messages = [{"role": role, "content": text} for turn in story for role, text in zip(("user", "assistant"), turn)]
            file.write(json.dumps({"messages": messages}) + "\n")


def write_set(path, name, all_stories):
    """A dialogue set. Every turn needs `none`, so that what the session is worth is not measured as well."""
    path.write_text("".join(json.dumps({"id": f"{name} {place}", "turns": [
        {"user": said, "accept": [f"^{re.escape(answer)}$"], "reject": [], "needs": "none"}
        for said, answer in story]}) + "\n" for place, story in enumerate(all_stories, 1)), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, metavar="QUESTIONS_A_TASK", help="questions asked of each test file")
    parser.add_argument("--model", type=Path, help="asked as it is; nothing is trained")
    parser.add_argument("--keep", type=Path, help="a folder for the corpus and the model")
    parser.add_argument("--flags", nargs=argparse.REMAINDER, default=[], help="more flags for train")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    files = tasks(options.folder)
    if not files:
        sys.exit(f"{options.folder}: has no files of bAbI")
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        model, learned = options.model, {}
        if not model:
            model, corpus = folder / "babi.safetensors", folder / "babi.jsonl"
            read = {name: stories(train) for name, (train, _) in files.items()}
            learned = {name: sum(map(len, found)) for name, found in read.items()}
            write_corpus(corpus, [story for found in read.values() for story in found])
            done = json.loads(run("train", corpus, "-o", model, "--minutes", options.minutes, "--seed", options.seed, "--json",
                                  *options.flags).splitlines()[-1])
            flags = f", `{' '.join(options.flags)}`" if options.flags else ""
            trained = f"{options.minutes:g} minutes{flags}, seed {options.seed}: {done['characters']:,} characters read"
        else:
            trained = f"`{model.name}`, trained before"
        nothing = Path(scratch) / "nothing.tsv"  # search is of no interest here, and quick on it
        nothing.write_text("nothing\tnothing\n", encoding="utf-8")
        table, errors = ["| task | to learn from | asked | right | error |", "| --- | --- | --- | --- | --- |"], []
        for name, (_, test) in files.items():
            path = Path(scratch) / "asked.jsonl"
            write_set(path, name, first(stories(test), options.limit))
            score = evaluate(path, model, "--corpus", nothing)["session"]["none"]
            errors.append(100 * (1 - score["right"] / score["of"]))
            count = f"{learned[name]:,}" if learned else "–"
            table.append(f"| {name} | {count} | {score['of']:,} | {score['right']:,} | {errors[-1]:.1f} % |")
            print(table[-1], file=sys.stderr, flush=True)
    table.append(f"\n{trained}. Mean error of {len(errors)} tasks **{sum(errors) / len(errors):.2f} %**, "
                 f"{sum(error > FAILED for error in errors)} of them above {FAILED} %. Published mean errors of all twenty, learned "
                 f"together word by word from 10,000 questions each: {PUBLISHED} %.")
    print("\n".join(table))
    if options.write:
        write_section(HEAD, table)


if __name__ == "__main__":
    main()
