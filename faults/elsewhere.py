# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Faults that a test looks at already: what happens, what follows, and the test, whose file name is unique."""

ELSEWHERE = (
    (
        "a camera is unplugged, and plugged in again under another number",
        "one line; it is looked for every second, and opened again",
        "test_source_node.py::test_an_unplugged_camera_is_waited_for_and_goes_on",
    ),
    (
        "a launched node is killed (SIGKILL), each in turn",
        "launch says so and starts it again",
        "test_launch.py::test_killed_a_node_starts_again_and_the_light_is_right_again",
    ),
    (
        "SIGTERM at any moment of `make ambient`",
        "exit code 0, the light is dark",
        "test_ambient_interrupted.py::test_at_any_moment_it_ends_with_0_and_the_light_dark",
    ),
    (
        "two signals at once",
        "they count as one; the light is handed back",
        "test_ambient_interrupted.py::test_two_signals_at_once_are_one_and_the_light_is_handed_back",
    ),
    (
        "the terminal of `make ambient` is closed",
        "SIGHUP counts as Ctrl-C: the light is dark",
        "test_ambient_interrupted.py::test_a_terminal_that_is_closed_leaves_no_light",
    ),
    (
        "Ctrl-C while a program loads",
        "it ends silently: 0 for a node, 130 for a command",
        "test_programs.py::test_as_a_module",
    ),
    (
        "something holds Python up at its end",
        "the program ends all the same, with its code and its last lines",
        "test_program.py::test_what_python_would_wait_for_holds_nothing_up",
    ),
    (
        "the disk is full when a report is written",
        "one line, exit code 2, nothing half-written, the light is handed back",
        "test_ambient.py::test_a_report_on_a_full_disk_leaves_nothing_and_the_light_is_handed_back",
    ),
    (
        "the disk is full when a checkpoint or another whole file is written",
        "what was there stays, nothing beside it",
        "test_whole_file.py::test_a_full_disk_leaves_what_was_there_and_nothing_beside_it",
    ),
    (
        "the disk is full for `record:FILE`",
        "one line; the other lights go on",
        "test_lights.py::test_recorder_on_a_full_disk_says_so_once",
    ),
    (
        "a WLED accepts and never answers",
        "it is lost, not waited for",
        "test_wled_light.py::test_controller_that_accepts_and_never_answers_is_lost_not_waited_for",
    ),
    (
        "a broker accepts and never answers at the start",
        "the others start",
        "test_mqtt_ways.py::test_broker_that_accepts_and_never_answers_does_not_keep_the_others_from_starting",
    ),
    (
        "a broker is restarted",
        "the light is back within the promise",
        "test_mqtt_ways.py::test_broker_restarted",
    ),
    (
        "`make ambient` is started twice",
        "the second one has a namespace of its own and says so",
        "test_ambient.py::test_two_of_them_have_rooms_of_their_own",
    ),
    (
        "there is too little memory at the start",
        "one line",
        "test_run.py::test_too_little_memory_is_told",
    ),
    (
        "the machine stands still while the light is handed back (it swaps)",
        "the hand-back goes on to its end",
        "test_output.py::test_a_machine_that_stood_still_goes_on_fading",
    ),
    (
        "a callback fails by a fault of ours",
        "the light is handed back, exit code 1",
        "test_ambient.py::test_a_fault_in_a_callback_hands_the_light_back",
    ),
)
