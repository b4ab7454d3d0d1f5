"""Golden numbers of stage 1, calculated independently of the C# code: plain functions after spec sections 2 to 4, in float64.

    python3 stage1.py > stage1.json        (Debian: python3-torch)

Weights and clips come from a formula that the tests repeat; see values().
"""
import json
import math

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
CHANNELS, LEVELS, TEMPORAL, CODES, DIM = 4, [1, 2, 2], [True, False], 16, 6
FRAMES, SIDE, DISC_LEVELS = 4, 16, [2, 4]


def values(count, salt):
    """Numbers in [-1/2, 1/2) that look random: the fractional part of a steep sine."""
    x = torch.sin(torch.arange(count) * 12.9898 + salt * 78.233) * 43758.5453
    return x - torch.floor(x) - 0.5


def fill(shapes, gain=1):
    """Weights by name: parameter p of the sorted names gets values(n, p), scaled by its kind."""
    weights = {}
    for p, name in enumerate(sorted(shapes)):
        shape = shapes[name]
        v = values(math.prod(shape), p + 1).reshape(shape)
        if len(shape) > 1:
            v = v * gain * math.sqrt(12.0 / math.prod(shape[1:]))
        else:
            v = 1 + 0.2 * v if name.endswith("weight") else 0.2 * v
        weights[name] = v.clone().requires_grad_()
    return weights


def res_shapes(shapes, name, ci, co):
    shapes.update({f"{name}.norm1.weight": [ci], f"{name}.norm1.bias": [ci], f"{name}.conv1.weight": [co, ci, 3, 3, 3],
                   f"{name}.norm2.weight": [co], f"{name}.norm2.bias": [co], f"{name}.conv2.weight": [co, co, 3, 3, 3]})
    if ci != co:
        shapes[f"{name}.skip.weight"] = [co, ci, 1, 1, 1]


def tokenizer_shapes():
    widths = [CHANNELS * m for m in LEVELS]
    top = widths[-1]
    s = {"encoder.stem.weight": [CHANNELS, 3, 3, 3, 3], "encoder.norm.weight": [top], "encoder.norm.bias": [top],
         "encoder.head.weight": [DIM, top, 1, 1, 1], "encoder.head.bias": [DIM], "quantizer.codebook": [CODES, DIM],
         "decoder.stem.weight": [top, DIM, 3, 3, 3], "decoder.stem.bias": [top],
         "decoder.norm.weight": [CHANNELS], "decoder.norm.bias": [CHANNELS],
         "decoder.head.weight": [3, CHANNELS, 3, 3, 3], "decoder.head.bias": [3]}
    c = CHANNELS
    for i, w in enumerate(widths + [top]):
        res_shapes(s, f"encoder.blocks.{i}", c, w)
        c = w
    for i, w in enumerate([top] + widths[::-1]):
        res_shapes(s, f"decoder.blocks.{i}", c, w)
        c = w
    for i, w in enumerate(widths[:0:-1]):
        s[f"decoder.upsamplers.{i}.weight"] = [w, w, 3, 3, 3]
        s[f"decoder.upsamplers.{i}.bias"] = [w]
    return s


def disc_shapes():
    s = {"stem.weight": [CHANNELS, 3, 3, 3, 3], "stem.bias": [CHANNELS]}
    c, t, n = CHANNELS, FRAMES, SIDE
    for i, m in enumerate(DISC_LEVELS):
        w = CHANNELS * m
        s.update({f"blocks.{i}.conv1.weight": [c, c, 3, 3, 3], f"blocks.{i}.conv1.bias": [c],
                  f"blocks.{i}.conv2.weight": [w, c, 3, 3, 3], f"blocks.{i}.conv2.bias": [w], f"blocks.{i}.skip.weight": [w, c, 1, 1, 1]})
        c, t, n = w, (t + 1) // 2, (n + 1) // 2
    s.update({"conv.weight": [c, c, 3, 3, 3], "conv.bias": [c], "hidden.weight": [c, c * t * n * n], "hidden.bias": [c],
              "logit.weight": [1, c], "logit.bias": [1]})
    return s


def conv(x, w, name, reflect):
    kernel, bias = w[f"{name}.weight"], w.get(f"{name}.bias")
    if kernel.shape[-1] == 1:
        return F.conv3d(x, kernel, bias)
    if reflect:
        return F.conv3d(F.pad(x, [1] * 6, mode="reflect"), kernel, bias)
    return F.conv3d(x, kernel, bias, padding=1)


def norm(x, w, name):
    """One channel a group: there are fewer than 32."""
    mean = x.mean(dim=(2, 3, 4), keepdim=True)
    var = ((x - mean) ** 2).mean(dim=(2, 3, 4), keepdim=True)
    shape = [1, -1, 1, 1, 1]
    return (x - mean) / torch.sqrt(var + 1e-6) * w[f"{name}.weight"].view(shape) + w[f"{name}.bias"].view(shape)


def swish(x):
    return x / (1 + torch.exp(-x))


def res(x, w, name, reflect):
    h = conv(swish(norm(x, w, f"{name}.norm1")), w, f"{name}.conv1", reflect)
    h = conv(swish(norm(h, w, f"{name}.norm2")), w, f"{name}.conv2", reflect)
    return h + (conv(x, w, f"{name}.skip", reflect) if f"{name}.skip.weight" in w else x)


