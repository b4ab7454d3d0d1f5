"""The comparison partner of `./magvit bench`: the same networks in plain PyTorch, measured on demand.

Reads one JSON request a line from standard input and answers each with one JSON line:
  {"kind": "forward", "model": {model.json}, "batch": 4, "bfloat16": true, "compile": false, "whole": false, "turnSeconds": 0.1}  ->  {"seconds": 0.12}
  {"kind": "memory"}  ->  {"peakBytes": 123}
Networks are built once for each model; a request runs calls until they have taken turnSeconds, one at least, and answers their median.
Nothing here is tuned: eager modules and autocast, as one would write them first; "whole" casts the networks to bfloat16 instead, norms and softmax included.
"""

import json
import resource
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Conv(nn.Module):
    """3-D convolution that keeps the size, with zero or reflect padding (spec 2.1)."""

    def __init__(self, inputs, outputs, kernel, bias, padding):
        super().__init__()
        mode = "reflect" if padding == "reflect" and kernel > 1 else "zeros"
        self.conv = nn.Conv3d(inputs, outputs, kernel, padding=kernel // 2, padding_mode=mode, bias=bias)

    def forward(self, x):
        return self.conv(x)


class Group(nn.GroupNorm):
    """GroupNorm in the precision of its weights: mixed types are not offered everywhere."""

    def __init__(self, channels):
        super().__init__(min(32, channels), channels, eps=1e-6)

    def forward(self, x):
        return super().forward(x.to(self.weight.dtype))


class Norm(nn.LayerNorm):
    """LayerNorm in the precision of its weights."""

    def __init__(self, width):
        super().__init__(width, eps=1e-12)

    def forward(self, x):
        return super().forward(x.to(self.weight.dtype))


class Residual(nn.Module):
    """Pre-activation residual block (spec 2.1)."""

    def __init__(self, inputs, outputs, padding):
        super().__init__()
        self.norm1, self.norm2 = Group(inputs), Group(outputs)
        self.conv1, self.conv2 = Conv(inputs, outputs, 3, False, padding), Conv(outputs, outputs, 3, False, padding)
        self.skip = nn.Identity() if inputs == outputs else Conv(inputs, outputs, 1, False, padding)

    def forward(self, x):
        h = self.conv1(F.silu(self.norm1(x)))
        return self.skip(x) + self.conv2(F.silu(self.norm2(h)))


def to_depth(x, p):
    b, c, t, h, w = x.shape
    x = x.view(b, c, t // p, p, h // p, p, w // p, p)
    return x.permute(0, 1, 3, 5, 7, 2, 4, 6).reshape(b, c * p ** 3, t // p, h // p, w // p)


def to_space(x, p):
    b, c, t, h, w = x.shape
    x = x.view(b, c // p ** 3, p, p, p, t, h, w)
    return x.permute(0, 1, 5, 2, 6, 3, 7, 4).reshape(b, c // p ** 3, t * p, h * p, w * p)


class Tokenizer(nn.Module):
    """Encoder, quantizer and decoder (spec 2.2 to 2.4, 3)."""

    def __init__(self, c):
        super().__init__()
        self.c, f, pad = c, c["baseChannels"], c["padding"]
        self.stem = c.get("stemPatch", 1)
        self.levels = c["fsqLevels"] if c["quantizer"] == "fsq" else None
        latent = len(self.levels) if self.levels else c["embeddingDim"]
        widths = [f * m for m in c["channelMultipliers"]]

        def blocks(inputs, outputs):
            n = c["residualBlocks"]
            return nn.Sequential(*[Residual(inputs if i == 0 else outputs, outputs, pad) for i in range(n)])

        self.enc_stem = Conv(3 * self.stem ** 3, f, 3, False, pad)
        self.enc = nn.ModuleList(blocks(a, b) for a, b in zip([f] + widths, widths + widths[-1:]))
        self.enc_norm = Group(widths[-1])
        self.enc_head = Conv(widths[-1], latent, 1, True, pad)
        back = widths[-1:] + widths[::-1]
        self.dec_stem = Conv(latent, widths[-1], 3, True, pad)
        self.dec = nn.ModuleList(blocks(a, b) for a, b in zip(widths[-1:] + back, back))
        self.ups = nn.ModuleList(Conv(w, w, 3, True, pad) for w in widths[:0:-1])
        self.dec_norm = Group(widths[0])
        self.dec_head = Conv(widths[0], 3 * self.stem ** 3, 3, True, pad)
        if c.get("linearPath"):
            self.patch = 4
            self.enc_linear = Conv(3 * self.patch ** 3, latent, 1, True, pad)
            self.dec_linear = Conv(latent, 3 * self.patch ** 3, 1, True, pad)
        if not self.levels:
            self.codebook = nn.Parameter(torch.rand(c["codebookSize"], latent) * 0.1 - 0.05)

    def latents(self, x):
        y = self.enc_stem(to_depth(x, self.stem) if self.stem > 1 else x)
        for i, blocks in enumerate(self.enc):
            y = blocks(y)
            if i < len(self.c["temporalDownsample"]):
                window = (2 if self.c["temporalDownsample"][i] else 1, 2, 2)
                # Not every torch has pooling in bfloat16 on the CPU; autocast goes to float32 for it too.
                y = F.avg_pool3d(y.float(), window).to(y.dtype) if y.device.type == "cpu" else F.avg_pool3d(y, window)
        y = self.enc_head(F.silu(self.enc_norm(y)))
        return y + self.enc_linear(to_depth(x - 0.5, self.patch)) if self.c.get("linearPath") else y

    def quantize(self, z):
        z = z.float()
        if self.levels:
            count = torch.tensor(self.levels, dtype=torch.float32, device=z.device).view(1, -1, 1, 1, 1)
            half = (count - 1) * 1.001 / 2
            offset = (count % 2 == 0).float() * 0.5
            bounded = torch.tanh(z + torch.atanh(offset / half)) * half - offset
            q = bounded + (bounded.round() - bounded).detach()
            return q / (count // 2), z.new_zeros(())
        flat = z.permute(0, 2, 3, 4, 1).reshape(-1, z.shape[1])
        codebook = self.codebook.float()
        distance = (flat ** 2).sum(1, keepdim=True) - 2 * flat @ codebook.t() + (codebook ** 2).sum(1)
        q = codebook[distance.argmin(1)].view(z.shape[0], *z.shape[2:], -1).permute(0, 4, 1, 2, 3)
        p = (-distance / 0.01).softmax(1)
        average = p.mean(0)
        entropy = -(p * (-distance / 0.01).log_softmax(1)).sum(1).mean() + (average * (average + 1e-5).log()).sum()
        loss = 0.25 * ((q.detach() - z) ** 2).mean() + ((q - z.detach()) ** 2).mean() + 0.1 * entropy
        return z + (q - z).detach(), loss

    def decode(self, q):
        y = self.dec[0](self.dec_stem(q))
        count = len(self.c["channelMultipliers"])
        for i in range(count):
            y = self.dec[i + 1](y)
            if i < count - 1:
                t = 2 if self.c["temporalDownsample"][count - 2 - i] else 1
                y = self.ups[i](F.interpolate(y, scale_factor=(t, 2, 2), mode="nearest"))
        y = self.dec_head(F.silu(self.dec_norm(y)))
        y = to_space(y, self.stem) if self.stem > 1 else y
        return y + to_space(self.dec_linear(q), self.patch) + 0.5 if self.c.get("linearPath") else y


class Layer(nn.Module):
    """Post-LN BERT layer (spec 6.3)."""

    def __init__(self, c):
        super().__init__()
        d, m = c["width"], c["mlpWidth"]
        self.heads = c["heads"]
        self.qkv, self.out, self.mlp1, self.mlp2 = nn.Linear(d, 3 * d), nn.Linear(d, d), nn.Linear(d, m), nn.Linear(m, d)
        self.norm1, self.norm2 = Norm(d), Norm(d)

    def forward(self, x):
        b, s, d = x.shape
        q, k, v = self.qkv(x).view(b, s, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        if hasattr(F, "scaled_dot_product_attention"):
            a = F.scaled_dot_product_attention(q, k, v)
        else:
            a = (q @ k.transpose(-2, -1) / (d // self.heads) ** 0.5).softmax(-1).to(v.dtype) @ v
        x = self.norm1(x + self.out(a.transpose(1, 2).reshape(b, s, d)))
        return self.norm2(x + self.mlp2(F.gelu(self.mlp1(x), approximate="tanh")))


class Transformer(nn.Module):
    """Masked transformer with a tied head over the K codes (spec 6)."""

    def __init__(self, c):
        super().__init__()
        self.c, self.p, d = c, c.get("tokenPatch", 1), c["width"]
        self.grid = (c["latentFrames"], c["latentHeight"], c["latentWidth"])
        self.count = self.grid[0] * self.grid[1] * self.grid[2]
        e = c["embeddingWidth"] or d
        self.embedding = nn.Embedding(c["codes"] + c["classes"] + 1 + c["specialSlots"], e)
        self.segments = nn.Embedding(2, e) if c.get("segments") else None
        self.positions = nn.Parameter(torch.randn(2 + self.count // self.p ** 2, d) * 0.02)
        self.bias = nn.Parameter(torch.zeros(self.embedding.num_embeddings))
        nn.init.normal_(self.embedding.weight, 0, 0.02)
        if self.p > 1:
            self.patch_in, self.prefix_in, self.patch_out = nn.Linear(self.p ** 2 * e, d), nn.Linear(e, d), nn.Linear(d, self.p ** 2 * e)
        self.norm, self.head, self.head_norm = Norm(d), nn.Linear(d, d), Norm(d)
        self.layers = nn.ModuleList(Layer(c) for _ in range(c["layers"]))

    def forward(self, prefix, tokens, is_condition):
        b, (t, h, w), p = tokens.shape[0], self.grid, self.p
        x, head = self.embedding(tokens), self.embedding(prefix)
        if self.segments is not None:
            x = x + self.segments(is_condition.long())
        if p > 1:
            x = x.view(b, t, h // p, p, w // p, p, -1).permute(0, 1, 2, 4, 3, 5, 6).reshape(b, self.count // p ** 2, -1)
            x, head = self.patch_in(x), self.prefix_in(head)
        x = self.norm(torch.cat([head, x], 1) + self.positions)
        for layer in self.layers:
            x = layer(x)
        y = self.head_norm(F.gelu(self.head(x[:, 2:]), approximate="tanh"))
        if p > 1:
            y = self.patch_out(y).view(b, t, h // p, w // p, p, p, -1).permute(0, 1, 2, 4, 3, 5, 6).reshape(b, self.count, -1)
        k = self.c["codes"]
        return F.linear(y, self.embedding.weight[:k], self.bias[:k])


class Bench:
    """Networks of one model and the calls that are measured."""

    def __init__(self, model, compiled, whole):
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.model = model
        self.tokenizer = Tokenizer(model["tokenizer"]).to(self.device)
        self.transformer = Transformer(model["transformer"]).to(self.device)
        self.precision = torch.bfloat16 if whole else torch.float32
        for network in (self.tokenizer, self.transformer):
            network.to(self.precision)
        self.latents, self.decode = self.tokenizer.latents, self.tokenizer.decode
        self.logits = self.transformer
        if compiled:
            self.latents, self.decode, self.logits = (torch.compile(f) for f in (self.latents, self.decode, self.logits))
        self.optimizers = {}

    def inputs(self, batch):
        t, k = self.model["tokenizer"], self.model["transformer"]["codes"]
        clip = torch.rand(batch, 3, t["frames"], t["height"], t["width"], device=self.device).to(self.precision)
        tokens = torch.randint(0, k, (batch, self.transformer.count), device=self.device)
        prefix = torch.zeros(batch, 2, dtype=torch.long, device=self.device)
        return clip, tokens, prefix, torch.zeros_like(tokens, dtype=torch.bool)

    def turn(self, seconds, *case):
        calls = []
        while sum(calls) < seconds:
            calls.append(self.run(*case))
        return statistics.median(calls)

    def run(self, kind, batch, bfloat16):
        clip, tokens, prefix, condition = self.inputs(batch)
        grid = self.transformer.grid
        products = self.products(batch, bfloat16) if kind == "linear-layers" else []
        started = time.perf_counter()
        with torch.autocast(self.device, dtype=torch.bfloat16, enabled=bfloat16 and self.precision == torch.float32):
            if kind == "encode":
                with torch.no_grad():
                    self.tokenizer.quantize(self.latents(clip))
            elif kind == "decode":
                with torch.no_grad():
                    self.decode(self.lookup(tokens, grid))
            elif kind == "forward":
                with torch.no_grad():
                    self.logits(prefix, tokens, condition).float()
            elif kind == "linear-layers":
                with torch.no_grad():
                    for layer, x in products:
                        layer(x)
            elif kind == "clip":
                with torch.no_grad():
                    self.clip(clip, tokens, prefix, condition, grid)
            elif kind == "train-tokenizer":
                loss_of = lambda: self.autoencoder_loss(clip)
                self.step("tokenizer", self.tokenizer, loss_of)
            elif kind == "train-transformer":
                loss_of = lambda: F.cross_entropy(self.logits(prefix, tokens, condition).float().flatten(0, 1), tokens.flatten(), label_smoothing=1e-4)
                self.step("transformer", self.transformer, loss_of)
            else:
                raise ValueError(f"unknown kind {kind}")
        if self.device == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter() - started

    def products(self, batch, bfloat16):
        rows = batch * self.transformer.positions.shape[0]
        kind = torch.bfloat16 if bfloat16 else torch.float32
        layers = [m for m in self.transformer.layers.modules() if isinstance(m, nn.Linear)]
        inputs = {m.in_features: torch.randn(rows, m.in_features, device=self.device, dtype=kind) for m in layers}
        return [(m, inputs[m.in_features]) for m in layers]

    def lookup(self, tokens, grid):
        levels = self.tokenizer.levels
        grid_tokens = tokens.view(-1, *grid)
        if not levels:
            return self.tokenizer.codebook[grid_tokens].permute(0, 4, 1, 2, 3)
        channels, place = [], 1
        for level in levels:
            channels.append((grid_tokens // place % level - level // 2).float() / (level // 2))
            place *= level
        return torch.stack(channels, 1).to(self.precision)

    def clip(self, clip, tokens, prefix, condition, grid, steps=12):
        self.tokenizer.quantize(self.latents(clip))
        current, unknown = tokens, torch.ones_like(tokens, dtype=torch.bool)
        for step in range(steps):
            logits = self.logits(prefix, current, condition).float()
            probabilities = logits.softmax(-1)
            drawn = (probabilities / torch.empty_like(probabilities).exponential_()).argmax(-1)
            current = torch.where(unknown, drawn, current)
            chosen = probabilities.gather(-1, current.unsqueeze(-1)).squeeze(-1).log()
            gumbel = -torch.empty_like(chosen).exponential_().log()
            score = torch.where(unknown, chosen + 4.5 * (1 - (step + 1) / steps) * gumbel, torch.full_like(chosen, float("inf")))
            unknown = score.argsort(-1).argsort(-1) < int(self.transformer.count * torch.cos(torch.tensor((step + 1) / steps * torch.pi / 2)))
        self.decode(self.lookup(current, grid)).clamp(0, 1)

    def autoencoder_loss(self, clip):
        quantized, loss = self.tokenizer.quantize(self.latents(clip))
        return F.mse_loss(self.decode(quantized.to(self.precision)).float(), clip.float()) + loss

    def step(self, name, network, loss_of):
        if name not in self.optimizers:
            self.optimizers[name] = torch.optim.AdamW(network.parameters(), lr=1e-6, foreach=True)
        self.optimizers[name].zero_grad(set_to_none=True)
        loss_of().backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        self.optimizers[name].step()


def main():
    benches = {}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["kind"] == "describe":
                answer = {"torch": torch.__version__, "threads": torch.get_num_threads(), "cuda": torch.cuda.is_available()}
            elif request["kind"] == "memory":
                answer = {"peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}
            elif request["kind"] == "operator":
                a = torch.ones(8)
                started = time.perf_counter()
                for _ in range(20000):
                    torch.add(a, a)
                answer = {"seconds": (time.perf_counter() - started) / 20000}
            else:
                how = (request.get("compile", False), request.get("whole", False) and request["bfloat16"])
                key = (json.dumps(request["model"], sort_keys=True), *how)
                if key not in benches:
                    benches.clear()
                    benches[key] = Bench(request["model"], *how)
                answer = {"seconds": benches[key].turn(request["turnSeconds"], request["kind"], request["batch"], request["bfloat16"])}
        except Exception as e:  # the other side shows it in the table
            answer = {"error": f"{type(e).__name__}: {e}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
