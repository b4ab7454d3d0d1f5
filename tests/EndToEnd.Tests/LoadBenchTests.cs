using Magvit.LoadBench;
using Magvit.LoadBench.Hosts;
using Magvit.LoadBench.Seeding;
using Magvit.Testing;
using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>The load harness at a tiny size, so that it cannot rot. Nothing is said about speed.</summary>
public sealed class LoadBenchTests(ITestOutputHelper output)
{
    private static readonly LoadOptions Tiny = new()
    {
        GalleryItems = 50,
        SmallGalleryItems = 10,
        FinishedJobs = 200,
        WaitingJobs = 40,
        Submissions = 16,
        Claims = 3,
        Tabs = 3,
        Steps = 3,
        UploadMebibytes = 1,
        Uploads = 1,
        Turns = 2,
        Clips = 1,
        Batches = 1,
        Starts = 1,
    };

    [Fact]
    public async Task RunAsync_TinyLoad_FillsEveryRow()
    {
        var report = await LoadBenchmark.RunAsync(await PostgresServer.SharedAsync(), Tiny, output.WriteLine, TestContext.Current.CancellationToken);

        foreach (var line in LoadTable.Lines(report))
        {
            output.WriteLine(line);
        }

        Assert.Equal(LoadBenchmark.Areas, report.Rows.Select(row => row.Area).Distinct());
        Assert.All(report.Rows, row =>
        {
            Assert.NotEmpty(row.Baselines);
            Assert.All([row.Figure, .. row.Baselines], figure => Assert.True(figure.Typical > 0 && figure.Tail is null or > 0, $"{row.Area}: {figure}"));
            Assert.True(double.IsFinite(row.Ratio));
        });
        Assert.Contains("\"rows\"", report.ToJson());
    }

    [Fact]
    public async Task FillAsync_TinyPlatform_RefersOnlyToWhatIsThere()
    {
        var folder = Directory.CreateTempSubdirectory("magvit-load-test-").FullName;
        await using (var database = await LoadDatabase.CreateAsync(await PostgresServer.SharedAsync(), "load_keys", folder, CancellationToken.None))
        {
            await PlatformSeed.FillAsync(database, new SeedSize(50, 200, 40), CancellationToken.None);

            // The seed goes past the checks of foreign keys; made anew, they look at every row, and throw.
            await using var remake = database.DataSource.CreateCommand(
                """
                do $$
                declare made record;
                begin
                    for made in select conrelid::regclass as owner, conname, pg_get_constraintdef(oid) as definition from pg_constraint where contype = 'f' loop
                        execute format('alter table %s drop constraint %I', made.owner, made.conname);
                        execute format('alter table %s add constraint %I %s', made.owner, made.conname, made.definition);
                    end loop;
                end
                $$
                """);
            await remake.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        Directory.Delete(folder, recursive: true);
    }
}
