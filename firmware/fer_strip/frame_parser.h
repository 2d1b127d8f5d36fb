// Finds Adalight and TPM2 frames in a stream of bytes. Plain C++11 without Arduino, so that a computer can test it.
#pragma once
#include <stdint.h>
#include <string.h>

// Adalight: 'A' 'd' 'a', LEDs - 1 (high, low), high ^ low ^ 0x55, then CHANNELS bytes an LED.
// TPM2:     C9, DA, bytes (high, low), the bytes, 36.
// A frame with fewer LEDs leaves the rest dark; of one with more, the rest is ignored. An Adalight frame in which its own header
// comes again was torn, or has fewer channels than CHANNELS: it is dropped, as its bytes would be shown in turn as each colour.
template <uint16_t LEDS, uint8_t CHANNELS>
class FrameParser {
 public:
  static const uint16_t SIZE = LEDS * CHANNELS;

  // Takes the next byte; true when it completes a frame, which `frame` has then.
  bool feed(uint8_t byte) {
    switch (state_) {
      case SEARCH:
        start(byte);
        return false;
      case ADA_D:
        return expect(byte, 'd', ADA_A);
      case ADA_A:
        return expect(byte, 'a', ADA_HIGH);
      case ADA_HIGH:
        high_ = byte;
        state_ = ADA_LOW;
        return false;
      case ADA_LOW:
        low_ = byte;
        state_ = ADA_CHECK;
        return false;
      case ADA_CHECK:
        if (byte != (uint8_t)(high_ ^ low_ ^ 0x55)) return again(byte);
        begin_adalight();
        return false;
      case TPM2_TYPE:
        return expect(byte, 0xDA, TPM2_HIGH);
      case TPM2_HIGH:
        high_ = byte;
        state_ = TPM2_LOW;
        return false;
      case TPM2_LOW:
        begin((uint32_t)high_ * 256 + byte, true);
        return false;
      case DATA:
        if (!tpm2_ && header_again(byte)) {
          begin_adalight();
          return false;
        }
        if (at_ < SIZE) frame_[at_] = byte;
        at_++;
        if (at_ < size_) return false;
        if (tpm2_) {
          state_ = TPM2_END;
          return false;
        }
        state_ = SEARCH;
        return true;
      case TPM2_END:
        if (byte != 0x36) return again(byte);
        state_ = SEARCH;
        return true;
    }
    return false;
  }

  // Whether it is in the middle of a frame.
  bool busy() const { return state_ != SEARCH; }

  // Forgets the frame that it is in: its sender is gone.
  void reset() { state_ = SEARCH; }

  // The channels of all LEDs; valid from when `feed` returned true until the next byte.
  const uint8_t* frame() const { return frame_; }

 private:
  enum State : uint8_t {
    SEARCH, ADA_D, ADA_A, ADA_HIGH, ADA_LOW, ADA_CHECK, TPM2_TYPE, TPM2_HIGH, TPM2_LOW, DATA, TPM2_END
  };

  void start(uint8_t byte) { state_ = byte == 'A' ? ADA_D : byte == 0xC9 ? TPM2_TYPE : SEARCH; }

  bool expect(uint8_t byte, uint8_t wanted, State next) {
    if (byte != wanted) return again(byte);
    state_ = next;
    return false;
  }

  // A byte that does not fit may begin a frame itself.
  bool again(uint8_t byte) {
    start(byte);
    return false;
  }

  // Whether `byte` ends the same header as the frame's own, within its data.
  bool header_again(uint8_t byte) {
    if (again_ == 0 && byte != 'A') return false;  // nearly always; an Uno has no time to lose between two bytes
    const uint8_t header[] = {'A', 'd', 'a', high_, low_, (uint8_t)(high_ ^ low_ ^ 0x55)};
    if (byte == header[again_]) return ++again_ == sizeof header;
    again_ = byte == 'A';
    return false;
  }

  void begin_adalight() { begin(((uint32_t)high_ * 256 + low_ + 1) * CHANNELS, false); }

  void begin(uint32_t size, bool tpm2) {
    memset(frame_, 0, SIZE);
    at_ = 0;
    again_ = 0;
    size_ = size;
    tpm2_ = tpm2;
    state_ = size > 0 ? DATA : tpm2 ? TPM2_END : SEARCH;
  }

  State state_ = SEARCH;
  bool tpm2_ = false;
  uint8_t high_ = 0, low_ = 0, again_ = 0;
  uint32_t at_ = 0, size_ = 0;
  uint8_t frame_[SIZE] = {};
};
