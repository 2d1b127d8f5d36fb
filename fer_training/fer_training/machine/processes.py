# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Training by several processes at once, as torchrun starts them: on several GPUs, or on several hosts.

What they share is summed here by hand and not by DistributedDataParallel: one process that takes the same batch in
the same parts then does the same arithmetic, so a run can move between machines.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor

from fer_training.errors import TrainingError


@dataclass(frozen=True)
class Processes:
    """This process among those that train one network together."""

    rank: int = 0
    """0 to count - 1; 0 validates, prints and writes."""
    count: int = 1

    @property
    def first(self) -> bool:
        """Whether this is the one that writes."""
        return self.rank == 0

    def sum(self, tensors: Iterable[Tensor]) -> None:
        """Replace each tensor by its sum over the processes, in one message. All on one device, of one type."""
        if self.count == 1:
            return
        listed = list(tensors)
        flat = torch.cat([tensor.flatten() for tensor in listed])
        dist.all_reduce(flat)
        for tensor, part in zip(listed, torch.split(flat, [tensor.numel() for tensor in listed])):
            tensor.copy_(part.view_as(tensor))

    def from_first(self, value: float, device: torch.device) -> float:
        """Return the first process's value, in all of them."""
        if self.count == 1:
            return value
        # Metal and some accelerators have no float64; none of them joins a group.
        shared = torch.tensor([value], dtype=torch.float64, device=device)
        dist.broadcast(shared, src=0)
        return float(shared)


def join_processes(device: str) -> tuple[Processes, str]:
    """Join the group that torchrun describes in the environment, if it does.

    Returns:
        this process's place, and its device: `cuda` becomes the GPU of its own.

    Raises:
        TrainingError: the group cannot be joined.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return Processes(), device
    if device == "cuda":
        device = f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
        torch.cuda.set_device(device)
    try:
        dist.init_process_group("nccl" if device.startswith("cuda") else "gloo")
    except (RuntimeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise TrainingError(f"cannot join the other processes ({reason}); start all of them with torchrun") from error
    return Processes(dist.get_rank(), dist.get_world_size()), device


def leave_processes() -> None:
    """Take leave of the group, if there is one."""
    if dist.is_available() and dist.is_initialized():
        dist.destroy_process_group()
