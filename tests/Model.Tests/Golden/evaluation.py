#!/usr/bin/env python3
"""Writes evaluation.json: golden numbers of the evaluation's networks and metrics, calculated without the platform's code.

Needs Debian's python3-torch (1.13) or any later PyTorch, and nothing else:  python3 evaluation.py > evaluation.json
Weights and inputs are formulas, so that the tests make the same ones. The layers are written down here a second time, from the
papers and from the platform's specification (sections 10.1 and 10.3).
"""
import json
import math

import torch
import torch.nn.functional as F

torch.manual_seed(0)
torch.set_num_threads(1)


def noise(shape, key):
    """The fraction of 43758.5453 sin(12.9898 i + 78.233 key): in [0, 1), reproducible anywhere in float64."""
    count = math.prod(shape)
    x = (torch.arange(count, dtype=torch.float64) * 12.9898 + 78.233 * key).sin() * 43758.5453
    return (x - x.floor()).reshape(shape)


class Weights:
    """Hands out weights in the order of asking; the tests fill their networks' tensors in the same order of names."""

    def __init__(self, named_shapes):
        self.tensors = {}
        for key, name in enumerate(sorted(named_shapes)):
            shape = named_shapes[name]
            value = noise(shape, key) - 0.5
            if name.endswith("running_var"):
                value = value + 1.5
            elif len(shape) > 1 and not name.endswith("x_offset"):
                value = value * math.sqrt(12) * math.sqrt(2 / math.prod(shape[1:]))
            elif not name.endswith("x_offset"):
                value = value * 0.2
            if name.startswith("lin"):
                value = value.abs()
            self.tensors[name] = value.float()

    def __call__(self, name):
        return self.tensors[name]


# --- SqueezeNet 1.1 and LPIPS -------------------------------------------------------------------
FIRES = {3: (64, 16, 64), 4: (128, 16, 64), 6: (128, 32, 128), 7: (256, 32, 128), 9: (256, 48, 192), 10: (384, 48, 192), 11: (384, 64, 256), 12: (512, 64, 256)}
TAPS = [64, 128, 256, 384, 384, 512, 512]


def squeezenet_shapes():
    shapes = {"features.0.weight": (64, 3, 3, 3), "features.0.bias": (64,), "classifier.1.weight": (1000, 512, 1, 1), "classifier.1.bias": (1000,)}
    for i, (inputs, squeeze, expand) in FIRES.items():
        for part, out, source, kernel in (("squeeze", squeeze, inputs, 1), ("expand1x1", expand, squeeze, 1), ("expand3x3", expand, squeeze, 3)):
            shapes[f"features.{i}.{part}.weight"] = (out, source, kernel, kernel)
            shapes[f"features.{i}.{part}.bias"] = (out,)
    return shapes


def squeezenet_taps(w, x):
    def conv(name, x, **kwargs):
        return F.conv2d(x, w(name + ".weight"), w(name + ".bias"), **kwargs).relu()

    def fire(i, x):
        s = conv(f"features.{i}.squeeze", x)
        return torch.cat([conv(f"features.{i}.expand1x1", s), conv(f"features.{i}.expand3x3", s, padding=1)], 1)

    def pool(x):
        return F.max_pool2d(x, 3, 2, ceil_mode=True)

    taps = [conv("features.0", x, stride=2)]
    taps.append(fire(4, fire(3, pool(taps[-1]))))
    taps.append(fire(7, fire(6, pool(taps[-1]))))
    taps.append(fire(9, pool(taps[-1])))
    for i in (10, 11, 12):
        taps.append(fire(i, taps[-1]))
    return taps


def lpips(w, heads, a, b):
    shift = torch.tensor([-0.030, -0.088, -0.188]).view(1, 3, 1, 1)
    scale = torch.tensor([0.458, 0.448, 0.450]).view(1, 3, 1, 1)
    fa, fb = (squeezenet_taps(w, (2 * x - 1 - shift) / scale) for x in (a, b))
    total = 0
    for i, (x, y) in enumerate(zip(fa, fb)):
        x, y = (t / (t.pow(2).sum(1, keepdim=True).sqrt() + 1e-10) for t in (x, y))
        total = total + (heads(f"lin{i}.weight") * (x - y) ** 2).sum(1).mean((1, 2))
    return total


# --- MobileNet v1 --------------------------------------------------------------------------------
STRIDES = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2]
WIDTHS = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024]


