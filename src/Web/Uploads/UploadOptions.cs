using System.ComponentModel.DataAnnotations;

namespace Magvit.Web.Uploads;

/// <summary>Settings <c>Platform:Uploads</c>.</summary>
internal sealed class UploadOptions
{
    public const string Section = "Platform:Uploads";

    /// <summary>The largest file that is taken, in bytes. Default 2 GiB.</summary>
    [Range(1L << 20, 1L << 40)]
    public long MaxFileBytes { get; set; } = 2L << 30;

    /// <summary>How many files one clip may be made of. Default 512.</summary>
    [Range(1, 10_000)]
    public int MaxFiles { get; set; } = 512;

    /// <summary>How long an unfinished upload is kept. Default one day.</summary>
    [Range(typeof(TimeSpan), "00:10:00", "30.00:00:00")]
    public TimeSpan KeepUnfinished { get; set; } = TimeSpan.FromDays(1);
}
