namespace Magvit.Infrastructure.Data;

/// <summary>A key that protects cookies and antiforgery tokens, shared by all web hosts.</summary>
internal sealed class DataProtectionKey
{
    public int Id { get; init; }

    public required string FriendlyName { get; init; }

    public required string Xml { get; init; }
}