def encode(x, w, reflect):
    x = conv(x, w, "encoder.stem", reflect)
    for i in range(len(LEVELS) + 1):
        x = res(x, w, f"encoder.blocks.{i}", reflect)
        if i < len(TEMPORAL):
            x = F.avg_pool3d(x, (2 if TEMPORAL[i] else 1, 2, 2))
    return conv(swish(norm(x, w, "encoder.norm")), w, "encoder.head", reflect)


def decode(q, w, reflect):
    x = conv(q, w, "decoder.stem", reflect)
    x = res(x, w, "decoder.blocks.0", reflect)
    for i in range(len(LEVELS)):
        x = res(x, w, f"decoder.blocks.{i + 1}", reflect)
        if i < len(TEMPORAL):
            x = x.repeat_interleave(2, 3).repeat_interleave(2, 4)
            if TEMPORAL[len(TEMPORAL) - 1 - i]:
                x = x.repeat_interleave(2, 2)
            x = conv(x, w, f"decoder.upsamplers.{i}", reflect)
    return conv(swish(norm(x, w, "decoder.norm")), w, "decoder.head", reflect)


def quantize(z, w):
    book = w["quantizer.codebook"]
    flat = z.permute(0, 2, 3, 4, 1).reshape(-1, DIM)
    distances = ((flat[:, None, :] - book[None]) ** 2).sum(-1)
    tokens = distances.argmin(1)
    q = book[tokens].reshape(z.shape[0], *z.shape[2:], DIM).permute(0, 4, 1, 2, 3)
    p = torch.softmax(-distances / 0.01, 1)
    sample = -(p * torch.log_softmax(-distances / 0.01, 1)).sum(1).mean()
    mean = p.mean(0)
    terms = {"commitment": ((q.detach() - z) ** 2).mean(), "embedding": ((q - z.detach()) ** 2).mean(),
             "entropy": sample + (mean * torch.log(mean + 1e-5)).sum()}
    return z + (q - z).detach(), tokens.reshape(z.shape[0], *z.shape[2:]), terms


def lrelu(x):
    return torch.where(x > 0, x, 0.2 * x)


def discriminate(x, w):
    x = lrelu(conv(x, w, "stem", False))
    for i in range(len(DISC_LEVELS)):
        h = F.avg_pool3d(lrelu(conv(x, w, f"blocks.{i}.conv1", False)), 2)
        h = lrelu(conv(h, w, f"blocks.{i}.conv2", False))
        x = (h + conv(F.avg_pool3d(x, 2), w, f"blocks.{i}.skip", False)) / math.sqrt(2)
    x = lrelu(conv(x, w, "conv", False)).flatten(1)
    x = lrelu(x @ w["hidden.weight"].T + w["hidden.bias"])
    return (x @ w["logit.weight"].T + w["logit.bias"])[:, 0]


def numbers(x):
    return [float(f"{v:.12g}") for v in x.detach().reshape(-1).tolist()]


def gradient_norm(loss, w):
    grads = torch.autograd.grad(loss, list(w.values()))
    return float(torch.sqrt(sum((g ** 2).sum() for g in grads)))


def golden(reflect):
    g, d = fill(tokenizer_shapes()), fill(disc_shapes(), 2)
    clips = (values(2 * 3 * FRAMES * SIDE * SIDE, 1000) + 0.5).reshape(2, 3, FRAMES, SIDE, SIDE)
    z = encode(clips, g, reflect)
    q, tokens, terms = quantize(z, g)
    v = decode(q, g, reflect)
    real_clips = clips.clone().requires_grad_()
    real, fake = discriminate(real_clips, d), discriminate(v.detach(), d)
    r1 = (torch.autograd.grad(real.sum(), real_clips, create_graph=True)[0] ** 2).sum(dim=(1, 2, 3, 4)).mean()
    softplus = lambda x: torch.log1p(torch.exp(x))
    game = softplus(-real).mean() + softplus(fake).mean()
    # LeCAM with running means of 0.3 (real) and -0.2 (fake).
    lecam = torch.relu(real.mean() + 0.2) ** 2 + torch.relu(0.3 - fake.mean()) ** 2
    judged = discriminate(v, d)
    pixel = ((v - clips) ** 2).mean()
    total = pixel + 0.1 * softplus(-judged).mean() + 0.25 * terms["commitment"] + terms["embedding"] + 0.1 * terms["entropy"]
    disc_total = game + 10 * r1 + 0.001 * lecam
    return {
        "latents": numbers(z), "tokens": tokens.reshape(-1).tolist(), "reconstruction": numbers(v)[::16],
        "realLogits": numbers(real), "fakeLogits": numbers(fake),
        "losses": {"pixel": pixel.item(), **{k: t.item() for k, t in terms.items()}, "adversarial": softplus(-judged).mean().item(),
                   "hingeGenerator": -judged.mean().item(), "discriminator": game.item(),
                   "hingeDiscriminator": (torch.relu(1 - real).mean() + torch.relu(1 + fake).mean()).item(),
                   "gradientPenalty": r1.item(), "leCam": lecam.item()},
        "generatorLoss": total.item(), "generatorGradientNorm": gradient_norm(total, g),
        "discriminatorLoss": disc_total.item(), "discriminatorGradientNorm": gradient_norm(disc_total, d),
    }


print(json.dumps({"torch": torch.__version__, "reflect": golden(True), "zero": golden(False)}))
