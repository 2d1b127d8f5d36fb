#!/usr/bin/env bash
# foxglove-sdk: neither a server nor a channel keeps the Context that it was made with. Once the last name for it in Python is
# gone, a client is told of no channel at all; log() on such a channel raises nothing (a line on stderr calls it closed), and
# nothing arrives. With the Context kept, the same client is told of the channel and gets its messages.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check foxglove-sdk==0.30.3 websockets==15.0.1 2> /dev/null
cat > "$work/context.py" << 'PYTHON'
import asyncio
import json
import foxglove
import websockets
from foxglove import Channel, Context


def serve(keep):
    context = Context()
    channel = Channel("/numbers", message_encoding="json", context=context)
    server = foxglove.start_server(host="127.0.0.1", port=0, context=context)
    return channel, server, context if keep else None


async def told(port, channel):
    """The topics that a client is told of within two seconds, and whether a message that is logged then arrives."""
    topics, arrived = [], False
    address = f"ws://127.0.0.1:{port}"
    async with websockets.connect(address, subprotocols=["foxglove.sdk.v1"]) as client:
        try:
            while True:
                message = await asyncio.wait_for(client.recv(), 2)
                if isinstance(message, bytes):
                    arrived = True
                    break
                said = json.loads(message)
                if said["op"] != "advertise":
                    continue
                topics += [one["topic"] for one in said["channels"]]
                wanted = [{"id": 1, "channelId": one["id"]} for one in said["channels"]]
                await client.send(json.dumps({"op": "subscribe", "subscriptions": wanted}))
                await asyncio.sleep(0.5)
                channel.log({"value": 1})
        except asyncio.TimeoutError:
            channel.log({"value": 1})
    return topics, arrived


found = []
for keep in (True, False):
    channel, server, context = serve(keep)
    found.append(asyncio.run(told(server.port, channel)))
    print(f"context {'kept' if keep else 'gone'}: topics {found[-1][0]}, a message arrives: {found[-1][1]}")
    server.stop()
raise SystemExit(found != [(["/numbers"], True), ([], False)])
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -i foxglove
"$work/venv/bin/python" "$work/context.py"
