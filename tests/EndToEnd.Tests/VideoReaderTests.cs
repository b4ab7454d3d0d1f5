using System.Net.Http.Headers;
using Microsoft.Playwright;
using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>How the frames of a clip are read in a browser that does not always answer.</summary>
[Collection(SharedSite.Name)]
public sealed class VideoReaderTests(Site site, Chromium chromium)
{
    /// <summary>What every script begins with. A patience of 15 s lasts 1.5 s; <c>stubborn</c> videos never tell that they are open.</summary>
    private const string Prelude =
        """
        const { VideoReader } = await import("/js/video-reader.js");
        const [wait, load] = [setTimeout, HTMLMediaElement.prototype.load];
        window.setTimeout = (act, milliseconds) => wait(act, milliseconds / 10);
        let stubborn = 0;
        HTMLMediaElement.prototype.load = function () {
          if (this.hasAttribute("src") && stubborn-- > 0) {
            this.removeAttribute("src");
          }
          load.call(this);
        };
        const pixels = video => {
          const pen = new OffscreenCanvas(160, 90).getContext("2d");
          pen.drawImage(video, 0, 0);
          return pen.getImageData(0, 0, 160, 90).data.join();
        };
        const read = (reader, frame, ...more) => reader.read((frame + 0.5) / 12, pixels, ...more);

        """;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Read_BrowserSaysNothing_GetsTheSameFrameOnAnotherAttempt(int silentAttempts)
    {
        var page = await OpenAsync();

        var seen = await RunAsync<bool[]>(page,
            $$"""
            const plain = new VideoReader("/clip.mp4");
            const [first, tenth] = [await read(plain, 0), await read(plain, 9)];
            stubborn = {{silentAttempts}};
            const troubled = new VideoReader("/clip.mp4");
            return [await read(troubled, 9) === tenth, first !== tenth];
            """);

        Assert.True(seen[0], "the frame that came late is another one");
        Assert.True(seen[1], "all frames look alike: the test proves nothing");
    }

    [Theory]
    [InlineData(1, "the frame")]
    [InlineData(2, "the frame")]
    [InlineData(3, "No picture.")]
    public async Task Read_BrowserHasNoPictureOfTheMoment_TriesAgain(int failures, string expected)
    {
        var page = await OpenAsync();

        var end = await RunAsync<string>(page,
            $$"""
            let failures = {{failures}};
            const videos = new Set();
            const reader = new VideoReader("/clip.mp4", "No picture.");
            const take = video => {
              videos.add(video);
              if (failures-- > 0) {
                throw new DOMException("The image source is not usable.", "InvalidStateError");
              }
              return videos.size === {{failures}} + 1 ? "the frame" : "the same video again";
            };
            return reader.read(0, take).catch(error => error.message);
            """);

        Assert.Equal(expected, end);
    }

    [Fact]
    public async Task Read_PictureComesAfterTheMoment_WaitsForItOnTheSameVideo()
    {
        var page = await OpenAsync();

        var seen = await RunAsync<bool[]>(page,
            """
            const plain = await read(new VideoReader("/clip.mp4"), 9);
            const create = window.createImageBitmap;
            const videos = new Set();
            let late = 12;
            window.createImageBitmap = (video, ...more) => {
              videos.add(video);
              return late-- > 0 ? Promise.reject(new DOMException("The image source is not usable.", "InvalidStateError")) : create(video, ...more);
            };
            return [await read(new VideoReader("/clip.mp4"), 9) === plain, videos.size === 1, late < 0];
            """);

        Assert.Equal([true, true, true], seen);
    }

    [Fact]
    public async Task Read_BrowserNeverAnswers_SaysWhatToDo()
    {
        var page = await OpenAsync();

        var words = await RunAsync<string>(page,
            """
            stubborn = Infinity;
            return read(new VideoReader("/clip.mp4"), 0).then(() => "a frame", error => error.message);
            """);

        Assert.Equal("The clip does not arrive. Look at the connection, then load the page again.", words);
    }

    [Fact]
    public async Task Close_WhileFramesAreAwaited_StopsThemAtOnce()
    {
        var page = await OpenAsync();

        var ends = await RunAsync<string[]>(page,
            """
            stubborn = Infinity;
            const reader = new VideoReader("/clip.mp4");
            const frames = [read(reader, 0), read(reader, 1)];
            wait(() => reader.close(), 50);
            const ends = await Promise.allSettled([...frames, frames[0].catch(() => read(reader, 2))]);
            return ends.map(end => end.reason?.name ?? "a frame");
            """);

        Assert.Equal(["AbortError", "AbortError", "AbortError"], ends);
    }

    [Fact]
    public async Task Read_NotWantedAnyMore_IsSkipped()
    {
        var page = await OpenAsync();

        var skipped = await RunAsync<bool[]>(page,
            """
            const reader = new VideoReader("/clip.mp4");
            let at = 0;
            const frames = [0, 1, 2, 3].map(frame => { at = frame; return read(reader, frame, () => at === frame); });
            return (await Promise.all(frames)).map(frame => frame === null);
            """);

        Assert.Equal([true, true, true, false], skipped);
    }

    [Fact]
    public async Task Read_NoVideo_SaysSo()
    {
        var page = await OpenAsync();

        var words = await RunAsync<string>(page,
            """
            return read(new VideoReader("/favicon.svg", "This is no video."), 0).then(() => "a frame", error => error.message);
            """);

        Assert.Equal("This is no video.", words);
    }

    private static Task<T> RunAsync<T>(IPage page, string script) => page.EvaluateAsync<T>($"async () => {{ {Prelude} {script} }}");

    // Any page of the site will do: the module comes from it.
    private async Task<IPage> OpenAsync()
    {
        var page = await chromium.OpenAsync(site.Address);
        var clip = await File.ReadAllBytesAsync(await TestClip.MakeAsync());
        await page.RouteAsync("**/clip.mp4", route => route.FulfillAsync(Answer(clip, route.Request)));
        await page.GotoAsync("/");
        return page;
    }

    // In ranges, as the site answers: a browser does not seek in anything else.
    private static RouteFulfillOptions Answer(byte[] clip, IRequest request)
    {
        var isPart = RangeHeaderValue.TryParse(request.Headers.GetValueOrDefault("range"), out var range);
        var from = (int)(isPart ? range!.Ranges.Single().From!.Value : 0);
        var part = clip[from..];
        return new RouteFulfillOptions
        {
            Status = isPart ? 206 : 200,
            BodyBytes = part,
            Headers = new Dictionary<string, string>
            {
                ["Content-Type"] = "video/mp4",
                ["Accept-Ranges"] = "bytes",
                ["Content-Range"] = $"bytes {from}-{clip.Length - 1}/{clip.Length}",
            },
        };
    }
}
