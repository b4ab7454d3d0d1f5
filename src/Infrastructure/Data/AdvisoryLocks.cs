namespace Magvit.Infrastructure.Data;

/// <summary>The first keys of our PostgreSQL advisory locks. They are part of the protocol between versions: never renumber.</summary>
internal static class AdvisoryLocks
{
    /// <summary>Held while the schema is migrated and first data are written.</summary>
    public const int Migration = 4710;

    /// <summary>Held by each living worker, with its number as second key.</summary>
    public const int WorkerAlive = 4711;

    /// <summary>Held for the moment of a claim, so that turns and running counts are exact.</summary>
    public const int Claim = 4712;

    /// <summary>Held for the moment of a submission, with the user's hash as second key, so that the count of waiting jobs is exact.</summary>
    public const int Submit = 4713;

    /// <summary>Held while the first account and its workspace are made.</summary>
    public const int FirstAccount = 4714;

    /// <summary>Held while a workspace gets its examples.</summary>
    public const int Examples = 4715;
}
