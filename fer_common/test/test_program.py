# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A program ends with its code and its last lines, whatever would hold Python up; and quietly while it loads."""

import os
import signal
import subprocess
import sys

import pytest

from fer_common import program


def run(code, **more):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False, **more)


HELD_UP = """
import atexit, logging, logging.handlers, sys, threading
from fer_common import program

class Node:
    def __del__(self):
        threading.Event().wait()

kept = Node()
kept.itself = kept
memory = logging.handlers.MemoryHandler(100, target=logging.StreamHandler(sys.stdout))
logging.getLogger().addHandler(memory)
atexit.register(print, "registered")

def main():
    logging.getLogger().warning("logged")
    sys.stdout.write("no line's end ")
    threading.Thread(target=threading.Event().wait).start()
    ENDS

program.run(main)
"""
"""What would wait for ever: an object that Python drops at its end, and a thread."""


@pytest.mark.parametrize(
    ("ends", "code", "error"),
    [
        ("return 0", 0, ""),
        ("return 2", 2, ""),
        ("sys.exit()", 0, ""),
        ("sys.exit(3)", 3, ""),
        ("sys.exit('no source')", 1, "no source"),
        ("raise ValueError('a fault')", 1, "ValueError: a fault"),
    ],
)
def test_what_python_would_wait_for_holds_nothing_up(ends, code, error):
    done = run(HELD_UP.replace("ENDS", ends))
    assert (done.returncode, done.stdout) == (code, "no line's end registered\nlogged\n")
    assert (done.stderr.splitlines() or [""])[-1] == error


def test_a_closed_output_is_no_fault():
    done = run("import os, sys; from fer_common import program; print('x'); os.close(1); program.end(0)")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_fault_of_what_is_registered_is_told_and_the_code_kept():
    done = run("import atexit; from fer_common import program; atexit.register(lambda: 1 / 0); program.end(2)")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("ZeroDivisionError")


@pytest.mark.parametrize(
    ("code", "number", "ends"),
    [
        (0, "SIGINT", 0),
        (0, "SIGTERM", 0),
        (0, "SIGHUP", 0),
        (130, "SIGINT", 130),
        (130, "SIGTERM", -signal.SIGTERM),
    ],
)
@pytest.mark.usefixtures("hangup")
def test_interrupted_while_it_loads_it_ends_silently(code, number, ends):
    done = run(
        "import os, signal; from fer_common import program\n"
        f"program.loading({code}); os.kill(os.getpid(), signal.{number}); signal.pause()"
    )
    assert (done.returncode, done.stdout, done.stderr) == (ends, "", "")


def test_what_was_closed_before_the_start_is_nothing_else_later(tmp_path):
    """A file that is opened does not get what is printed, by whatever way."""
    code = (
        "import os, sys; from fer_common import program\n"
        "program.loading(); kept = open(sys.argv[1], 'w+')\n"
        "print('x', flush=True); print('y', file=sys.stderr, flush=True); os.write(1, b'z'); os.write(2, b'z')\n"
        "assert sys.stdin.read() == '' and not sys.stdout.isatty() and kept.fileno() > 2 and kept.read() == ''\n"
        "program.end(7)"
    )
    shell = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", sys.executable, "-c", code, str(tmp_path / "kept")]
    assert subprocess.run(shell, timeout=60, check=False).returncode == 7


@pytest.mark.parametrize(
    ("raises", "code", "says"),
    [
        ("open('/nowhere/\\x1b[2J', 'rb')", 2, "/nowhere/\ufffd[2J: No such file or directory; name another file"),
        ("open('a' * 300)", 2, f"{'a' * 300}: File name too long; name another file"),
        ("os.write(99, b'')", 1, "OSError: [Errno 9] Bad file descriptor"),
    ],
)
def test_a_file_that_cannot_be_had_is_one_line(raises, code, says):
    done = run(f"import os; from fer_common import program; program.run(lambda: {raises})")
    assert done.returncode == code
    assert done.stderr.splitlines()[-1] == says
    assert ("Traceback" in done.stderr) == (code == 1)


def test_an_output_that_nobody_reads_any_more_ends_a_command_without_a_word():
    reading, writing = os.pipe()
    os.close(reading)
    code = "from fer_common import program; program.run(lambda: print('x', flush=True))"
    done = subprocess.run([sys.executable, "-c", code], stdout=writing, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (program.UNHEARD, b"")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.usefixtures("hangup")
def test_a_loaded_command_takes_what_is_half_made_with_it(number):
    done = run(
        "import os; from fer_common import program\n"
        "def main():\n"
        "    try:\n"
        f"        os.kill(os.getpid(), {int(number)})\n"
        "    finally:\n"
        "        print('removed')\n"
        "program.loading(program.STOPPED); program.loaded(); program.run(main)"
    )
    assert (done.returncode, done.stdout, done.stderr) == (128 + number, "removed\n", "")


def test_a_loaded_command_hears_ctrl_c_itself(tmp_path):
    """By its starter, as an installed executable does it."""
    (tmp_path / "command.py").write_text(
        "import os, signal\n"
        "def main():\n"
        "    try:\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "        signal.pause()\n"
        "    except KeyboardInterrupt:\n"
        "        print('nothing was written')\n"
        "        return 130\n"
    )
    done = run(
        "from fer_common.program import STOPPED, starter; starter('command', STOPPED)()",
        env={"PYTHONPATH": f"{tmp_path}:{':'.join(filter(None, sys.path))}"},
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "nothing was written\n", "")


def test_no_garbage_is_looked_for_while_a_program_loads():
    done = run(
        "import gc; from fer_common import program; program.loading(); print(gc.isenabled(), gc.get_freeze_count());"
        "program.run(lambda: print(gc.isenabled(), gc.get_freeze_count() > 1000) or 0)"
    )
    assert done.stdout.split() == ["False", "0", "True", "True"]
    done = run(
        "import gc; from fer_common import program; program.loading(130); program.loaded(); print(gc.isenabled())"
    )
    assert done.stdout.split() == ["True"]


@pytest.mark.parametrize(
    ("word", "code", "says"), [(b"sm\xf6rg\xe5s", 2, "is no text"), ("smörgås".encode(), 1, "Traceback")]
)
def test_an_argument_that_is_no_text_is_one_line(word, code, says):
    """What Python makes of its bytes can't be encoded, as rclpy would; without such a one it is a fault of ours."""
    text = "from fer_common.program import run\nimport sys\nrun(lambda: len(('\\udcf6' + sys.argv[1]).encode()))"
    ended = subprocess.run([sys.executable, "-c", text, word], capture_output=True, text=True, check=False)
    assert ended.returncode == code
    assert says in ended.stderr
    assert (ended.stderr.count("\n") == 1) == (code == 2)