def mobilenet_shapes():
    shapes = {"conv1.weight": (32, 3, 3, 3), "conv1.bias": (32,)}
    channels = 32
    for i, out in enumerate(WIDTHS, 1):
        shapes[f"conv_dw_{i}.weight"], shapes[f"conv_dw_{i}.bias"] = (channels, 1, 3, 3), (channels,)
        shapes[f"conv_pw_{i}.weight"], shapes[f"conv_pw_{i}.bias"] = (out, channels, 1, 1), (out,)
        channels = out
    return shapes


def same(n, kernel, stride):
    total = max((math.ceil(n / stride) - 1) * stride + kernel - n, 0)
    return total // 2, total - total // 2


def mobilenet(w, x):
    x = 2 * x - 1

    def conv(name, x, stride, groups=1):
        kernel = w(name + ".weight").shape[-1]
        pad = same(x.shape[3], kernel, stride) + same(x.shape[2], kernel, stride)
        return F.conv2d(F.pad(x, pad), w(name + ".weight"), w(name + ".bias"), stride, groups=groups).clamp(0, 6)

    x = conv("conv1", x, 2)
    for i, stride in enumerate(STRIDES, 1):
        x = conv(f"conv_pw_{i}", conv(f"conv_dw_{i}", x, stride, x.shape[1]), 1)
    return x


# --- I3D -------------------------------------------------------------------------------------------
MIXED = {"Mixed_3b": (64, 96, 128, 16, 32, 32), "Mixed_3c": (128, 128, 192, 32, 96, 64), "Mixed_4b": (192, 96, 208, 16, 48, 64),
         "Mixed_4c": (160, 112, 224, 24, 64, 64), "Mixed_4d": (128, 128, 256, 24, 64, 64), "Mixed_4e": (112, 144, 288, 32, 64, 64),
         "Mixed_4f": (256, 160, 320, 32, 128, 128), "Mixed_5b": (256, 160, 320, 32, 128, 128), "Mixed_5c": (384, 192, 384, 48, 128, 128)}


def i3d_shapes():
    shapes = {}

    def unit(name, inputs, outputs, kernel):
        shapes[name + ".conv3d.weight"] = (outputs, inputs, kernel, kernel, kernel)
        for part in ("bias", "running_mean", "running_var"):
            shapes[f"{name}.bn.{part}"] = (outputs,)

    unit("Conv3d_1a_7x7", 3, 64, 7)
    unit("Conv3d_2b_1x1", 64, 64, 1)
    unit("Conv3d_2c_3x3", 64, 192, 3)
    channels = 192
    for name, (a, b, c, d, e, f) in MIXED.items():
        for part, inputs, outputs, kernel in (("b0", channels, a, 1), ("b1a", channels, b, 1), ("b1b", b, c, 3), ("b2a", channels, d, 1), ("b2b", d, e, 3), ("b3b", channels, f, 1)):
            unit(f"{name}.{part}", inputs, outputs, kernel)
        channels = a + c + e + f
    shapes["logits.conv3d.weight"], shapes["logits.conv3d.bias"] = (400, channels, 1, 1, 1), (400,)
    return shapes


def pad3(x, kernel, stride, value):
    pads = [p for axis in (2, 1, 0) for p in same(x.shape[axis + 2], kernel[axis], stride[axis])]
    return F.pad(x, pads, value=value)


def i3d(w, x):
    def unit(name, x, kernel=1, stride=1):
        x = F.conv3d(pad3(x, (kernel,) * 3, (stride,) * 3, 0.0), w(name + ".conv3d.weight"), stride=stride)
        mean, var, beta = (w(f"{name}.bn.{p}").view(1, -1, 1, 1, 1) for p in ("running_mean", "running_var", "bias"))
        return ((x - mean) / torch.sqrt(var + 1e-3) + beta).relu()

    def pool(x, kernel, stride):
        return F.max_pool3d(pad3(x, kernel, stride, -math.inf), kernel, stride)

    x = pool(unit("Conv3d_1a_7x7", x, 7, 2), (1, 3, 3), (1, 2, 2))
    x = pool(unit("Conv3d_2c_3x3", unit("Conv3d_2b_1x1", x), 3), (1, 3, 3), (1, 2, 2))
    for name in MIXED:
        if name == "Mixed_4b":
            x = pool(x, (3, 3, 3), (2, 2, 2))
        if name == "Mixed_5b":
            x = pool(x, (2, 2, 2), (2, 2, 2))
        x = torch.cat([unit(name + ".b0", x), unit(name + ".b1b", unit(name + ".b1a", x), 3), unit(name + ".b2b", unit(name + ".b2a", x), 3),
                       unit(name + ".b3b", pool(x, (3, 3, 3), (1, 1, 1)))], 1)
    x = F.avg_pool3d(x, (2, 7, 7), 1)
    return F.conv3d(x, w("logits.conv3d.weight"), w("logits.conv3d.bias")).squeeze(4).squeeze(3).mean(2)


