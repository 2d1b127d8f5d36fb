// Runs the sketch's parser and watchdog on a computer. Reads lines: `b HEX` feeds bytes and prints each frame as hex,
// `t MS` prints the watchdog's level at that time, `f MS` tells it of a frame, `r` resets the parser, `d MS` and `u MS` show
// the button down and up, and print whether that is a press.
#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>

#include "button.h"
#include "frame_parser.h"
#include "watchdog.h"

int main() {
  FrameParser<TEST_LEDS, TEST_CHANNELS> parser;
  Watchdog<> watchdog;
  Button<> button;
  std::string line, word;
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    words >> word;
    if (word == "b") {
      std::string hex;
      words >> hex;
      for (size_t k = 0; k + 1 < hex.size(); k += 2) {
        if (!parser.feed((uint8_t)std::stoi(hex.substr(k, 2), nullptr, 16))) continue;
        for (int at = 0; at < TEST_LEDS * TEST_CHANNELS; at++) std::printf("%02x", parser.frame()[at]);
        std::printf("\n");
      }
    } else if (word == "r") {
      parser.reset();
    } else {
      unsigned long now;
      words >> now;
      if (word == "f") watchdog.frame((uint32_t)now);
      else if (word == "d" || word == "u") std::printf("%d\n", button.pressed(word == "d", (uint32_t)now));
      else std::printf("%u\n", (unsigned)watchdog.level((uint32_t)now));
    }
  }
}
