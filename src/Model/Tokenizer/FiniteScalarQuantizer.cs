using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>Finite scalar quantization: each channel is bounded and rounded to a few levels; no codebook, no loss (spec §13.2; arXiv 2309.15505).</summary>
/// <remarks>The first channel is the least significant digit of the token id.</remarks>
public sealed class FiniteScalarQuantizer : Quantizer
{
    private readonly int[] _levels;
    [ComponentName(Name = "count")]
    private readonly Tensor _count;       // [1, d, 1, 1, 1], levels per channel
    [ComponentName(Name = "radix")]
    private readonly Tensor _radix;       // int64 [1, d, 1, 1, 1], place value per channel

    /// <summary>A quantizer of the given levels per channel.</summary>
    public FiniteScalarQuantizer(IReadOnlyList<int> levels) : base(nameof(FiniteScalarQuantizer))
    {
        _levels = [.. levels];
        var radix = new long[_levels.Length];
        for (int i = 0, place = 1; i < radix.Length; place *= _levels[i++])
        {
            radix[i] = place;
        }

        _count = tensor(Array.ConvertAll(_levels, l => (float)l), [1, _levels.Length, 1, 1, 1]);
        _radix = tensor(radix, [1, _levels.Length, 1, 1, 1]);
        register_buffer("count", _count, persistent: false);
        register_buffer("radix", _radix, persistent: false);
    }

    /// <inheritdoc/>
    public override int CodebookSize => _levels.Aggregate(1, (a, b) => a * b);

    /// <inheritdoc/>
    public override QuantizerOutput forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var half = (_count - 1) * (1 + 1e-3) / 2;
        var offset = _count.remainder(2).eq(0).to(_count.dtype) * 0.5;           // even counts have no level at 0
        var shift = (offset / half).atanh();
        var bounded = (input.AtLeastFloat32() + shift).tanh() * half - offset;  // [B, d, lt, lh, lw]
        var rounded = bounded + (bounded.round() - bounded).detach();      // straight through
        var width = (_count / 2).floor();
        var tokens = ((rounded.detach().round() + width).to(int64) * _radix).sum(1);
        return new QuantizerOutput((rounded / width).MoveToOuterDisposeScope(), tokens.MoveToOuterDisposeScope(), null);
    }

    /// <inheritdoc/>
    public override Tensor Lookup(Tensor tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        using var scope = NewDisposeScope();
        var digits = tokens.unsqueeze(1).floor_divide(_radix).remainder(_count.to(int64));
        var width = (_count / 2).floor();
        return ((digits.to(float32) - width) / width).MoveToOuterDisposeScope();
    }
}
