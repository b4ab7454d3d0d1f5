using System.Globalization;

namespace Magvit.Infrastructure.Media;

/// <summary>The ffmpeg filter expressions that bring pictures to a size. Turning upright is ffmpeg's own first step (autorotate).</summary>
internal static class VideoFilters
{
    /// <summary>Exact colour conversion, so that a lossless RGB clip comes back bit for bit and 4:2:0 chroma is interpolated.</summary>
    private const string Accurate = "accurate_rnd+full_chroma_int+full_chroma_inp";

    /// <summary>Composites transparent pixels over white: inverted, multiplied by alpha and inverted back.</summary>
    public const string OverWhite = "format=gbrap,negate,premultiply=inplace=1,negate,format=gbrp";

    /// <summary>Brings a picture of <paramref name="facts"/> to exactly <paramref name="width"/> x <paramref name="height"/> RGB24, square pixels.</summary>
    public static string Fit(MediaFacts facts, int width, int height, FitMode fit)
    {
        var (w, h) = (Text(width), Text(height));
        var shape = $"{w}/{h}";
        var covers = fit == FitMode.CentreCrop;

        // The area average is the better filter when the picture shrinks; bicubic when it grows.
        var shrinks = facts.DisplayWidth >= width && facts.DisplayHeight >= height;
        var flags = (shrinks ? "area+" : "bicubic+") + Accurate;

        // dar is the shape as shown: with the pixel aspect in it, after turning.
        var (wider, taller) = ($"round({h}*dar)", $"round({w}/dar)");
        var scaledWidth = covers ? $"if(gte(dar,{shape}),max({w},{wider}),{w})" : $"if(gte(dar,{shape}),{w},max(1,min({w},{wider})))";
        var scaledHeight = covers ? $"if(gte(dar,{shape}),{h},max({h},{taller}))" : $"if(gte(dar,{shape}),max(1,min({h},{taller})),{h})";
        var place = covers ? $"crop={w}:{h}:exact=1" : $"pad={w}:{h}:(ow-iw)/2:(oh-ih)/2:black";
        var flatten = facts.HasAlpha ? OverWhite + "," : "";
        return $"{flatten}scale=w='{scaledWidth}':h='{scaledHeight}':flags={flags},format=rgb24,{place},setsar=1";
    }

    /// <summary>Keeps every <paramref name="stride"/>-th frame from <paramref name="start"/> on, counted as the decoder gives them.</summary>
    public static string Select(int start, int stride) =>
        $"select='gte(n,{Text(start)})*not(mod(n-{Text(start)},{Text(stride)}))'";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
