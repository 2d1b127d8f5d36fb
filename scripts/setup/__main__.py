# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Set up what is missing: python3 scripts/setup [run|evaluate|train|test].

Standard library only, and in a syntax that an old Python can read far enough to be told that it is too old.
Levels: `run` has what the nodes need, `evaluate` adds what reads bags, `train` adds torch, `test` adds lint, types and
pytest.
"""

import sys

import machine


def main() -> int:
    """Run the command: 0, or 1 after one line on what was wrong."""
    level = sys.argv[1] if len(sys.argv) > 1 else "run"
    try:
        if level not in ("run", "evaluate", "train", "test"):
            raise machine.SetupError("unknown level '%s': give run, evaluate, train or test" % level)
        machine.check_python()
        # Imported late: these need the Python that was just checked for.
        import assets
        import environment

        with environment.alone():
            environment.set_up(level)
            assets.set_up()
    except machine.SetupError as error:
        print("setup: %s" % error, file=sys.stderr)
        return 1
    except OSError as error:  # a full disk, a checkout that belongs to somebody else (after 'sudo make', say)
        print("setup: %s: '%s'; make room, or make it yours" % (error.strerror, error.filename), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("setup: stopped; the next make goes on from here", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
