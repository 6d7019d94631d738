"""What people's own programs do: OpenAI's Python client, llm and curl."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import openai
import pytest


def test_chat_completions(shared) -> None:
    client = shared.client()
    messages = [{"role": "user", "content": "My name is Ada."}]
    first = client.chat.completions.create(model="charchat", messages=messages, seed=1)
    messages += [
        {"role": "assistant", "content": first.choices[0].message.content},
        {"role": "user", "content": "What is my name?"},
    ]
    second = client.chat.completions.create(model="charchat", messages=messages, temperature=0)
    assert "Ada" in second.choices[0].message.content
    assert second.usage.prompt_tokens_details.cached_tokens > 0
    stream = client.chat.completions.create(
        model="charchat", messages=messages, temperature=0, stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == second.choices[0].message.content
    assert chunks[-1].usage.total_tokens == second.usage.total_tokens


def test_the_helper_that_gathers_a_chat_stream(shared) -> None:
    with shared.client().chat.completions.stream(
        model="charchat", messages=[{"role": "user", "content": "Hello!"}], seed=1
    ) as stream:
        pieces = [event.delta for event in stream if event.type == "content.delta"]
        final = stream.get_final_completion()
    assert "".join(pieces) == final.choices[0].message.content


def test_logprobs(shared) -> None:
    answer = shared.client().chat.completions.create(
        model="charchat", messages=[{"role": "user", "content": "Hello!"}], temperature=0,
        logprobs=True, top_logprobs=2,
    )
    tokens = answer.choices[0].logprobs.content
    assert "".join(t.token for t in tokens) == answer.choices[0].message.content
    assert all(t.logprob <= 0 and len(t.top_logprobs) == 2 for t in tokens)


def test_text_completions(shared) -> None:
    answer = shared.client().completions.create(model="charchat", prompt="Hello!", seed=1)
    assert answer.choices[0].text


def test_responses_are_sessions(shared) -> None:
    client = shared.client()
    first = client.responses.create(model="charchat", input="My name is Ada.")
    second = client.responses.create(
        model="charchat", input="What is my name?", previous_response_id=first.id
    )
    assert "Ada" in second.output_text
    fork = client.responses.create(
        model="charchat", input="I live in Paris.", previous_response_id=first.id
    )
    assert fork.conversation.id != second.conversation.id
    assert client.responses.retrieve(second.id).output_text == second.output_text
    items = client.responses.input_items.list(second.id)
    assert items.data[0].content[0].text == "What is my name?"
    # The session is one like any other.
    name = second.conversation.id
    assert name in shared.charchat("sessions", "list")
    shared.charchat("replay", name, "--verify")
    client.responses.delete(second.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(second.id)


def test_the_helper_that_gathers_a_stream_of_events(shared) -> None:
    with shared.client().responses.stream(model="charchat", input="Hello!") as stream:
        text = "".join(e.delta for e in stream if e.type == "response.output_text.delta")
        final = stream.get_final_response()
    assert final.status == "completed" and final.output_text == text


def test_conversations(shared) -> None:
    client = shared.client()
    conversation = client.conversations.create()
    for text in ["My name is Ada.", "What is my name?"]:
        answer = client.responses.create(
            model="charchat", input=text, conversation=conversation.id
        )
    assert "Ada" in answer.output_text
    items = client.conversations.items.list(conversation.id, order="asc")
    assert [item.role for item in items.data] == ["user", "assistant"] * 2
    assert client.conversations.retrieve(conversation.id).id == conversation.id
    assert client.conversations.delete(conversation.id).deleted


def test_errors_are_openai_s(shared) -> None:
    client = shared.client()
    with pytest.raises(openai.NotFoundError) as wrong:
        client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "x"}]
        )
    assert wrong.value.code == "model_not_found" and wrong.value.param == "model"
    with pytest.raises(openai.BadRequestError):
        client.responses.create(model="charchat", input="x", instructions="Be brief.")


def test_curl(shared) -> None:
    def curl(*arguments: str) -> str:
        return subprocess.run(
            ["curl", "-sS", "--max-time", "60", *arguments], capture_output=True, text=True, check=True
        ).stdout

    assert json.loads(curl(shared.url + "/v1/models"))["data"][0]["id"] == "charchat"
    stream = curl(
        "-N", shared.url + "/v1/responses", "--json", '{"input":"Hello!","stream":true}'
    )
    assert stream.count("event: response.completed") == 1


def test_llm(shared, tmp_path: Path) -> None:
    pytest.importorskip("llm")
    (tmp_path / "extra-openai-models.yaml").write_text(
        f"- model_id: ours\n  model_name: charchat\n  api_base: {shared.url}/v1\n  api_key_name: none\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "llm", "-m", "ours", "--key", "none", "Hello!"],
        env={**os.environ, "LLM_USER_PATH": str(tmp_path)}, capture_output=True, text=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0 and done.stdout.strip(), done


def test_a_prompt_and_a_server_take_turns(server) -> None:
    """What was begun at the prompt goes on over HTTP."""
    subprocess.run(
        [os.environ["CHARCHAT"], "-s", "mine"], input="My name is Ada.\n", text=True,
        env=server.environment, check=True, capture_output=True,
    )
    answer = server.client().responses.create(
        model="charchat", input="What is my name?", conversation="mine"
    )
    assert "Ada" in answer.output_text


def test_the_prompt_talks_with_the_server(server) -> None:
    """charchat --server: the session is the server's, and goes on by its name."""
    def talk(*arguments: str, say: str, status: int = 0) -> list[str]:
        done = subprocess.run(
            [os.environ["CHARCHAT"], "--server", server.url, *arguments], input=say, text=True,
            env=server.environment, capture_output=True,
        )
        assert done.returncode == status, done
        return done.stdout.splitlines()

    assert "Ada" in talk(say="My name is Ada.\nWhat is my name?\n")[1]
    name = server.charchat("sessions", "list").split()[0]
    assert "Ada" in talk("-s", name, say="What is my name?\n")[0]
    assert "Ada" in talk("-c", say="What is my name?\n")[0]
    answer = server.client().conversations.items.list(name)
    assert len(answer.data) == 8
    talk("-s", "nothing", say="Hello!\n", status=1)


def test_metadata_and_items(shared) -> None:
    client = shared.client()
    made = client.conversations.create(metadata={"shop": "7"})
    assert client.conversations.retrieve(made.id).metadata == {"shop": "7"}
    items = client.conversations.items.create(
        made.id,
        items=[
            {"type": "message", "role": "user", "content": "My name is Ada."},
            {"type": "message", "role": "assistant", "content": "Your name is Ada. Nice to meet you!"},
        ],
    )
    assert [item.role for item in items.data] == ["user", "assistant"]
    answer = client.responses.create(
        model="charchat", input="What is my name?", conversation=made.id, metadata={"a": "b"}
    )
    assert "Ada" in answer.output_text
    assert client.responses.retrieve(answer.id).metadata == {"a": "b"}
    assert client.conversations.update(made.id, metadata={"till": "2"}).metadata == {"till": "2"}


def test_sigterm_lets_replies_end(server) -> None:
    client = server.client()
    heard: list[str] = []

    def listen() -> None:
        stream = client.chat.completions.create(
            model="charchat", messages=[{"role": "user", "content": "Tell me about France."}],
            stream=True, n=4, temperature=1.5,
        )
        for chunk in stream:
            heard.append(chunk.choices[0].finish_reason or "")

    thread = threading.Thread(target=listen)
    thread.start()
    while not heard:
        pass
    assert server.kill(signal.SIGTERM) == 0
    thread.join()
    assert sum(reason != "" for reason in heard) == 4
