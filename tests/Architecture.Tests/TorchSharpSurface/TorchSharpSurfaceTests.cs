using System.Globalization;
using System.Text;
using Xunit;

namespace Magvit.Architecture.Tests.TorchSharpSurface;

/// <summary>What the model library needs of TorchSharp is a page that a reader can hold against TorchSharp's sources.</summary>
public sealed class TorchSharpSurfaceTests
{
    private const string Update = "MAGVIT_UPDATE_DOCS";
    private const string Extras = "TorchSharp.Extensions";

    [Fact]
    public void Page_OfWhatTheModelUses_IsUpToDate()
    {
        var path = Path.Combine(RepositoryRoot(), "docs", "torchsharp-surface.md");
        var expected = Page(ModelSurface.Read());
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            File.WriteAllText(path, expected);
        }

        Assert.True(File.Exists(path) && File.ReadAllText(path) == expected,
            $"{path} is out of date: run this test once with {Update}=1 and look at what changed; whatever is new must be in TorchSharp 0.107, with that signature");
    }

    [Fact]
    public void Surface_OfTheModel_HasAPlaceInTorchSharp()
    {
        var unknown = ModelSurface.Read().Where(m => m.Namespace != Extras && TorchSharpSources.Of(m) is null).Select(m => $"{m.Type} {m.Signature}");
        Assert.Empty(unknown);
    }

    [Fact]
    public void Surface_OfTheModel_IsNotEmpty()
    {
        var members = ModelSurface.Read();
        Assert.Contains(members, m => m is { Type: "torch.Tensor", Signature: "Tensor matmul(Tensor target)" } or { Type: "torch.nn.functional" });
        Assert.Contains(members, m => m.Namespace == Extras);
    }

    private static string Page(IReadOnlyList<SurfaceMember> members)
    {
        var page = new StringBuilder();
        var own = members.Where(m => m.Namespace != Extras).ToList();
        page.Append(CultureInfo.InvariantCulture, $"""
            # What the model library uses of TorchSharp

            Written by `tests/Architecture.Tests` from the references in `Magvit.Model.dll`; do not edit. After a change of `src/Model`:
            `MAGVIT_UPDATE_DOCS=1 dotnet test --project tests/Architecture.Tests --filter-class "*TorchSharpSurfaceTests"`.

            Everything in the first part exists in TorchSharp 0.107 under that name; the file is the one below `src/TorchSharp` of dotnet/TorchSharp that declares
            it. Our binding leaves out trailing optional parameters that nobody passes (`names`, `out`). Constants (`float32`, members of enums) leave no reference
            in an assembly and are not listed. The second part is ours: an interface, its native implementation, and one of TorchSharp's own operators that takes
            its place with `-p:TorchProvider=TorchSharp` ([decision 001](decisions/001-torch-binding.md)).

            {own.Count} types and members of TorchSharp, {members.Count - own.Count} extras.

            ## In TorchSharp 0.107

            """);
        foreach (var type in own.GroupBy(m => (m.Namespace, m.Type)))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n### `{type.Key.Namespace}.{type.Key.Type}`\n\n| signature | in |\n| --- | --- |\n");
            foreach (var member in type)
            {
                page.Append(CultureInfo.InvariantCulture, $"| {(member.Signature.Length == 0 ? "(the type)" : $"`{member.Signature}`")} | {TorchSharpSources.Of(member)} |\n");
            }
        }

        page.Append("\n## Extras, each behind `IFusedOperators`\n\n| member | fallback of ordinary operators |\n| --- | --- |\n");
        foreach (var member in members.Where(m => m.Namespace == Extras && m.Signature.Length > 0))
        {
            page.Append(CultureInfo.InvariantCulture, $"| `{member.Type}`: `{member.Signature}` | `OrdinaryOperators` in src/Torch/Extensions |\n");
        }

        return page.ToString();
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Magvit.Platform.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"no Magvit.Platform.sln above {AppContext.BaseDirectory}");
    }
}
