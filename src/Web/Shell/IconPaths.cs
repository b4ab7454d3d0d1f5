using System.Collections.Frozen;

namespace Magvit.Web.Shell;

/// <summary>The drawings of <see cref="Icon"/>, by name.</summary>
internal static class IconPaths
{
    private static readonly FrozenDictionary<string, string> Paths = new Dictionary<string, string>
    {
        ["studio"] = """<rect x="3" y="4" width="18" height="16" rx="2.5"/><path d="M3 9h18M8 4v5M13 4v5M18 4v5"/><path d="M10.5 12.3v4.4l3.8-2.2z"/>""",
        ["gallery"] = """<rect x="3.5" y="3.5" width="7" height="7" rx="1.5"/><rect x="13.5" y="3.5" width="7" height="7" rx="1.5"/><rect x="3.5" y="13.5" width="7" height="7" rx="1.5"/><rect x="13.5" y="13.5" width="7" height="7" rx="1.5"/>""",
        ["models"] = """<path d="M12 3l8 4.5v9L12 21l-8-4.5v-9z"/><path d="M12 12l8-4.5M12 12v9M12 12L4 7.5"/>""",
        ["queue"] = """<path d="M9 6h11M9 12h11M9 18h11"/><circle cx="4.5" cy="6" r="1"/><circle cx="4.5" cy="12" r="1"/><circle cx="4.5" cy="18" r="1"/>""",
        ["workers"] = """<rect x="6" y="6" width="12" height="12" rx="2"/><rect x="10" y="10" width="4" height="4" rx=".8"/><path d="M9.5 3v3M14.5 3v3M9.5 18v3M14.5 18v3M3 9.5h3M3 14.5h3M18 9.5h3M18 14.5h3"/>""",
        ["settings"] = """<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>""",
        ["theme"] = """<circle cx="12" cy="12" r="8.5"/><path d="M12 3.5v17a8.5 8.5 0 0 0 0-17z" fill="currentColor" stroke="none"/>""",
        ["upload"] = """<path d="M12 15.5V4.5M7.5 8.5L12 4l4.5 4.5M4 15.5v2.5a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-2.5"/>""",
        ["download"] = """<path d="M12 4v11M7.5 11L12 15.5 16.5 11M4 19.5h16"/>""",
        ["play"] = """<path d="M7 4.8v14.4L19 12z" fill="currentColor"/>""",
        ["pause"] = """<path d="M8 5v14M16 5v14" stroke-width="3"/>""",
        ["previous"] = """<path d="M17 5.5v13L8 12z" fill="currentColor"/><path d="M6 5.5v13"/>""",
        ["back"] = """<path d="M14.5 6.5L9 12l5.5 5.5"/>""",
        ["next"] = """<path d="M7 5.5v13l9-6.5z" fill="currentColor"/><path d="M18 5.5v13"/>""",
        ["loop"] = """<path d="M4 11V9.5A3.5 3.5 0 0 1 7.5 6H19M16 3l3 3-3 3M20 13v1.5a3.5 3.5 0 0 1-3.5 3.5H5M8 21l-3-3 3-3"/>""",
        ["pixels"] = """<rect x="4" y="4" width="16" height="16" rx="2"/><path d="M12 4v16M4 12h16"/><path d="M4 6a2 2 0 0 1 2-2h6v8H4zM12 12h8v6a2 2 0 0 1-2 2h-6z" fill="currentColor" stroke="none" opacity=".45"/>""",
        ["dice"] = """<rect x="4" y="4" width="16" height="16" rx="3.5"/><g fill="currentColor" stroke="none"><circle cx="8.5" cy="8.5" r="1.4"/><circle cx="15.5" cy="8.5" r="1.4"/><circle cx="12" cy="12" r="1.4"/><circle cx="8.5" cy="15.5" r="1.4"/><circle cx="15.5" cy="15.5" r="1.4"/></g>""",
        ["lock"] = """<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>""",
        ["unlock"] = """<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 7.7-1.5"/>""",
        ["check"] = """<path d="M5 12.5l4.5 4.5L19 7"/>""",
        ["close"] = """<path d="M6 6l12 12M18 6L6 18"/>""",
        ["retry"] = """<path d="M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 3.5v4h-4"/>""",
        ["waiting"] = """<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>""",
        ["running"] = """<path d="M12 3.5a8.5 8.5 0 1 1-8.5 8.5"/><circle cx="12" cy="12" r="2.5" fill="currentColor" stroke="none"/>""",
        ["succeeded"] = """<circle cx="12" cy="12" r="8.5"/><path d="M8.3 12.3l2.6 2.6 4.9-5.4"/>""",
        ["failed"] = """<path d="M12 4L2.8 19.5h18.4z"/><path d="M12 10v4.5M12 17.1v.1"/>""",
        ["cancelled"] = """<circle cx="12" cy="12" r="8.5"/><path d="M6.5 17.5l11-11"/>""",
        ["remix"] = """<path d="M4 17h2.5c5 0 6-10 11-10H20M17 4l3 3-3 3M4 7h2.5c1.7 0 2.9 1.2 3.9 2.7M13.5 14.5c1 1.5 2.2 2.5 4 2.5H20M17 14l3 3-3 3"/>""",
        ["plus"] = """<path d="M12 5v14M5 12h14"/>""",
        ["copy"] = """<rect x="8.5" y="8.5" width="11.5" height="11.5" rx="2"/><path d="M15.5 8.5V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7.5a2 2 0 0 0 2 2h2.5"/>""",
        ["trash"] = """<path d="M4.5 7h15M9.5 7V5a1 1 0 0 1 1-1h3a1 1 0 0 1 1 1v2M6.5 7l.9 11.1A2 2 0 0 0 9.4 20h5.2a2 2 0 0 0 2-1.9L17.5 7"/>""",
        ["key"] = """<circle cx="8" cy="15" r="4"/><path d="M11 12l8.5-8.5M16 7l2.5 2.5"/>""",
        ["user"] = """<circle cx="12" cy="8.5" r="4"/><path d="M4.5 20c.8-3.6 3.7-5.5 7.5-5.5s6.7 1.9 7.5 5.5"/>""",
        ["leave"] = """<path d="M14 4H6.5A1.5 1.5 0 0 0 5 5.5v13A1.5 1.5 0 0 0 6.5 20H14M10 12h10M16.5 8.5L20 12l-3.5 3.5"/>""",
        ["search"] = """<circle cx="10.5" cy="10.5" r="6"/><path d="M15 15l5 5"/>""",
        ["down"] = """<path d="M6.5 9.5l5.5 5.5 5.5-5.5"/>""",
        ["film"] = """<rect x="3" y="5" width="18" height="14" rx="2"/><path d="M7 5v14M17 5v14M3 9.5h4M3 14.5h4M17 9.5h4M17 14.5h4"/>""",
        ["help"] = """<circle cx="12" cy="12" r="8.5"/><path d="M9.7 9.5a2.4 2.4 0 1 1 3.4 2.3c-.8.4-1.1.9-1.1 1.7M12 16.4v.1"/>""",
        ["spark"] = """<path d="M12 3.5l2 6.5 6.5 2-6.5 2-2 6.5-2-6.5-6.5-2 6.5-2z"/>""",
        ["open"] = """<path d="M8 5H5.5A1.5 1.5 0 0 0 4 6.5v12A1.5 1.5 0 0 0 5.5 20h12a1.5 1.5 0 0 0 1.5-1.5V16M13 4h7v7M20 4l-9 9"/>""",
        ["compare"] = """<rect x="3.5" y="5" width="17" height="14" rx="2"/><path d="M12 3v18"/><path d="M12 5h6.5a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H12z" fill="currentColor" stroke="none" opacity=".35"/>""",
        ["more"] = """<g fill="currentColor" stroke="none"><circle cx="5.5" cy="12" r="1.6"/><circle cx="12" cy="12" r="1.6"/><circle cx="18.5" cy="12" r="1.6"/></g>""",
    }.ToFrozenDictionary();

    public static string Of(string name) =>
        Paths.TryGetValue(name, out var path) ? path : throw new ArgumentException($"There is no icon named '{name}'.", nameof(name));
}
