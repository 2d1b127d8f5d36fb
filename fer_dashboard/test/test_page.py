# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The page in a real browser, against the real executables over a real graph."""

import json
import re
import subprocess
from collections.abc import Iterator

import pytest
from asker import Asker
from axe import script_or_skip, violations
from browser import Browser
from page_stage import DASHBOARD, FIELDS, SWITCHES, dashboard, ended, until

from fer_dashboard.seen.controls import CONTROLS


@pytest.fixture(scope="module")
def page(graph: None, browser: Browser) -> "Iterator[tuple[Browser, subprocess.Popen[str], int]]":
    process, port = dashboard(0)
    browser.look(width=1280)
    browser.visit(f"http://127.0.0.1:{port}/")
    until(browser, "document.getElementById('hex').textContent.startsWith('#')")
    yield browser, process, port
    process.kill()
    process.wait()


@pytest.fixture
def asker() -> Iterator[Asker]:
    made = Asker()
    yield made
    made.close()


def test_it_shows_the_light_the_bars_and_the_faces(page) -> None:
    browser, _, _ = page
    until(browser, "bars.rows[3].cells[2].textContent === '0.75'")
    shares = json.loads(str(browser.evaluate("JSON.stringify([...bars.rows].map(r => +r.cells[2].textContent))")))
    assert sum(shares) == pytest.approx(1, abs=0.02)
    color = browser.evaluate("getComputedStyle(document.getElementById('glow')).color")
    numbers = [int(one) for one in re.findall(r"\d+", str(color))]
    said = browser.evaluate("document.getElementById('hex').textContent")
    assert "#" + "".join(f"{one:02x}" for one in numbers) == said
    assert browser.evaluate("document.querySelector('#faces rect').getAttribute('width')") == "200"
    assert browser.evaluate("document.getElementById('faces').getAttribute('aria-label')") == "1 face: f1 happy"


def test_each_light_says_what_it_does_and_no_picture_is_shown_unasked(page) -> None:
    browser, _, _ = page
    until(browser, "document.getElementById('lamps').innerText.startsWith('none: shows #')")
    assert browser.evaluate("document.getElementById('camera').hidden && document.getElementById('watched').hidden")
    assert "No picture is shown" in str(browser.evaluate("document.body.innerText"))


def test_a_control_reaches_the_node_and_a_refusal_is_shown_beside_it(page, asker: Asker) -> None:
    browser, _, _ = page
    until(browser, "!!document.getElementById('set-color.brightness')")
    change = "const i = document.getElementById('set-color.{0}'); i.value = '{1}'; i.onchange()"
    browser.evaluate("{" + change.format("brightness", "0.5") + "}")
    until(browser, "[...document.querySelectorAll('.refused')].every(p => !p.textContent)")
    asker.wait_for("color.brightness", 0.5)
    browser.evaluate(
        "{const i = document.getElementById('set-color.palette'); i.add(new Option('nothing', 'nothing'));"
        " i.value = 'nothing'; i.onchange()}"
    )
    until(browser, "document.querySelector('[data-set=\"color.palette\"] .refused').textContent.includes('nothing')")


