# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A real broker for the tests of MQTT: Debian's mosquitto."""

import shutil
import socket
import subprocess

from waiting import until

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


class Broker:
    """A mosquitto of this machine that can be stopped, and started again on the same port."""

    def __init__(self, folder, *lines):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.file = folder / "mosquitto.conf"
        self.file.write_text(
            "\n".join([f"listener {self.port} 127.0.0.1", *(lines or ["allow_anonymous true"])]) + "\n"
        )
        self.start()

    def start(self):
        self.process = subprocess.Popen([MOSQUITTO, "-c", self.file], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert until(self.answers), self.process.communicate()[0]

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 0.2).close()
        except OSError:
            return False
        return True

    def stop(self):
        self.process.kill()
        self.process.wait()
