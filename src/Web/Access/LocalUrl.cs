namespace Magvit.Web.Access;

/// <summary>Keeps a return address on this site, so that a crafted sign-in link leads nowhere else.</summary>
internal static class LocalUrl
{
    public static string OrHome(string? url) =>
        url is ['/', not ('/' or '\\'), ..] && !url.Any(char.IsControl) ? url : "/";
}
