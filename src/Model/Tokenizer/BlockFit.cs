using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>
/// First weights of the linear path of blocks (<see cref="BlockEncoder"/>), from clips: stage by stage the principal components of what is left, each scaled
/// to its quantizer's levels. Where gradients from random weights need thousands of steps, training begins there.
/// </summary>
internal static class BlockFit
{
    private const int Iterations = 20;

    // A component that moves less than a grey level in one value tells nothing that could be seen; to stretch it to all levels would be to code rounding errors.
    private const double LeastDeviation = 1 / 255.0;

    // Standard deviations of a component before the quantizer's tanh, of which the best is taken: few levels want little, heavy tails want less.
    private static readonly double[] Spreads = [0.3, 0.4, 0.5, 0.6, 0.7, 0.85, 1, 1.2];

    /// <summary>Sets the linear paths of encoder and decoder; the convolutions beside them stay as they are.</summary>
    /// <param name="tokenizer">A tokenizer with <see cref="TokenizerConfig.LinearBlock"/>.</param>
    /// <param name="clips">Clips [1, 3, T, H, W] in [0, 1]; some hundred, and together more blocks than a block has values.</param>
    /// <param name="seed">Of the directions that the search for components begins with.</param>
    public static void Apply(VideoTokenizer tokenizer, IReadOnlyList<Tensor> clips, int seed)
    {
        var (encoder, decoder) = tokenizer.Blocks ?? throw new ArgumentException("the tokenizer's linear path has no block", nameof(tokenizer));
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var block = tokenizer.Config.LinearBlock!.Value;
        var pixels = block.Times(tokenizer.Config.Geometry.FramesPerToken);
        var rest = cat([.. clips.Select(c => Resampling.SpaceToDepth(c.to(tokenizer.Device) - 0.5, pixels).permute(0, 2, 3, 4, 1).reshape(-1, 3L * pixels.Volume))]);   // [n, P]
        var (channels, places) = (tokenizer.Config.LatentChannels, block.Rows * block.Columns);
        using var generator = new Generator((ulong)seed);
        var told = new Tensor[block.Frames];                                                                // each [P, D*places]
        for (var stage = 0; stage < block.Frames; stage++)
        {
            var mean = rest.mean([0]);
            var centered = rest - mean;
            var components = Components(centered, channels * places, generator);                            // [P, D*places], the greatest variance first
            var values = centered.matmul(components);                                                       // [n, D*places]
            var (scales, echoes, codes) = Scale(tokenizer.Quantizer, values, channels, places);
            var map = components * scales;
            told[stage] = components * echoes;
            Set(encoder.Maps[stage], map.t() / encoder.Scale, map.t().matmul(mean).neg());
            if (stage + 1 < block.Frames)
            {
                Set(encoder.Echoes[stage], told[stage], null);
            }

            rest = rest - codes.matmul(told[stage].t());
        }

        // [P, D*places] of each stage to [P, D, t, places], the order that the decoder reads a block's codes in.
        var weight = stack([.. told.Select(t => t.view(-1, channels, places))], 2).reshape(-1, (long)channels * block.Volume);
        Set(decoder, weight, rest.mean([0]));
    }

    // The directions of greatest variance, by subspace iteration: [P, count], orthonormal.
    private static Tensor Components(Tensor centered, int count, Generator generator)
    {
        using var scope = NewDisposeScope();
        var basis = Orthonormal(randn([centered.size(1), count], generator: generator).to(centered.device));
        for (var i = 0; i < Iterations; i++)
        {
            basis = Orthonormal(centered.t().matmul(centered.matmul(basis)));
        }

        return basis.MoveToOuterDisposeScope();
    }

    // Gram-Schmidt, twice over, as rounding wants it. A column that others make up but for rounding errors becomes zero: the clips have no such direction.
    private static Tensor Orthonormal(Tensor columns)
    {
        var basis = new List<Tensor>();
        foreach (var column in columns.unbind(1))
        {
            var rest = column;
            for (var pass = 0; pass < 2 && basis.Count > 0; pass++)
            {
                var others = stack(basis, 1);
                rest = rest - others.matmul(others.t().matmul(rest));
            }

            var (length, before) = (rest.norm().ToDouble(), column.norm().ToDouble());
            basis.Add(length > 1e-3 * before ? rest / length : zeros_like(rest));
        }

        return stack(basis, 1);
    }

    // For each component the spread that loses least: what its map multiplies it by, what a code is worth, and the codes [n, D*places].
    private static (Tensor Scales, Tensor Echoes, Tensor Codes) Scale(Quantizer quantizer, Tensor values, int channels, int places)
    {
        var deviation = values.std([0], unbiased: false).clamp(min: LeastDeviation);
        var power = values.pow(2).mean([0]);
        Tensor? loss = null, scales = null, echoes = null, codes = null;
        foreach (var spread in Spreads)
        {
            var scale = deviation.pow(-1) * spread;
            var grid = (values * scale).view(-1, channels, 1, 1, places);
            var code = quantizer.forward(grid).Quantized.reshape(values.shape);
            var energy = code.pow(2).mean([0]).clamp(min: 1e-4);                    // of a code that hardly any clip has, nothing is believed
            var product = (code * values).mean([0]);
            var lost = power - product.pow(2) / energy;
            var isBetter = loss is null ? ones_like(lost, ScalarType.Bool) : lost.lt(loss);
            (loss, scales) = (Choose(lost, loss), Choose(scale, scales));
            (echoes, codes) = (Choose(product / energy, echoes), Choose(code, codes));

            Tensor Choose(Tensor now, Tensor? before) => before is null ? now : where(isBetter, now, before);
        }

        return (scales!, echoes!, codes!);
    }

    private static void Set(PaddedConv3d layer, Tensor weight, Tensor? bias)
    {
        layer.Weight.copy_(weight.view(layer.Weight.shape));
        if (bias is not null)
        {
            layer.Bias!.copy_(bias);
        }
    }
}
