using Xunit;

namespace Magvit.Architecture.Tests;

/// <summary>Who may know whom. The arrows are data: to draw a new one is to change this table, in sight of a reviewer.</summary>
public sealed class DependencyTests
{
    /// <summary>Our assemblies, and which others of ours each may reference.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Magvit.Domain"] = [],
        ["Magvit.Torch"] = [],
        ["Magvit.Infrastructure"] = ["Magvit.Domain"],
        ["Magvit.Model"] = ["Magvit.Torch"],
        ["Magvit.Web"] = ["Magvit.Domain", "Magvit.Infrastructure"],
        ["Magvit.Worker"] = ["Magvit.Domain", "Magvit.Infrastructure", "Magvit.Model", "Magvit.Torch"],
    };

    /// <summary>What an assembly must not reach into, as beginnings of assembly names, and why.</summary>
    private static readonly (string Assembly, string Forbidden, string Why)[] Forbidden =
    [
        ("Magvit.Domain", "Microsoft.", "Domain has no packages"),
        ("Magvit.Domain", "Npgsql", "Domain has no packages"),
        ("Magvit.Infrastructure", "TorchSharp", "a tensor meets a job only in Worker"),
        ("Magvit.Torch", "Microsoft.", "the binding knows libtorch and nothing else"),
        ("Magvit.Model", "Microsoft.EntityFrameworkCore", "Model knows no database"),
        ("Magvit.Model", "Microsoft.AspNetCore", "Model knows no web"),
        ("Magvit.Model", "Npgsql", "Model knows no database"),
        ("Magvit.Web", "TorchSharp", "Web starts without libtorch"),
        ("Magvit.Web", "Npgsql", "SQL lives in Infrastructure"),
        ("Magvit.Worker", "Npgsql", "SQL lives in Infrastructure"),
    ];

    /// <summary>Interop calls that are new in .NET 10 and fail with the browser script we use (docs/decisions/004-blazor-script.md).</summary>
    private static readonly string[] ForbiddenInterop = ["InvokeConstructorAsync", "GetValueAsync", "SetValueAsync"];

    public static TheoryData<string> Assemblies => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Assembly_OfOurs_ReferencesOnlyWhatItMay(string assembly)
    {
        var references = AssemblyFile.Read(assembly).References.Where(name => name.StartsWith("Magvit.", StringComparison.Ordinal));
        Assert.Empty(references.Except(Allowed[assembly]));
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Assembly_OfOurs_KeepsOutOfWhatIsNotItsBusiness(string assembly)
    {
        var references = AssemblyFile.Read(assembly).References;
        var broken =
            from rule in Forbidden
            where rule.Assembly == assembly
            from reference in references
            where reference.StartsWith(rule.Forbidden, StringComparison.Ordinal)
            select $"{assembly} references {reference}, but {rule.Why}";
        Assert.Empty(broken);
    }

    [Fact]
    public void Solution_AllProjectsOfSrc_AreInTheTable()
    {
        var ours = Directory.EnumerateFiles(AppContext.BaseDirectory, "Magvit.*.dll")
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => !name.EndsWith(".Tests", StringComparison.Ordinal) && name != "Magvit.Testing");
        Assert.Equal(Allowed.Keys.Order(), ours.Order());
    }

    [Fact]
    public void Web_JavaScriptInterop_UsesNoCallThatTheScriptLacks()
    {
        var calls =
            from call in AssemblyFile.Read("Magvit.Web").Calls
            let parts = call.Split('.', 2)
            where parts[0].Contains("JS", StringComparison.Ordinal) && ForbiddenInterop.Contains(parts[1])
            select call;
        Assert.Empty(calls);
    }
}
