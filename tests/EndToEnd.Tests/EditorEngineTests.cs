using System.Security.Cryptography;
using System.Text.Json;
using Magvit.Infrastructure.Media;
using Magvit.Model;
using Magvit.Model.Masking;
using Xunit;

namespace Magvit.EndToEnd.Tests;

/// <summary>The modules of the Studio's editor in a browser, without a page around them.</summary>
[Collection(SharedSite.Name)]
public sealed class EditorEngineTests(Site site, Chromium chromium)
{
    /// <summary>What every script begins with: the modules, and a document of the size given.</summary>
    private const string Prelude =
        """
        const [{ geometry }, { MaskDocument }, { Coverage }, { History }, { writeMaskFile, readMaskFile }, { sha256 }, presets, shapes, exchange] = await Promise.all(
          ["geometry", "mask-document", "raster", "history", "mask-file", "sha256", "presets", "shapes", "mask-exchange"].map(name => import(`/studio/${name}.js`)));
        const grid = geometry({ frames: 16, height: size, width: size, tokenFrames: 4, tokenHeight: 16, tokenWidth: 16 });
        const text = bits => Array.from(bits).join("");
        const base64 = bytes => btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(""));
        const draw = (mask, frames, mark, erase = false) => mask.edit("test", () => {
          const coverage = new Coverage(grid.width, grid.height);
          mark(coverage);
          mask.draw(coverage, frames, erase);
        });

        """;

    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    public async Task Presets_AllTenTasks_EqualTheModelsOwnMasks(int size)
    {
        var masks = await RunAsync(size,
            """
            return Object.fromEntries(presets.presetNames.map(name => {
              const mask = new MaskDocument(grid, name);
              return [name, { pixels: text(mask.pixels), cells: text(mask.cells()) }];
            }));
            """);

        var geometry = new ClipGeometry(16, size, size, 4, 16, 16);
        var tasks = GenerationTasks.All.Where(task => task != GenerationTask.CustomMask).ToList();
        Assert.Equal(tasks.Select(task => task.Name()).Order(), masks.EnumerateObject().Select(mask => mask.Name).Order());
        foreach (var task in tasks)
        {
            var mask = masks.GetProperty(task.Name());
            Assert.Equal(
                Bits(16, size, size, (t, h, w) => !TaskRegion.IsPixelKnown(task, geometry, 1, t, h, w)), mask.GetProperty("pixels").GetString());
            Assert.Equal(
                Bits(4, 16, 16, (t, h, w) => !TaskRegion.IsTokenKnown(task, geometry, 1, t, h, w)), mask.GetProperty("cells").GetString());
        }
    }

