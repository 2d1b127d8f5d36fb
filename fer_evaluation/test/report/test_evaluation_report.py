# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The report: what stands in it, and that a browser shows it without an error or a request."""

import json
import re
from html.parser import HTMLParser
from importlib.resources import files

import cv2
import numpy as np
import pytest
from axe import script_or_skip, violations
from browser import Browser, find_browser
from made_series import labels, measure, one_hot, series

import fer_evaluation
from fer_evaluation.evaluate_bag import main
from fer_evaluation.report.verdict import percent, verdict


@pytest.fixture(scope="module")
def folder(short_bag, tmp_path_factory):
    """An evaluation of the short bag with labels that are wrong in places, and thumbnails."""
    folder = tmp_path_factory.mktemp("report")
    text = "start_s,end_s,emotion\n0.0,2.0,angry\n2.0,6.0,sad\n11.0,19.6,happy\n"
    (folder / "labels.csv").write_text(text)
    given = [str(short_bag), "--labels", str(folder / "labels.csv"), "--output", str(folder / "out")]
    assert main([*given, "--thumbnails"]) == 0
    assert main([*given[:-1], str(folder / "private")]) == 0
    return folder


def content_of(folder):
    return json.loads((folder / "metrics.json").read_text())


def test_metrics_keep_their_schema(folder):
    import jsonschema

    schema = json.loads(files(fer_evaluation).joinpath("metrics.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(content_of(folder / "out"), schema)
    bare = measure(series([0, 0.1], one_hot(3, 3)), None)
    jsonschema.validate({**bare, "source": "replay"}, schema)
    assert schema["properties"]["version"]["const"] == content_of(folder / "out")["version"]


def test_the_verdict_comes_first_in_three_lines(folder):
    page = (folder / "out" / "report.html").read_text()
    body = page[page.index("<body>") :]
    assert re.match(r'<body><main>\s*<h1>[^<]*</h1>\s*<ol class="verdict">(<li>[^<]+</li>){3}</ol>', body)


def test_nothing_in_it_points_elsewhere(folder):
    page = (folder / "out" / "report.html").read_text()
    addresses = re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?([^"')\s>]+)""", page)
    assert all(address.startswith(("#", "data:")) for address in addresses), addresses
    assert "<script" not in page


def test_faces_are_in_it_only_when_asked_for(folder):
    assert 'src="data:image/jpeg' in (folder / "out" / "report.html").read_text()
    assert "image/jpeg" not in (folder / "private" / "report.html").read_text()


def test_it_is_well_formed(folder):
    class Checker(HTMLParser):
        stack: list[str] = []  # noqa: RUF012

        def handle_starttag(self, tag, attrs):
            if tag not in ("meta", "br", "img"):
                self.stack.append(tag)

        def handle_endtag(self, tag):
            assert self.stack.pop() == tag

    page = (folder / "out" / "report.html").read_text()
    checker = Checker()
    checker.feed(page)
    assert checker.stack == []
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)), "two figures share an id"
    used = set(re.findall(r"url\(#([^)]+)\)", page)) | set(re.findall(r'href="#([^"]+)"', page))
    assert used <= set(ids)


def test_two_reports_of_the_same_are_the_same_but_for_times(folder, short_bag, tmp_path):
    given = [str(short_bag), "--labels", str(folder / "labels.csv"), "--output", str(tmp_path / "again")]
    assert main(given) == 0
    for name in ("timeline.png", "confusion.png", "reliability.png"):
        assert (folder / "private" / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name


@pytest.fixture(scope="module")
def browser():
    executable = find_browser()
    if executable is None:
        pytest.skip("no Chromium is installed (Debian's package 'chromium')")
    browser = Browser(executable)
    yield browser
    browser.close()


def test_a_browser_shows_it_without_an_error_or_a_request(folder, browser):
    browser.look()
    browser.open(folder / "out" / "report.html")
    asked = [address for address in browser.requests() if not address.startswith("data:")]
    assert asked == [(folder / "out" / "report.html").resolve().as_uri()]
    assert browser.errors() == []
    assert browser.evaluate("document.querySelectorAll('svg').length") == 3
    assert browser.evaluate("[...document.images].every(i => i.naturalWidth > 0) && document.images.length > 0")
    assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth")


def brightness(browser, path):
    browser.picture(path)
    image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    return float(np.median(image)), float(np.percentile(image, 1)), float(np.percentile(image, 99))


def test_it_follows_light_dark_and_paper(folder, browser, tmp_path):
    page = folder / "private" / "report.html"
    found = {}
    for name, look in {
        "light": {},
        "dark": {"scheme": "dark"},
        "paper": {"media": "print", "scheme": "dark"},
    }.items():
        browser.look(**look)
        browser.open(page)
        found[name] = brightness(browser, tmp_path / f"{name}.png")
        ink = browser.evaluate("getComputedStyle(document.querySelector('svg text')).fill")
        paper = browser.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ink != paper
    assert found["light"][0] > 230
    assert found["dark"][0] < 60
    assert found["dark"][2] > 180, "text is bright on dark"
    assert found["paper"][0] > 230
    assert browser.pdf().startswith(b"%PDF")


def test_it_fits_a_telephone(folder, browser):
    browser.look(width=400)
    browser.open(folder / "private" / "report.html")
    assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), (400, "dark")])
def test_axe_finds_no_rule_broken(folder, browser, width, scheme):
    script = script_or_skip()
    browser.look(width=width, scheme=scheme)
    browser.open(folder / "out" / "report.html")
    assert violations(browser, script) == []


def luminance(colour):
    values = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_emotions_differ_without_colour():
    """Each pair differs in its pattern or, by WCAG's contrast, in its brightness."""
    from fer_evaluation.report.style import COLOURS, HATCHES

    for one in range(7):
        for other in range(one):
            low, high = sorted((luminance(COLOURS[one]), luminance(COLOURS[other])))
            assert HATCHES[one] != HATCHES[other] or (high + 0.05) / (low + 0.05) > 2


def test_the_verdict_says_what_is_wrong():
    content = measure(series([0, 0.1, 0.2, 0.3], one_hot(3, 3, 5, 3)), labels("0,1,happy"))
    lines = verdict(content)
    assert len(lines) == 3
    assert "right in 75 %" in lines[0]
    assert "happy (75 % found)" in lines[0]
    assert "not recorded" in lines[2]
    nobody = measure(series([0, 0.1], [[np.nan] * 7] * 2), None)
    assert "seen in 0 % of 2 images" in verdict(nobody)[0]


@pytest.mark.parametrize(("value", "shown"), [(1.0, "100 %"), (0.9996, "99.9 %"), (0.713, "71 %"), (0.0, "0 %")])
def test_all_is_said_only_of_all(value, shown):
    assert percent(value) == shown
