using Magvit.Domain.Generation;

namespace Magvit.Domain.Models;

/// <summary>A model that a worker has on its disk and told the platform about.</summary>
public sealed record InstalledModel
{
    /// <summary>The name of its folder, such as <c>demo-64</c>; unique on the platform.</summary>
    public required string Name { get; init; }

    /// <summary>Which networks it holds.</summary>
    public required ModelKind Kind { get; init; }

    /// <summary>The preset that it was built from.</summary>
    public required string Preset { get; init; }

    /// <summary>The hash of its weights.</summary>
    public required string ModelHash { get; init; }

    /// <summary>The hash of its tokenizer's weights.</summary>
    public required string TokenizerHash { get; init; }

    /// <summary>T, the frames of a clip.</summary>
    public required int Frames { get; init; }

    /// <summary>H, the height of a clip in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>W, the width of a clip in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>The grid of visual tokens.</summary>
    public required TokenGrid TokenGrid { get; init; }

    /// <summary>The classes that it was trained on, in the order of their numbers.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>What it can do.</summary>
    public IReadOnlyList<GenerationTask> Tasks { get; init; } = [];

    /// <summary>The weight of guidance that suits its tasks with a class; 0 is none.</summary>
    public double Guidance { get; init; }

    /// <summary>The number of parameters of all its networks.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>The licence of the weights, as an SPDX expression.</summary>
    public string? Licence { get; init; }

    /// <summary>What it is, how it was trained and measured, as Markdown.</summary>
    public string? Card { get; init; }

    /// <summary>When a worker first told about it; set by the registry.</summary>
    public DateTimeOffset RegisteredAt { get; init; }

    /// <summary>The weight of guidance of a request that names none.</summary>
    /// <param name="task">The request's task.</param>
    /// <returns><see cref="Guidance"/>, or 0 for a task without a class.</returns>
    public double GuidanceOf(GenerationTask task) => GenerationTaskCatalog.Get(task).NeedsClass ? Guidance : 0;

    /// <summary>How often a decoding step of a request asks the network: guidance asks it twice.</summary>
    /// <param name="request">The request.</param>
    /// <returns>1 or 2.</returns>
    public int PassesOfAStep(GenerationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return (request.Guidance ?? GuidanceOf(request.Task)) == 0 ? 1 : 2;
    }
}
