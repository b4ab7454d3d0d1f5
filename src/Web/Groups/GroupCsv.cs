using System.Globalization;
using System.Text.Json;
using Magvit.Domain.Groups;
using Magvit.Infrastructure.Groups;
using Magvit.Infrastructure.Jobs;
using Magvit.Web.Api;

namespace Magvit.Web.Groups;

/// <summary>A group as a table: what was asked for, and what came of it, one row a job.</summary>
internal static class GroupCsv
{
    private static readonly string[] Results = ["state", "error", "used_seed", "used_model", "seconds", "job", "assets", "gallery", "download"];

    public static string Write(GroupDetails details, string siteAddress) => details.Group.Kind == JobGroupKind.Batch
        ? OfBatch(details, BatchLayout.FromJson(details.Group.Layout), siteAddress)
        : OfSweep(details, SweepLayout.FromJson(details.Group.Layout), siteAddress);

    private static string OfBatch(GroupDetails details, BatchLayout layout, string site) => CsvTable.Write(
    [
        ["line", .. layout.Columns, .. Results],
        .. details.Jobs.Select(job => (string[])
        [
            Number(layout.Rows[job.GroupIndex!.Value].Line), .. layout.Rows[job.GroupIndex.Value].Values.Take(layout.Columns.Count), .. ResultsOf(job, site),
        ]),
    ]);

    private static string OfSweep(GroupDetails details, SweepLayout layout, string site) => CsvTable.Write(
    [
        [Name(layout.Columns), .. layout.Rows is { } rows ? [Name(rows)] : Array.Empty<string>(), .. Results],
        .. details.Jobs.Select(job => (string[])
        [
            layout.Columns.Values[job.GroupIndex!.Value % layout.Columns.Values.Count],
            .. layout.Rows is { } rows ? [rows.Values[job.GroupIndex.Value / layout.Columns.Values.Count]] : Array.Empty<string>(),
            .. ResultsOf(job, site),
        ]),
    ]);

    private static string[] ResultsOf(JobSummary job, string site) =>
    [
        JsonNamingPolicy.KebabCaseLower.ConvertName(job.State.ToString()),
        job.Error ?? "",
        job.Request?.Seed is { } seed ? Number(seed) : "",
        job.Model ?? "",
        job is { StartedAt: { } started, FinishedAt: { } finished } ? (finished - started).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) : "",
        job.Id.ToString(),
        string.Join(' ', job.Outputs.Select(output => output.Asset.Id)),
        string.Join(' ', job.Outputs.Where(output => output.GalleryItemId is not null).Select(output => $"{site}/gallery/{output.GalleryItemId}")),
        string.Join(' ', job.Outputs.Where(output => output.GalleryItemId is not null).Select(output => site + AssetUrls.Download(output.GalleryItemId!.Value, "mp4"))),
    ];

    private static string Name(SweepAxis axis) => JsonNamingPolicy.SnakeCaseLower.ConvertName(axis.Parameter.ToString());

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
