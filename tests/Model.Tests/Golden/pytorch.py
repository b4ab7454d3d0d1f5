"""Writes pytorch.json: one small state dict as PyTorch saves it today and as it did before 1.6, base64. Debian's python3-torch is enough."""
import base64
import collections
import io
import json
import pathlib

import torch

state = collections.OrderedDict(
    [
        ("conv.weight", torch.arange(12, dtype=torch.float32).reshape(3, 2, 2) / 8),
        ("shared", torch.arange(6, dtype=torch.float32)[2:5].clone()),
        ("half", torch.tensor([[1.5, -2.0]], dtype=torch.float16)),
        ("steps", torch.tensor(7)),
    ]
)
state["twice"] = state["conv.weight"][1]
state["parameter"] = torch.nn.Parameter(torch.tensor([0.25]))


def saved(value, **options):
    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    return base64.b64encode(buffer.getvalue()).decode()


files = {
    "zip": saved(state),
    "legacy": saved(state, _use_new_zipfile_serialization=False),
    "nested": saved({"epoch": 3, "state_dict": state}),
    "code": saved({"x": torch.nn.ReLU}),
}
pathlib.Path(__file__).with_name("pytorch.json").write_text(json.dumps(files, indent=1) + "\n")
