"""What the scripts that make up dialogues share: a set held by `charchat evaluate dialogues`, counted, and a Markdown table of counts."""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

CHARCHAT = Path(__file__).resolve().parent.parent / ".build/release/charchat"


def model(description):
    """The model that the command line names, or None for the shipped one."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-m", "--model")
    return parser.parse_args().model


def turn(user, accept=None, reject=()):
    """A turn of a dialogue set; with a pattern one that needs the session and is counted."""
    return {"user": user, "needs": "session" if accept else "none", "accept": [accept or "."], "reject": list(reject)}


def right(dialogues, model):
    """Of the turns that need the session, how many are right: `57 / 60`."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        for number, turns in enumerate(dialogues):
            file.write(json.dumps({"id": f"{number}", "turns": turns}) + "\n")
        file.flush()
        command = [CHARCHAT, "evaluate", "dialogues", file.name, "--json", *(["-m", model] if model else [])]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr.strip())
    score = json.loads(done.stdout)["session"]["session"]
    return f"{score['right']} / {score['of']}"


def table(head, rows):
    """Prints a table row by row, as its cells are counted."""
    print(f"| {' | '.join(head)} |\n|" + " --- |" * len(head))
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |", flush=True)
