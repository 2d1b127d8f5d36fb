# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""ONNX operators in PyTorch: each takes the node's attributes and its inputs, and returns its first output.

Source: the ONNX operator specification, opset 13 and later.
"""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

Attributes = dict[str, Any]
_DTYPES = {
    1: torch.float32,
    2: torch.uint8,
    3: torch.int8,
    6: torch.int32,
    7: torch.int64,
    9: torch.bool,
    10: torch.float16,
}
_DTYPES |= {11: torch.float64, 16: torch.bfloat16}


def _ints(tensor: Tensor) -> list[int]:
    return [int(value) for value in tensor.flatten().tolist()]


def _padded(x: Tensor, a: Attributes, value: float) -> Tensor:
    """Pad `x` as the node says; ONNX has all begins before all ends, PyTorch the last axis first."""
    pads = list(a.get("pads", []))
    if not any(pads):
        return x
    half = len(pads) // 2
    order = [pads[index + side * half] for index in reversed(range(half)) for side in (0, 1)]
    return F.pad(x, order, value=value)


def _conv(a: Attributes, x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    x = _padded(x, a, 0.0)
    return F.conv2d(x, weight, bias, a.get("strides", 1), 0, a.get("dilations", 1), a.get("group", 1))


def _conv_transpose(a: Attributes, x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    pads = list(a.get("pads", [0, 0, 0, 0]))
    if pads[:2] != pads[2:] or a.get("auto_pad", b"NOTSET") != b"NOTSET" or "output_shape" in a:
        raise ValueError("ConvTranspose is known with the same pads at both ends only")
    more = a.get("output_padding", 0)
    return F.conv_transpose2d(
        x, weight, bias, a.get("strides", 1), pads[:2], more, a.get("group", 1), a.get("dilations", 1)
    )


def _layer_norm(a: Attributes, x: Tensor, scale: Tensor, bias: Tensor | None = None) -> Tensor:
    shape = x.shape[a.get("axis", -1) :]
    return F.layer_norm(
        x, shape, scale.expand(shape), None if bias is None else bias.expand(shape), a.get("epsilon", 1e-5)
    )


def _pad(a: Attributes, x: Tensor, pads: Tensor, value: Tensor | None = None, axes: Tensor | None = None) -> Tensor:
    if a.get("mode", b"constant") != b"constant" or axes is not None:
        raise ValueError("Pad is known with a constant and on all axes only")
    return _padded(x, {"pads": _ints(pads)}, 0.0 if value is None else float(value))


def _resize(
    a: Attributes, x: Tensor, region: Tensor | None, scales: Tensor | None, sizes: Tensor | None = None
) -> Tensor:
    """Resize images: bilinear, places counted from the pixels' middles."""
    how = a.get("mode", b"nearest"), a.get("coordinate_transformation_mode", b"half_pixel")
    if how[0] != b"linear" or how[1] not in (b"half_pixel", b"pytorch_half_pixel") or a.get("antialias"):
        raise ValueError(f"Resize is known as linear and by half pixels, not as {how}")
    if sizes is not None and sizes.numel():
        return F.interpolate(x, size=_ints(sizes)[2:], mode="bilinear", align_corners=False)
    if scales is None:
        raise ValueError("Resize has neither scales nor sizes")
    factors = [float(factor) for factor in scales[2:]]
    return F.interpolate(x, scale_factor=factors, mode="bilinear", align_corners=False)


def _max_pool(a: Attributes, x: Tensor) -> Tensor:
    x = _padded(x, a, float("-inf"))
    stride = a.get("strides", 1)
    return F.max_pool2d(x, a["kernel_shape"], stride, 0, a.get("dilations", 1), bool(a.get("ceil_mode", 0)))


def _average_pool(a: Attributes, x: Tensor) -> Tensor:
    pads = list(a.get("pads", [0, 0, 0, 0]))
    inside = bool(a.get("count_include_pad", 0))
    return F.avg_pool2d(x, a["kernel_shape"], a.get("strides", 1), pads[:2], bool(a.get("ceil_mode", 0)), inside)


