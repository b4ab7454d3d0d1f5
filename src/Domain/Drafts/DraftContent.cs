namespace Magvit.Domain.Drafts;

/// <summary>What a draft holds.</summary>
/// <param name="Address">What is set up: the query of the Studio's address, such as <c>?task=frame-prediction</c>.</param>
/// <param name="Document">What is drawn, as JSON that the editor writes; <see langword="null"/> when nothing is.</param>
public sealed record DraftContent(string Address, string? Document)
{
    /// <summary>The longest address: all settings and a few ids are far below it.</summary>
    public const int MaxAddress = 4000;

    /// <summary>The longest document: a mask of 64 frames, every pixel painted otherwise than its neighbour, is below it.</summary>
    public const int MaxDocument = 8 << 20;
}
