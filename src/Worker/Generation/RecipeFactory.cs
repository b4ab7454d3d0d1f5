using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Magvit.Domain.Assets;
using Magvit.Domain.Generation;
using Magvit.Model.Generation;
using Magvit.Model.Masking;

namespace Magvit.Worker.Generation;

/// <summary>Writes down what made a clip.</summary>
internal static class RecipeFactory
{
    private static readonly string SoftwareVersion =
        typeof(RecipeFactory).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static Recipe Create(
        VideoGenerator generator, string modelName, GenerationInput input, long[] tokens, RecipeInput? source, ContentHash? mask, DateTimeOffset now) => new()
        {
            Task = GenerationTaskCatalog.Parse(input.Task.Name()).Task,
            Input = source,
            Mask = mask,
            ClassName = input.ClassName,
            Model = new RecipeModel(modelName, generator.Hash, generator.TokenizerHash),
            Seed = input.Options.Seed,
            Steps = input.Options.Steps,
            Schedule = input.Options.Schedule.Name,
            Temperature = input.Options.ChoiceTemperature,
            Guidance = generator.Suited(input.Options, input.Task).Guidance ?? 0,
            KeepInput = input.KeepInput,
            TopK = input.Options.TopK == 0 ? null : input.Options.TopK,
            TopP = input.Options.TopP == 0 ? null : input.Options.TopP,
            GivenFrames = input.GivenFrames == 1 ? null : input.GivenFrames,
            SoftwareVersion = SoftwareVersion,
            Device = ComputeDevice.Description,
            TokensHash = HashOf(tokens),
            CreatedAt = now,
        };

    /// <summary>The recipe with length and canvas of a result that was put together from windows; those keep what is known, to the pixel.</summary>
    public static Recipe WithSizeOf(this Recipe recipe, GenerationRequest request, bool isLarge) => !isLarge ? recipe : recipe with
    {
        ClassName = request.ClassName,
        KeepInput = true,
        Frames = request.Frames,
        Overlap = request.Overlap,
        Canvas = request.Canvas,
    };

    /// <summary>SHA-256 of the tokens as little-endian 64-bit numbers.</summary>
    public static string HashOf(long[] tokens) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(tokens.AsSpan())));
}
