using System.Text.Json;
using Magvit.Infrastructure.Media;
using Microsoft.Playwright;
using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>A drawn mask on its whole way: browser, site, queue, worker process, network, and back.</summary>
[Collection(SharedSiteWithWorker.Name)]
public sealed class WorkerMaskTests(SiteWithWorkerProcess site, Chromium chromium)
{
    private const int Frames = 16;
    private const int Size = 64;

    [Fact]
    public async Task Generate_DrawnMaskWithPixelsKept_WorkerGetsItBitForBitAndKeepsWhatIsOutside()
    {
        var token = TestContext.Current.CancellationToken;
        var page = await chromium.OpenAsync(site.Address);
        await page.OpenStudioAsync("inpaint-central");
        await page.StrokeAsync(moves: 30);
        await page.WaitForSelectorAsync("#task-custom-mask[aria-checked=true]");
        await page.ClickAsync("details.advanced summary");
        Assert.True(await page.IsCheckedAsync("#keep"), "a drawn mask puts known pixels back unless told otherwise");
        await page.SetAsync("steps", 32);
        await page.WaitForFunctionAsync("() => location.search.includes('steps=32')");
        var (shown, mask) = (await page.MaskHashAsync(), await page.MaskAsync());
        await page.Keyboard.PressAsync("Control+Enter");
        await page.WaitForSelectorAsync("#step-counter, #result", StudioSteps.Patient);
        var path = $"/api/v1/jobs/{page.QueryOf("job")}";

        // What the worker shows while it decodes is what it will encode: the frames, without loss, as PNG.
        byte[]? preview = null;
        JsonElement job;
        do
        {
            job = await page.GetAsync(path);
            if (job.TryGetProperty("previewUrl", out var address) && address.GetString() is { } url && await page.APIRequest.GetAsync(url) is { Ok: true } answer)
            {
                preview = await answer.BodyAsync();
            }

            await Task.Delay(TimeSpan.FromMilliseconds(30), token);
        }
        while (job.GetProperty("state").GetString() is "queued" or "running");

        Assert.True(job.GetProperty("state").GetString() == "succeeded", job.GetRawText());
        var item = await page.GetAsync($"/api/v1/gallery/{job.GetProperty("outputs")[0].GetProperty("galleryItemId").GetString()}");
        Assert.Equal(shown, item.GetProperty("recipe").GetProperty("mask").GetString());
        Assert.NotNull(preview);
        var input = job.GetProperty("request").GetProperty("inputAssetId").GetString();
        var footage = await ReadAsync(await BytesAsync(page, $"/api/v1/assets/{input}/proxy"), file => VideoReader.ReadFramesAsync(file, 0, Frames, 1, Size, Size, FitMode.CentreCrop, token));
        var decoded = await ReadAsync(preview, file => VideoReader.ReadFramesAsync(file, 0, 1, 1, Frames * Size, Size, FitMode.CentreCrop, token));

        var (kept, generated) = (0, 0);
        for (var i = 0; i < mask.Length; i++)
        {
            var (frame, y, x) = (i / (Size * Size), i / Size % Size, i % Size);
            var before = footage.Rgb.AsSpan(i * 3, 3);
            var after = decoded.Rgb.AsSpan(((y * Frames * Size) + (frame * Size) + x) * 3, 3);
            if (mask[i] == '0')
            {
                kept++;
                Assert.True(before.SequenceEqual(after), $"frame {frame}, row {y}, column {x} is kept: {Convert.ToHexString(before)} became {Convert.ToHexString(after)}");
            }
            else if (!before.SequenceEqual(after))
            {
                generated++;
            }
        }

        Assert.True(kept > 1000, $"{kept} pixels are kept");
        Assert.True(generated > 1000, $"{generated} pixels were generated");
    }

    private static async Task<byte[]> BytesAsync(IPage page, string path) => await (await page.APIRequest.GetAsync(path)).BodyAsync();

    private static async Task<VideoFrames> ReadAsync(byte[] content, Func<string, Task<VideoFrames>> read)
    {
        var path = Path.Combine(Path.GetTempPath(), $"magvit-mask-{Guid.NewGuid():n}");
        try
        {
            await File.WriteAllBytesAsync(path, content);
            return await read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
