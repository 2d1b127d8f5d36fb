# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""E1.31 read by the sacn library's receiver, Art-Net by stupidArtnet's, both by Wireshark's dissectors."""

import contextlib
import shutil
import socket
import subprocess

import pytest
from waiting import until

from fer_color.errors import ColorError
from fer_color.lights import Frame, LightOptions, make_light
from fer_color.lights.udp import universes
from fer_color.lights.udp.artnet import encode


@pytest.fixture
def inbox():
    """A socket of this machine, and what has arrived there."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as box:
        box.bind(("127.0.0.1", 0))
        box.setblocking(False)
        yield box


def drain(box):
    found = []
    with contextlib.suppress(BlockingIOError):
        while True:
            found.append(box.recv(2048))
    return found


def open_light(spec, clock=lambda: 0.0):
    light = make_light(spec, LightOptions(), clock=clock)
    light.open()
    return light


def dissect(tmp_path, datagram, port, *names):
    """What Wireshark reads out of a datagram, by field name."""
    if not (shutil.which("tshark") and shutil.which("text2pcap")):
        pytest.skip("tshark is not installed (apt-get install tshark)")
    dump = tmp_path / "dump.txt"
    dump.write_text("0000 " + " ".join(f"{byte:02x}" for byte in datagram) + "\n")
    capture = tmp_path / "capture.pcap"
    subprocess.run(["text2pcap", "-q", "-u", f"1000,{port}", dump, capture], check=True, capture_output=True)
    # Wireshark has E1.31 switched off by default, Art-Net on.
    command = ["tshark", "-r", str(capture), "--enable-heuristic", "acn", "-o", "acn.dmx_enable:TRUE", "-T", "fields"]
    command += [word for name in names for word in ("-e", name)]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(zip(names, run.stdout.rstrip("\n").split("\t")))


def test_sacn_as_its_receiver_reads_it(inbox):
    sacn = pytest.importorskip("sacn", reason="the sacn library is not installed")
    port = inbox.getsockname()[1]
    inbox.close()
    receiver = sacn.sACNreceiver(bind_address="127.0.0.1", bind_port=port)
    packets = []
    for universe in (7, 8):
        receiver.register_listener("universe", packets.append, universe=universe)
    receiver.start()
    try:
        light = open_light(f"sacn:7:172?host=127.0.0.1:{port}&priority=120&color_order=GRB")
        light.send(Frame((0, 0, 0), pixels=tuple((k, 100, 200) for k in range(172))), lambda: None)
        assert until(lambda: len(packets) == 2), "the second copy of the first frame has nothing new to tell"
        first, second = sorted(packets, key=lambda packet: packet.universe)
        assert bytes(first.dmxData) == b"".join(bytes((100, k, 200)) for k in range(170)) + bytes(2)
        assert bytes(second.dmxData[:6]) == bytes((100, 170, 200, 100, 171, 200))
        assert not any(second.dmxData[6:])
        assert (first.universe, first.priority, first.sourceName, first.dmxStartCode) == (7, 120, "fer_ambient", 0)
        light.send(Frame((1, 2, 3)), lambda: None)
        assert until(lambda: len(packets) == 4)
        assert [packet.sequence for packet in packets if packet.universe == 7] == [0, 129]
        assert not first.option_StreamTerminated
        over = []
        receiver.register_listener("availability", lambda universe, changed: over.append((universe, changed)))
        light.close()
        assert until(lambda: (7, "timeout") in over and (8, "timeout") in over), "it says that it ends"
    finally:
        receiver.stop()


def test_sacn_header_as_the_standard_has_it(inbox):
    """ANSI E1.31-2016, tables 4-1 to 4-7: octets in their places."""
    light = open_light(f"sacn:1:1?host=127.0.0.1:{inbox.getsockname()[1]}")
    light.send(Frame((1, 2, 3)), lambda: None)
    packet, again = drain(inbox)
    assert len(packet) == 126 + 3, "the slots that are used: those behind them are somebody else's"
    assert packet[:16] == b"\x00\x10\x00\x00ASC-E1.17\x00\x00\x00"
    assert packet[16:22] == bytes.fromhex("7071 00000004")
    assert packet[38:44] == bytes.fromhex("705b 00000002")
    assert packet[44:108] == b"fer_ambient".ljust(64, b"\0")
    assert packet[108:115] == bytes((100, 0, 0, 0, 0, 0, 1))
    assert packet[115:126] == bytes.fromhex("700e 02 a1 0000 0001 0004 00")
    assert packet[126:] == b"\x01\x02\x03"
    assert again == packet[:111] + bytes((128,)) + packet[112:]


class Receiver:
    """Takes data packets by E1.31's rule for their order (ANSI E1.31-2016, 6.7.2), of one source."""

    def __init__(self):
        self.last, self.shown = None, []

    def take(self, packet):
        number = packet[111]
        behind = ((number - self.last + 128) % 256 - 128) if self.last is not None else 1
        if -20 < behind <= 0:
            return
        self.last = number
        self.shown.append(packet[126:129])


