"""Measures charchat and its peers side by side and writes RESULTS.md. `make bench` runs it.

    python3 benchmarks/bench.py [--rounds 5] [--seconds 4] [--no-quality] [--long-minutes 10] [--quick]

Each round runs `charchat benchmark --json` once and then every peer, each in a process of its own, so that both
sides see the same machine in the same minutes. A peer that trains is measured in every form that PyTorch has for it
(float32, bfloat16 under autocast, each compiled too): all of them in the first round, then float32 and the fastest. A ratio is taken
within a round; the table shows the median of the rounds, with the lowest and highest. Needs: pip install torch numpy. Nothing in RESULTS.md is typed by hand.
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHARCHAT = HERE.parent / ".build/release/charchat"

# What is compared: the row's title, what picks charchat's own measurement, the arguments of the peer.
CASES = [
    *((f"train {cell.upper()} {hidden}, batch {batch}, window {window}",
       {"cell": cell, "hidden": hidden, "layers": 1, "batch": batch, "window": window},
       ["train", "--cell", cell, "--hidden", hidden, "--batch", batch, "--window", window])
      for cell in ("lstm", "gru") for hidden, batch, window in ((256, 32, 64), (256, 64, 128), (512, 64, 128))),
    *((f"train LSTM {hidden}, batch 64, window 128, all in float32",
       {"cell": "lstm", "hidden": hidden, "layers": 1, "batch": 64, "window": 128, "precision": "float32"},
       ["train", "--cell", "lstm", "--hidden", hidden, "--batch", 64, "--window", 128]) for hidden in (256, 512)),
    ("train gated delta 192, 2 layers, 3 heads, batch 32, window 512",
     {"cell": "gated-delta", "hidden": 192, "layers": 2, "batch": 32, "window": 512},
     ["train", "--cell", "gated-delta", "--hidden", 192, "--layers", 2, "--heads", 3, "--symbols", 128,
      "--batch", 32, "--window", 512]),
    ("generate, LSTM of 1 M parameters, one thread",
     {"cell": "lstm", "hidden": 460, "layers": 1, "batch": 1, "window": 1, "precision": "float32"},
     ["generate", "--cell", "lstm", "--hidden", 460]),
]


QUALITY = "## The same text in the same time"


def matches(row, wanted):
    return all(row.get(key) == value for key, value in wanted.items())


def pick(rows, wanted):
    """charchat's measurement of a shape, or None. Rows whose arithmetic is named count at their fastest."""
    found = [row for row in rows if matches(row, wanted)]
    return max(found, key=lambda row: row["symbols_per_second"], default=None)


def run_json(command):
    """Runs a command and reads the last line of its standard output as JSON, or all of it."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stderr.strip()[-1000:]}")
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError:
        return json.loads(done.stdout.strip().splitlines()[-1])


def charchat_round(options):
    """The measurements as charchat reports them: objects with cell, hidden, layers, batch, window and speeds."""
    # Five runs a measurement: as long as one of a peer in all.
    report = run_json([CHARCHAT, "benchmark", "--json", "--threads", options.threads, "--seconds", options.seconds / 5])
    return report if isinstance(report, list) else report["measurements"]


FORMS = {"float32": [], "bfloat16": ["--precision", "bfloat16"],
         "float32, compiled": ["--compile"], "bfloat16, compiled": ["--precision", "bfloat16", "--compile"]}


def forms_of(title, arguments, earlier):
    """The forms in which a peer is measured in this round; those that PyTorch cannot run are left out later."""
    if arguments[0] != "train" or title.endswith("float32"):
        return ["float32"]
    if not earlier:
        return list(FORMS)
    return list(dict.fromkeys(["float32", fastest(earlier[0][1][title])]))


def fastest(forms):
    return max(forms, key=lambda form: forms[form]["symbols_per_second"])


def peer_round(title, arguments, options, earlier):
    """The peer's measurements by form."""
    found = {}
    for form in forms_of(title, arguments, earlier):
        command = [sys.executable, HERE / "peers.py", *arguments, *FORMS[form],
                   "--threads", options.threads, "--seconds", options.seconds]
        if form == "float32":
            found[form] = run_json(command)
            continue
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
        if done.returncode == 0:
            found[form] = json.loads(done.stdout.strip().splitlines()[-1])
        else:
            print(f"{title}, {form}: {done.stderr.strip().splitlines()[-1][:200]}", file=sys.stderr)
    return found


