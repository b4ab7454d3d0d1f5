namespace Magvit.Web.Studio.Extend;

/// <summary>What of a planned result a task lets one change.</summary>
/// <param name="Time">Length and given frames.</param>
/// <param name="Space">The edges of the canvas.</param>
/// <param name="BothEnds">Whether as many frames are given at the end.</param>
/// <param name="MaxFrames">The longest result.</param>
/// <param name="MaxSide">The largest width and height.</param>
public sealed record ExtendRange(bool Time, bool Space, bool BothEnds, int MaxFrames, int MaxSide);
