using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Xunit;

namespace Magvit.Web.Tests.Shell;

public sealed class InteropTests
{
    /// <summary>Calls that the browser script of .NET 9, which we ship, does not know (docs/decisions/004-blazor-script.md).</summary>
    private static readonly string[] Unknown = ["InvokeConstructorAsync", "GetValueAsync", "SetValueAsync"];

    [Fact]
    public void Web_JavaScriptCalls_AreKnownToTheScript()
    {
        using var file = new PEReader(File.OpenRead(typeof(Program).Assembly.Location));
        var metadata = file.GetMetadataReader();

        var used = metadata.MemberReferences.Select(handle => metadata.GetString(metadata.GetMemberReference(handle).Name)).ToHashSet();

        Assert.Contains("InvokeVoidAsync", used);
        Assert.DoesNotContain(Unknown, used.Contains);
    }
}