def machine():
    """One line on the processor, its cores and their load before the first measurement."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{model}, {os.cpu_count()} cores, load before the start {os.getloadavg()[0]:.2f}"


def median_and_range(values, form):
    if len(values) == 1:
        return form.format(values[0])
    return f"{form.format(statistics.median(values))} ({form.format(min(values))} to {form.format(max(values))})"


def speed_table(rounds):
    """Ratios first; a case that charchat did not report is named, not left out."""
    lines = ["| | charchat / fastest PyTorch | which is | charchat / PyTorch in float32 | charchat, symbols/s "
             "| fastest PyTorch, symbols/s | charchat, GFLOP/s |", "| --- | --- | --- | --- | --- | --- | --- |"]
    for title, wanted, _ in CASES:
        ours = [pick(rows, wanted) for rows, _ in rounds]
        best = fastest(rounds[0][1][title])
        theirs = [theirs[title][best]["symbols_per_second"] for _, theirs in rounds]
        plain = [theirs[title]["float32"]["symbols_per_second"] for _, theirs in rounds]
        if None in ours:
            lines.append(f"| {title} | not measured | {best} | | not reported by charchat benchmark "
                         f"| {median_and_range(theirs, '{:,.0f}')} | |")
            continue
        speeds = [row["symbols_per_second"] for row in ours]
        ratios = [a / b for a, b in zip(speeds, theirs)]
        plain_ratios = [a / b for a, b in zip(speeds, plain)]
        flops = [row["gflops"] for row in ours if row.get("gflops")]
        lines.append(f"| {title} | **{median_and_range(ratios, '{:.2f}')}** | {best} "
                     f"| {median_and_range(plain_ratios, '{:.2f}')} | {median_and_range(speeds, '{:,.0f}')} "
                     f"| {median_and_range(theirs, '{:,.0f}')} | {median_and_range(flops, '{:.0f}') if flops else ''} |")
    return lines


def own_table(rounds):
    """Everything else that charchat reports of itself."""
    names = [row["name"] for row in rounds[0][0]
             if not any(row is pick(rounds[0][0], wanted) for _, wanted, _ in CASES)]
    if not names:
        return []
    lines = ["", "## charchat alone", "", "| | symbols/s | GFLOP/s |", "| --- | --- | --- |"]
    for name in names:
        rows = [row for rows, _ in rounds for row in rows if row["name"] == name]
        cells = [median_and_range([row[key] for row in rows], form) if all(row.get(key) for row in rows) else ""
                 for key, form in (("symbols_per_second", "{:,.0f}"), ("gflops", "{:.0f}"))]
        lines.append(f"| {name} | {cells[0]} | {cells[1]} |")
    return lines


def quality(text, runs, threads):
    """tinyshakespeare: nanoGPT's CPU recipe, then charchat for as long as that took, as often as asked."""
    lines = ["", QUALITY, "",
             "tinyshakespeare, last tenth held out, nats per character. The peer is nanoGPT's published CPU recipe "
             "(4 layers, 4 heads, width 128, block 64, batch 12, 2,000 steps), re-created from its settings; charchat "
             "has no flag but the time that the peer took, the seed and the threads.", "",
             "| run | charchat | nanoGPT's CPU recipe | seconds |", "| --- | --- | --- | --- |"]
    model = HERE.parent / ".build/bench-quality.safetensors"
    for run in range(runs):
        peer = run_json([sys.executable, HERE / "peers.py", "transformer", "--text", text,
                         "--threads", threads, "--seed", run])
        for leftover in model.parent.glob("bench-quality*"):
            leftover.unlink()
        ours = run_json([CHARCHAT, "train", text, "-o", model, "--hold-out", "end", "--minutes", f"{peer['seconds'] / 60:.3f}",
                         "--threads", threads, "--seed", run + 1, "--json"])
        lines.append(f"| {run + 1} | **{ours['validation_loss']:.4f}** | {peer['validation_loss']:.4f} "
                     f"| {peer['seconds']:.0f} |")
    return lines


