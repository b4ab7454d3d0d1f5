using Microsoft.AspNetCore.WebUtilities;

namespace Magvit.Web.Compare;

/// <summary>The address of a comparison: it names the clips, the page adds how one looks at them.</summary>
internal static class CompareLink
{
    /// <summary>The fewest clips of a comparison.</summary>
    public const int Least = 2;

    /// <summary>The most clips of a comparison.</summary>
    public const int Most = 4;

    /// <summary>The address of a comparison of assets.</summary>
    public static string Of(IEnumerable<Guid> assets) => QueryHelpers.AddQueryString("/compare", "clips", string.Join(',', assets));

    /// <summary>The assets that an address names, each once.</summary>
    public static IReadOnlyList<Guid> Read(string url) =>
        QueryHelpers.ParseQuery(new Uri(url).Query).TryGetValue("clips", out var text)
            ? [.. text.ToString().Split(',').Select(part => Guid.TryParse(part, out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty).Distinct().Take(Most)]
            : [];
}
