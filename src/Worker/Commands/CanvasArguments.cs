using System.Globalization;
using Magvit.Domain.Assets;
using Magvit.Domain.Generation;
using Magvit.Domain.Models;
using Magvit.Model;

namespace Magvit.Worker.Commands;

/// <summary>The options of <c>generate</c> that ask for more than one window of the model.</summary>
internal static class CanvasArguments
{
    /// <summary>Reads WxH, WxH and X,Y.</summary>
    /// <returns>The canvas; null when none is asked for.</returns>
    /// <exception cref="ArgumentException">A text is no size or place, or says something of a canvas that is not there.</exception>
    public static GenerationCanvas? Read(string? canvas, string? clipSize, string? clipPlace)
    {
        if (canvas is null)
        {
            return clipSize is null && clipPlace is null ? null : throw new ArgumentException("--clip-size and --clip-at need --canvas WxH");
        }

        var (width, height) = Pair("--canvas", canvas, 'x', "WxH, such as 128x64");
        (int Width, int Height)? size = clipSize is null ? null : Pair("--clip-size", clipSize, 'x', "WxH, such as 64x64");
        (int Left, int Top)? place = clipPlace is null ? null : Pair("--clip-at", clipPlace, ',', "X,Y, such as 32,0");
        return new GenerationCanvas(width, height, place?.Left, place?.Top, size?.Width, size?.Height);
    }

    /// <summary>Checks length and canvas by the rules of the platform.</summary>
    /// <exception cref="ArgumentException">Some are wrong; the message lists all.</exception>
    public static void Check(GenerationRequest request, ClipGeometry geometry, IReadOnlyList<string> classNames)
    {
        var model = new ModelCapabilities("model", geometry.Frames, geometry.Height, geometry.Width, classNames, [.. GenerationTaskCatalog.All.Select(t => t.Task)]);
        var any = new AssetFacts(AssetKind.Video, int.MaxValue, 1, 1);
        var problems = GenerationRequestValidator.Validate(request with { Samples = 1 }, new GenerationContext([model], any, any));
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", problems.Select(p => p.Message)));
        }
    }

    private static (int First, int Second) Pair(string option, string text, char separator, string expected) =>
        text.Split(separator) is [var first, var second]
        && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var a)
        && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var b)
            ? (a, b)
            : throw new ArgumentException($"{option}: expected {expected}, got '{text}'");
}
