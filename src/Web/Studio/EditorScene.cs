namespace Magvit.Web.Studio;

/// <summary>What <c>studio/editor.js</c> needs to show a clip and the mask over it.</summary>
public sealed record EditorScene
{
    /// <summary>The size of the model's clips and of their tokens.</summary>
    public required EditorGeometry Geometry { get; init; }

    /// <summary>The part of the clip that the model takes.</summary>
    public required EditorClip Clip { get; init; }

    /// <summary>The name of the task.</summary>
    public required string Task { get; init; }

    /// <summary>Names the draft in the browser: one for each person, clip and size.</summary>
    public required string Key { get; init; }

    /// <summary>The number of the editor's last word on the mask that this scene takes into account; a later word is not undone by it.</summary>
    public int Heard { get; init; }

    /// <summary>The mask that the address names.</summary>
    public Guid? Mask { get; init; }

    /// <summary>A frame of another clip that is to be taken over.</summary>
    public Magvit.Web.Studio.Extend.EditorFrameUse? Use { get; init; }
}
