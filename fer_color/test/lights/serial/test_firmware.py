# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The microcontroller's sketch: its parser and its watchdog run here, compiled by this machine's own compiler."""

import itertools
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_color.lights.serial.adalight import encode as adalight
from fer_color.lights.serial.port_writer import PRESSED
from fer_color.lights.serial.tpm2 import encode as tpm2

SKETCH = Path(__file__).resolve().parents[4] / "firmware" / "fer_strip"
HARNESS = Path(__file__).with_name("firmware_harness.cpp")
COMPILER = shutil.which("g++") or shutil.which("c++")
LEDS, MANY = 4, 60


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Feeds lines to the harness, compiled for so many channels and LEDs, and returns the lines that it prints."""
    if not SKETCH.is_dir() or COMPILER is None:
        pytest.skip("the firmware folder or a C++ compiler is not there")
    folder = tmp_path_factory.mktemp("firmware")
    for channels, leds in ((3, LEDS), (4, LEDS), (3, MANY), (4, MANY)):
        command = [COMPILER, "-std=c++11", "-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined", "-g"]
        command += [f"-DTEST_LEDS={leds}", f"-DTEST_CHANNELS={channels}", f"-I{SKETCH}", str(HARNESS)]
        subprocess.run([*command, "-o", str(folder / f"{channels}x{leds}")], check=True)

    def lines(script, channels=3, leds=LEDS):
        command = [str(folder / f"{channels}x{leds}")]
        done = subprocess.run(command, input="\n".join(script), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    return lines


def frames(run, stream, channels=3, leds=LEDS):
    return [bytes.fromhex(line) for line in run([f"b {stream.hex()}"], channels, leds)]


def test_frames_of_both_protocols(run):
    one, two = bytes(range(12)), bytes(range(100, 112))
    assert frames(run, adalight(one, LEDS) + tpm2(two) + adalight(two, LEDS)) == [one, two, two]


def test_golden_bytes(run):
    """Adalight's header for 4 LEDs, as its description reckons it: 3, and 0 ^ 3 ^ 0x55."""
    assert frames(run, b"Ada\x00\x03\x56" + bytes(12)) == [bytes(12)]
    assert frames(run, bytes.fromhex("c9da000c") + b"\x07" * 12 + b"\x36") == [b"\x07" * 12]


def test_white_channel(run):
    four = bytes(range(16))
    assert frames(run, adalight(four, LEDS) + tpm2(four), 4) == [four, four]


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=40).map(lambda noise: (noise, None)),
            st.binary(min_size=12, max_size=12).map(lambda data: (adalight(data, LEDS), data)),
            st.binary(min_size=12, max_size=12).map(lambda data: (tpm2(data), data)),
        ),
        max_size=12,
    ),
    st.integers(1, 64),
)
def test_a_whole_frame_is_found_after_any_noise(run, parts, tail):
    """What comes before may swallow frames, as a header in the noise does; after enough of them it is in step again."""
    stream = b"".join(part for part, _ in parts)
    last = bytes([tail] * 12)
    found = frames(run, stream + adalight(last, LEDS) * 6000)
    assert found[-1] == last


@given(st.lists(st.tuples(st.booleans(), st.binary(min_size=12, max_size=12)), max_size=20))
def test_clean_stream_loses_nothing(run, parts):
    stream = b"".join(adalight(data, LEDS) if ada else tpm2(data) for ada, data in parts)
    assert frames(run, stream) == [data for _, data in parts]


def test_header_that_begins_in_a_broken_one(run):
    data = bytes(range(12))
    for broken in (b"A", b"Ad", b"AdA", b"AA", b"Ada\x00\x03\x57", b"\xc9", b"\xc9\xc9", b"\xc9A"):
        assert frames(run, broken + adalight(data, LEDS)) == [data], broken
        assert frames(run, broken + tpm2(data)) == [data], broken


def test_shorter_and_longer_frames(run):
    assert frames(run, adalight(bytes([9] * 6), 2)) == [bytes([9] * 6) + bytes(6)]
    assert frames(run, tpm2(bytes([9] * 6))) == [bytes([9] * 6) + bytes(6)]
    assert frames(run, adalight(bytes([9] * 30), 10)) == [bytes([9] * 12)]
    assert frames(run, tpm2(b"")) == [bytes(12)]


