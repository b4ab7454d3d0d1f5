using Magvit.Model.Checkpoints;
using Magvit.Model.Training;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Training;

/// <summary>Clips of noise for tests: 16x16 pixels.</summary>
internal static class TinyClips
{
    /// <summary>A dataset of clips by name, <c>class/clip</c>, through a cache file in the folder.</summary>
    public static ClipDataset Make(string folder, params string[] names)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var path = Path.Combine(folder, "clips.safetensors");
        SafeTensors.Write(path, names.ToDictionary(n => n, _ => rand([20, 16, 16, 3]).mul(255).to(uint8)));
        return ClipDataset.Load(path);
    }
}
