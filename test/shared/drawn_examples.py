# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How many examples hypothesis draws, for every package's tests alike, whichever of them are run."""

import os

from hypothesis import HealthCheck, Phase, settings

# No deadline: the machine may be busy with other things.
settings.register_profile("quick", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
# For a longer look: HYPOTHESIS_PROFILE=thorough pytest fer_color/test
settings.register_profile("thorough", parent=settings.get_profile("quick"), max_examples=2000)
# What the promise is shown with, hours on two cores: make proof
settings.register_profile("proof", parent=settings.get_profile("quick"), max_examples=10_000)
# Of a fault it is enough to know that it is seen: make mutation
settings.register_profile(
    "mutation",
    parent=settings.get_profile("quick"),
    max_examples=25,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
