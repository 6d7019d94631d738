"""Saved sessions at scale, through the built executable as a user would (Linux, macOS).

    python3 benchmarks/sessions.py [--executable FILE] [--sessions 10000] [--turns 10000] [--replay 1000] [--only PART]

Makes its own sessions in a folder that is gone afterwards; prints one table. Medians unless it says
otherwise. Parts: scale (list, search, resume-latest), cost (undo, redo, fork, regenerate), replay.
"""
import argparse
import hashlib
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORDS = ("capital of Spain what is my name where do I live the weather in Busan tomorrow please tell me about Ada and her dog "
         "Biscuit 안녕하세요 제 이름은 민준이에요 일본의 수도는 어디예요 고마워 부산은 날씨가 어때요").split()


def line(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def transcript(model, turns, seed):
    """A sound transcript, its chain of hashes included; its replies are marked as imported."""
    draw = random.Random(seed)
    lines = [line({"charchat": 1, "created": "2026-01-01T00:00:00Z", "length_limit": 600, "model": model, "seed": 1,
                   "temperature": 0.7, "top_p": 0.9})]

    def add(value):
        value["previous"] = hashlib.sha256(lines[-1]).hexdigest()
        lines.append(line(value))
    for number in range(turns):
        said = " ".join(draw.choices(WORDS, k=draw.randint(3, 12)))
        if seed == 77 and number == 1:
            said += " the needle is here"
        add({"at": "2026-01-01T00:00:00Z", "content": said, "role": "user"})
        add({"at": "2026-01-01T00:00:00Z", "content": " ".join(draw.choices(WORDS, k=draw.randint(3, 15))),
             "ended": "complete", "origin": "imported", "role": "assistant"})
    return b"\n".join(lines) + b"\n"


class Bench:
    def __init__(self, options, folder):
        self.program = options.executable
        self.options = options
        self.home = Path(folder) / "home"
        self.folder = Path(folder)
        self.sessions = self.home / "sessions"
        self.sessions.mkdir(parents=True, mode=0o700)
        self.environment = dict(os.environ, CHARCHAT_HOME=str(self.home), CHARCHAT_NOHISTORY="1", CHARCHAT_LANG="en")
        self.rows = []
        # Seconds of processor time that the last run took, and all runs.
        self.processor = self.used = 0.0

    def row(self, what, figure):
        self.rows.append((what, figure))
        print(f"| {what} | {figure} |", flush=True)

    def run(self, *arguments, given=""):
        start = time.perf_counter()
        done = subprocess.run([self.program, *arguments], input=given, text=True, capture_output=True, env=self.environment)
        seconds = time.perf_counter() - start
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.processor, self.used = used.ru_utime + used.ru_stime - self.used, used.ru_utime + used.ru_stime
        if done.returncode != 0:
            sys.exit(f"{arguments}: exit code {done.returncode}\n{done.stderr}")
        return seconds, done.stdout

    def median(self, *arguments, given="", rounds=9):
        times = [self.run(*arguments, given=given)[0] * 1000 for _ in range(rounds)]
        return f"{statistics.median(times):.0f} ms ({min(times):.0f} to {max(times):.0f})"

    def tiny_model(self):
        """Trained for a moment: it talks nonsense, quickly."""
        path = self.folder / "tiny.safetensors"
        if not path.exists():
            corpus = self.folder / "talk.tsv"
            corpus.write_text("".join(f"hello {n}\thello yourself {n}\n안녕 {n}\t안녕하세요 {n}\n" for n in range(40)))
            self.run("train", str(corpus), "-o", str(path), "--preset", "tiny", "--steps", "60", "--seed", "1", "--threads", "1")
        return str(path)

    def hash(self, model):
        return json.loads(self.run("inspect", model, "--json")[1])["hash"]

    def scale(self):
        count = self.options.sessions
        model = self.tiny_model()
        name = self.hash(model)
        size = 0
        for number in range(count):
            path = self.sessions / f"session-{number:05}.jsonl"
            data = transcript(name, 2 + number % 12, number)
            path.write_bytes(data)
            path.chmod(0o600)
            size += len(data)
        what = f"{count:,} sessions ({size / 2**20:.0f} MiB)"
        self.row(f"{what}: the first list, which builds the index", f"{self.run('sessions', 'list')[0] * 1000:.0f} ms")
        self.row(f"{what}: `sessions list`", self.median("sessions", "list"))
        self.row(f"{what}: `sessions list --json`", self.median("sessions", "list", "--json"))
        for text in ["the needle is here", "busan", "부산", "not said by anyone"]:
            found = len(self.run("sessions", "search", text, "--limit", str(count))[1].splitlines())
            self.row(f"`sessions search \"{text}\"` (in {found:,})", self.median("sessions", "search", text))
        changed = self.sessions / f"session-{count // 2:05}.jsonl"
        added = transcript(name, 40, 1) + b""
        changed.write_bytes(added)
        (self.sessions / "another.jsonl").write_bytes(transcript(name, 3, 5))
        first = self.run("sessions", "list")
        listed = first[1].splitlines()
        if len(listed) != count + 1 or not any("40 turns" in one for one in listed[:2]):
            sys.exit("a changed or a new file was not noticed")
        self.row("list after one file changed and one came", f"{first[0] * 1000:.0f} ms")
        self.row("resume the latest (`-c`, tiny model, no input)", self.median("-c", "-m", model))
        self.row("new session, one turn (tiny model)", self.median("-m", model, given="hello\n"))
        for path in self.sessions.iterdir():
            path.unlink()

    def cost(self):
        """One process; each command is timed from the line written to its notice on standard error."""
        model = self.tiny_model()
        chat = subprocess.Popen([self.program, "--commands", "-s", "long", "-m", model, "--seed", "1"], env=self.environment, text=True,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=1)

        def say(text):
            chat.stdin.write(text + "\n")
            chat.stdin.flush()
            return chat.stdout.readline()

        def command(text, last):
            """Milliseconds until the line of standard error that begins with `last`."""
            start = time.perf_counter()
            chat.stdin.write(text + "\n")
            chat.stdin.flush()
            while not (line := chat.stderr.readline()).startswith(last):
                if not line:
                    sys.exit(f"{text}: the chat ended")
            took = (time.perf_counter() - start) * 1000
            chat.stdout.readline()  # empty: a line out for each line in
            return took

        def load():
            """Goes back to the long session; what it shows of its last turn has no fixed length."""
            command("/load long", "Going on")
            command("/show parameters", "temperature")

        def regenerate():
            start = time.perf_counter()
            say("/regen")
            return (time.perf_counter() - start) * 1000

        def measure(turns, rounds=15):
            times = {"undo": [], "redo": [], "clear and undo": [], "regenerate": [], "fork at the end": [], "fork at turn 5": []}
            for _ in range(rounds):
                times["undo"].append(command("/undo", "Undid"))
                times["redo"].append(command("/redo", "Brought"))
                times["clear and undo"].append(command("/clear", "The model") + command("/undo", "Undid"))
                times["regenerate"].append(regenerate())
            for number in range(rounds):
                times["fork at the end"].append(command(f"/fork end-{turns}-{number}", "Saved in"))
                load()
                times["fork at turn 5"].append(command(f"/fork five-{turns}-{number} @5", "Saved in"))
                load()
            return {name: statistics.median(values) for name, values in times.items()}

        for number in range(10):
            say(f"hello {number}")
        early = measure(10)
        start = time.perf_counter()
        for number in range(10, self.options.turns):
            say(f"hello {number}")
        seconds = time.perf_counter() - start
        late = measure(self.options.turns)
        chat.stdin.close()
        if chat.wait() != 0:
            sys.exit("the chat did not end well: " + chat.stderr.read())
        self.row(f"turns said through a pipe, each synchronized (tiny model)", f"{(self.options.turns - 10) / seconds:.0f} a second")
        for name in early:
            self.row(f"{name}, at turn 10 / at turn {self.options.turns:,}", f"{early[name]:.1f} / {late[name]:.1f} ms")
        size = (self.sessions / "long.states").stat().st_size
        self.row(f"snapshot file at turn {self.options.turns:,}", f"{size / 1024:.0f} KiB")
        self.row(f"open a session of {self.options.turns:,} turns", self.median("-s", "long", "-m", model, rounds=5))

    def replay(self):
        turns = self.options.replay
        draw = random.Random(1)
        said = [" ".join(draw.choices(WORDS, k=draw.randint(2, 7))) for _ in range(turns)]
        held = self.run("-s", "replayed", "--seed", "1", given="\n".join(said) + "\n")[0]
        held = f"{held:.1f} s to hold ({self.processor:.1f} s of processor time)"
        path = self.sessions / "replayed.jsonl"
        content = [json.loads(one).get("content", "") for one in path.read_text().splitlines()]
        characters = sum(map(len, content))
        self.row(f"{turns:,} turns with the shipped model, {characters:,} characters", held)
        proved = self.run("replay", "replayed", "--verify")[0]
        self.row("`replay --verify` of them", f"{proved:.1f} s ({self.processor:.1f} s of processor time)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--executable", default=str(ROOT / ".build/release/charchat"))
    parser.add_argument("--sessions", type=int, default=10_000)
    parser.add_argument("--turns", type=int, default=10_000)
    parser.add_argument("--replay", type=int, default=1_000)
    parser.add_argument("--only", choices=["scale", "cost", "replay"])
    options = parser.parse_args()
    print("| what | figure |\n| --- | --- |")
    with tempfile.TemporaryDirectory(prefix="charchat-sessions-") as folder:
        bench = Bench(options, folder)
        for part in ["scale", "cost", "replay"]:
            if options.only in (None, part):
                getattr(bench, part)()


main()