def test_wrong_end_shows_nothing(run):
    assert frames(run, tpm2(bytes([9] * 12))[:-1] + b"\x37" + tpm2(bytes([7] * 12))) == [bytes([7] * 12)]


def test_torn_frame_is_forgotten_after_a_reset(run):
    half = adalight(bytes([9] * 12), LEDS)[:10]
    whole = adalight(bytes([5] * 12), LEDS)
    assert run([f"b {half.hex()}", "r", f"b {whole.hex()}"]) == ["05" * 12]


def test_a_computer_that_sends_three_channels_to_four_lights_nothing(run):
    """It had shown each byte as every colour in turn, thirty times a second: what a wrong LED_CHANNELS comes to."""
    assert frames(run, adalight(bytes((26, 97, 175)) * MANY, MANY) * 50, 4, MANY) == []


def test_a_torn_frame_costs_itself_alone(run):
    one, two = bytes(range(180)), bytes(range(70, 250))
    for kept in range(6, 6 + 3 * MANY - 5):
        torn = adalight(one, MANY)[:kept]
        assert frames(run, torn + adalight(two, MANY) + adalight(one, MANY), 3, MANY) == [two, one], kept


def test_colours_that_are_the_beginning_of_a_header_are_colours(run):
    data = b"Ada" * (MANY - 2) + b"AAda" + b"\x00" * 2
    assert frames(run, adalight(data, MANY) * 2, 3, MANY) == [data] * 2


def test_watchdog_holds_fades_and_stays_dark(run):
    times = [0, 1000, 2000, 7200, 8200, 9200, 10200, 11199, 11200, 60000]
    levels = [int(line) for line in run(["t 500", "f 1000", *(f"t {time}" for time in times[1:])])]
    assert levels[0] == 0, "dark until the first frame"
    assert levels[1:] == [256, 256, 256, 192, 128, 64, 1, 0, 0]


def test_watchdogs_fade_is_within_the_flash_promise(run):
    levels = [int(line) / 256 for line in run(["f 0", *(f"t {time}" for time in range(0, 12000, 10))])]
    changes = [abs(b - a) for a, b in itertools.pairwise(levels)]
    assert max(sum(changes[k : k + 101]) for k in range(len(changes))) <= 0.33
    assert sum(changes[:610]) == 0, "what the computer changed last is out of the six seconds by then"
    assert sum(changes) == 1.0


def test_watchdog_over_the_wrap_of_its_clock(run):
    wrap = 1 << 32
    script = [f"f {wrap - 1000}", "t 1000", "t 6000", "t 20000", f"t {wrap - 10}", "f 5", "t 6"]
    assert [int(line) for line in run(script)] == [256, 205, 0, 0, 256]


def test_a_press_is_told_once_past_its_bounces(run):
    down = ["d 100", "u 103", "d 105", "d 134", "d 135", "d 200", "d 5000"]
    up = ["u 5001", "d 5003", "u 5010", "u 5040", "d 5050", "d 5080"]
    assert run([*down, *up]) == ["0", "0", "0", "0", "1", "0", "0", "0", "0", "0", "0", "0", "1"]


def test_a_press_over_the_wrap_of_the_clock(run):
    assert run([f"d {(1 << 32) - 10}", "d 19", "d 20", "d 21"]) == ["0", "0", "1", "0"]


def test_the_computer_knows_the_line_that_the_sketch_says():
    assert f'Serial.println("{PRESSED.decode()}")' in (SKETCH / "fer_strip.ino").read_text()


CORE = Path("/usr/share/arduino/hardware/arduino/avr")
NEOPIXEL = Path(os.environ.get("FER_ARDUINO_LIBRARIES", "")) / "Adafruit_NeoPixel"
# Of the library what the sketch uses, declared as its documentation has it.
DECLARED = """#pragma once
#include <Arduino.h>
#define NEO_GRB 0x52
#define NEO_GRBW 0xD2
#define NEO_KHZ800 0x0000
class Adafruit_NeoPixel {
 public:
  Adafruit_NeoPixel(uint16_t count, int16_t pin, uint16_t type);
  void begin();
  void show();
  void setPixelColor(uint16_t led, uint8_t red, uint8_t green, uint8_t blue);
  void setPixelColor(uint16_t led, uint8_t red, uint8_t green, uint8_t blue, uint8_t white);
};
"""


