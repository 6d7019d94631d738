#!/usr/bin/env python3
"""Reads charchat's transcripts (FILES.md) with Python's own library.

    transcript.py FILE.jsonl     the turns as they stand, one JSON object a line

It checks the chain of hashes, takes undone and replaced replies out as charchat does, and prints what
`charchat sessions show --json` prints.
"""
import hashlib
import json
import sys


def lines(path):
    """Each line as (number, bytes without line end, object)."""
    data = open(path, "rb").read().removeprefix(b"\xef\xbb\xbf")
    for number, line in enumerate(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"), 1):
        if line.strip():
            yield number, line, json.loads(line)


def read(path):
    """The header and the turns as they stand at the end."""
    steps, undone, marks, asked, header, previous = [], [], {}, None, None, None
    for number, line, event in lines(path):
        if header is None:
            if event.get("charchat") not in (1, 2):
                raise ValueError(f"{path} is no transcript of version 1 or 2")
            header = event
        elif event.get("previous") != previous:
            raise ValueError(f"{path}: line {number} does not follow the one before it")
        previous = hashlib.sha256(line).hexdigest()
        role, kind = event.get("role"), event.get("event")
        if role == "user":
            asked = event["content"]
        elif role == "assistant":
            if kind in ("regenerate", "continue"):  # The same question, another answer or a longer one.
                asked = steps.pop()["user"]
            steps.append({"user": asked, "reply": event["content"],
                          "ending": event.get("ended", "complete"),
                          "origin": event.get("origin", "generated")})
            asked, undone = None, []
        elif kind in ("clear", "take", "silence", "load"):
            steps.append(kind)
            asked, undone = None, []
        elif kind == "undo":
            for _ in range(event["turns"] - (asked is not None)):
                undone.append(steps.pop())
            asked = None
        elif kind == "redo":
            for _ in range(event["turns"]):
                steps.append(undone.pop())
            asked = None
        elif kind == "mark":
            marks[event["name"]] = list(steps)
        elif kind == "back":
            marks["-"], steps = steps, list(marks[event["name"]])
            asked, undone = None, []
        # set, fork, close and the role system change nothing that was said.
    turns, before = [], None
    for step in steps:
        if isinstance(step, dict):
            turns.append({"turn": len(turns) + 1, "starts_fresh": before == "clear", **step})
            if before not in (None, "clear"):
                turns[-1]["state_was_changed"] = True
        # After a clear the model knows nothing of what stands above, and by hand its state was changed.
        before = None if isinstance(step, dict) else step
    return header, turns


if __name__ == "__main__":
    for turn in read(sys.argv[1])[1]:
        print(json.dumps(turn, ensure_ascii=False, sort_keys=True, separators=(",", ":")))
