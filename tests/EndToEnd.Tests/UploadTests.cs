using System.IO.Compression;
using Microsoft.Playwright;
using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>Files on their way into the Studio: many, numbered, packed, pasted, dropped, and interrupted.</summary>
[Collection(SharedSiteWithWorker.Name)]
public sealed class UploadTests(SiteWithWorkerProcess site, Chromium chromium)
{
    private const string Chunks = "**/api/v1/uploads/*?offset=*";

    [Theory]
    [InlineData(Device.Desktop)]
    [InlineData(Device.Phone)]
    public async Task Upload_CutOffReloadedAndServerRestarted_GoesOnByItself(Device device)
    {
        var page = await OpenAsync(device);

        // The network goes in the middle: said, and waited out.
        await page.RouteAsync(Chunks, route => route.AbortAsync());
        await page.SetInputFilesAsync(".input-picker input[type=file]", await TestClip.MakeAsync());
        await page.WaitForSelectorAsync(".upload:has-text('Waits for the connection')");
        // The page is loaded again: the file is still there, nobody has to choose it a second time.
        await page.ReloadAsync();
        await page.WaitForSelectorAsync(".upload:has-text('Waits for the connection')", StudioSteps.Patient);
        await page.UnrouteAsync(Chunks);
        await page.WaitForSelectorAsync(".editor[data-ready=true]", StudioSteps.Patient);
        await page.WaitForSelectorAsync(".upload", new() { State = WaitForSelectorState.Detached });

        // The server is restarted before the last byte has arrived.
        var first = page.QueryOf("input");
        var held = new TaskCompletionSource();
        await page.RouteAsync(Chunks, async route =>
        {
            await held.Task;
            await route.ContinueAsync();
        });
        await page.SetInputFilesAsync(".input-picker input[type=file]", await TestClip.MakeAsync(frames: 20, name: "second.mp4"));
        await page.WaitForSelectorAsync(".upload:has-text('second.mp4')");
        await site.RestartWebAsync();
        held.SetResult();   // the route stays: what it holds while it is taken away might never be answered
        await page.WaitForFunctionAsync("first => new URL(location).searchParams.get('input') !== first && document.querySelector('.editor[data-ready=true]')", first, new() { Timeout = 180_000 });
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData(Device.Desktop)]
    [InlineData(Device.Phone)]
    public async Task Pictures_Numbered_BecomeOneClipAtTheRateThatIsAskedFor(Device device)
    {
        var page = await OpenAsync(device);
        var files = await TestClip.SequenceAsync(12);

        // Chosen in any order, they are frames in the order of their numbers.
        await page.SetInputFilesAsync(".input-picker input[type=file]", [.. files.Reverse()]);
        await page.WaitForSelectorAsync(".upload.asking:has-text('12 pictures, walk-001.png to walk-012.png')");
        await page.FillAsync(".upload.asking input", "12");
        await page.ClickAsync(".upload.asking button:has-text('One clip')");
        await page.WaitForSelectorAsync(".editor[data-ready=true]", StudioSteps.Patient);
        var clip = await page.GetAsync($"/api/v1/assets/{page.QueryOf("input")}");
        Assert.Equal("12 frames at 12, walk-001–012.png", $"{clip.GetProperty("frames")} frames at {clip.GetProperty("frameRate")}, {clip.GetProperty("name").GetString()}");

        // The same in a zip, with a video beside them; the answer is remembered.
        var zip = Path.Combine(Directory.CreateTempSubdirectory("magvit-zip-").FullName, "shots.zip");
        await using (var archive = await ZipFile.OpenAsync(zip, ZipArchiveMode.Create, TestContext.Current.CancellationToken))
        {
            foreach (var file in files.Append(await TestClip.MakeAsync(frames: 20)))
            {
                await archive.CreateEntryFromFileAsync(file, $"shots/{Path.GetFileName(file)}", TestContext.Current.CancellationToken);
            }
        }

        var before = page.QueryOf("input");
        await page.SetInputFilesAsync(".input-picker input[type=file]", zip);
        await page.WaitForSelectorAsync(".upload.asking:has-text('12 pictures')", StudioSteps.Patient);
        Assert.Equal("12", await page.InputValueAsync(".upload.asking input"));
        await page.WaitForFunctionAsync("id => new URL(location).searchParams.get('input') !== id", before, new() { Timeout = 120_000 });
        await page.ClickAsync(".upload.asking button[aria-label^='Do not upload']");
        await page.WaitForSelectorAsync(".upload", new() { State = WaitForSelectorState.Detached });
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Files_ManyDroppedAndPasted_EachHasItsOwnOutcome()
    {
        var page = await OpenAsync();
        var files = new[] { await TestClip.MakeAsync(frames: 17, name: "one.mp4"), TestClip.Write("letter.mp4", "Dear Sir or Madam"u8), await TestClip.MakeAsync(frames: 18, name: "two.mp4") };
        await GiveAsync(page, "drop", files);

        await page.WaitForSelectorAsync(".upload.failed:has-text('letter.mp4') [role=alert]:has-text('not a video or picture')", StudioSteps.Patient);
        await page.WaitForSelectorAsync(".asset[title='one.mp4'][aria-selected=true]", StudioSteps.Patient);
        await page.WaitForSelectorAsync(".asset[title='two.mp4']", StudioSteps.Patient);
        // Retry asks the server again, which has not changed its mind; then it is put away.
        await page.ClickAsync(".upload.failed button[aria-label=Retry]");
        await page.WaitForSelectorAsync(".upload.failed:has-text('letter.mp4')", StudioSteps.Patient);
        await page.ClickAsync(".upload.failed button[aria-label^=Remove]");
        await page.WaitForSelectorAsync(".upload", new() { State = WaitForSelectorState.Detached });

        await GiveAsync(page, "paste", [await TestClip.PictureAsync("navy")]);
        await page.WaitForSelectorAsync(".asset[title='navy.png'][aria-selected=true]", StudioSteps.Patient);

        // Cancelled on the way: nothing comes of it.
        await page.RouteAsync(Chunks, route => route.AbortAsync());
        await GiveAsync(page, "drop", [await TestClip.MakeAsync(frames: 19, name: "three.mp4")]);
        await page.ClickAsync(".upload button[aria-label='Stop the upload of three.mp4']");
        await page.WaitForSelectorAsync(".upload", new() { State = WaitForSelectorState.Detached });
        await page.UnrouteAsync(Chunks);
        await page.ReloadAsync();
        await page.WaitForSelectorAsync(".input-picker[data-ready]");
        Assert.Null(await page.QuerySelectorAsync(".upload"));
        await page.Context.CloseAsync();
    }

    private async Task<IPage> OpenAsync(Device device = Device.Desktop)
    {
        var page = await chromium.OpenAsync(site.Address, device);
        await StudioWalkTests.EnterAsync(page);
        await page.WaitForSelectorAsync(".input-picker[data-ready]");
        return page;
    }

    /// <summary>Drops or pastes files, as a file manager does.</summary>
    private static async Task GiveAsync(IPage page, string how, string[] paths)
    {
        var files = paths.Select(path => new { name = Path.GetFileName(path), content = Convert.ToBase64String(File.ReadAllBytes(path)) }).ToArray();
        await page.EvaluateAsync(
            """
            ({ how, files }) => {
              const data = new DataTransfer();
              for (const { name, content } of files) {
                data.items.add(new File([Uint8Array.from(atob(content), each => each.charCodeAt(0))], name));
              }
              const options = { bubbles: true, cancelable: true };
              document.body.dispatchEvent(how === "paste" ? new ClipboardEvent(how, { ...options, clipboardData: data }) : new DragEvent(how, { ...options, dataTransfer: data }));
            }
            """, new { how, files });
    }
}
