using Magvit.Model.Losses;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magvit.Model.Tokenizer;

/// <summary>Nearest-codeword lookup with a straight-through gradient, commitment, embedding and entropy losses (spec §3; official: models/vqvae.py).</summary>
public sealed class VectorQuantizer : Quantizer
{
    [ComponentName(Name = "codebook")]
    private readonly Parameter _codebook;
    private readonly bool _normalized;

    /// <summary>A codebook of K codewords of D numbers, uniform in ±sqrt(3/K) at the start.</summary>
    /// <param name="codebookSize">K.</param>
    /// <param name="embeddingDim">D.</param>
    /// <param name="normalized">Latents and codewords are scaled to length 1 first (spec §3; off in the paper).</param>
    public VectorQuantizer(int codebookSize, int embeddingDim, bool normalized = false) : base(nameof(VectorQuantizer))
    {
        _normalized = normalized;
        CodebookSize = codebookSize;
        var bound = Math.Sqrt(3.0 / codebookSize);
        _codebook = new Parameter(nn.init.uniform_(empty([codebookSize, embeddingDim]), -bound, bound));
        register_parameter("codebook", _codebook);
    }

    /// <inheritdoc/>
    public override int CodebookSize { get; }

    /// <summary>The codewords, [K, D], as they are learned.</summary>
    public Parameter Codebook => _codebook;

    /// <inheritdoc/>
    public override QuantizerOutput forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var z = Scaled(input.AtLeastFloat32());
        var flat = z.permute(0, 2, 3, 4, 1).reshape(-1, _codebook.size(1));                      // [B*N, D]
        var distances = SquaredDistances(flat);                                          // [B*N, K]
        var (b, t, h, w) = (z.size(0), z.size(2), z.size(3), z.size(4));
        var tokens = distances.detach().argmin(1).view(b, t, h, w);
        var quantized = Lookup(tokens);                                                  // [B, D, lt, lh, lw]
        if (!training)
        {
            return new QuantizerOutput(quantized.MoveToOuterDisposeScope(), tokens.MoveToOuterDisposeScope(), null);
        }

        var losses = new QuantizerLosses(
            nn.functional.mse_loss(z, quantized.detach()),
            nn.functional.mse_loss(quantized, z.detach()),
            EntropyLoss.Compute(distances.neg() / EntropyTemperature, HardEntropy));
        var straightThrough = z + (quantized - z).detach();
        return new QuantizerOutput(straightThrough.MoveToOuterDisposeScope(), tokens.MoveToOuterDisposeScope(), losses.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public override Tensor Lookup(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        return FusedOperators.embedding(tokens, Scaled(_codebook)).permute(0, 4, 1, 2, 3).contiguous().MoveToOuterDisposeScope();
    }

    // |x|^2 - 2 x.e + |e|^2, in full float32.
    private Tensor SquaredDistances(Tensor flat)
    {
        var codebook = Scaled(_codebook);
        return flat.square().sum(1, keepdim: true) - flat.matmul(codebook.t()) * 2 + codebook.square().sum(1).unsqueeze(0);
    }

    private Tensor Scaled(Tensor vectors) => _normalized ? vectors / (vectors.square().sum(1, keepdim: true) + 1e-12).sqrt() : vectors;
}
