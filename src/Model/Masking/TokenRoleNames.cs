namespace Magvit.Model.Masking;

/// <summary>Names of sets of token roles, as in the paper's Tab. 5.</summary>
public static class TokenRoleNames
{
    private static readonly (TokenRoles Roles, string Name)[] Names =
    [
        (TokenRoles.Mask, "mask"),
        (TokenRoles.Mask | TokenRoles.Reconstruct, "mask+recons"),
        (TokenRoles.Mask | TokenRoles.Refine, "mask+refine"),
        (TokenRoles.All, "mask+refine+recons"),
    ];

    /// <summary>The set of a name: mask, mask+recons, mask+refine or mask+refine+recons.</summary>
    /// <exception cref="ArgumentException">There is no such set; the message lists all.</exception>
    public static TokenRoles Parse(string name) => Names.FirstOrDefault(n => n.Name == name) is { Name: not null } known
        ? known.Roles
        : throw new ArgumentException($"no loss weights {name}; there are {string.Join(", ", Names.Select(n => n.Name))}", nameof(name));

    /// <summary>The name of a set.</summary>
    public static string Name(this TokenRoles roles) => Names.FirstOrDefault(n => n.Roles == roles).Name ?? roles.ToString();
}
