using Magvit.Model.Tokenizer;
using Magvit.Model.Transformer;
using static TorchSharp.torch;

namespace Magvit.Model;

/// <summary>Weights of networks that are used and not trained.</summary>
internal static class FrozenWeights
{
    /// <summary>
    /// Switches to evaluation and keeps the weights of products and convolutions in the type that they are computed in, where every pass would
    /// cast them otherwise. Results stay the same bit for bit; norms, tables and codebooks stay in float32.
    /// </summary>
    /// <param name="network">A network whose weights were read. What it rounds here, no later training gets back.</param>
    /// <param name="precision">The type of products.</param>
    /// <param name="device">Where it shall compute.</param>
    public static void Freeze(nn.Module network, ScalarType precision, Device device)
    {
        network.to(device).eval();
        foreach (var layer in network.modules())
        {
            if (layer is PaddedConv3d convolution)
            {
                convolution.Freeze(precision);
            }
            else if (layer is DenseLayer)
            {
                layer.to(precision);
            }
        }
    }
}
