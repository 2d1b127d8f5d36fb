# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Pages that stay open while things around them change, and pages behind a proxy, in a real browser."""

import signal
import subprocess
from collections.abc import Iterator

import pytest
from browser import Browser, find_browser
from page_stage import FIELDS, LINK, LIVE, dashboard, ended, until
from proxy import proxied


@pytest.fixture
def page(graph: None, browser: Browser) -> "Iterator[tuple[Browser, subprocess.Popen[str], int]]":
    process, port = dashboard(0)
    browser.visit(f"http://127.0.0.1:{port}/")
    until(browser, LIVE)
    until(browser, "document.getElementById('hex').textContent.startsWith('#')")
    yield browser, process, port
    process.kill()
    process.wait()


def test_a_node_that_says_nothing_any_more_is_gone_though_nobody_closed_the_connection(page) -> None:
    browser, process, _ = page
    process.send_signal(signal.SIGSTOP)
    try:
        until(browser, "document.getElementById('link').className === 'lost'")
        assert browser.evaluate("document.getElementById('hex').textContent") == "no light yet"
    finally:
        process.send_signal(signal.SIGCONT)
    until(browser, LIVE)


def test_a_control_that_has_the_focus_follows_what_others_set_and_gives_up_what_is_refused(page) -> None:
    browser, _, _ = page
    until(browser, "document.getElementById('set-color.palette') !== null")
    browser.evaluate(FIELDS)
    browser.evaluate("window.slider = document.getElementById('set-color.brightness'), slider.focus()")
    browser.evaluate("change('color.brightness', 0.5)")
    other = Browser(str(find_browser()))
    try:
        other.visit(str(browser.evaluate("location.href")))
        until(other, "document.getElementById('set-color.brightness')?.value === '0.5'")
        other.evaluate(FIELDS)
        other.evaluate("change('color.brightness', 0.75)")
        until(browser, "slider.value === '0.75'")
        browser.evaluate(
            "for (const to of [0.5, 0.75]) { slider.value = to; slider.dispatchEvent(new Event('input')); }"
        )
        other.evaluate("change('color.brightness', 0.25)")
        until(browser, "slider.value === '0.25'")
        assert browser.evaluate("document.activeElement === slider")
    finally:
        other.close()
    palette = "document.getElementById('set-color.palette')"
    browser.evaluate(f"{palette}.add(new Option('nowhere'))")
    browser.evaluate("change('color.palette', 'nowhere')")
    until(browser, f"{palette}.closest('.field').querySelector('.refused').textContent.includes('nowhere')")
    assert browser.evaluate(f"{palette}.value") == "paper"


def test_a_page_whose_link_holds_no_more_says_so_and_lives_again_with_it(graph: None, browser: Browser) -> None:
    first, port = dashboard(0, "show_camera:=true", "-p", "token:=abc")
    browser.visit(f"http://127.0.0.1:{port}/?token=abc")
    until(browser, LIVE)
    assert ended(first) == 0
    for token, expected in (("fresh", f"{LINK}.includes('open the one that the node printed last')"), ("abc", LIVE)):
        process, _ = dashboard(port, "show_camera:=true", "-p", f"token:={token}")
        try:
            until(browser, expected)
        finally:
            assert ended(process) == 0


@pytest.mark.parametrize(("path", "keeps_host"), [("/light/", True), ("/", True), ("/", False)])
def test_behind_a_proxy_it_lives_where_the_proxy_keeps_the_host(
    graph: None, browser: Browser, path: str, keeps_host: bool
) -> None:
    process, port = dashboard(0)
    try:
        with proxied(port, path, keeps_host=keeps_host) as outside:
            browser.visit(f"http://127.0.0.1:{outside}{path}")
            until(browser, LIVE if keeps_host else f"{LINK}.includes('a proxy on the way keeps the Host')")
    finally:
        assert ended(process) == 0
