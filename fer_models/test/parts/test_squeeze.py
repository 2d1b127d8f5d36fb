# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Squeeze-and-excitation against a slow, literal one."""

import numpy as np
import torch

from fer_models.parts.squeeze import SqueezeExcitation


def test_each_channel_is_scaled_by_what_all_channels_mean() -> None:
    torch.manual_seed(0)
    block, x = SqueezeExcitation(48, ratio=4), torch.randn(2, 48, 3, 5)
    numbers = {key: value.double().numpy() for key, value in block.state_dict().items()}
    for image, got in zip(x.double().numpy(), block(x).detach().numpy()):
        means = np.array([channel.sum() / 15 for channel in image])
        hidden = np.maximum(numbers["squeeze.weight"] @ means + numbers["squeeze.bias"], 0)
        factors = 1 / (1 + np.exp(-(numbers["excite.weight"] @ hidden + numbers["excite.bias"])))
        np.testing.assert_allclose(got, image * factors[:, None, None], atol=1e-5)
