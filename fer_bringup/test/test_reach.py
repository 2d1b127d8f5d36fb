# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What decides how far the nodes are heard; that it holds between two machines stands in test_two_machines.py."""

import xml.etree.ElementTree as ET

import pytest

from fer_bringup.errors import BringupError
from fer_bringup.reach import PROFILE_VARIABLES, apply, profile_path, settings, within
from fer_common.ros.discovery import unheard

OURS, WIDE = str(profile_path("machine")), str(profile_path("network"))
MACHINE = {"FASTDDS_DEFAULT_PROFILES_FILE": OURS, "ROS_AUTOMATIC_DISCOVERY_RANGE": "SYSTEM_DEFAULT"}

NETWORK = {"FASTDDS_DEFAULT_PROFILES_FILE": WIDE, "ROS_AUTOMATIC_DISCOVERY_RANGE": "SUBNET"}


def installed(folder, *libraries):
    """A Python's folder with libraries of wheels."""
    (folder / "lib").mkdir(parents=True)
    for name in libraries:
        (folder / "lib" / name).touch()
    return str(folder)


@pytest.fixture(autouse=True)
def fast_dds_3(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.prefix", installed(tmp_path / "new", "libfastdds.so", "libfastdds.so.3.2"))


def applied(reach, **environment):
    apply(reach, environment)
    return environment


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"},
        {"ROS_LOCALHOST_ONLY": "1"},
        {"FASTDDS_DEFAULT_PROFILES_FILE": ""},
        {"RMW_IMPLEMENTATION": "rmw_fastrtps_cpp"},
        MACHINE,
    ],
)
def test_unasked_it_is_this_machine(environment):
    found = applied("", **environment)
    found.pop("RMW_IMPLEMENTATION", None)
    assert found == MACHINE
    assert unheard(found), "and whoever looks for a robot elsewhere is told so"


@pytest.mark.parametrize(
    "environment",
    [
        {"FASTDDS_DEFAULT_PROFILES_FILE": "/mine.xml"},
        {"FASTRTPS_DEFAULT_PROFILES_FILE": "/mine.xml"},
        {"ROS_AUTOMATIC_DISCOVERY_RANGE": "OFF"},
        {"ROS_DISCOVERY_SERVER": "10.0.0.2:11811"},
        {"FASTDDS_BUILTIN_TRANSPORTS": "UDPv4"},
        {"RMW_IMPLEMENTATION": "rmw_cyclonedds_cpp", "ROS_AUTOMATIC_DISCOVERY_RANGE": "SUBNET"},
    ],
)
def test_what_the_user_has_chosen_stays(environment):
    assert applied("", **environment) == environment
    assert within("", environment, alone=False) == environment


@pytest.mark.parametrize(
    "environment",
    [
        {"ROS_AUTOMATIC_DISCOVERY_RANGE": "SUBNET"},
        {"ROS_AUTOMATIC_DISCOVERY_RANGE": "SYSTEM_DEFAULT"},
        {"ROS_STATIC_PEERS": "10.0.0.2"},
        {"ROS_LOCALHOST_ONLY": "0"},
    ],
)
def test_a_range_of_the_users_stays_and_images_travel_by_large_buffers(environment):
    assert applied("", **environment) == {**environment, "FASTDDS_DEFAULT_PROFILES_FILE": WIDE}


def test_asked_for_the_machine_the_users_profile_gives_way():
    assert applied("machine", FASTDDS_DEFAULT_PROFILES_FILE="/mine.xml") == MACHINE


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, NETWORK),
        (MACHINE, NETWORK),
        ({"ROS_LOCALHOST_ONLY": "1"}, {"ROS_LOCALHOST_ONLY": "0", **NETWORK}),
        ({"ROS_AUTOMATIC_DISCOVERY_RANGE": "OFF"}, {"ROS_AUTOMATIC_DISCOVERY_RANGE": "OFF"}),
        (
            {"FASTDDS_DEFAULT_PROFILES_FILE": "/mine.xml", "ROS_AUTOMATIC_DISCOVERY_RANGE": "SYSTEM_DEFAULT"},
            {"FASTDDS_DEFAULT_PROFILES_FILE": "/mine.xml", "ROS_AUTOMATIC_DISCOVERY_RANGE": "SYSTEM_DEFAULT"},
        ),
    ],
)
def test_asked_for_the_network_nothing_of_ours_is_in_the_way(before, after):
    assert applied("network", **before) == after
    assert unheard(after) == ""


def test_a_profile_in_the_folder_is_the_users(tmp_path):
    (tmp_path / "DEFAULT_FASTDDS_PROFILES.xml").write_text("")
    assert settings("", {}, tmp_path) == {}
    assert settings("", {}) != {}


def test_another_middleware_is_kept_to_this_machine_by_its_discovery():
    assert settings("", {"RMW_IMPLEMENTATION": "rmw_cyclonedds_cpp"}) == {"ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"}


@pytest.mark.parametrize(
    ("distribution", "wheel", "old"),
    [
        ("humble", None, True),
        ("jazzy", "libfastdds.so.3.2", True),
        ("kilted", None, False),
        ("lyrical", None, False),
        ("", "libfastdds.so.3.2", False),
        ("", "libfastrtps.so.2.14", True),
        ("", None, True),
    ],
)
def test_fast_dds_before_3_is_told_by_the_name_that_it_reads(monkeypatch, tmp_path, distribution, wheel, old):
    monkeypatch.setattr("sys.prefix", installed(tmp_path / "other", *([wheel] if wheel else [])))
    found = applied("", ROS_DISTRO=distribution)
    assert {name for name in PROFILE_VARIABLES if found.get(name) == OURS} == set(PROFILE_VARIABLES[: 2 if old else 1])


def test_an_unknown_reach_is_refused():
    with pytest.raises(BringupError, match="reach is 'town', expected one of machine, network"):
        settings("town", {})


def test_launched_nodes_are_kept_here_where_nothing_else_is_wanted():
    environment = {"HOME": "/home/x"}
    assert within("", environment, alone=True) == {"HOME": "/home/x", **MACHINE}
    assert within("", environment, alone=False) == {"HOME": "/home/x", "FASTDDS_DEFAULT_PROFILES_FILE": WIDE}
    assert within("machine", environment, alone=False) == {"HOME": "/home/x", **MACHINE}
    assert environment == {"HOME": "/home/x"}


@pytest.mark.parametrize(
    "environment", [{"ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"}, {"ROS_LOCALHOST_ONLY": "1"}, MACHINE]
)
def test_who_has_asked_for_this_machine_has_it_for_any_camera(environment):
    assert within("", environment, alone=False) == MACHINE


def test_every_transport_of_the_profile_is_bound_to_loopback_alone():
    space = {"dds": "http://www.eprosima.com"}
    root = ET.parse(OURS).getroot()
    transports = root.findall(".//dds:transport_descriptor", space)
    assert [transport.findtext("dds:type", None, space) for transport in transports] == ["UDPv4"]
    for transport in transports:
        assert [node.text for node in transport.findall("dds:interfaceWhiteList/*", space)] == ["127.0.0.1"]
    assert root.findtext(".//dds:useBuiltinTransports", None, space) == "false"
