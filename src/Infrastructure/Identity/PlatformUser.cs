using Microsoft.AspNetCore.Identity;

namespace Magvit.Infrastructure.Identity;

/// <summary>An account.</summary>
public sealed class PlatformUser : IdentityUser<Guid>
{
    /// <summary>The name that others see; at first the part of the address before the @.</summary>
    public string DisplayName { get; set; } = "";

    public DateTimeOffset CreatedAt { get; set; }
}
