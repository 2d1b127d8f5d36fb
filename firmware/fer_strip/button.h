// Tells when a button was pressed, past its bounces. Plain C++11 without Arduino, so that a computer can test it.
#pragma once
#include <stdint.h>

template <uint32_t STABLE_MS = 30>
class Button {
 public:
  // Whether it has just gone down, and stayed so for a while; `now` in milliseconds since the start, which may wrap.
  bool pressed(bool down, uint32_t now) {
    if (down != seen_) {
      seen_ = down;
      since_ = now;
    }
    if (down == down_ || now - since_ < STABLE_MS) return false;
    down_ = down;
    return down;
  }

 private:
  bool seen_ = false, down_ = false;
  uint32_t since_ = 0;
};
