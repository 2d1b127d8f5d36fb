"""Grey faces of any side as the square colour images that networks from elsewhere expect."""

from torch import Tensor
from torch.nn import functional


def enlarge(x: Tensor, side: int, channels: int = 3) -> Tensor:
    """Faces, float [N, 1, H, W], bilinearly at side x side, the grey repeated: [N, channels, side, side]."""
    if x.shape[-2:] != (side, side):
        x = functional.interpolate(x, size=(side, side), mode="bilinear", align_corners=False)
    return x.expand(-1, channels, -1, -1)