def resize_tf1(x, size):
    """tf.compat.v1.image.resize_bilinear, align_corners=False, half_pixel_centers=False, one output at a time."""
    height, width = x.shape[-2:]
    out = torch.zeros(*x.shape[:-2], size, size)
    for i in range(size):
        y = i * height / size
        y0 = int(math.floor(y)); y1 = min(y0 + 1, height - 1); fy = y - y0
        row = x[..., y0, :] * (1 - fy) + x[..., y1, :] * fy
        for j in range(size):
            z = j * width / size
            z0 = int(math.floor(z)); z1 = min(z0 + 1, width - 1); fz = z - z0
            out[..., i, j] = row[..., z0] * (1 - fz) + row[..., z1] * fz
    return out


# --- C3D -------------------------------------------------------------------------------------------
C3D = [("conv1a", 3, 64), ("conv2a", 64, 128), ("conv3a", 128, 256), ("conv3b", 256, 256), ("conv4a", 256, 512), ("conv4b", 512, 512),
       ("conv5a", 512, 512), ("conv5b", 512, 512)]


def c3d_shapes():
    shapes = {"x_offset": (3, 16, 112, 112)}
    for name, inputs, outputs in C3D:
        shapes[name + ".weight"], shapes[name + ".bias"] = (outputs, inputs, 3, 3, 3), (outputs,)
    for name, inputs, outputs in (("fc6", 8192, 4096), ("fc7", 4096, 4096), ("fc8", 4096, 101)):
        shapes[name + ".weight"], shapes[name + ".bias"] = (outputs, inputs), (outputs,)
    return shapes


def c3d(w, x):
    """[1, 3, 16, H, W] in [0, 1]; the resize is written as the two matrices of Chainer's aligned-corner kernel."""
    def matrix(source, target):
        at = torch.arange(target, dtype=torch.float64) * (source - 1) / (target - 1)
        return (1 - (at[:, None] - torch.arange(source, dtype=torch.float64)[None]).abs()).clamp(min=0).float()

    x = x[:, [2, 1, 0]]
    x = torch.einsum("yh,bcthw,xw->bctyx", matrix(x.shape[3], 112), x, matrix(x.shape[4], 112))
    x = x * 255 + w("x_offset")
    for name, _, _ in C3D:
        x = F.conv3d(x, w(name + ".weight"), w(name + ".bias"), padding=1).relu()
        if name == "conv1a":
            x = F.max_pool3d(x, (1, 2, 2))
        elif name == "conv5b":
            x = F.max_pool3d(F.pad(x, (0, 1, 0, 1)), 2)
        elif name in ("conv2a", "conv3b", "conv4b"):
            x = F.max_pool3d(x, 2)
    x = x.flatten(1)
    for name in ("fc6", "fc7"):
        x = F.linear(x, w(name + ".weight"), w(name + ".bias")).relu()
    return F.linear(x, w("fc8.weight"), w("fc8.bias"))


# --- metrics ---------------------------------------------------------------------------------------
def ssim(a, b):
    """One pair of grey pictures [H, W], by loops over window positions."""
    g = torch.tensor([math.exp(-0.5 * ((i - 5) / 1.5) ** 2) for i in range(11)], dtype=torch.float64)
    window = torch.outer(g, g) / g.sum() ** 2
    values = []
    for y in range(a.shape[0] - 10):
        for x in range(a.shape[1] - 10):
            p, q = a[y:y + 11, x:x + 11].double(), b[y:y + 11, x:x + 11].double()
            mp, mq = (window * p).sum(), (window * q).sum()
            vp, vq, c = ((window * p * p).sum() - mp ** 2).clamp(min=0), ((window * q * q).sum() - mq ** 2).clamp(min=0), (window * p * q).sum() - mp * mq
            values.append((2 * mp * mq + 1e-4) * (2 * c + 9e-4) / ((mp ** 2 + mq ** 2 + 1e-4) * (vp + vq + 9e-4)))
    return float(torch.stack(values).mean())


