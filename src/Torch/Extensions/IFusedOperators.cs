using static TorchSharp.torch;

namespace TorchSharp.Extensions;

/// <summary>What the official TorchSharp does not offer. Each member equals a few ordinary operators; those of <see cref="OrdinaryOperators"/>.</summary>
public interface IFusedOperators
{
    /// <summary>GELU by its tanh approximation: 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))).</summary>
    Tensor gelu_tanh(Tensor x);

    /// <summary>Rows of a table: int64 ids of any shape [...] and weights [V, D] to [..., D].</summary>
    Tensor embedding(Tensor ids, Tensor weight);

    /// <summary>The same tensor [B, C, T, H, W] with channels innermost in memory, the layout that convolution libraries like best.</summary>
    Tensor channels_last_3d(Tensor x);
}
