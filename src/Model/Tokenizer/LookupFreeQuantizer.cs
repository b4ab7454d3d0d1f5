using Magvit.Model.Losses;
using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>
/// Lookup-free quantization: a code is the signs of log2(K) channels, a token id their bits; nothing to learn, kept in use by the entropy loss
/// (spec §13.1; arXiv 2310.05737 §3.1).
/// </summary>
/// <remarks>Channel j is bit j of the token id: id = sum_j 2^j [z_j > 0].</remarks>
public sealed class LookupFreeQuantizer : Quantizer
{
    // Beyond 2^10 codes the distribution over all of them does not fit in memory: the entropies of factors of the code are added up instead.
    private const int MaxFactorBits = 10;

    private readonly int _bits;
    [ComponentName(Name = "places")]
    private readonly Tensor _places;            // int64 [1, D, 1, 1, 1], 2^j

    /// <summary>A quantizer of K codes.</summary>
    /// <exception cref="ArgumentException">K is not a power of two, or above 2^30.</exception>
    public LookupFreeQuantizer(int codebookSize) : base(nameof(LookupFreeQuantizer))
    {
        if (codebookSize < 2 || !int.IsPow2(codebookSize))
        {
            throw new ArgumentException($"codebookSize: lookup-free quantization needs a power of two, got {codebookSize}", nameof(codebookSize));
        }

        CodebookSize = codebookSize;
        _bits = int.Log2(codebookSize);
        _places = tensor([.. Enumerable.Range(0, _bits).Select(j => 1L << j)], [1, _bits, 1, 1, 1]);
        register_buffer("places", _places, persistent: false);
    }

    /// <inheritdoc/>
    public override int CodebookSize { get; }

    /// <inheritdoc/>
    public override QuantizerOutput forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var z = input.AtLeastFloat32();                                                  // [B, D, lt, lh, lw]
        var isSet = z.detach().gt(0);
        var tokens = (isSet.to(int64) * _places).sum(1);                                 // [B, lt, lh, lw]
        var quantized = isSet.to(z.dtype) * 2 - 1;                                       // ±1
        if (!training)
        {
            return new QuantizerOutput(quantized.MoveToOuterDisposeScope(), tokens.MoveToOuterDisposeScope(), null);
        }

        var losses = new QuantizerLosses(nn.functional.mse_loss(z, quantized), null, Entropy(z.permute(0, 2, 3, 4, 1).reshape(-1, _bits)));
        var straightThrough = z + (quantized - z).detach();
        return new QuantizerOutput(straightThrough.MoveToOuterDisposeScope(), tokens.MoveToOuterDisposeScope(), losses.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public override Tensor Lookup(Tensor tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        using var scope = NewDisposeScope();
        return Signs(tokens.unsqueeze(1), _places).MoveToOuterDisposeScope();
    }

    // The entropy loss of each factor of the code, by affinities 2 z.c / tau to the factor's codes c: minus the squared distances but for what all codes share.
    private Tensor Entropy(Tensor flat)                                                  // [B*N, D]
    {
        var factors = (_bits + MaxFactorBits - 1) / MaxFactorBits;
        var total = zeros([], flat.dtype, flat.device);
        for (var i = 0; i < factors; i++)
        {
            var (first, end) = (_bits * i / factors, _bits * (i + 1) / factors);
            var places = _places.view(1, -1).narrow(1, 0, end - first);                  // [1, d]
            var codes = Signs(arange(1L << (end - first), device: flat.device).view(-1, 1), places).to(flat.dtype);       // [2^d, d]
            total = total + EntropyLoss.Compute(flat.narrow(1, first, end - first).matmul(codes.t()) * (2 / EntropyTemperature), HardEntropy);
        }

        return total;
    }

    private static Tensor Signs(Tensor tokens, Tensor places) => tokens.floor_divide(places).remainder(2).to(float32) * 2 - 1;
}