def _batch_norm(a: Attributes, x: Tensor, scale: Tensor, bias: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
    return F.batch_norm(x, mean, variance, scale, bias, eps=a.get("epsilon", 1e-5))


def _gemm(a: Attributes, x: Tensor, y: Tensor, c: Tensor | None = None) -> Tensor:
    product: Tensor = a.get("alpha", 1.0) * ((x.T if a.get("transA") else x) @ (y.T if a.get("transB") else y))
    return product if c is None else product + a.get("beta", 1.0) * c


def _reshape(a: Attributes, x: Tensor, shape: Tensor) -> Tensor:
    sizes = _ints(shape)
    if not a.get("allowzero", 0):
        sizes = [x.shape[index] if size == 0 else size for index, size in enumerate(sizes)]
    return x.reshape(sizes)


def _flatten(a: Attributes, x: Tensor) -> Tensor:
    axis = a.get("axis", 1) % (x.dim() + 1)
    return x.reshape(int(torch.tensor(x.shape[:axis]).prod()), -1)


def _reduce(how: Callable[..., Tensor]) -> Callable[..., Tensor]:
    def reduce(a: Attributes, x: Tensor, axes: Tensor | None = None) -> Tensor:
        chosen = _ints(axes) if axes is not None else list(a.get("axes", []))
        if not chosen and a.get("noop_with_empty_axes"):
            return x
        return how(x, chosen or list(range(x.dim())), keepdim=bool(a.get("keepdims", 1)))

    return reduce


def _unsqueeze(a: Attributes, x: Tensor, axes: Tensor) -> Tensor:
    rank = x.dim() + axes.numel()
    for axis in sorted(axis % rank for axis in _ints(axes)):
        x = x.unsqueeze(axis)
    return x


def _squeeze(a: Attributes, x: Tensor, axes: Tensor | None = None) -> Tensor:
    return x.squeeze() if axes is None else x.squeeze(_ints(axes))


def _slice(
    a: Attributes, x: Tensor, starts: Tensor, ends: Tensor, axes: Tensor | None = None, steps: Tensor | None = None
) -> Tensor:
    chosen = _ints(axes) if axes is not None else list(range(starts.numel()))
    strides = _ints(steps) if steps is not None else [1] * len(chosen)
    index: list[slice] = [slice(None)] * x.dim()
    for axis, start, end, step in zip(chosen, _ints(starts), _ints(ends), strides):
        index[axis] = slice(start, end, step)  # PyTorch refuses the negative steps that ONNX allows
    return x[tuple(index)]


def _gather(a: Attributes, x: Tensor, indices: Tensor) -> Tensor:
    axis = a.get("axis", 0) % x.dim()
    whole = torch.where(indices < 0, indices + x.shape[axis], indices)
    picked = x.index_select(axis, whole.flatten())
    return picked.reshape(*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :])


def _gather_nd(a: Attributes, x: Tensor, indices: Tensor) -> Tensor:
    if a.get("batch_dims", 0):
        x, indices = x.flatten(0, a["batch_dims"] - 1), indices.flatten(0, a["batch_dims"] - 1)
        return torch.stack([row[tuple(index.unbind(-1))] for row, index in zip(x, indices)])
    return x[tuple(indices.unbind(-1))]


def _shape(a: Attributes, x: Tensor) -> Tensor:
    return torch.tensor(x.shape[a.get("start", 0) : a.get("end")], dtype=torch.int64)


def _filled(a: Attributes, shape: Tensor) -> Tensor:
    value = a.get("value")
    if value is None:
        return torch.zeros(_ints(shape))
    from onnx import numpy_helper

    return torch.from_numpy(numpy_helper.to_array(value).copy()).expand(_ints(shape)).clone()


def _divide(a: Attributes, x: Tensor, y: Tensor) -> Tensor:
    return x / y if x.is_floating_point() else torch.div(x, y, rounding_mode="trunc")


