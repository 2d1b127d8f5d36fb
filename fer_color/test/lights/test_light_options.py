# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Which options a light takes, and addresses that name nothing."""

import pytest

from fer_color.errors import ColorError
from fer_color.lights import LightOptions, make_light
from fer_color.lights.registry import BUILT_IN

NOTATIONS = {
    "adalight": "adalight:/dev/ttyUSB0:16",
    "artnet": "artnet:127.0.0.1:0:16",
    "ddp": "ddp:127.0.0.1:16",
    "mqtt": "mqtt:127.0.0.1:home/ambient",
    "record": "record:light.jsonl",
    "robot": "robot:rgba",
    "sacn": "sacn:1:16",
    "tpm2": "tpm2:/dev/ttyUSB0:16",
    "wled": "wled:127.0.0.1",
}


def make(spec):
    return make_light(spec, LightOptions(color_order="GRB", baud=57600), clock=lambda: 0.0)


@pytest.mark.parametrize("spec", ["ddp:[fe80::1]:60", "wled:[fe80::1]", "mqtt:[fe80::1]:t", "sacn:1:4?host=[fe80::1]"])
def test_a_link_local_address_wants_its_network(spec):
    with pytest.raises(ColorError, match=r"name the network, as in \[fe80::1%eth0\]") as caught:
        make(spec).open()
    assert "\n" not in str(caught.value)


OF_SOME = {
    "color_order=GRB": {"adalight", "artnet", "ddp", "sacn", "tpm2"},
    "reverse=true": {"adalight", "artnet", "ddp", "sacn", "tpm2"},
    "baud=9600": {"adalight", "tpm2"},
    "settle=1": {"adalight", "tpm2"},
    "led_ma=20": {"adalight", "artnet", "ddp", "record", "robot", "sacn", "tpm2"},
}


@pytest.mark.parametrize("option", OF_SOME)
@pytest.mark.parametrize("name", BUILT_IN)
def test_an_option_that_a_light_would_not_heed_is_refused(name, option):
    spec, word = f"{NOTATIONS.get(name, name)}?{option}", option.partition("=")[0]
    if name in OF_SOME[option]:
        make(spec)
        return
    with pytest.raises(ColorError, match=f"has no option '{word}': .*use one of brightness") as caught:
        make(spec)
    assert word not in str(caught.value).partition("use one of")[2]