    /// <summary>A token is generated when none of its pixels is kept (the rule of <see cref="ConditionBuilder.BuildCustom"/>).</summary>
    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    public async Task Cells_DrawnMask_AreThoseWithoutAKeptPixel(int size)
    {
        var drawn = await RunAsync(size,
            """
            const mask = new MaskDocument(grid);
            const unit = size / 64;
            draw(mask, [4, 5, 6, 7], coverage => coverage.rectangle(8 * unit, 16 * unit, 16 * unit, 8 * unit));
            const whole = text(mask.cells());
            draw(mask, [0, 1, 2, 3, 8], coverage => coverage.capsule(10 * unit, 40 * unit, 6 * unit, 50 * unit, 47 * unit, 4 * unit));
            draw(mask, [5], coverage => coverage.ellipse(8 * unit, 16 * unit, 3 * unit, 3 * unit), true);
            return { whole, pixels: text(mask.pixels), cells: text(mask.cells()), task: mask.task };
            """);

        Assert.Equal(
            Bits(4, 16, 16, (t, h, w) => t == 1 && h is 4 or 5 && t == 1 && w is >= 2 and <= 5), drawn.GetProperty("whole").GetString());
        Assert.Equal("custom-mask", drawn.GetProperty("task").GetString());
        var pixels = drawn.GetProperty("pixels").GetString()!;
        var cells = drawn.GetProperty("cells").GetString()!;
        Assert.Contains('2', cells);
        for (var cell = 0; cell < cells.Length; cell++)
        {
            var (t, h, w) = (cell / 256, cell / 16 % 16, cell % 16);
            var (frames, side) = (4, size / 16);
            var generated = 0;
            for (var i = 0; i < frames * side * side; i++)
            {
                var (frame, y, x) = ((t * frames) + (i / (side * side)), (h * side) + (i / side % side), (w * side) + (i % side));
                generated += pixels[(((frame * size) + y) * size) + x] - '0';
            }

            Assert.Equal(generated == 0 ? '0' : generated == frames * side * side ? '1' : '2', cells[cell]);
        }
    }

    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    public async Task MaskFile_AnyMask_IsReadBackBitForBitByTheWorkersReader(int size)
    {
        var drawn = await RunAsync(size,
            """
            const mask = new MaskDocument(grid, "inpaint-dynamic");
            for (let i = 0; i < 40; i++) {
              draw(mask, [i % 16], coverage => coverage.capsule(i * 1.7, i * 3.1 % size, 2 + i % 5, i * 2.3 % size, size - i, 3), i % 3 === 0);
            }
            const file = writeMaskFile(mask.pixels, grid);
            const again = readMaskFile(file);
            return { pixels: text(mask.pixels), hash: sha256(file), file: base64(file), same: text(again.pixels) === text(mask.pixels) && again.frames === 16 };
            """);

        Assert.True(drawn.GetProperty("same").GetBoolean());
        var file = drawn.GetProperty("file").GetBytesFromBase64();
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), drawn.GetProperty("hash").GetString());
        var path = Path.Combine(Path.GetTempPath(), $"magvit-mask-{Guid.NewGuid():n}");
        try
        {
            await File.WriteAllBytesAsync(path, file, TestContext.Current.CancellationToken);
            var frames = await VideoReader.ReadFramesAsync(path, 0, 16, 1, size, size, FitMode.CentreCrop, TestContext.Current.CancellationToken);
            Assert.Empty(frames.Notes);
            Assert.Equal(drawn.GetProperty("pixels").GetString(), string.Concat(frames.Rgb.Chunk(3).Select(rgb => rgb is [255, 255, 255] ? '1' : rgb is [0, 0, 0] ? '0' : '?')));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task History_HundredAndFiftySteps_GoesBackToTheStartAndForthAgain()
    {
        var walked = await RunAsync(64,
            """
            const mask = new MaskDocument(grid, "outpaint-central");
            const history = new History(mask);
            const start = text(mask.pixels);
            for (let i = 0; i < 149; i++) {
              draw(mask, [i % 16, (i + 3) % 16], coverage => coverage.ellipse(i % 50, i * 7 % 50, 4 + i % 9, 5), i % 4 === 0);
            }
            mask.edit("preset", () => mask.setPreset("inpaint-central"));
            const end = text(mask.pixels);
            let back = 0;
            while (history.undo() !== null) { back++; }
            const first = { same: text(mask.pixels) === start, task: mask.task };
            let forth = 0;
            while (history.redo() !== null) { forth++; }
            return { back, forth, first, last: { same: text(mask.pixels) === end, task: mask.task } };
            """);

        Assert.Equal(walked.GetProperty("back").GetInt32(), walked.GetProperty("forth").GetInt32());
        Assert.InRange(walked.GetProperty("back").GetInt32(), 140, 150);
        Assert.Equal("outpaint-central", walked.GetProperty("first").GetProperty("task").GetString());
        Assert.True(walked.GetProperty("first").GetProperty("same").GetBoolean());
        Assert.Equal("inpaint-central", walked.GetProperty("last").GetProperty("task").GetString());
        Assert.True(walked.GetProperty("last").GetProperty("same").GetBoolean());
    }

    [Fact]
    public async Task Shapes_Keyframes_MoveAndScaleInBetween()
    {
        var boxes = await RunAsync(64,
            """
            const box = shapes.createShape({ kind: "rectangle", id: 1, box: { x: 0, y: 8, width: 8, height: 8 }, frame: 0, from: 0, to: 12 });
            const moved = shapes.withKey(box, 8, { x: 32, y: 8, width: 16, height: 24 });
            const mask = new MaskDocument(grid);
            mask.edit("shape", () => mask.setShapes([moved]));
            const bounds = frame => {
              const on = Array.from(mask.plane(frame).keys()).filter(i => mask.plane(frame)[i] === 1);
              const [xs, ys] = [on.map(i => i % 64), on.map(i => Math.floor(i / 64))];
              return on.length === 0 ? [] : [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1];
            };
            const linear = [0, 4, 8, 12, 13].map(bounds);
            mask.edit("hold", () => mask.setShapes([{ ...moved, hold: true }]));
            const held = bounds(4);
            draw(mask, [4], coverage => coverage.all(), true);
            return { linear, held, alone: [bounds(4), bounds(5)] };
            """);

        Assert.Equal("[[0,8,8,16],[16,8,28,24],[32,8,48,32],[32,8,48,32],[]]", boxes.GetProperty("linear").GetRawText());
        Assert.Equal("[0,8,8,16]", boxes.GetProperty("held").GetRawText());
        Assert.Equal("[[],[0,8,8,16]]", boxes.GetProperty("alone").GetRawText());
    }

    [Fact]
    public async Task Footage_PlacedAndPinned_SaysWhatIsLeftOpen()
    {
        var seen = await RunAsync(64,
            """
            const mask = new MaskDocument(grid, "frame-interpolation");
            const history = new History(mask);
            const pins = { 15: { name: "last.png", blob: new Blob() } };
            mask.edit("pin", () => mask.setFootage({ placement: null, pins }));
            const pinned = mask.task;
            mask.edit("place", () => mask.setFootage({ placement: { x: 0, y: 14, width: 64, height: 36 }, pins }));
            const placed = { task: mask.task, first: mask.shareOf(0), last: mask.shareOf(15), top: mask.plane(0)[13 * 64], inside: mask.plane(0)[14 * 64] };
            history.undo();
            history.undo();
            return { pinned, placed, undone: [mask.task, mask.footage.placement, Object.keys(mask.footage.pins).length] };
            """);

        Assert.Equal("frame-interpolation", seen.GetProperty("pinned").GetString());
        Assert.Equal("""{"task":"custom-mask","first":0.4375,"last":0,"top":1,"inside":0}""", seen.GetProperty("placed").GetRawText());
        Assert.Equal("""["frame-interpolation",null,0]""", seen.GetProperty("undone").GetRawText());
    }

    [Fact]
    public async Task Exchange_ExportedPng_ImportsAsTheSameMask()
    {
        var same = await RunAsync(64,
            """
            const mask = new MaskDocument(grid, "outpaint-dynamic");
            draw(mask, [3, 9], coverage => coverage.polygon([[5, 5], [60, 20], [30, 62]]));
            const png = await exchange.writePng(mask.pixels, grid);
            const { planes } = await exchange.readMask(new File([png], "mask.png", { type: "image/png" }), grid);
            return planes.map(text).join("") === text(mask.pixels);
            """);

        Assert.True(same.GetBoolean());
    }

    private static string Bits(int frames, int rows, int columns, Func<int, int, int, bool> isGenerated) => string.Create(
        frames * rows * columns, isGenerated, (bits, rule) =>
        {
            for (var i = 0; i < bits.Length; i++)
            {
                bits[i] = rule(i / (rows * columns), i / columns % rows, i % columns) ? '1' : '0';
            }
        });

    private async Task<JsonElement> RunAsync(int size, string script)
    {
        // Any page of the site will do: the modules come from it.
        var page = await chromium.OpenAsync(site.Address);
        await page.GotoAsync("/not-found");
        var answer = await page.EvaluateAsync<string>($"async size => {{ {Prelude} return JSON.stringify(await (async () => {{ {script} }})()); }}", size);
        await page.Context.CloseAsync();
        return JsonDocument.Parse(answer).RootElement;
    }
}