@pytest.fixture
def uno():
    """Compiles C++ for an Uno with Debian's avr-gcc and Arduino core."""
    compiler = shutil.which("avr-g++")
    if compiler is None or not CORE.is_dir():
        pytest.skip("avr-g++ or the Arduino core is not there (apt-get install gcc-avr avr-libc arduino-core-avr)")
    flags = ["-Os", "-mmcu=atmega328p", "-DF_CPU=16000000L", "-DARDUINO=10819", "-DARDUINO_ARCH_AVR"]
    # Debian's avr-gcc 5.4 has this constant in C only, and the core wants it in C++.
    flags += ["-DDECIMAL_DIG=17", "-ffunction-sections", "-fdata-sections", "-fno-exceptions"]
    flags += [f"-I{CORE}/cores/arduino", f"-I{CORE}/variants/standard", f"-I{SKETCH}"]

    def compiled(*more, language="c++"):
        words = [compiler, "-std=gnu++11", "-fno-threadsafe-statics"] if language == "c++" else ["avr-gcc"]
        subprocess.run([*words, *flags, *map(str, more)], check=True)

    return compiled


def source(folder, changes=()):
    text = (SKETCH / "fer_strip.ino").read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "sketch.cpp"
    path.write_text("#include <Arduino.h>\n" + text)
    return path


@pytest.mark.parametrize(
    ("changes", "leds", "channels"),
    [
        ((), 60, 3),
        ((("LED_COUNT 60", "LED_COUNT 150"),), 150, 3),
        ((("BUTTON_PIN -1", "BUTTON_PIN 2"),), 60, 3),
        (
            (("LED_COUNT 60", "LED_COUNT 110"), ("LED_CHANNELS 3", "LED_CHANNELS 4"), ("NEO_GRB +", "NEO_GRBW +")),
            110,
            4,
        ),
    ],
)
def test_sketch_compiles_for_an_uno(uno, tmp_path, changes, leds, channels):
    """Without the NeoPixel library, of which declarations do; what the sketch itself keeps leaves room for the rest."""
    (tmp_path / "Adafruit_NeoPixel.h").write_text(DECLARED)
    uno("-Wall", "-Werror", f"-I{tmp_path}", "-c", source(tmp_path, changes), "-o", tmp_path / "sketch.o")
    memory = sections(tmp_path / "sketch.o")
    # NeoPixel takes the LEDs' bytes from the heap; Arduino's serial port and clock have about 200 bytes of their own.
    assert sum(memory[name] for name in memory if name.startswith((".data", ".bss"))) + channels * leds < 2048 - 500


def sections(program):
    sizes = subprocess.run(["avr-size", "-A", str(program)], check=True, capture_output=True, text=True).stdout
    return {line.split()[0]: int(line.split()[1]) for line in sizes.splitlines() if line.startswith(".")}


def test_sketch_is_linked_for_an_uno(uno, tmp_path):
    """With the NeoPixel library, where FER_ARDUINO_LIBRARIES says it is."""
    if not (NEOPIXEL / "Adafruit_NeoPixel.h").is_file():
        pytest.skip("FER_ARDUINO_LIBRARIES names no folder with Adafruit_NeoPixel in it")
    objects = []
    for path in sorted((CORE / "cores" / "arduino").glob("*.c")):
        objects.append(tmp_path / (path.stem + ".o"))
        uno("-c", path, "-o", objects[-1], language="c")
    sources = [
        source(tmp_path),
        NEOPIXEL / "Adafruit_NeoPixel.cpp",
        *sorted((CORE / "cores" / "arduino").glob("*.cpp")),
    ]
    program = tmp_path / "sketch.elf"
    uno(f"-I{NEOPIXEL}", "-Wl,--gc-sections", *sources, *objects, "-o", program)
    memory = sections(program)
    assert memory[".data"] + memory[".bss"] + 3 * 60 < 2048 - 300
    assert memory[".text"] < 32256
