// Fades to dark when nothing comes. Plain C++11 without Arduino, so that a computer can test it.
#pragma once
#include <stdint.h>

// Holds for longer than six seconds, so that what the computer changed last and the fade never add up in the six
// seconds that the flash promise looks at; the fade alone stays far below what it allows in one (0.25 of 0.4).
template <uint32_t HOLD_MS = 6200, uint32_t FADE_MS = 4000>
class Watchdog {
 public:
  // A frame has come at `now` (milliseconds since the start, which may wrap around).
  void frame(uint32_t now) {
    last_ = now;
    dark_ = false;
  }

  // The share of the last frame to show, 0 to 256.
  uint16_t level(uint32_t now) {
    if (dark_) return 0;
    const uint32_t silent = now - last_;
    if (silent <= HOLD_MS) return 256;
    if (silent < HOLD_MS + FADE_MS) return (uint16_t)(256 - (silent - HOLD_MS) * 256 / FADE_MS);
    dark_ = true;  // and stays so when `now` wraps around
    return 0;
  }

 private:
  uint32_t last_ = 0;
  bool dark_ = true;
};
