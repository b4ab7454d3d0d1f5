using static TorchSharp.torch;

namespace Magvit.Model.Perceptual;

/// <summary>Layers under the names that a published weights file gives them.</summary>
internal sealed class NamedLayers : nn.Module
{
    /// <summary>Registers each layer under its name.</summary>
    public NamedLayers(params ReadOnlySpan<(string Name, nn.Module Layer)> layers) : base(nameof(NamedLayers))
    {
        foreach (var (name, layer) in layers)
        {
            register_module(name, layer);
        }
    }
}
