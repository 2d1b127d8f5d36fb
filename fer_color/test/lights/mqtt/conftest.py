# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the tests of MQTT lights share."""

import pytest


@pytest.fixture
def broker(tmp_path):
    from mosquitto_broker import MOSQUITTO, Broker

    if MOSQUITTO is None:
        pytest.skip("mosquitto is not installed (apt-get install mosquitto)")
    broker = Broker(tmp_path)
    yield broker
    broker.stop()


@pytest.fixture
def listener(broker):
    from mqtt_stage import Listener

    listener = Listener(broker.port)
    yield listener
    listener.close()