def _expand(a: Attributes, x: Tensor, shape: Tensor) -> Tensor:
    return x * torch.ones(_ints(shape), dtype=x.dtype)  # unlike Tensor.expand, it may have fewer dimensions than x


def _grid_sample(a: Attributes, x: Tensor, grid: Tensor) -> Tensor:
    mode = a.get("mode", b"linear").decode()
    padding = a.get("padding_mode", b"zeros").decode()
    mode = {"linear": "bilinear", "cubic": "bicubic"}.get(mode, mode)
    return F.grid_sample(x, grid, mode=mode, padding_mode=padding, align_corners=bool(a.get("align_corners", 0)))


def _fold(how: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Tensor]:
    def fold(a: Attributes, first: Tensor, *others: Tensor) -> Tensor:
        for other in others:
            first = how(first, other)
        return first

    return fold


OPERATORS: dict[str, Callable[..., Tensor]] = {
    "Add": lambda a, x, y: x + y,
    "AveragePool": _average_pool,
    "BatchNormalization": _batch_norm,
    "Cast": lambda a, x: x.to(_DTYPES[a["to"]]),
    "Clip": lambda a, x, low=None, high=None: x if low is None and high is None else torch.clamp(x, low, high),
    "Concat": lambda a, *x: torch.cat(x, a["axis"]),
    "ConstantOfShape": _filled,
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "Div": _divide,
    "Dropout": lambda a, x, *rest: x,
    "Equal": lambda a, x, y: x == y,
    "Erf": lambda a, x: torch.erf(x),
    "Exp": lambda a, x: torch.exp(x),
    "Expand": _expand,
    "Flatten": _flatten,
    "Gather": _gather,
    "GatherND": _gather_nd,
    "Gelu": lambda a, x: F.gelu(x, approximate=a.get("approximate", b"none").decode()),
    "Gemm": _gemm,
    "GlobalAveragePool": lambda a, x: x.mean(dim=(2, 3), keepdim=True),
    "GridSample": _grid_sample,
    "Identity": lambda a, x: x,
    "LayerNormalization": _layer_norm,
    "LeakyRelu": lambda a, x: F.leaky_relu(x, a.get("alpha", 0.01)),
    "Log": lambda a, x: torch.log(x),
    "LogSoftmax": lambda a, x: torch.log_softmax(x, a.get("axis", -1)),
    "MatMul": lambda a, x, y: x @ y,
    "Max": _fold(torch.maximum),
    "MaxPool": _max_pool,
    "Min": _fold(torch.minimum),
    "Mul": lambda a, x, y: x * y,
    "Neg": lambda a, x: -x,
    "Pad": _pad,
    "Pow": lambda a, x, y: x**y,
    "Range": lambda a, start, limit, delta: torch.arange(start.item(), limit.item(), delta.item(), dtype=start.dtype),
    "Reciprocal": lambda a, x: 1.0 / x,
    "ReduceMax": _reduce(torch.amax),
    "ReduceMean": _reduce(torch.mean),
    "ReduceSum": _reduce(torch.sum),
    "Relu": lambda a, x: F.relu(x),
    "Reshape": _reshape,
    "Resize": _resize,
    "Shape": _shape,
    "Sigmoid": lambda a, x: torch.sigmoid(x),
    "Slice": _slice,
    "Softmax": lambda a, x: torch.softmax(x, a.get("axis", -1)),
    "Sqrt": lambda a, x: torch.sqrt(x),
    "Squeeze": _squeeze,
    "Sub": lambda a, x, y: x - y,
    "Sum": _fold(torch.add),
    "Tanh": lambda a, x: torch.tanh(x),
    "Transpose": lambda a, x: x.permute(a["perm"] if "perm" in a else tuple(reversed(range(x.dim())))),
    "Unsqueeze": _unsqueeze,
    "Where": lambda a, condition, x, y: torch.where(condition, x, y),
}
"""Operator to function."""
