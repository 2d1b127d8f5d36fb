"""Lamps over MQTT, with Home Assistant."""
