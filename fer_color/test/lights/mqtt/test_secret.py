# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A broker's password stands in no parameter, no log line and no list of processes."""

import os

import pytest

from fer_color.errors import ColorError
from fer_color.lights import LightOptions, make_light
from fer_color.lights.mqtt.secret import find_password


def test_first_line_of_a_file(tmp_path):
    file = tmp_path / "password"
    file.write_text("tröt ten\nnot this\n", encoding="utf-8")
    file.chmod(0o600)
    assert find_password(str(file)) == ("tröt ten", "")
    file.chmod(0o644)
    assert find_password(str(file)) == ("tröt ten", f"others on this machine can read '{file}': chmod 600 it")


def test_without_a_file_it_is_the_environments(monkeypatch):
    monkeypatch.setenv("FER_MQTT_PASSWORD", "trötten")
    assert find_password("") == ("trötten", "")
    monkeypatch.delenv("FER_MQTT_PASSWORD")
    assert find_password("") == ("", "")


@pytest.mark.parametrize("kind", ["missing", "folder", "fifo", "empty", "binary", "large", "no home"])
def test_what_is_no_password_file_is_one_line_without_its_content(tmp_path, kind):
    path = tmp_path / "password"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind != "missing":
        path.write_bytes({"empty": b"\nsecret", "binary": b"secret\xff\xfe", "large": b"secret" * 1000}.get(kind, b""))
    name = "~no.such.user/x" if kind == "no home" else str(path)
    with pytest.raises(ColorError, match="password_file") as caught:
        make_light(f"mqtt:127.0.0.1:t?user=anna&password_file={name}", LightOptions(), clock=lambda: 0.0)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_password_needs_a_name(tmp_path):
    with pytest.raises(ColorError, match="add ,user=NAME"):
        make_light(f"mqtt:127.0.0.1:t?password_file={tmp_path}", LightOptions(), clock=lambda: 0.0)


def test_a_variable_that_is_no_text_is_refused_without_its_content(monkeypatch):
    monkeypatch.setenv("FER_MQTT_PASSWORD", "hidden\udcff")
    with pytest.raises(ColorError, match="FER_MQTT_PASSWORD is no text") as caught:
        find_password("")
    assert "hidden" not in str(caught.value)
