# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How a program begins and ends: quiet where it is interrupted while it loads, and never held up at its end.

A program's module calls `loading` before all that takes long to import, and at its end one of the others:

    if __name__ == "__main__":
        from fer_common import program

        program.loading()
    import rclpy
    ...
    if __name__ == "__main__":
        program.end(main())

Needs no ROS.
"""

import atexit
import contextlib
import gc
import os
import signal
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from typing import Any, NoReturn

from fer_common.errors import one_line
from fer_common.interrupts import ending_signals
from fer_common.missing import heed_missing

STOPPED = 130
"""What a command that was interrupted ends with, as shells have it; a node ends with 0."""

UNHEARD = 141
"""What a command ends with whose output nobody reads any more, as shells have it."""


def loading(code: int = 0) -> None:
    """End quietly on Ctrl-C from here on: nothing is open while modules are imported.

    A node (code 0) also heeds SIGTERM and SIGHUP so; its `main` takes them over. A command's Ctrl-C is Python's own
    again with `loaded`. Until `loaded` or `run` no garbage is looked for: what is imported stays. NumPy's OpenBLAS gets
    no threads unless the user says how many: no matrix here is large enough for them, and while they start they keep
    each other core busy, a quarter of a second of processor time.

    Args:
        code: what the program ends with then.
    """
    _open_streams()
    for number in ending_signals() if code == 0 else (signal.SIGINT,):
        signal.signal(number, lambda *_: os._exit(code))
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.disable()


def _open_streams() -> None:
    """Let nothing that is opened later be taken for an input or output that was closed before the start (`>&-`)."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the least number that is free
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r", closefd=False))


def loaded() -> None:
    """Have Ctrl-C raise KeyboardInterrupt again: a command says what it leaves behind.

    SIGTERM, and SIGHUP where the terminal is closed, raise SystemExit: what was half made, such as a folder with
    pictures of faces, goes with the command.
    """
    for number in ending_signals():
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else _ended_by)
    _collect()


def _ended_by(number: int, _frame: Any) -> NoReturn:
    raise SystemExit(128 + number)  # as shells have it


def end(code: int) -> NoReturn:
    """End with a code as `sys.exit` does, without Python's taking itself apart.

    As it does so it drops the last node, and Fast DDS 3.2 then may wait for ever for a thread of its own that waits for
    Python. What was registered with atexit is done (logging's last lines, temporary folders), and both outputs are
    flushed; an output that nobody reads is no fault.

    Args:
        code: the exit code.
    """
    gc.disable()  # a collection drops nodes, too
    try:
        atexit._run_exitfuncs()
    except BaseException:  # as Python does: told, and no reason to stay
        traceback.print_exc()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)


def starter(module: str, code: int = 0) -> Callable[[], NoReturn]:
    """Make what an installed executable calls: `module` is imported and its `main` run, from `loading` to `end`.

    Args:
        module: of the program, by its whole name.
        code: what it ends with where it is interrupted while it loads.
    """

    def start() -> NoReturn:
        loading(code)
        heed_missing(module.partition(".")[0])
        main: Callable[[], int] = import_module(module).main
        if code:
            loaded()
        run(main)

    return start


def run(main: Callable[[], int]) -> NoReturn:
    """Run `main` and end with what it returns; 1 after its traceback where it raises.

    2 after one line where it raises because an argument is no text, which rclpy can't take, or because a file can't be
    had: a path too long, a folder that may not be entered. 141 without a word where nobody reads its output any more.
    """
    _collect()
    try:
        code = main()
    except SystemExit as error:  # argparse's --help and refusals
        code = _code_of(error.code)
    except UnicodeEncodeError as error:
        code = _blame_an_argument(error)
    except BrokenPipeError:
        code = UNHEARD
    except OSError as error:
        code = _blame_a_file(error)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    end(code)


def _collect() -> None:
    """Look for garbage again, but not among what was imported: each look at that takes as long as an image."""
    gc.freeze()
    gc.enable()


def _blame_an_argument(error: UnicodeEncodeError) -> int:
    """Name the argument whose bytes are no UTF-8, which Python has as halves of letters; else it is a fault of ours."""
    for word in sys.argv[1:]:
        if any("\ud800" <= letter <= "\udfff" for letter in word):
            print(f"argument {word!a} is no text ({error.reason}): write it in UTF-8", file=sys.stderr)
            return 2
    sys.excepthook(*sys.exc_info())
    return 1


def _blame_a_file(error: OSError) -> int:
    """Name the file that can't be had; where the error names none, it is a fault of ours."""
    if error.filename is None or error.strerror is None:
        sys.excepthook(*sys.exc_info())
        return 1
    print(one_line(f"{os.fsdecode(error.filename)}: {error.strerror}; name another file"), file=sys.stderr)
    return 2


def _code_of(code: Any) -> int:
    if isinstance(code, str):
        print(code, file=sys.stderr)
        return 1
    return int(code or 0)
