// A strip of WS2812 or SK6812 on a serial port, for `--light adalight:PORT:LEDS` and `--light tpm2:PORT:LEDS`.
// Needs the library Adafruit NeoPixel. When nothing comes any more it fades to dark instead of staying lit or going out.
#include <Adafruit_NeoPixel.h>

#include "button.h"
#include "frame_parser.h"
#include "watchdog.h"

// --- What you may have to change ---
#define DATA_PIN 6                      // the strip's data line, through 330 ohms; never 6 to 11 on an ESP32 or ESP8266
#define LED_COUNT 60                    // as in adalight:PORT:LEDS; an Uno has room for 150, or 110 with white
#define LED_CHANNELS 3                  // 4 with a white LED: then give the light ?color_order=RGBW
#define LED_TYPE (NEO_GRB + NEO_KHZ800) // what the chips take; the computer sends RGB (or RGBW: NEO_GRBW)
#define BAUD 115200                     // as ?baud=; boards with their own USB don't care
#define BUTTON_PIN -1                   // a button to ground, 2 say: each press stops the camera's use, or allows it again
// -----------------------------------

#define TORN_MS 200 // a frame that stops in its middle for so long is dropped

Adafruit_NeoPixel strip(LED_COUNT, DATA_PIN, LED_TYPE);
FrameParser<LED_COUNT, LED_CHANNELS> parser;
Watchdog<> watchdog;
#if BUTTON_PIN >= 0
Button<> button;
#endif
uint8_t shown[LED_COUNT * LED_CHANNELS];
uint16_t level = 0;
uint32_t heard = 0;

void show() {
  for (uint16_t led = 0; led < LED_COUNT; led++) {
    const uint8_t* part = shown + led * LED_CHANNELS;
    const uint8_t red = (uint16_t)(part[0] * level) >> 8, green = (uint16_t)(part[1] * level) >> 8;
    const uint8_t blue = (uint16_t)(part[2] * level) >> 8;
#if LED_CHANNELS == 4
    strip.setPixelColor(led, red, green, blue, (uint16_t)(part[3] * level) >> 8);
#else
    strip.setPixelColor(led, red, green, blue);
#endif
  }
  strip.show();
}

void setup() {
  Serial.begin(BAUD);
#if BUTTON_PIN >= 0
  pinMode(BUTTON_PIN, INPUT_PULLUP);
#endif
  strip.begin();
  strip.show();
}

void loop() {
  const uint32_t now = millis();
  while (Serial.available() > 0) {
    heard = now;
    if (parser.feed((uint8_t)Serial.read())) {
      memcpy(shown, parser.frame(), sizeof shown);
      watchdog.frame(now);
      level = 256;
      show();
    }
  }
#if BUTTON_PIN >= 0
  if (button.pressed(digitalRead(BUTTON_PIN) == LOW, now)) Serial.println("fer:button");
#endif
  if (parser.busy() && now - heard > TORN_MS) parser.reset();
  const uint16_t wanted = watchdog.level(now);
  // Not while bytes come in: showing blocks, and an Uno would lose some of them.
  if (wanted != level && !parser.busy()) {
    level = wanted;
    show();
  }
}
