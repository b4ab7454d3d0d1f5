namespace Magvit.Architecture.Tests.TorchSharpSurface;

/// <summary>A type or member of the namespace TorchSharp that the model library uses.</summary>
/// <param name="Namespace">Such as TorchSharp.Modules.</param>
/// <param name="Type">The declaring type with those around it: torch.nn.functional.</param>
/// <param name="Signature">As in C#; empty for the type itself, used as a base, an argument or an attribute.</param>
internal sealed record SurfaceMember(string Namespace, string Type, string Signature);