def test_every_control_of_the_page_is_walked_and_seen_in_its_node(page, asker: Asker) -> None:
    """The list is the page's own, and holds all that can be worked on it."""
    browser, _, port = page
    browser.visit(f"http://127.0.0.1:{port}/")
    until(browser, f"document.querySelectorAll('#controls [data-set]').length === {len(CONTROLS)}")
    worked = "input, select, textarea, button, a[href], summary, [contenteditable], [onclick], [tabindex]"
    known = "i => i.closest('[data-set]') || i.dataset.switch"
    assert browser.evaluate(f"[...document.querySelectorAll('{worked}')].every({known})")
    fields = json.loads(str(browser.evaluate(FIELDS)))
    assert {one["set"] for one in fields} == {f"{one.node}.{one.name}" for one in CONTROLS}
    for field in fields:
        low, high = field["low"], field["high"]
        tried = field["choices"] or [low, high, low + 0.25 * (high - low)]
        assert len(tried) > 1
        for value in (*tried, field["value"]):
            browser.evaluate(f"change({json.dumps(field['set'])}, {json.dumps(value)})")
            asker.wait_for(field["set"], value)
    assert browser.evaluate("[...document.querySelectorAll('.refused')].every(p => !p.textContent)")
    switches = json.loads(str(browser.evaluate(SWITCHES)))
    for switch in (*switches, switches[0]):  # and the light on again
        browser.evaluate(f"press({json.dumps(switch)})")
        until(browser, f"document.getElementById('switched').textContent === {json.dumps(f'{switch}: done')}")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_no_rule_broken(page, width: int, scheme: str) -> None:
    browser, _, _ = page
    script = script_or_skip()
    browser.look(width=width, scheme=scheme)
    until(browser, "document.querySelectorAll('[data-set]').length > 0")
    assert violations(browser, script) == []
    browser.evaluate(
        "document.querySelector('main').append(Object.assign(new Image(), {id: 'bad', src: 'icon.svg'})); 0"
    )
    assert any(line.startswith("image-alt") for line in violations(browser, script)), "axe looks at nothing"
    browser.evaluate("document.getElementById('bad').remove()")


def test_a_switch_answers(page) -> None:
    browser, _, _ = page
    browser.evaluate("document.querySelector('[data-switch=on][data-value=false]').click()")
    until(browser, "document.getElementById('switched').textContent === 'Light off: done'")
    until(browser, "document.getElementById('hex').textContent === '#000000'")
    browser.evaluate("document.querySelector('[data-switch=on][data-value=true]').click()")
    until(browser, "document.getElementById('hex').textContent !== '#000000'")


def test_nothing_is_asked_of_anybody_else_and_nothing_is_in_the_console(page) -> None:
    browser, _, port = page
    assert browser.requests()
    assert all(url.startswith(f"http://127.0.0.1:{port}/") for url in browser.requests())
    assert browser.errors() == []


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_screen(page, width: int, scheme: str) -> None:
    browser, _, _ = page
    browser.look(width=width, scheme=scheme)
    assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_every_control_has_a_name_and_is_reached_by_keyboard(page) -> None:
    browser, _, _ = page
    named = "i => i.labels.length && i.labels[0].textContent.trim()"
    assert browser.evaluate(f"[...document.querySelectorAll('input, select')].every({named})")
    assert browser.evaluate("[...document.querySelectorAll('button, input, select')].every(i => i.tabIndex === 0)")


def test_it_comes_back_when_the_node_does(page) -> None:
    browser, process, port = page
    assert ended(process) == 0
    until(browser, "document.getElementById('link').className === 'lost'")
    again, _ = dashboard(port)
    try:
        until(browser, "document.getElementById('link').textContent === 'live'")
        until(browser, "document.getElementById('hex').textContent.startsWith('#')")
    finally:
        assert ended(again) == 0


def test_the_cameras_picture_is_shown_when_it_was_asked_for_and_the_page_says_so(graph: None, browser: Browser) -> None:
    process, port = dashboard(0, "show_camera:=true", "-p", "token:=abc")
    try:
        browser.visit(f"http://127.0.0.1:{port}/?token=abc")
        until(browser, "document.getElementById('camera').naturalWidth === 64")
        assert "shows the camera's picture" in str(browser.evaluate("document.body.innerText"))
        assert "No picture is shown" not in str(browser.evaluate("document.body.innerText"))
        assert [
            line for line in browser.errors() if f":{port}/" in line
        ] == []  # the page before still looks for its own
    finally:
        assert ended(process) == 0


def test_a_taken_port_is_one_line() -> None:
    first, port = dashboard(0)
    try:
        second = subprocess.run([*DASHBOARD, f"port:={port}"], capture_output=True, text=True, timeout=60)
    finally:
        assert ended(first) == 0
    assert second.returncode == 2
    assert second.stderr.count("\n") == 1
    assert "set the parameter port" in second.stderr
