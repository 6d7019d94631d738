"""Time from starting charchat in a pseudo-terminal to its prompt, and resident memory after one reply (Linux).

    python3 benchmarks/startup.py [EXECUTABLE]
"""
import os
import pty
import select
import statistics
import sys
import tempfile
import time
from pathlib import Path

EXECUTABLE = sys.argv[1] if len(sys.argv) > 1 else str(
    Path(__file__).resolve().parent.parent / ".build/release/charchat")


def read_until(terminal, mark):
    seen = b""
    while mark not in seen:
        if not select.select([terminal], [], [], 10)[0]:
            sys.exit(f"no {mark!r} within 10 s")
        seen += os.read(terminal, 4096)


def once(home):
    start = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(CHARCHAT_HOME=home, TERM="xterm")
        os.execv(EXECUTABLE, [EXECUTABLE, "--no-save"])
    read_until(terminal, b">>>")
    milliseconds = (time.perf_counter() - start) * 1000
    os.write(terminal, b"hello\n")
    read_until(terminal, b">>>")
    time.sleep(0.3)
    status = Path(f"/proc/{child}/status").read_text()
    resident = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])
    os.write(terminal, b"/bye\n")
    os.waitpid(child, 0)
    os.close(terminal)
    return milliseconds, resident


with tempfile.TemporaryDirectory() as home:
    runs = [once(home) for _ in range(9)]
times = sorted(run[0] for run in runs)
print(f"prompt after {statistics.median(times):.0f} ms (median of 9; {times[0]:.0f} to {times[-1]:.0f}); "
      f"{max(run[1] for run in runs) / 1024:.1f} MiB resident after a reply")
