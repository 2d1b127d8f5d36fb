# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The flash promise's limiter once more, as docs/flash.md describes it: plain, and apart from what it is held against.

It keeps every change by itself and knows no loss.
"""

import math

LIMITS = ((1.05, 0.5, 0.33), (6.1, 1.25, 0.75))
RED_FLASH = 20 / 320
SHARES = 1024
TO_LIGHT = {
    "linear": lambda value: value,
    "srgb": lambda value: value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4,
    "gamma2.2": lambda value: value**2.2,
    "gamma2.8": lambda value: value**2.8,
}
TO_VALUE = {
    "linear": lambda light: light,
    "srgb": lambda light: light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055,
    "gamma2.2": lambda light: light ** (1 / 2.2),
    "gamma2.8": lambda light: light ** (1 / 2.8),
}


class PlainLimiter:
    """Of a light of several segments, or of one, which may have a level beside its colour."""

    def __init__(self, lamps, sizes=(1,), levels=None):
        """Start in the dark; `lamps`: the curves that it may have, `levels`: those that it can have, None: any."""
        self.lamps, self.sizes, self.levels = lamps, sizes, levels
        self.frame, self.level = [(0, 0, 0)] * len(sizes), 255
        self.changes = []
        self.changed_at = [-math.inf] * len(sizes)

    def step(self, wanted, now, level=255):
        """Return the frame for now: a list of bytes by segment."""
        left, start = self._left(now), self.frame
        ones = [SHARES] * len(start)
        if not self._fits(self._at(ones, wanted, level, now), left, range(self._parts())):
            for k in range(len(start)):
                ones[k] = self._farthest(lambda share, k=k: [share if j == k else 0 for j in range(len(start))],
                                         (wanted, level, now), left, [k])  # fmt: skip
            if not self._fits(self._at(ones, wanted, level, now), left, range(self._parts())):
                reached = ones
                share = self._farthest(lambda share: [share * one / SHARES for one in reached],
                                       (wanted, level, now), left, range(self._parts()))  # fmt: skip
                ones = [share * one / SHARES for one in reached]
        frame, at_level = self._at(ones, wanted, level, now)
        change = self._change(frame, at_level)
        self.changes.append((now, change))
        for k in range(len(start)):
            if any(amount > 0 for of_lamp in change for amount in of_lamp[k]):
                self.changed_at[k] = now
        self.frame, self.level = frame, at_level
        return frame

    def _parts(self):
        return len(self.sizes) + (len(self.sizes) > 1)

    def _farthest(self, shares, asked, left, parts):
        """Halve the way: the light on it may go up and down, so that more than one share may be the last that fits."""
        low, high = 0, SHARES
        if self._fits(self._at(shares(high), *asked), left, parts):
            return high
        while high - low > 1:
            middle = (low + high) // 2
            if self._fits(self._at(shares(middle), *asked), left, parts):
                low = middle
            else:
                high = middle
        return low

    def _fits(self, asked, left, parts):
        change = self._change(*asked)
        return all(
            change[lamp][part][kind] <= left[lamp][part][kind]
            for lamp in range(len(self.lamps)) for part in parts for kind in range(2)
        )  # fmt: skip

    def _at(self, shares, wanted, level, now):
        """The frame and its level at so many of `SHARES` of each segment's way, straight in the first lamp's light."""
        light, value = TO_LIGHT[self.lamps[0]], TO_VALUE[self.lamps[0]]
        between = self.level + shares[0] / SHARES * (level - self.level)
        nearest = sorted(self.levels or (), key=lambda one: abs(one - between))
        between = nearest[0] if nearest else round(between)
        frame = []
        for k, rgb in enumerate(self.frame):
            stays = 0.75 if now - self.changed_at[k] < 0.5 else 0.5
            bytes_ = []
            for old, new in zip(rgb, wanted[k]):
                begin = light(old / 255) * self.level / 255
                end = light(min(1.0, max(0.0, new))) * level / 255
                there = begin + shares[k] / SHARES * (end - begin)
                needed = 255 * value(min(1.0, there * 255 / between)) if between else 0.0
                bytes_.append(old if abs(needed - old) < stays else round(needed))
            frame.append(tuple(bytes_))
        return frame, between

    def _seen(self, frame, level, lamp):
        """For each part: luminance, red, deep red both ways, and deep red averaged, both ways."""
        lights = [[TO_LIGHT[lamp](byte / 255) * level / 255 for byte in rgb] for rgb in frame]
        of_all = sum(self.sizes)
        seen, deeps = [], []
        for red, green, blue in lights:
            deep = max(0.0, red - green - blue)
            edge = red - 4 * (green + blue)
            both = [deep if edge >= 1e-6 else 0.0, deep if edge >= -1e-6 else 0.0]
            seen.append([0.2126 * red + 0.7152 * green + 0.0722 * blue, deep, *both, *both])
            deeps.append(both)
        if len(frame) > 1:
            red, green, blue = (
                sum(size * light[k] for size, light in zip(self.sizes, lights)) / of_all for k in range(3)
            )
            deep, edge = max(0.0, red - green - blue), red - 4 * (green + blue)
            averaged = [sum(size * one[k] for size, one in zip(self.sizes, deeps)) / of_all for k in range(2)]
            both = [deep if edge >= 1e-6 else 0.0, deep if edge >= -1e-6 else 0.0]
            seen.append([0.2126 * red + 0.7152 * green + 0.0722 * blue, deep, *both, *averaged])
        return seen

    def _change(self, frame, level):
        """By lamp and part: of luminance, and of red."""
        found = []
        for lamp in self.lamps:
            parts = []
            for old, new in zip(self._seen(self.frame, self.level, lamp), self._seen(frame, level, lamp)):
                each = [abs(b - a) for a, b in zip(old, new)]
                parts.append((each[0], max(each[1], min(max(each[2:]), RED_FLASH))))
            found.append(parts)
        return found

    def _left(self, now):
        return [
            [
                tuple(
                    max(0.0, min(
                        limits[kind]
                        - sum(change[lamp][part][kind] for at, change in self.changes if now - at <= seconds)
                        for seconds, *limits in LIMITS
                    ))
                    for kind in range(2)
                )
                for part in range(self._parts())
            ]
            for lamp in range(len(self.lamps))
        ]  # fmt: skip
