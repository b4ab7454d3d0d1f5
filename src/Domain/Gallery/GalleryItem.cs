using Magvit.Domain.Generation;

namespace Magvit.Domain.Gallery;

/// <summary>A result that the team can see: the generated clip and the recipe that made it.</summary>
public sealed class GalleryItem
{
    private readonly List<Guid> _parentIds = [];

    private GalleryItem()
    {
    }

    /// <summary>The item's id, a UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The workspace that owns it.</summary>
    public Guid WorkspaceId { get; private init; }

    /// <summary>The generated clip.</summary>
    public Guid AssetId { get; private init; }

    /// <summary>The job that made it; <see langword="null"/> for an example that came with the platform.</summary>
    public Guid? JobId { get; private init; }

    /// <summary>Everything that made the clip.</summary>
    public Recipe Recipe { get; private init; } = null!;

    /// <summary>The name that people see, at most 200 characters.</summary>
    public string Title { get; private set; } = "";

    /// <summary>The assets that the clip was made from.</summary>
    public IReadOnlyList<Guid> ParentIds => _parentIds;

    /// <summary>Who asked for it.</summary>
    public Guid CreatedBy { get; private init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>When it was put in the bin; <see langword="null"/> while it is on show.</summary>
    public DateTimeOffset? DeletedAt { get; private set; }

    /// <summary>Makes the item for one output of a job.</summary>
    /// <param name="output">The generated clip.</param>
    /// <param name="jobId">The job that made it.</param>
    /// <param name="recipe">Everything that made it.</param>
    /// <param name="parentIds">The assets it was made from.</param>
    /// <returns>The new item; workspace, owner, time and title are the asset's.</returns>
    public static GalleryItem Create(Assets.Asset output, Guid jobId, Recipe recipe, IEnumerable<Guid> parentIds) =>
        Create(output, (Guid?)jobId, recipe, parentIds);

    /// <summary>Makes the item for an example that comes with the platform: no job of this platform made it.</summary>
    /// <param name="output">The generated clip.</param>
    /// <param name="recipe">Everything that made it.</param>
    /// <param name="parentIds">The assets it was made from.</param>
    /// <returns>The new item; workspace, owner, time and title are the asset's.</returns>
    public static GalleryItem CreateExample(Assets.Asset output, Recipe recipe, IEnumerable<Guid> parentIds) =>
        Create(output, null, recipe, parentIds);

    /// <summary>Gives it another name.</summary>
    /// <param name="title">The new name; cut to 200 characters.</param>
    public void Rename(string title)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        Title = title.Trim() is { Length: > 200 } longTitle ? longTitle[..200] : title.Trim();
    }

    /// <summary>Puts it in the bin; the first time counts.</summary>
    /// <param name="now">The time.</param>
    public void Delete(DateTimeOffset now) => DeletedAt ??= now;

    /// <summary>Takes it out of the bin.</summary>
    public void Restore() => DeletedAt = null;

    private static GalleryItem Create(Assets.Asset output, Guid? jobId, Recipe recipe, IEnumerable<Guid> parentIds)
    {
        var item = new GalleryItem
        {
            Id = Guid.CreateVersion7(output.CreatedAt),
            WorkspaceId = output.WorkspaceId,
            AssetId = output.Id,
            JobId = jobId,
            Recipe = recipe,
            Title = output.Name,
            CreatedBy = output.CreatedBy,
            CreatedAt = output.CreatedAt,
        };
        item._parentIds.AddRange(parentIds);
        return item;
    }
}