@pytest.mark.parametrize("frames", [0, 1, 19, 20, 100, 128, 147, 255])
def test_sacn_that_starts_again_at_once_is_heard_from_its_first_frame_on(inbox, frames):
    spec = f"sacn:1:1?host=127.0.0.1:{inbox.getsockname()[1]}"
    receiver = Receiver()
    for run, count in enumerate((frames, 30)):
        light = open_light(spec)
        for k in range(count):
            light.send(Frame((run, k, 0)), lambda: None)
            for packet in drain(inbox):
                receiver.take(packet)
        for way in light._ways:  # killed: it says no farewell
            way.close()
    heard = [k for run, k, _ in receiver.shown if run == 1]
    assert sorted(set(heard)) == list(range(30))


def test_sacn_says_what_it_sends_every_ten_seconds():
    universe_discovery = pytest.importorskip("sacn.messages.universe_discovery", reason="sacn is not installed")
    clock = [100.0]
    light = make_light("sacn:5:400?interface=127.0.0.1", LightOptions(), clock=lambda: clock[0])
    found = []
    for _ in range(250):
        clock[0] += 0.1
        found += [(clock[0], data) for index, data in light.datagrams(Frame((1, 2, 3))) if index == 3]
    assert [round(at - found[0][0]) for at, _ in found] == [0, 10, 20]
    assert str(light._ways[3].address) == "239.255.250.214:5568"
    packet = universe_discovery.UniverseDiscoveryPacket.make_universe_discovery_packet(tuple(found[0][1]))
    assert list(packet.universes) == [5, 6, 7]


def test_sacn_keeps_its_name_over_restarts(inbox):
    spec = f"sacn:1:1?host=127.0.0.1:{inbox.getsockname()[1]}"
    for _ in range(2):
        light = open_light(spec)
        light.send(Frame((1, 2, 3)), lambda: None)
        light.close()
    assert len({packet[22:38] for packet in drain(inbox)}) == 1


def test_sacn_says_nothing_when_it_was_never_lit(inbox):
    open_light(f"sacn:1:1?host=127.0.0.1:{inbox.getsockname()[1]}").close()
    assert drain(inbox) == []


