using System.Buffers.Binary;
using System.Text;
using Magvit.Domain.Assets;
using Magvit.Infrastructure.Media;
using Magvit.Testing;
using Xunit;

namespace Magvit.Infrastructure.Tests.Media;

public sealed class MediaImporterTests : IDisposable
{
    private readonly TestMedia _media = new();
    private readonly FakeArtifactStore _artifacts;
    private readonly MediaImporter _importer;

    public MediaImporterTests()
    {
        _artifacts = new FakeArtifactStore(_media.PathOf("artifacts"));
        _importer = new MediaImporter(_artifacts) { TemporaryFolder = Directory.CreateDirectory(_media.PathOf("temporary")).FullName };
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        var left = Directory.GetFileSystemEntries(_media.PathOf("temporary"));
        _media.Dispose();
        Assert.Empty(left);
    }

    [Fact]
    public async Task ImportAsync_OrdinaryVideo_KeepsEveryFrameAndSaysNothing()
    {
        var path = _media.MakeClip("clip.mp4", 24, 96, 64);

        var media = await ImportAsync(path);

        Assert.Equal((AssetKind.Video, 24, 96, 64, 12.0), (media.Kind, media.Frames, media.Width, media.Height, media.FrameRate));
        Assert.Empty(media.Notes);
        Assert.Equal(ContentHash.Of(await File.ReadAllBytesAsync(path, Token)), media.Sha256);
        Assert.Equal(new FileInfo(path).Length, media.SizeBytes);
        var proxy = await MediaProbe.ReadAsync(_artifacts.TryGetPath(media.ProxySha256)!, Token);
        Assert.Equal(("h264", "yuv420p", 24, false), (proxy.Codec, proxy.PixelFormat, proxy.DeclaredFrames, proxy.HasAudio));
        var poster = await MediaProbe.ReadAsync(_artifacts.TryGetPath(media.PosterSha256)!, Token);
        Assert.Equal(("png", 96, 64), (poster.Codec, poster.CodedWidth, poster.CodedHeight));
        var sheet = await MediaProbe.ReadAsync(_artifacts.TryGetPath(media.SheetSha256)!, Token);
        Assert.Equal(("png", 24 * 144, 96), (sheet.Codec, sheet.CodedWidth, sheet.CodedHeight));
    }

    [Fact]
    public async Task ImportAsync_FramesOfTheProxy_AreThoseOfTheFileInOrder()
    {
        var media = await ImportAsync(_media.MakeCounting("count.mkv", 20));

        var frames = await VideoReader.ReadFramesAsync(
            _artifacts.TryGetPath(media.ProxySha256)!, 2, 16, 1, 32, 32, FitMode.CentreCrop, Token);

        Assert.Equal(20, media.Frames);
        for (var t = 0; t < 16; t++)
        {
            Assert.InRange(frames.Frame(t).Span[1500], (10 * (t + 2)) - 3, (10 * (t + 2)) + 3); // the proxy is next to lossless
        }
    }

    [Fact]
    public async Task ImportAsync_PortraitPhoneVideo_IsTurnedUpright()
    {
        var path = _media.Turn(_media.MakeClip("lying.mp4", 18, 128, 72), "portrait.mp4");

        var media = await ImportAsync(path);

        Assert.Equal((72, 128, 18), (media.Width, media.Height, media.Frames));
        Assert.Contains(media.Notes, note => note.StartsWith("Turned upright", StringComparison.Ordinal));
        var proxy = await MediaProbe.ReadAsync(_artifacts.TryGetPath(media.ProxySha256)!, Token);
        Assert.Equal((72, 128, 0), (proxy.CodedWidth, proxy.CodedHeight, proxy.RotationDegrees));
    }

    [Fact]
    public async Task ImportAsync_VariableFrameRate_IsMadeConstant()
    {
        // A tenth of a second apart, but every third frame is held for two.
        var path = _media.MakeClip("variable.mkv", 30, 96, 64, "-vf", "settb=1/1000,setpts='1000*(0.1*N+0.1*floor(N/3))/1'", "-fps_mode", "passthrough", "-enc_time_base", "1/1000");

        var media = await ImportAsync(path);

        Assert.Equal(10.0, media.FrameRate);
        Assert.InRange(media.Frames, 38, 40); // 3.9 s at 10 frames a second
        Assert.Contains("Made its variable frame rate constant: 10 frames a second.", media.Notes);
    }

    [Fact]
    public async Task ImportAsync_OddSizeWithSound_IsMadeEvenAndSilent()
    {
        var path = _media.Make(
            "odd.mp4", "-f", "lavfi", "-i", "testsrc=s=101x75:r=12", "-f", "lavfi", "-i", "sine", "-t", "2",
            "-c:v", "libx264", "-pix_fmt", "yuv444p", "-c:a", "aac");

        var media = await ImportAsync(path);

        Assert.Contains("Made the odd size 101x75 even: 100x74.", media.Notes);
        Assert.Contains("Removed the sound.", media.Notes);
        Assert.Equal(24, media.Frames);
    }

