"""The page in a browser: somebody types, clicks a turn, forks, and looks. Needs Playwright and a Chromium."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture
def page(server):
    if not CHROMIUM:
        pytest.skip("there is no Chromium")
    with playwright.sync_playwright() as run:
        browser = run.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(locale="en-GB", viewport={"width": 1200, "height": 1000})
        page.set_default_timeout(60_000)
        page.problems = []
        page.on("console", lambda m: m.type == "error" and page.problems.append(m.text))
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.goto(server.url)
        yield page
        browser.close()


def say(page, text: str, turns: int) -> None:
    page.fill("#question", text)
    page.press("#question", "Enter")
    page.wait_for_function(
        """([text, turns]) => {
            const last = document.querySelector('#turns li:last-child[aria-current]');
            return last && last.textContent.startsWith(`${turns}. ${text}`)
                && document.querySelector('#fresh').textContent !== '…';
        }""", arg=[text, turns],
    )


def test_a_question_a_fork_and_a_look(page, tmp_path: Path) -> None:
    say(page, "My name is Ada.", 1)
    say(page, "What is my name?", 2)
    assert "Ada" in page.text_content("#session")
    assert "Ada" not in page.text_content("#fresh")
    assert page.text_content("#search").strip()
    assert page.locator("#memory .bar").count() == 1
    assert page.locator("#pictures canvas").count() >= 1
    assert page.locator("#odds .bar").count() >= 2

    # From turn 1 a fork sets out.
    page.locator("#turns li").nth(0).get_by_role("button", name="Go on from here").click()
    assert "fork" in page.text_content("#where")
    say(page, "<b>Where</b> do I live?", 2)
    said = page.locator("#turns .said").nth(1)
    assert "<b>Where</b>" in said.text_content() and said.locator("b").count() == 0
    page.wait_for_function("() => document.querySelectorAll('#sessions option').length === 3")

    page.get_by_role("button", name="Prove this session").click()
    page.wait_for_function("() => document.querySelector('#proof').textContent.includes('2')")
    shots = Path(os.environ.get("SCREENSHOTS", tmp_path))
    page.screenshot(path=shots / "wide.png", full_page=True)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="한국어").click()
    assert page.get_attribute("html", "lang") == "ko"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=shots / "phone.png", full_page=True)
    assert not page.problems, page.problems


def test_a_changed_state_is_asked_and_not_kept(page, server) -> None:
    say(page, "My name is Ada.", 1)
    say(page, "I live in Paris.", 2)
    # Another session's state, in which nobody was named Ada.
    page.get_by_role("button", name="New session").click()
    say(page, "My name is Ben.", 1)
    page.wait_for_function("() => document.querySelectorAll('#donor option').length === 2")
    own = page.input_value("#donor")
    other = page.eval_on_selector_all("#donor option", "all => all.map(one => one.value)")
    page.select_option("#donor", next(one for one in other if one != own))
    page.wait_for_function("() => document.querySelectorAll('#donorTurn option').length === 3")
    assert page.input_value("#surgeryQuestion") == "What is my name?"
    page.get_by_role("button", name="Ask the changed state").click()
    page.wait_for_selector("#operated .changed")
    cards = page.locator("#operated .card")
    assert "Ben" in cards.nth(0).text_content() and "Ada" in cards.nth(1).text_content()
    assert "CHANGED" in cards.nth(1).text_content()
    # All heads silenced: what they kept is gone.
    for box in page.locator("#heads input").all():
        box.check()
    page.get_by_role("button", name="Ask the changed state").click()
    page.wait_for_function(
        "() => document.querySelector('#operated .changed').textContent.includes('Silenced')")
    assert page.locator("#turns li").count() == 1
    assert len(server.charchat("sessions", "list").splitlines()) == 2
    assert not page.problems, page.problems


def test_a_reload_and_the_way_back_find_the_session(page, server) -> None:
    say(page, "My name is Ada.", 1)
    page.reload()
    page.wait_for_selector("#turns li")
    page.get_by_role("button", name="New session").click()
    page.wait_for_selector("#talk", state="hidden")
    page.go_back()
    page.wait_for_selector("#turns li")
    say(page, "What is my name?", 2)
    assert "Ada" in page.text_content("#session")
    assert len(server.charchat("sessions", "list").splitlines()) == 1
    assert not page.problems, page.problems


def test_a_word_longer_than_the_page_does_not_widen_it(page) -> None:
    page.set_viewport_size({"width": 320, "height": 568})
    say(page, "W" * 120, 1)
    say(page, "What is my name?", 2)
    for turn in page.locator("#turns li > button").all():
        turn.click()
        page.wait_for_function("() => document.activeElement.id === 'lookTitle'")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not page.problems, page.problems


def test_it_works_by_keyboard_alone(page) -> None:
    page.focus("#question")
    page.keyboard.type("Hello!")
    page.keyboard.press("Enter")
    page.wait_for_selector("#turns li[aria-current]")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.tagName")
    assert focused == "BUTTON"
    assert not page.problems, page.problems