def test_sacn_multicasts_by_default(inbox):
    light = make_light("sacn:513:1?interface=127.0.0.1", LightOptions(), clock=lambda: 0.0)
    assert [str(way.address) for way in light._ways] == ["239.255.2.1:5568", "239.255.250.214:5568"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as group:
        group.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        group.bind(("239.255.2.1", 5568))
        membership = socket.inet_aton("239.255.2.1") + socket.inet_aton("127.0.0.1")
        group.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
        group.settimeout(5)
        light.open()
        light.send(Frame((9, 8, 7)), lambda: None)
        assert group.recv(2048)[126:129] == bytes((9, 8, 7))


def test_sacn_by_wireshark(inbox, tmp_path):
    light = open_light(f"sacn:300:2?host=127.0.0.1:{inbox.getsockname()[1]}")
    light.send(Frame((17, 34, 51)), lambda: None)
    names = ("acn.dmx.universe", "acn.dmx.priority", "acn.dmx.source_name", "acn.dmx.start_code", "_ws.malformed")
    read = dissect(tmp_path, drain(inbox)[0], 5568, *names)
    assert read["acn.dmx.universe"] == "300"
    assert read["acn.dmx.priority"] == "100"
    assert read["acn.dmx.source_name"] == "fer_ambient"
    assert read["_ws.malformed"] == ""


def test_artnet_packet_of_the_specification():
    """Art-Net 4, ArtDmx: ID, OpCode 0x5000 low byte first, version 14, sequence, physical, SubUni, Net, length."""
    packet = encode(bytes((1, 2, 3)), 0x0123, 5)
    assert packet == b"Art-Net\x00" + bytes.fromhex("0050 000e 05 00 23 01 0004 01020300")


def test_artnet_as_a_kept_library_reads_it(inbox):
    stupid = pytest.importorskip("stupidArtnet", reason="stupidartnet is not installed")
    light = open_light(f"artnet:127.0.0.1:{inbox.getsockname()[1]}:5:171?color_order=RGBW")
    light.send(Frame((30, 20, 25)), lambda: None)
    packets = drain(inbox)
    assert len(packets) == 2, "128 LEDs of four channels fit into a universe"
    header = stupid.StupidArtnetServer.ARTDMX_HEADER
    masks = [bytes(stupid.make_address_mask(universe)) for universe in (5, 6)]
    for packet, mask, count in zip(packets, masks, (128, 43)):
        assert stupid.StupidArtnetServer.validate_header(packet)
        assert packet.startswith(header)
        assert packet[14:16] == mask
        assert packet[12] == 1
        assert packet[18:] == bytes((10, 0, 5, 20)) * count


def test_artnet_by_wireshark(inbox, tmp_path):
    light = open_light(f"artnet:127.0.0.1:{inbox.getsockname()[1]}:258:2")
    light.send(Frame((17, 34, 51)), lambda: None)
    names = ("artnet.header.opcode", "artnet.output.universe", "artnet.output.length", "artnet.output.sequence")
    read = dissect(tmp_path, drain(inbox)[0], 6454, *names, "_ws.malformed")
    assert int(read["artnet.header.opcode"], 0) == 0x5000
    assert int(read["artnet.output.universe"], 0) == 258
    assert int(read["artnet.output.length"], 0) == 6
    assert int(read["artnet.output.sequence"], 0) == 1
    assert read["_ws.malformed"] == ""


def test_sequence_of_artnet_is_never_the_one_that_means_none(inbox):
    now = [0.0]
    light = open_light(f"artnet:127.0.0.1:{inbox.getsockname()[1]}:0:1", lambda: now[0])
    seen = []
    for _ in range(300):
        now[0] += 0.05
        light.send(Frame((1, 2, 3)), lambda: None)
        seen += [packet[12] for packet in drain(inbox)]
    assert seen == [k % 255 + 1 for k in range(300)]


@pytest.mark.parametrize("leds", [1, 127, 128, 129, 170, 171, 340, 1000])
@pytest.mark.parametrize("width", [3, 4])
def test_no_led_is_split_over_two_universes(leds, width):
    data = bytes(k % 251 for k in range(leds * width))
    parts = universes.split(data, width)
    assert b"".join(parts) == data
    assert len(parts) == universes.count(leds, width)
    assert all(len(part) % width == 0 and len(part) <= 512 for part in parts)


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("sacn", "write sacn:UNIVERSE:LEDS"),
        ("sacn:1", "write sacn:UNIVERSE:LEDS"),
        ("sacn:one:3", "write sacn:UNIVERSE:LEDS"),
        ("sacn:0:3", "give universes 1 to 63999"),
        ("sacn:64000:3", "give universes 1 to 63999"),
        ("sacn:63999:171", "give universes 1 to 63999"),
        ("sacn:1:0", "0 LEDs"),
        ("sacn:1:3?priority=201", "priority is 201: give 0 to 200"),
        ("sacn:1:3?priority=high", "priority is 'high'"),
        ("sacn:1:3?interface=eth0", "interface is 'eth0': give this machine's IPv4 address"),
        ("sacn:1:3?host=", "host is '': give HOST"),
        ("sacn:1:3?interface=203.0.113.9", "no network here has the address 203.0.113.9"),
        ("sacn:1:3?interface=", "option 'interface' has no value"),
        ("artnet", "write artnet:HOST:UNIVERSE:LEDS"),
        ("artnet:127.0.0.1:30", "write artnet:HOST:UNIVERSE:LEDS"),
        ("artnet:127.0.0.1:x:30", "write artnet:HOST:UNIVERSE:LEDS"),
        ("artnet:127.0.0.1:32768:30", "give universes 0 to 32767"),
        ("artnet:127.0.0.1:0:0", "0 LEDs"),
        ("artnet:no.such.host.invalid:0:30", "is not known"),
        ("artnet:127.0.0.1:0:30?priority=5", "has no option 'priority'"),
    ],
)
def test_wrong_notation_is_one_line(spec, says):
    with pytest.raises(ColorError, match=says) as caught:
        open_light(spec)
    assert "\n" not in str(caught.value)
