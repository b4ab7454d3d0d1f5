using Magvit.Domain.Models;

namespace Magvit.Domain.Generation;

/// <summary>What a request is checked against.</summary>
/// <param name="Models">The installed models, in the order in which one is chosen when the request names none.</param>
/// <param name="Input">The clip of the request, or <see langword="null"/> when it names none that the workspace has.</param>
/// <param name="Mask">The mask of the request, or <see langword="null"/> when it names none that the workspace has.</param>
public sealed record GenerationContext(IReadOnlyList<ModelCapabilities> Models, AssetFacts? Input = null, AssetFacts? Mask = null)
{
    /// <summary>The model that will serve a request.</summary>
    /// <param name="request">The request.</param>
    /// <returns>The named model, or the first that can do the task; <see langword="null"/> when there is none.</returns>
    public ModelCapabilities? ModelFor(GenerationRequest request)
        => request.Model is { } name
            ? Models.FirstOrDefault(model => string.Equals(model.Name, name, StringComparison.Ordinal))
            : Models.FirstOrDefault(model => model.Tasks.Contains(request.Task));
}
