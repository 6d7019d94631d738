"""Whether two builds of charchat find the same: every question of the held-out dialogues, asked of both.

    python3 benchmarks/search_same.py OLD NEW [--every N] [--corpus FILE]... [QUERY]...

OLD and NEW are executables. Each keeps its index in a folder of its own, so none reads the other's. The hits of each question (ten at
most, by text, answer and place, in order) are compared, then the words that matched and the scores. Prints each question whose hits
differ and a count; exit code 1 where any does. With queries, these are asked instead of the held-out questions. A few minutes; --every 10
asks one question in ten.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HELD_OUT = Path(__file__).resolve().parent.parent / "corpus/heldout"


def questions():
    """What users say in the held-out dialogues, each once, in order."""
    said = {}
    for path in sorted(HELD_OUT.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            for turn in json.loads(line).get("turns", []):
                said[turn["user"]] = None
    return list(said)


def ask(program, home, corpora, query):
    files = [part for path in corpora for part in ("--corpus", path)]
    done = subprocess.run(
        [program, "search", "--json", *files, "--", query], capture_output=True, text=True,
        env={**os.environ, "HOME": home, "CHARCHAT_HOME": home, "XDG_STATE_HOME": home})
    return json.loads(done.stdout) if done.stdout else {"error": done.stderr.strip()}


def hits(answer):
    if "error" in answer:
        return [answer["error"]]
    return [(hit["text"], hit.get("answer"), hit["file"], hit.get("line")) for hit in answer["hits"]]


def details(answer):
    return [(hit["matched"], hit["missing"], hit["snippet"], round(hit["score"], 6)) for hit in answer.get("hits", [])]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("queries", nargs="*", metavar="QUERY")
    parser.add_argument("--every", type=int, default=1, metavar="N")
    parser.add_argument("--corpus", action="append", default=[], metavar="FILE")
    options = parser.parse_args()
    queries = (options.queries or questions())[::options.every]
    with tempfile.TemporaryDirectory() as old_home, tempfile.TemporaryDirectory() as new_home:
        def both(query):
            return (ask(options.old, old_home, options.corpus, query), ask(options.new, new_home, options.corpus, query))

        # The first question builds the indexes.
        both(queries[0])
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            answers = list(pool.map(both, queries))
    other = [(query, old, new) for query, (old, new) in zip(queries, answers) if hits(old) != hits(new)]
    for query, old, new in other:
        places = [place for place, pair in enumerate(zip(hits(old) + [None], hits(new) + [None]), 1) if pair[0] != pair[1]]
        print(f"{query!r}: {len(hits(old))} hits, now {len(hits(new))}; the first that differs is hit {places[0] if places else 'none'}")
    detail = [query for query, (old, new) in zip(queries, answers) if hits(old) == hits(new) and details(old) != details(new)]
    for query in detail[:10]:
        print(f"{query!r}: the same hits, other words, marks or scores")
    found = sum(bool(old.get("hits")) for old, _ in answers)
    print(f"{len(queries)} questions, {found} with hits: {len(queries) - len(other)} have the same hits in the same order, "
          f"{len(queries) - len(other) - len(detail)} with the same words, marks and scores")
    sys.exit(bool(other))


if __name__ == "__main__":
    main()
