namespace Magvit.Web.Uploads;

/// <summary>What became of a chunk.</summary>
internal enum ChunkResult
{
    /// <summary>Written to disk.</summary>
    Stored,

    /// <summary>The chunk does not begin where the file ends; the answer carries the right offset.</summary>
    WrongOffset,

    /// <summary>Another request is writing this file.</summary>
    Busy,

    /// <summary>The chunk goes past the announced size.</summary>
    TooLong,

    /// <summary>This user has no such upload.</summary>
    Unknown,
}