def long_run(text, minutes):
    """tinyshakespeare for longer: charchat alone, with no flag but the time."""
    model = HERE.parent / ".build/bench-quality.safetensors"
    for leftover in model.parent.glob("bench-quality*"):
        leftover.unlink()
    ours = run_json([CHARCHAT, "train", text, "-o", model, "--hold-out", "end", "--minutes", minutes, "--json"])
    return ["", f"charchat alone in {minutes:g} minutes (`train tinyshakespeare.txt -o MODEL --hold-out end --minutes {minutes:g}`): "
            f"**{ours['validation_loss']:.4f}**."]


def renew_quality(options):
    """Replaces the table of quality in a file that was written before; the rest of it stays."""
    lines = options.output.read_text(encoding="utf-8").splitlines()
    first = lines.index(QUALITY) - 1
    last = max(i for i, line in enumerate(lines) if line.startswith("| "))
    fresh = quality(tinyshakespeare(), options.quality_runs, options.threads)
    fresh.insert(3, f"Measured by itself (`--only-quality`) on {time.strftime('%Y-%m-%d')}: {machine()}.")
    fresh.insert(4, "")
    options.output.write_text("\n".join(lines[:first] + fresh + lines[last + 1:]) + "\n", encoding="utf-8")


def tinyshakespeare():
    folder = os.environ.get("CHARCHAT_DATA")
    if folder and (Path(folder) / "tinyshakespeare.txt").is_file():
        return Path(folder) / "tinyshakespeare.txt"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4, help="per measurement of a peer")
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1), help="in training, of both")
    parser.add_argument("--quality-runs", type=int, default=1)
    parser.add_argument("--no-quality", action="store_true")
    parser.add_argument("--only-quality", action="store_true", help="measure the first quality table of the file anew")
    parser.add_argument("--long-minutes", type=float, default=0, help="also train on tinyshakespeare for so long")
    parser.add_argument("--quick", action="store_true", help="one short round, to see that everything runs")
    parser.add_argument("-o", "--output", type=Path, default=HERE / "RESULTS.md")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds, options.no_quality = 1, 0.2, True
    try:
        import torch
    except ImportError:
        sys.exit("PyTorch is needed for the peers: pip install torch numpy")
    if not CHARCHAT.exists():
        sys.exit(f"{CHARCHAT.name} is not built yet: make build")

    if options.only_quality:
        if not tinyshakespeare():
            sys.exit("The quality table needs tinyshakespeare.txt in $CHARCHAT_DATA.")
        return renew_quality(options)
    before, began, rounds = machine(), time.strftime("%Y-%m-%d"), []
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
        ours = charchat_round(options)
        rounds.append((ours, {title: peer_round(title, arguments, options, rounds) for title, _, arguments in CASES}))

    lines = ["# Measured beside its peers", "",
             f"Written by `make bench` (`benchmarks/bench.py --rounds {options.rounds} --seconds {options.seconds:g}`) "
             f"on {began}: {before}; PyTorch {torch.__version__}, {options.threads} threads in training. charchat and "
             "the peers ran in turn; a ratio is taken within a round; shown are medians, with the lowest and highest "
             "round.", "", "## Speed", ""]
    lines += speed_table(rounds) + own_table(rounds)
    text = tinyshakespeare()
    if options.no_quality:
        lines += ["", "The comparison of quality was left out (--no-quality)."]
    elif text is None:
        lines += ["", "The comparison of quality was left out: no tinyshakespeare.txt in $CHARCHAT_DATA."]
    else:
        lines += quality(text, options.quality_runs, options.threads)
        if options.long_minutes:
            lines += long_run(text, options.long_minutes)
    options.output.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(options.output.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
