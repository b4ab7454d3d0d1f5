using System.Security.Cryptography;
using static TorchSharp.torch;

namespace Magvit.Model.Checkpoints;

/// <summary>One network on disk: <c>model.json</c> and <c>model.safetensors</c> (float16).</summary>
public static class ModelFolder
{
    private const string WeightsName = "model.safetensors";

    /// <summary>Writes a network's weights and manifest.</summary>
    public static void Write(string folder, nn.Module network, ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(manifest);
        Directory.CreateDirectory(folder);
        SafeTensors.Write(Path.Combine(folder, WeightsName), network.state_dict(), floatType: ScalarType.Float16);
        manifest.Write(folder);
    }

    /// <summary>Reads weights into a network.</summary>
    /// <exception cref="InvalidDataException">The weights are missing, damaged or of another network.</exception>
    public static void ReadWeights(string folder, nn.Module network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var path = Path.Combine(folder, WeightsName);
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path} is missing");
        }

        using var scope = NewDisposeScope();
        try
        {
            network.load_state_dict(SafeTensors.Read(path).Tensors);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>SHA-256 of the weights file, the network's identity in recipes.</summary>
    public static string Hash(string folder)
    {
        using var file = File.OpenRead(Path.Combine(folder, WeightsName));
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
