using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Magvit.Architecture.Tests;

/// <summary>What one of our assemblies says about itself; read from its metadata, so that nothing of it is loaded or run.</summary>
internal sealed class AssemblyFile
{
    private AssemblyFile(IReadOnlyList<string> references, IReadOnlyList<string> calls)
    {
        References = references;
        Calls = calls;
    }

    /// <summary>The names of the referenced assemblies. The compiler writes down only those that are used.</summary>
    public IReadOnlyList<string> References { get; }

    /// <summary>The members of other assemblies that are used, as <c>Type.Member</c>.</summary>
    public IReadOnlyList<string> Calls { get; }

    public static AssemblyFile Read(string name)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, name + ".dll"));
        using var portable = new PEReader(file);
        var metadata = portable.GetMetadataReader();
        return new AssemblyFile(
            [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))],
            [.. metadata.MemberReferences.Select(handle => NameOf(metadata, metadata.GetMemberReference(handle)))]);
    }

    private static string NameOf(MetadataReader metadata, MemberReference member)
    {
        var type = member.Parent.Kind == HandleKind.TypeReference
            ? metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name)
            : "?";
        return $"{type}.{metadata.GetString(member.Name)}";
    }
}
