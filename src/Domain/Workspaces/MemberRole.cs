using System.Text.Json.Serialization;
using Magvit.Domain.Json;

namespace Magvit.Domain.Workspaces;

/// <summary>What a member may do; each role may do all that the ones before it may.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<MemberRole>))]
public enum MemberRole
{
    /// <summary>Looks at everything, changes nothing.</summary>
    Viewer,

    /// <summary>Uploads and generates.</summary>
    Creator,

    /// <summary>Makes datasets and trains models.</summary>
    Trainer,

    /// <summary>Manages members and everybody's jobs.</summary>
    Admin,
}