    [Fact]
    public async Task ImportAsync_AnimatedGif_IsAClip()
    {
        var path = _media.Make("animated.gif", "-f", "lavfi", "-i", "testsrc2=s=64x48:r=10", "-frames:v", "17");

        var media = await ImportAsync(path);

        Assert.Equal((AssetKind.Video, 17, 10.0), (media.Kind, media.Frames, media.FrameRate));
    }

    [Theory]
    [InlineData("png", "format=rgba")]
    [InlineData("webp", "format=yuv420p")]
    [InlineData("jpg", "format=yuvj420p")]
    [InlineData("gif", "format=rgb24")]
    public async Task ImportAsync_OneImage_IsAClipOfOneFrame(string extension, string format)
    {
        var path = _media.Make($"picture.{extension}", "-f", "lavfi", "-i", $"testsrc2=s=80x60,{format}", "-frames:v", "1");

        var media = await ImportAsync(path);

        Assert.Equal((AssetKind.Image, 1, 80, 60), (media.Kind, media.Frames, media.Width, media.Height));
        Assert.Contains(media.Notes, note => note.StartsWith("This is one still image", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ImportAsync_PhotographOnItsSide_IsTurnedUpright()
    {
        var jpeg = await File.ReadAllBytesAsync(_media.Make("plain.jpg", "-f", "lavfi", "-i", "testsrc2=s=80x60", "-frames:v", "1"), Token);
        // An Exif segment with one entry: orientation (0x0112) 6, a quarter turn clockwise.
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*\0\0\0\u0008"u8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];

        var media = await ImportAsync(_media.Write("%02d.jpg", [.. jpeg[..2], .. exif, .. jpeg[2..]]));

        Assert.Equal((60, 80), (media.Width, media.Height));
        var proxy = await MediaProbe.ReadAsync(_artifacts.TryGetPath(media.ProxySha256)!, Token);
        Assert.Equal((60, 80), (proxy.CodedWidth, proxy.CodedHeight));
    }

    [Fact]
    public async Task ImportAsync_SeveralImages_AreOneClipInTheirOrder()
    {
        var files = new[] { 200, 40, 120 }.Select((level, i) => _media.Make(
            $"{9 - i}.png", "-f", "lavfi", "-i", $"color=black:s={(i == 2 ? "96x64" : "64x64")},format=rgb24,geq=r={level}:g={level}:b={level}", "-frames:v", "1"));

        var media = await _importer.ImportAsync([.. files], "three", Token);

        var frames = await VideoReader.ReadAllFramesAsync(_artifacts.TryGetPath(media.Sha256)!, 64, 64, FitMode.CentreCrop, Token);
        Assert.Equal((AssetKind.Image, 3, 64, 64), (media.Kind, media.Frames, media.Width, media.Height));
        Assert.Equal([200, 40, 120], Enumerable.Range(0, 3).Select(t => (int)frames.Frame(t).Span[0]));
        Assert.Contains("1 of the pictures had another size than the first and were scaled and cut to 64x64.", media.Notes);
    }

    [Fact]
    public async Task ImportAsync_ImageAndVideo_NamesTheFileThatDoesNotFit()
    {
        var image = _media.Make("one.png", "-f", "lavfi", "-i", "testsrc2=s=64x64", "-frames:v", "1");

        var exception = await Assert.ThrowsAsync<MediaImportException>(
            () => _importer.ImportAsync([image, _media.MakeClip("clip.mp4", 4)], "mix", Token));

        Assert.StartsWith("File 2 of 2: It is not a still image", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ImportAsync_ThreeFrames_AreTakenAndSaidToBeRepeated()
    {
        var media = await ImportAsync(_media.MakeClip("short.mp4", 3));

        Assert.Equal(3, media.Frames);
        Assert.Contains("The clip has 3 frames; the last is repeated where 16 are needed.", media.Notes);
    }

    [Fact]
    public async Task ImportAsync_LargeVideo_GetsASmallerWorkingCopy()
    {
        var media = await ImportAsync(_media.MakeClip("large.mp4", 2, 2560, 1600, "-preset", "ultrafast"));

        Assert.Equal((2560, 1600), (media.Width, media.Height));
        Assert.Contains("Scaled the working copy from 2560x1600 to 1152x720.", media.Notes);
    }

    [Fact]
    public async Task ImportAsync_HalfOfAVideo_IsTakenWithANote()
    {
        var whole = await File.ReadAllBytesAsync(_media.MakeClip("whole.mp4", 60, 96, 64, "-movflags", "+faststart", "-g", "10"), Token);

        var media = await ImportAsync(_media.Write("half.mp4", whole[..(whole.Length / 2)]));

        Assert.InRange(media.Frames, 10, 40);
        Assert.Contains(media.Notes, note => note.StartsWith("The file is cut off or damaged:", StringComparison.Ordinal));
    }

    public static TheoryData<string, string> UnusableFiles => new()
    {
        { "empty.mp4", "zero bytes" },
        { "text.mp4", "not a video" },
        { "noise.mp4", "not a video" },
        { "index-lost.mp4", "cut off" },
        { "head-only.mp4", "cut off" },
        { "cut.png", "cut off" },
        { "sound.m4a", "no pictures" },
        { "playlist.mp4", "not a video" },
        { "concat.mp4", "not a video" },
        { "drawing.svg", "not a video" },
        { "bomb.png", "larger than 8K" },
        { "wide.png", "larger than 8K" },
        { "thin.png", "too thin" },
        { "hours.gif", "longer than 20 minutes" },
    };

    [Theory]
    [MemberData(nameof(UnusableFiles))]
    public async Task ImportAsync_UnusableFile_SaysWhatIsWrong(string name, string reason)
    {
        var path = await MakeUnusableAsync(name);

        var exception = await Assert.ThrowsAsync<MediaImportException>(() => ImportAsync(path));

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_media.Folder, exception.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_media.PathOf("artifacts")), "an artifact was stored");
    }

    [Fact]
    public async Task ImportAsync_Cancelled_LeavesNothingBehind()
    {
        var path = _media.MakeClip("long.mp4", 1500, 640, 480, "-preset", "ultrafast");
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _importer.ImportAsync([path], "long", cancel.Token));

        Assert.DoesNotContain(path, TestMedia.Run("ps", "-eo", "args"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_media.PathOf("artifacts")), "an artifact was stored");
    }

    private Task<ImportedMedia> ImportAsync(string path) => _importer.ImportAsync([path], Path.GetFileName(path), Token);

    private async Task<string> MakeUnusableAsync(string name)
    {
        switch (name)
        {
            case "empty.mp4":
                return _media.Write(name, []);
            case "text.mp4":
                return _media.Write(name, Encoding.UTF8.GetBytes("Dear reader, this is a letter.\n"));
            case "noise.mp4":
                var noise = new byte[50_000];
                new Random(7).NextBytes(noise);
                return _media.Write(name, noise);
            case "index-lost.mp4": // the index is at the end
                var late = await File.ReadAllBytesAsync(_media.MakeClip("late.mp4", 60), Token);
                return _media.Write(name, late[..(late.Length * 2 / 3)]);
            case "head-only.mp4": // the index is there, the pictures are not
                var early = await File.ReadAllBytesAsync(_media.MakeClip("early.mp4", 60, 96, 64, "-movflags", "+faststart"), Token);
                return _media.Write(name, early[..(early.AsSpan().IndexOf("mdat"u8) + 40)]);
            case "cut.png":
                var png = await File.ReadAllBytesAsync(_media.Make("whole.png", "-f", "lavfi", "-i", "testsrc2=s=320x240", "-frames:v", "1"), Token);
                return _media.Write(name, png[..60]);
            case "sound.m4a":
                return _media.Make(name, "-f", "lavfi", "-i", "sine", "-t", "1");
            case "playlist.mp4":
                return _media.Write(name, Encoding.UTF8.GetBytes($"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{_media.MakeClip("secret.ts", 12)}\n#EXT-X-ENDLIST\n"));
            case "concat.mp4":
                return _media.Write(name, Encoding.UTF8.GetBytes($"ffconcat version 1.0\nfile '{_media.MakeClip("secret.mp4", 12)}'\n"));
            case "drawing.svg":
                return _media.Write(name, Encoding.UTF8.GetBytes("<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"file:///etc/hostname\"/></svg>"));
            case "bomb.png": // a header that asks for ten gigabytes
                var bomb = PngEncoder.Encode(new byte[3], 1, 1);
                BinaryPrimitives.WriteInt32BigEndian(bomb.AsSpan(16), 60_000);
                BinaryPrimitives.WriteInt32BigEndian(bomb.AsSpan(20), 60_000);
                BinaryPrimitives.WriteUInt32BigEndian(bomb.AsSpan(29), Crc32.Of("IHDR"u8, bomb.AsSpan(16, 13)));
                return _media.Write(name, bomb);
            case "wide.png":
                return _media.Make(name, "-f", "lavfi", "-i", "color=black:s=9000x600", "-frames:v", "1");
            case "thin.png":
                return _media.Make(name, "-f", "lavfi", "-i", "color=black:s=640x20", "-frames:v", "1");
            default: // hours.gif
                return _media.Make(name, "-f", "lavfi", "-i", "color=black:s=16x16:r=1/300", "-frames:v", "6");
        }
    }
}
