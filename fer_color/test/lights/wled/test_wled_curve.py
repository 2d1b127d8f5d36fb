# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a WLED's configuration says of its gamma and its brightness, as each version means it."""

import copy
import json
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wled_controller import Controller

from fer_color.lights import LightOptions, make_light
from fer_color.lights.wled.curve import UNKNOWN, read_curve


def config(val=2.8, col=2.8, bri=1.0, percent=100):
    """The part of /json/cfg that says it (cfg.cpp, serializeConfig)."""
    return {"rev": [1, 0], "light": {"scale-bri": percent, "pal-mode": 0, "gc": {"bri": bri, "col": col, "val": val}}}


@pytest.mark.parametrize(
    ("version", "content", "transfer"),
    [
        ("0.14.4", config(), "gamma2.8"),
        ("0.15.5", config(), "gamma2.8"),
        ("0.15.0-b7", config(2.2, 2.2), "gamma2.2"),
        ("16.0.1", config(2.2, 2.2), "gamma2.2"),
        ("0.15.1", config(2.8, 1.0), "linear"),
        ("16.0.0", config(2.2, 1.0), "linear"),
        ("0.15.1", config(2.799999952, 2.799999952), "gamma2.8"),
        ("0.15.1", config(0.8, 0.8), "linear"),
        ("16.0.1", config(0.8, 0.8), "gamma0.8"),
        ("16.0.1", config(3.5, 3.5), "linear"),
        ("16.0.1", config(0.2, 0.2), ""),
        ("14.5.1-dev", config(), ""),
        ("0.13.3", config(), ""),
        ("17.0.0", config(), ""),
        ("", config(), ""),
        ("0.15.1", {}, ""),
        ("0.15.1", {"light": {"gc": {"val": "2.8", "col": 2.8, "bri": 1}}}, ""),
        ("0.15.1", config(float("nan"), 2.8), ""),
        ("0.15.1", config(10**400, 2.8), ""),
        ("0.15.1", {"light": {"gc": {"val": True, "col": 2.8, "bri": 1}}}, ""),
        ("0.15.1", {"light": {"gc": {"col": 2.8, "bri": 1}}}, ""),
    ],
)
def test_the_gamma_of_colours(version, content, transfer):
    assert read_curve(content, version).transfer == transfer


def test_brightness_is_straight_unless_it_is_set_otherwise():
    for version in ("0.15.1", "16.0.1"):
        assert read_curve(config(), version).dims_straight
        bent = read_curve(config(2.2, 2.2, bri=2.2), version)
        assert not bent.dims_straight
        assert [bent.levels[one] for one in (0, 1, 64, 128, 255)] == [0, 0, 12, 56, 255]
        assert [bent.levels[bent.brightness(one)] for one in (12, 56, 255)] == [12, 56, 255]
        assert bent.brightness(0) > 0, "0 would switch it off"
        assert set(bent.reached) == {bent.levels[bent.brightness(one)] for one in bent.reached}
    assert UNKNOWN.dims_straight


def test_a_factor_on_the_brightness_stands_before_its_gamma_and_in_16_behind_it():
    assert read_curve(config(percent=200), "0.15.1").levels[64] == 128
    assert read_curve(config(percent=50), "0.15.1").levels[128] == 129, "of what it gives at most"
    levels = [read_curve(config(2.2, 2.2, 2.2, percent=200), version).levels[64] for version in ("0.15.1", "16.0.1")]
    assert levels == [56, 24]


@pytest.mark.parametrize(
    ("told", "transfer"),
    [
        ({"light": {"scale-bri": 100, "gc": {"bri": 1, "col": 2.8, "val": 2.8}}}, "gamma2.8"),
        ({"light": {"scale-bri": 100, "gc": {"bri": 1, "col": 1, "val": 2.8}}}, "linear"),
        ({"light": {}}, "any"),
        (None, "any"),  # 404; 501 where a configuration was never saved
    ],
)
def test_a_controller_is_asked_for_it_over_http(told, transfer):
    board = Controller(config=told)
    light = make_light(f"wled:127.0.0.1:{board.port}", LightOptions(), clock=time.monotonic)
    light.open()
    assert light.transfer == transfer
    light.close()
    board.stop()


def paths(content, so_far=()):
    yield so_far
    for key, part in content.items() if isinstance(content, dict) else ():
        yield from paths(part, (*so_far, key))


PLACES = sorted((path for path in paths(config()) if path), key=str)
junk = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.none(), max_size=2)


@given(
    changes=st.lists(st.tuples(st.sampled_from(PLACES), junk), max_size=3),
    version=st.sampled_from(["0.15.1", "16.0.1"]),
)
def test_whatever_a_configuration_says_is_a_curve(changes, version):
    content = copy.deepcopy(config())
    for path, value in changes:
        with suppress(LookupError, TypeError):
            place = content
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = value
    found = read_curve(content, version)
    assert len(found.levels) == 256
    assert found.levels[255] == 255
    assert all(1 <= found.brightness(one) <= 255 for one in (1, 100, 255))
    json.dumps([found.transfer, list(found.reached)])
