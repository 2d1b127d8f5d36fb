# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A room for each `make ambient` of a machine."""

import os

import pytest

from fer_bringup.errors import BringupError
from fer_bringup.room import take_room

DOMAIN = {"ROS_DOMAIN_ID": f"test-{os.getpid()}"}


def names(*rooms):
    found = [room.namespace for room in rooms]
    for room in rooms:
        room.leave()
    return found


def test_the_first_has_the_root_and_the_next_ones_rooms_of_their_own():
    first = take_room(None, DOMAIN, movable=True)
    second = take_room(None, DOMAIN, movable=True)
    assert first.note == ""
    assert second.note == "another one runs here; this one's topics are under /ambient_2 (or --namespace NAME)"
    third = take_room(None, DOMAIN, movable=True)
    assert names(first, second, third) == ["", "ambient_2", "ambient_3"]
    assert names(take_room(None, DOMAIN, movable=True)) == [""], "its room is free again"


def test_a_domain_is_another_graph():
    assert names(take_room(None, DOMAIN, movable=True), take_room(None, {"ROS_DOMAIN_ID": "x"}, movable=True)) == [
        "",
        "",
    ]


def test_a_room_that_was_named_is_taken_and_a_second_one_in_it_is_told():
    first, second = take_room("/kitchen/", DOMAIN, movable=True), take_room("kitchen", DOMAIN, movable=True)
    assert first.note == ""
    assert "another one runs under '/kitchen'" in second.note
    assert names(first, second) == ["kitchen", "kitchen"]


def test_what_cannot_move_is_told():
    first, second = take_room(None, DOMAIN, movable=True), take_room(None, DOMAIN, movable=False)
    assert "another one runs under '/'" in second.note
    assert names(first, second) == ["", ""]


@pytest.mark.parametrize("name", ["1st", "a b", "a//b", "kitchen!", "küche", "a__b", "/__a"])
def test_a_name_that_ros_does_not_take_is_one_line(name):
    with pytest.raises(BringupError, match="--namespace"):
        take_room(name, DOMAIN, movable=True)
