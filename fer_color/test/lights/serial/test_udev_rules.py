# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The udev rules: a file that udev can read and that does what its comments say."""

import fnmatch
import re
import shutil
import subprocess
from pathlib import Path

import pytest

RULES = Path(__file__).resolve().parents[4] / "udev" / "70-fer-strip.rules"
PAIR = re.compile(r'(?P<key>[A-Z]+(?:\{[A-Za-z_]+\})?)(?P<how>==|!=|\+=|=)"(?P<value>[^"]*)"')


@pytest.fixture(scope="module")
def rules():
    if not RULES.is_file():
        pytest.skip("the udev folder is not there")
    lines = [line for line in RULES.read_text().splitlines() if line and not line.startswith("#")]
    found = []
    for line in lines:
        pairs = [match.groups() for match in PAIR.finditer(line)]
        assert re.sub(r",\s*", "", PAIR.sub("", line)).strip() == "", f"not understood: {line}"
        found.append(pairs)
    return found


def fits(text, pattern):
    """Whether one of a pattern's alternatives fits, as a shell would see it."""
    return any(fnmatch.fnmatchcase(text, one) for one in pattern.split("|"))


def apply(rules, subsystem, vendor, product, action="add"):
    """What udev would set for a device, by the rules as udev(7) describes them."""
    facts = {"ACTION": action, "SUBSYSTEM": subsystem, "ATTRS{idVendor}": vendor, "ATTRS{idProduct}": product}
    label = None
    for pairs in rules:
        if label is not None:
            if ("LABEL", "=", label) in pairs:
                label = None
            continue
        matches = [(key, how, value) for key, how, value in pairs if how in ("==", "!=")]
        if all(fits(facts.get(key, ""), value) == (how == "==") for key, how, value in matches):
            for key, how, value in pairs:
                if key == "GOTO":
                    label = value
                elif how in ("=", "+="):
                    facts[key] = value
    return facts


@pytest.mark.parametrize(
    ("vendor", "product"),
    [("2341", "0043"), ("1a86", "7523"), ("10c4", "ea60"), ("0403", "6001"), ("303a", "1001"), ("2e8a", "000a"),
     ("239a", "80f1"), ("1b4f", "9206"), ("16c0", "0483"), ("2a03", "0043"), ("1a86", "55d4"), ("0403", "6015")],
)  # fmt: skip
def test_strips_may_be_opened_and_modem_manager_leaves_them_alone(rules, vendor, product):
    facts = apply(rules, "tty", vendor, product)
    assert (facts["GROUP"], facts["MODE"], facts["TAG"]) == ("dialout", "0660", "uaccess")
    assert facts["ENV{ID_MM_DEVICE_IGNORE}"] == "1"


@pytest.mark.parametrize(
    ("subsystem", "vendor", "product", "action"),
    [
        ("tty", "12d1", "1506", "add"),
        ("tty", "10c4", "8a5e", "add"),
        ("tty", "1a86", "e008", "add"),
        ("tty", "2341", "0049", "add"),
        ("tty", "303a", "8000", "add"),
        ("tty", "2e8a", "000c", "add"),
        ("usb", "2341", "0043", "add"),
        ("tty", "2341", "0043", "remove"),
    ],
)
def test_nothing_else_is_touched(rules, subsystem, vendor, product, action):
    assert "MODE" not in apply(rules, subsystem, vendor, product, action)


def test_no_whole_vendor_is_opened(rules):
    """Each vendor stands beside products of its, and none of them stands for all."""
    named = [pairs for pairs in rules if any(key == "ATTRS{idVendor}" for key, _, _ in pairs)]
    assert len(named) == 10
    for pairs in named:
        (products,) = [value for key, how, value in pairs if key == "ATTRS{idProduct}" and how == "=="]
        assert all(re.fullmatch("[0-9a-f]{4}|8[01][?]{2}", one) for one in products.split("|"))


def test_udev_itself_can_read_them():
    if shutil.which("udevadm") is None:
        pytest.skip("udevadm is not installed")
    done = subprocess.run(["udevadm", "verify", str(RULES)], capture_output=True, text=True, check=False)
    if "Unknown" in done.stderr or "unknown" in done.stderr.lower():
        pytest.skip("this udevadm cannot verify (systemd before 254)")
    assert done.returncode == 0, done.stderr
