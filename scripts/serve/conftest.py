"""A server of the built charchat ($CHARCHAT) on a free port, with a home of its own."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import openai
import pytest

LONG = bool(os.environ.get("CHARCHAT_LONG"))


class Server:
    """The running program. `restart` begins another one in the same home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {**os.environ, "CHARCHAT_HOME": str(home), "CHARCHAT_LANG": "en"}
        self.environment.pop("CHARCHAT_API_KEY", None)
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [os.environ["CHARCHAT"], "serve", "--port", "0"],
            env=self.environment, stdout=subprocess.PIPE, stderr=open(self.home / "log", "a"), text=True,
        )
        line = self.process.stdout.readline()
        assert line.startswith("charchat listens on "), line
        self.url = line.split()[-1]

    def kill(self, number: int = signal.SIGKILL) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)

    def restart(self) -> None:
        self.kill()
        self.start()

    def client(self) -> openai.OpenAI:
        return openai.OpenAI(base_url=self.url + "/v1", api_key="none", max_retries=0)

    def charchat(self, *arguments: str, status: int = 0) -> str:
        done = subprocess.run(
            [os.environ["CHARCHAT"], *arguments], env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == status, done
        return done.stdout

    def memory(self) -> int:
        """Resident bytes; Linux alone."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("no VmRSS")


@pytest.fixture
def server(tmp_path: Path):
    server = Server(tmp_path)
    yield server
    server.kill()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory):
    server = Server(tmp_path_factory.mktemp("home"))
    yield server
    server.kill()
