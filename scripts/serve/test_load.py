"""What the server must show: many at once, long conversations, sudden deaths, thousands kept."""

from __future__ import annotations

import http.client
import json
import random
import socket
import statistics
import threading
import time

import openai
import pytest

from conftest import LONG

NAMES = ["Ada", "Ben", "Clara", "David", "Emma", "Felix", "Grace", "Henry"]


class Talker:
    """A connection that says things and listens; OpenAI's client would itself be what is measured."""

    def __init__(self, url: str) -> None:
        self.host = url.split("//")[1]
        self.connection = http.client.HTTPConnection(self.host, timeout=120)
        name, port = self.host.rsplit(":", 1)
        self.line = socket.create_connection((name, int(port)), timeout=120)

    def stream(self, text: str, previous: str | None = None) -> tuple[str, str, float]:
        """Says something; returns the response's id, its text and the seconds to its first character.

        Reads the bytes as they come and their events at the end: what listens shares the processor with what
        speaks.
        """
        body = json.dumps(
            {"input": text, "previous_response_id": previous, "stream": True, "temperature": 0}
        ).encode()
        head = f"POST /v1/responses HTTP/1.1\r\nHost: {self.host}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        begun, first, raw = time.monotonic(), 0.0, b""
        self.line.sendall(head.encode() + body)
        while not raw.endswith(b"\r\n0\r\n\r\n"):
            more = self.line.recv(65536)
            assert more, f"the stream ended without its end: {raw[-300:]!r}"
            raw += more
            if not first and b"output_text.delta" in raw:
                first = time.monotonic() - begun
        assert raw.startswith(b"HTTP/1.1 200"), raw[:300]
        said, id = "", ""
        for part in raw.decode().split("data: ")[1:]:
            event, _ = json.JSONDecoder().raw_decode(part)
            if event["type"] == "response.output_text.delta":
                said += event["delta"]
            elif event["type"] in ("response.completed", "response.incomplete"):
                id = event["response"]["id"]
        assert id, "the stream ended without its end"
        return id, said, first

    def say(self, text: str, previous: str | None = None, **more: object) -> dict:
        body = {"input": text, "previous_response_id": previous, "temperature": 0, **more}
        self.connection.request(
            "POST", "/v1/responses", json.dumps(body), {"Content-Type": "application/json"}
        )
        answer = self.connection.getresponse()
        text = answer.read()
        assert answer.status == 200, text
        return json.loads(text)


def test_many_at_once(server, record_property) -> None:
    count, seconds = (64, 60.0) if LONG else (16, 5.0)
    problems: list[str] = []
    firsts: list[float] = []
    characters = [0]
    lock = threading.Lock()
    end = time.monotonic() + seconds

    def talk(index: int) -> None:
        talker, name = Talker(server.url), NAMES[index % len(NAMES)]
        try:
            while time.monotonic() < end:
                id, said, first = talker.stream(f"My name is {name}.")
                _, answer, second = talker.stream("What is my name?", id)
                with lock:
                    firsts.extend([first, second])
                    characters[0] += len(said) + len(answer)
                    if name not in answer:
                        problems.append(f"{name}: {answer}")
        except Exception as error:  # noqa: BLE001
            problems.append(repr(error))

    # One alone, for comparison.
    talker, alone = Talker(server.url), 0
    talker.stream("My name is Ada.")
    begun = time.monotonic()
    for _ in range(10):
        alone += len(talker.stream("My name is Ada.")[1])
    alone = alone / (time.monotonic() - begun)
    start = time.monotonic()
    end = start + seconds
    threads = [threading.Thread(target=talk, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = characters[0] / (time.monotonic() - start)
    firsts.sort()
    print(
        f"\n{count} clients, {seconds:.0f} s: {len(firsts)} replies, {rate:.0f} characters/s "
        f"({rate / alone:.1f} x one client's {alone:.0f}), first character: median "
        f"{statistics.median(firsts) * 1000:.0f} ms, p95 {firsts[int(len(firsts) * 0.95)] * 1000:.0f} ms"
    )
    errors = [p for p in problems if "(" in p]
    print(f"errors {len(errors)}, answers without the name {len(problems) - len(errors)}")
    assert not errors, errors[:5]
    # The model may fail to answer; it never answers with another's name.
    for problem in problems:
        name, answer = problem.split(": ", 1)
        assert not any(other in answer for other in NAMES if other != name), problem


def test_a_late_turn_costs_what_an_early_one_does(server) -> None:
    turns = 1_000 if LONG else 60
    talker, id = Talker(server.url), None
    costs: list[float] = []
    for _ in range(turns):
        begun = time.monotonic()
        id = talker.say("Hello!", id, max_output_tokens=20)["id"]
        costs.append(time.monotonic() - begun)
    early, late = statistics.median(costs[5:25]), statistics.median(costs[-20:])
    print(f"\nturn 10: {early * 1000:.1f} ms, turn {turns}: {late * 1000:.1f} ms, ratio {late / early:.2f}")
    assert late < early * 2


def test_what_was_answered_survives_a_sudden_death(server) -> None:
    deaths = 100 if LONG else 3
    answered: list[tuple[str, str]] = []
    lock = threading.Lock()

    def talk(stop: threading.Event) -> None:
        client, id = server.client(), None
        while not stop.is_set():
            try:
                answer = client.responses.create(
                    model="charchat", input=random.choice(["Hello!", "How are you?"]),
                    previous_response_id=id, timeout=20,
                )
            except openai.APIError:
                return
            id = answer.id
            with lock:
                answered.append((id, answer.output_text))

    for _ in range(deaths):
        stop = threading.Event()
        threads = [threading.Thread(target=talk, args=(stop,)) for _ in range(6)]
        for thread in threads:
            thread.start()
        time.sleep(random.uniform(0.3, 1.5))
        server.kill()
        stop.set()
        for thread in threads:
            thread.join()
        server.start()
    client = server.client()
    for id, text in answered:
        assert client.responses.retrieve(id).output_text == text
    for id, _ in random.sample(answered, min(50, len(answered))):
        assert client.responses.create(
            model="charchat", input="Hello!", previous_response_id=id
        ).output_text
    names = {client.responses.retrieve(id).conversation.id for id, _ in answered}
    for name in names:
        report = client.post(f"/sessions/{name}/verify", body={}, cast_to=dict)
        assert report["proves"], report
    print(f"\n{deaths} deaths, {len(answered)} responses in {len(names)} sessions: all there and proved")


@pytest.mark.skipif(not LONG, reason="takes minutes")
def test_thousands_of_conversations_are_kept(server) -> None:
    talker = Talker(server.url)
    ids = [talker.say("Hello!", max_output_tokens=12)["id"] for _ in range(10_000)]
    resident = server.memory() / 2**20
    print(f"\n10,000 conversations: {resident:.0f} MiB resident")
    first, last = (talker.say("Hello!", id)["output"][0]["content"] for id in (ids[0], ids[-1]))
    assert first == last
    assert resident < 300
