#!/usr/bin/env python3
"""Writes transformer.json: golden logits of the masked transformer, calculated without the platform's code.

Needs Debian's python3-torch (1.13) or any later PyTorch, and nothing else:  python3 transformer.py > transformer.json
Weights are formulas, so that the tests make the same ones; the layers are written down a second time from section 6.3 of the
platform's specification: post-LN BERT, tanh GELU, output tied to the embedding, LayerNorm epsilon 1e-12. Float64 throughout.
"""
import json
import math

import torch

D, M, HEADS, LAYERS, K, CLASSES, N = 32, 64, 2, 2, 40, 3, 32
V, S = K + CLASSES + 1 + 16, N + 2


def noise(shape, key):
    count = math.prod(shape)
    x = (torch.arange(count, dtype=torch.float64) * 12.9898 + 78.233 * key).sin() * 43758.5453
    return (x - x.floor()).reshape(shape)


def shapes():
    named = {"embedding": (V, D), "positions": (S, D), "bias": (V,)}
    for name in ("norm", "head_norm"):
        named |= {f"{name}.weight": (D,), f"{name}.bias": (D,)}
    named |= {"head.weight": (D, D), "head.bias": (D,)}
    for i in range(LAYERS):
        for name, (rows, columns) in {"qkv": (3 * D, D), "out": (D, D), "mlp1": (M, D), "mlp2": (D, M)}.items():
            named |= {f"layers.{i}.{name}.weight": (rows, columns), f"layers.{i}.{name}.bias": (rows,)}
        for name in ("norm1", "norm2"):
            named |= {f"layers.{i}.{name}.weight": (D,), f"layers.{i}.{name}.bias": (D,)}
    return named


def weights():
    made = {}
    for key, name in enumerate(sorted(shapes())):
        shape = shapes()[name]
        value = noise(shape, key) - 0.5
        value = value * math.sqrt(12) * math.sqrt(2 / math.prod(shape[1:])) if len(shape) > 1 else value * 0.2
        made[name] = value.float().double()                      # the tests' weights are float32
    return made


def layer_norm(x, w, name):
    mean = x.mean(-1, keepdim=True)
    variance = ((x - mean) ** 2).mean(-1, keepdim=True)
    return (x - mean) / (variance + 1e-12).sqrt() * w[f"{name}.weight"] + w[f"{name}.bias"]


def gelu(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def dense(x, w, name):
    return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]


def forward(w, ids):
    x = layer_norm(w["embedding"][ids] + w["positions"], w, "norm")
    for i in range(LAYERS):
        q, k, v = dense(x, w, f"layers.{i}.qkv").chunk(3, -1)
        heads = []
        for h in range(HEADS):
            part = slice(h * D // HEADS, (h + 1) * D // HEADS)
            scores = q[..., part] @ k[..., part].transpose(1, 2) / math.sqrt(D / HEADS)
            heads.append(scores.softmax(-1) @ v[..., part])
        x = layer_norm(x + dense(torch.cat(heads, -1), w, f"layers.{i}.out"), w, f"layers.{i}.norm1")
        x = layer_norm(x + dense(gelu(dense(x, w, f"layers.{i}.mlp1")), w, f"layers.{i}.mlp2"), w, f"layers.{i}.norm2")
    y = layer_norm(gelu(dense(x, w, "head")), w, "head_norm")
    logits = y @ w["embedding"].T + w["bias"]
    return logits[:, -N:, :K]


def main():
    prefix = torch.tensor([[V - 3, K + CLASSES], [V - 12, K + 1]])     # a task without a class, one with class 1
    tokens = (noise((2, N), 99) * K).long()
    tokens[:, ::3] = V - 1                                             # MASK
    logits = forward(weights(), torch.cat([prefix, tokens], 1))
    print(json.dumps({
        "parameters": sum(math.prod(s) for s in shapes().values()),
        "logits": [float(f"{x:.9g}") for x in logits[:, ::7, ::5].flatten().tolist()],
    }, indent=1))


main()
