using Magvit.Domain.Workspaces;

namespace Magvit.Infrastructure.Workspaces;

/// <summary>A member as pages show it.</summary>
public sealed record MemberSummary(Guid UserId, string Email, string DisplayName, MemberRole Role, DateTimeOffset JoinedAt);
