"""What a chat's temperature costs and brings, with the shipped model.

    python3 benchmarks/temperatures.py [-m MODEL] [--temperatures 0,0.2,0.3,0.7] [--seeds 3]

For each temperature, a Markdown row: right answers of all dialogues under corpus/heldout (the mean over the seeds), then of the
capitals of all countries in the lessons, each asked for in a fresh state with seeds 1 to 5, how many got "I do not know that.", and how
many different replies 12 seeds gave to some lines of small talk, all together. Some three minutes a temperature and seed.
"""
import argparse
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from dialogues import CHARCHAT, HELD_OUT, ROOT, evaluate

TALK = ["Hello!", "How are you?", "I am sad today.", "Tell me something.", "Thanks!", "안녕!", "오늘 좀 피곤해", "심심해"]


def replies(lines, model, temperature, seed):
    """Each line said in a fresh state of one chat, so that the draws differ from line to line."""
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [CHARCHAT, "--no-save", "--commands", *(["-m", model] if model else []), "--temperature", temperature,
             "--seed", str(seed)],
            input="".join(f"{line}\n/clear\n" for line in lines), capture_output=True, text=True,
            env={**os.environ, "CHARCHAT_HOME": home})
    if done.returncode != 0:
        sys.exit(done.stderr.strip())
    said = [line for line in done.stdout.splitlines() if line]
    assert len(said) == len(lines), said
    return said


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-m", "--model")
    parser.add_argument("--temperatures", default="0,0.2,0.3,0.7")
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    table = (ROOT / "corpus/en/countries.tsv").read_text(encoding="utf-8").splitlines()[1:]
    capitals = [f"What is the capital of {line.split(chr(9))[0].split('|')[0].strip()}?" for line in table]
    sets = sorted(HELD_OUT.glob("*.jsonl"))
    print(f"| temperature | session | world | does not know | capitals unknown, of {len(capitals)} | different replies, of {len(TALK)} to "
          f"{12 * len(TALK)} |\n| --- | --- | --- | --- | --- | --- |")
    for temperature in options.temperatures.split(","):
        # Greedy, every seed says the same.
        seeds = range(1, options.seeds + 1) if float(temperature) > 0 else [1]
        scores = {"session": [0, 0], "world": [0, 0], "abstain": [0, 0]}
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            runs = [(path, seed) for seed in seeds for path in sets]
            for result in pool.map(lambda run: evaluate(run[0], options.model, "--temperature", temperature, "--seed", str(run[1])), runs):
                for need, score in scores.items():
                    found = result["session"].get(need, {"right": 0, "of": 0})
                    score[0] += found["right"]
                    score[1] += found["of"]
        unknown = [sum("do not know" in reply for reply in replies(capitals, options.model, temperature, seed)) for seed in range(1, 6)]
        talk = [replies(TALK, options.model, temperature, seed) for seed in range(1, 13)]
        cells = [f"{right / len(seeds):,.0f} / {of // len(seeds):,}" for right, of in scores.values()]
        print("| " + " | ".join([temperature, *cells, ", ".join(map(str, unknown)),
                                 str(sum(len(set(said)) for said in zip(*talk)))]) + " |", flush=True)


if __name__ == "__main__":
    main()
