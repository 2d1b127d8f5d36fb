# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The verdict in three lines: perception, steadiness and speed, light."""

from typing import Any

from fer_common.emotions import LABELS


def verdict(content: dict[str, Any]) -> list[str]:
    """Three sentences for people, from what metrics.json holds."""
    return [_perception(content), _behaviour(content), _light(content)]


def percent(value: float) -> str:
    """Write 0.713 as '71 %', and 0.9996 as '99.9 %': never round up to all."""
    shown = f"{100 * value:.0f}"
    if shown == "100" and value < 1:
        shown = f"{min(99.9, 100 * value):.1f}"
    return f"{shown} %"


def _perception(content: dict[str, Any]) -> str:
    frames, seen = content["frames"], content["frames_with_face"]
    faces = f"a face was seen in {percent(seen / frames)} of {frames:,} images"
    if content["accuracy"] is None and content.get("affect"):
        affect = content["affect"]
        errors = f"valence off by {affect['valence_error']:.2f}, arousal by {affect['arousal_error']:.2f}"
        return f"Perception: {errors} on average (of -1 to 1) in {affect['samples']:,} labelled moments; {faces}."
    if content["accuracy"] is None:
        return f"Perception: {faces}; nothing to hold its answers against."
    low, high = content["intervals"].get("accuracy", (content["accuracy"],) * 2)
    blocks = content["intervals"]["blocks"]
    # Where nothing or everything was wrong, no resample differs: that is no narrow interval, but none.
    interval = f"95 % interval {percent(low)} to {percent(high)}" if low < high else f"no interval from {blocks} blocks"
    line = (
        f"Perception: right in {percent(content['accuracy'])} of {content['samples']:,} labelled moments with a face "
        f"({interval}); {faces}"
    )
    weakest = min(
        (label for label in LABELS if content["per_class"][label]["samples"]),
        key=lambda label: content["per_class"][label]["recall"],
    )
    recall = content["per_class"][weakest]["recall"]
    return f"{line}; weakest on {weakest} ({percent(recall)} found)." if recall < 1 else f"{line}."


def _behaviour(content: dict[str, Any]) -> str:
    steady = content["steadiness"]["changes_a_minute"]
    if steady is not None:
        parts = [f"the answer changed {steady:.0f} times a minute"]
    elif content["frames_with_face"]:
        parts = ["no two images with a face follow each other within a second, so nothing shows how steady it is"]
    else:
        parts = ["no face, no answer"]
    response = content.get("response")
    if response and response["answered"]:
        parts.append(
            f"a change of label was answered after {response['median_s']:.2f} s "
            f"(median; {response['answered']} of {response['changes']})"
        )
    elif response:
        parts.append(f"none of {response['changes']} changes of label was answered in time")
    timing = content["timing"]
    latency = timing.get("latency_ms")
    if latency:
        parts.append(
            f"from image to answer {latency['p50']:.0f} ms (median), {latency['p99']:.0f} ms (99th percentile)"
        )
    elif timing.get("processing_ms"):
        parts.append(f"an image took {timing['processing_ms']['p50']:.0f} ms here (median)")
    live = content.get("live")
    if live:
        parts.append(f"{live['frames_lost']} of {live['frames_sent']} images were lost")
    return f"Steadiness and speed: {'; '.join(parts)}."


def _light(content: dict[str, Any]) -> str:
    flash, light = content["flash"], content["light"]
    if flash is None:
        return "Light: not recorded."
    parts = ["it kept the flash promise" if flash["kept"] else f"IT BROKE THE FLASH PROMISE ({_worst(flash)})"]
    if light["colour_error"] is not None:
        parts.append(
            f"its colour was {light['colour_error']:.1f} off the label's on average (CIEDE2000; 2 is just seen)"
        )
    half = (content.get("response") or {}).get("light_half_way_median_s")
    if half is not None:
        parts.append(f"half of the way to a new label's colour took {half:.1f} s (median)")
    return f"Light: {'; '.join(parts)}."


def _worst(flash: dict[str, Any]) -> str:
    broken = [name for name, limit in flash["promised"].items() if flash["worst"][name] > limit]
    return ", ".join(f"{name} {flash['worst'][name]:.2f}, promised {flash['promised'][name]:g}" for name in broken)
