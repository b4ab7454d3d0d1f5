using System.Security.Cryptography;
using Magvit.Model.Tokenizer;
using static TorchSharp.torch;

namespace Magvit.Model.Checkpoints;

/// <summary>One network on disk: <c>model.json</c> and <c>model.safetensors</c>.</summary>
public static class ModelFolder
{
    private const string WeightsName = "model.safetensors";

    /// <summary>Where the weights of a folder lie.</summary>
    public static string WeightsPath(string folder) => Path.Combine(folder, WeightsName);

    /// <summary>Writes a network's weights and manifest.</summary>
    /// <param name="folder">The folder, made when it is missing.</param>
    /// <param name="network">The network.</param>
    /// <param name="manifest">What is known of it.</param>
    /// <param name="floatType">The type of weights on disk; float16 halves the file and is read like any other.</param>
    public static void Write(string folder, nn.Module network, ModelManifest manifest, ScalarType floatType = ScalarType.Float16)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(manifest);
        Directory.CreateDirectory(folder);
        SafeTensors.Write(WeightsPath(folder), network.state_dict(), floatType: floatType);
        manifest.Write(folder);
    }

    /// <summary>Reads weights into a network.</summary>
    /// <exception cref="InvalidDataException">The weights are missing, damaged or of another network.</exception>
    public static void ReadWeights(string folder, nn.Module network)
    {
        ArgumentNullException.ThrowIfNull(network);
        Fill(folder, weights => network.load_state_dict(weights));
    }

    /// <summary>Reads a tokenizer's weights into one of the same codes whose levels are as deep or deeper; both then encode and decode alike.</summary>
    /// <exception cref="InvalidDataException">The weights are missing, damaged or of another network.</exception>
    public static void ReadWeightsIntoDeeper(string folder, VideoTokenizer tokenizer)
    {
        var config = ModelManifest.Read(folder).Tokenizer ?? throw new InvalidDataException($"{folder} holds no tokenizer");
        Fill(folder, weights => TokenizerGrowth.Load(tokenizer, weights, config));
    }

    /// <summary>The tokenizer of a folder, in evaluation mode; the caller disposes it.</summary>
    /// <exception cref="InvalidDataException">The folder holds no tokenizer, or a damaged one.</exception>
    public static VideoTokenizer ReadTokenizer(string folder)
    {
        var config = ModelManifest.Read(folder).Tokenizer ?? throw new InvalidDataException($"{folder} holds no tokenizer");
        var tokenizer = new VideoTokenizer(config);
        try
        {
            ReadWeights(folder, tokenizer);
        }
        catch
        {
            tokenizer.Dispose();
            throw;
        }

        tokenizer.eval();
        return tokenizer;
    }

    /// <summary>SHA-256 of the weights file, the network's identity in recipes.</summary>
    public static string Hash(string folder)
    {
        using var file = File.OpenRead(WeightsPath(folder));
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static void Fill(string folder, Action<Dictionary<string, Tensor>> load)
    {
        var path = WeightsPath(folder);
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{path} is missing");
        }

        using var scope = NewDisposeScope();
        try
        {
            load(SafeTensors.Read(path).Tensors);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }
}
