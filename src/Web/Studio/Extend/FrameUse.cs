using System.Globalization;

namespace Magvit.Web.Studio.Extend;

/// <summary>A frame of another clip that a draft takes over.</summary>
/// <param name="Clip">The clip.</param>
/// <param name="Frame">The frame, from 0.</param>
/// <param name="Role">What it becomes.</param>
public sealed record FrameUse(Guid Clip, int Frame, FrameRole Role)
{
    /// <summary>Reads an address; <see langword="null"/> when it names no frame.</summary>
    public static FrameUse? FromQuery(Func<string, string?> text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Guid.TryParse(text("of"), out var clip) && Enum.TryParse<FrameRole>(text("use"), ignoreCase: true, out var role) && Enum.IsDefined(role)
            ? new FrameUse(clip, int.TryParse(text("of-frame"), NumberStyles.None, CultureInfo.InvariantCulture, out var frame) ? frame : 0, role)
            : null;
    }

    /// <summary>Writes it into an address.</summary>
    public void AddTo(Action<string, string?, bool> add)
    {
        ArgumentNullException.ThrowIfNull(add);
        add("of", Clip.ToString(), true);
        add("of-frame", Frame.ToString(CultureInfo.InvariantCulture), Frame != 0);
        add("use", Role.ToString().ToLowerInvariant(), true);
    }
}