def frechet(x, y):
    """The trace of the root from the eigenvalues of S_r S_g itself, which is not symmetric: another way than the platform's."""
    def statistics(z):
        mean = z.mean(0)
        return mean, (z - mean).t() @ (z - mean) / (len(z) - 1)

    (m1, s1), (m2, s2) = statistics(x.double()), statistics(y.double())
    roots = torch.linalg.eigvals(s1 @ s2).real.clamp(min=0).sqrt().sum()
    return float(((m1 - m2) ** 2).sum() + s1.trace() + s2.trace() - 2 * roots)


def inception_score(logits):
    p = logits.double().softmax(1)
    q = p.mean(0, keepdim=True)
    return float((p * (p.log() - q.log())).sum(1).mean().exp())


def clip(frames, height, width, key):
    """A smooth clip with some noise, [1, 3, T, H, W] in [0, 1]."""
    t, c, y, x = torch.meshgrid(torch.arange(frames), torch.arange(3), torch.arange(height), torch.arange(width), indexing="ij")
    smooth = 0.5 + 0.4 * torch.sin(0.2 * x.double() + 0.15 * y + 0.5 * t + 1.3 * c + key)
    return (smooth * 0.8 + 0.2 * noise((frames, 3, height, width), key)).permute(1, 0, 2, 3)[None].float()


def listed(tensor, count=None):
    values = tensor.flatten().tolist()
    return [float(f"{v:.8g}") for v in (values if count is None else values[:count])]


def main():
    golden = {}
    a, b = clip(2, 64, 64, 1), clip(2, 64, 64, 2)
    frames_a, frames_b = a[0].permute(1, 0, 2, 3), b[0].permute(1, 0, 2, 3)
    w, heads = Weights(squeezenet_shapes()), Weights({f"lin{i}.weight": (1, c, 1, 1) for i, c in enumerate(TAPS)})
    golden["lpips"] = listed(lpips(w, heads, frames_a, frames_b))
    golden["squeezenet.last"] = listed(squeezenet_taps(w, frames_a)[-1][0].mean((1, 2)), 16)
    scores = F.conv2d(squeezenet_taps(w, frames_a)[-1], w("classifier.1.weight"), w("classifier.1.bias")).relu().mean((2, 3))
    golden["squeezenet.scores"] = listed(scores[0], 16)
    w = Weights(mobilenet_shapes())
    golden["mobilenet"] = listed(mobilenet(w, frames_a[:1])[0].mean((1, 2)), 16)
    golden["mobilenet.odd"] = listed(mobilenet(w, clip(1, 45, 37, 3)[:, :, 0])[0].mean((1, 2)), 16)
    w = Weights(i3d_shapes())
    golden["i3d.parameters"] = sum(math.prod(s) for n, s in i3d_shapes().items() if "running" not in n)
    golden["i3d"] = listed(i3d(w, resize_tf1(clip(9, 64, 64, 4), 224) * 2 - 1)[0], 32)
    w = Weights(c3d_shapes())
    golden["c3d.parameters"] = sum(math.prod(s) for n, s in c3d_shapes().items() if n != "x_offset")
    golden["c3d"] = listed(c3d(w, clip(16, 64, 48, 5))[0], 32)
    y, x = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="ij")
    gradient = (x / 63 * 0.75 + (y / 63) ** 2 * 0.25)[None, None]
    resized = resize_tf1(gradient, 224)[0, 0]
    golden["resize.row"] = listed(resized[37])
    golden["resize.column"] = listed(resized[:, 220])
    grey = torch.tensor([0.2125, 0.7154, 0.0721], dtype=torch.float64).view(3, 1, 1)
    small_a, small_b = clip(2, 24, 20, 6), clip(2, 24, 20, 7)
    golden["ssim"] = [ssim((grey * small_a[0, :, t]).sum(0), (grey * small_b[0, :, t]).sum(0)) for t in range(2)]
    golden["ssim.close"] = [ssim((grey * small_a[0, :, t]).sum(0), (grey * (0.9 * small_a + 0.1 * small_b)[0, :, t]).sum(0)) for t in range(2)]
    features = [noise((n, 6), key) * (1 + torch.arange(6)) for n, key in ((40, 8), (50, 9))]
    golden["frechet"] = frechet(*features)
    few = [noise((n, 12), key) for n, key in ((7, 10), (9, 11))]
    golden["frechet.few"] = frechet(*few)
    golden["inception"] = inception_score(6 * noise((30, 5), 12))
    print(json.dumps(golden, indent=1))


main()
