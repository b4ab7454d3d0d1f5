using Magvit.Domain.Generation;

namespace Magvit.Infrastructure.Gallery;

/// <summary>Which results to list; a value that is <see langword="null"/> does not restrict.</summary>
public sealed record GalleryFilter
{
    public GenerationTask? Task { get; init; }

    /// <summary>The name of the model that made it.</summary>
    public string? Model { get; init; }

    /// <summary>Who asked for it.</summary>
    public Guid? CreatedBy { get; init; }

    /// <summary>A part of the title, in any case.</summary>
    public string? Text { get; init; }

    /// <summary>Whether to list the bin instead of what is on show.</summary>
    public bool IsDeleted { get; init; }
}
