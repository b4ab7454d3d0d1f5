using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Magvit.Architecture.Tests.TorchSharpSurface;

/// <summary>Everything of the namespace TorchSharp that Magvit.Model names: its references to types and members of the binding, read from its metadata.</summary>
/// <remarks>Constants (float32, members of enums) leave no reference behind: the compiler writes their values.</remarks>
internal static class ModelSurface
{
    private const string Binding = "Magvit.Torch";

    public static IReadOnlyList<SurfaceMember> Read()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Magvit.Model.dll"));
        using var portable = new PEReader(file);
        var metadata = portable.GetMetadataReader();
        var module = Assembly.Load("Magvit.Model").ManifestModule;
        var members = metadata.MemberReferences.Select(h => Definition(module, MetadataTokens.GetToken(h)))
            .Where(m => IsOurs(m.DeclaringType)).Select(m => Row(m.DeclaringType!, CSharpSignature.Of(m)));
        var types = metadata.TypeReferences.Select(h => module.ResolveType(MetadataTokens.GetToken(h)))
            .Where(t => IsOurs(t) && !(t.IsAbstract && t.IsSealed)).Select(t => Row(t, ""));
        return [.. members.Concat(types).Distinct().OrderBy(m => m.Namespace, StringComparer.Ordinal)
            .ThenBy(m => m.Type, StringComparer.Ordinal).ThenBy(m => Name(m.Signature), StringComparer.Ordinal).ThenBy(m => m.Signature, StringComparer.Ordinal)];
    }

    private static SurfaceMember Row(Type type, string signature) => new(type.Namespace ?? "", CSharpSignature.FullName(type), signature);

    private static bool IsOurs(Type? type) => type?.Assembly.GetName().Name == Binding;

    // As it is written, not as it is used: of ModuleList<T>, not of ModuleList<ResidualBlock>.
    private static MemberInfo Definition(Module module, int token)
    {
        var member = module.ResolveMember(token, AnyArguments, AnyArguments)!;
        return member.DeclaringType is { IsConstructedGenericType: true } constructed
            ? member.Module.ResolveMember(member.MetadataToken, constructed.GetGenericTypeDefinition().GetGenericArguments(), null)!
            : member;
    }

    // Stands for the type parameters of generic types and methods of the model library, which a reference may mention.
    private static readonly Type[] AnyArguments = [.. Enumerable.Repeat(typeof(object), 4)];

    private static string Name(string signature) => signature.Split('(')[0].Split(' ')[^1];
}
