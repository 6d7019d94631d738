"""The OpenAPI document against the server: schemathesis sends what it allows, and what it does not."""

from __future__ import annotations

import subprocess
import sys

import pytest

from conftest import LONG


def test_schemathesis_finds_nothing(shared) -> None:
    pytest.importorskip("schemathesis")
    done = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "run", shared.url + "/openapi.json",
            "--max-examples", "100" if LONG else "10", "--seed", "1", "--checks",
            "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
        ],
        capture_output=True, text=True,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
