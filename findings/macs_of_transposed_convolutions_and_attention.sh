#!/usr/bin/env bash
# The same network has other "MMAC" by another counter: thop and torchinfo multiply a transposed convolution's work by the
# size of its OUTPUT, which is stride x stride too much (its kernel is laid on every input pixel), and do not see matrix
# products, of which attention consists; ptflops, fvcore and torch's own counter have the products that are computed.
# So published counts of networks with either (ResFace's local branch, STN + MSA) can't be compared without their tool.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy thop==0.1.1.post2209072238 torchinfo==1.8.0 \
    ptflops==0.7.5 fvcore==0.1.5.post20221221 setuptools 2> /dev/null
cd "$work"
cat > count.py << 'PYTHON'
import logging
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
import ptflops
import thop
import torch
import torchinfo
from fvcore.nn import FlopCountAnalysis
from torch.utils.flop_counter import FlopCounterMode


class Attention(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.project = torch.nn.Conv2d(8, 8, 1, bias=False)

    def forward(self, x):
        q = self.project(x).flatten(2)
        return torch.bmm(q, torch.bmm(q.transpose(1, 2), q).softmax(-1))


def by_torch(network, x):
    with FlopCounterMode(display=False) as counter:
        network(x)
    return counter.get_total_flops() // 2


counters = {
    "thop": lambda n, x: int(thop.profile(n, (x,), verbose=False)[0]),
    "torchinfo": lambda n, x: torchinfo.summary(n, input_data=x, verbose=0).total_mult_adds,
    "ptflops": lambda n, x: int(ptflops.get_model_complexity_info(
        n, tuple(x.shape[1:]), as_strings=False, print_per_layer_stat=False)[0]),
    "fvcore": lambda n, x: int(FlopCountAnalysis(n, x).total()),
    "torch": by_torch,
}
x = torch.zeros(1, 8, 6, 6)
cases = {
    "transposed, 4x4, stride 2": (lambda: torch.nn.ConvTranspose2d(8, 4, 4, 2, 1, bias=False), 6 * 6 * 8 * 4 * 16),
    "attention of 6x6": (Attention, 36 * 64 + 2 * 36 * 36 * 8),
}
for name, (make, done) in cases.items():
    print(f"{name}: {done} products;", ", ".join(f"{by} {count(make().eval(), x)}" for by, count in counters.items()))
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^(torch|thop|torchinfo|ptflops|fvcore) '
"$work/venv/bin/python" count.py | tee said
grep -q 'stride 2: 18432 products; thop 73728, torchinfo 73728, ptflops 18432, fvcore 18432, torch 18432' said
grep -q '6x6: 23040 products; thop 2304, torchinfo 2304, ptflops 23040, fvcore 23040, torch 23040' said
