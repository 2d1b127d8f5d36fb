# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Robots' own lights: profiles in YAML that map our colour to a robot's topics or actions.

The robot's packages are not needed to build or install this one; a profile names their messages, and they are imported
when the light `robot:PROFILE` (fer_color.lights.robots.light) is opened.
"""

from fer_color.lights.robots.profile import Profile, known_profiles, load_profile

__all__ = ["Profile", "known_profiles", "load_profile"]
