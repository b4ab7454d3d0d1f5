using Magvit.Testing;
using Magvit.Worker.Training;
using Xunit;

namespace Magvit.Worker.Tests.Training;

public sealed class ClipManifestTests : IDisposable
{
    private readonly TestMedia _media = new();

    public void Dispose() => _media.Dispose();

    [Fact]
    public void Find_CsvWithOtherColumnsAndQuotes_TakesFileClassAndSplit()
    {
        var path = Write("set.csv", "sha,class,file,split", "1,walk,\"clips/a, b.mp4\",train", "2,\"run\",clips/c.mp4,Test", "");
        Assert.Equal(
            [
                new ClipSource(_media.PathOf("clips/a, b.mp4"), "walk/clips/a, b", "train"),
                new ClipSource(_media.PathOf("clips/c.mp4"), "run/clips/c", "held-out"),
            ],
            ClipSources.Find(path));
    }

    [Fact]
    public void Find_JsonLinesWithoutClass_NamesClassesByFolder()
    {
        var path = Write("set.jsonl", """{"file":"walk/a.mp4"}""", """{"file":"b.mp4","class":null}""");
        Assert.Equal(["walk/walk/a", "all/b"], ClipSources.Find(path).Select(s => s.Name));
    }

    [Theory]
    [InlineData("must be file", "path,class", "a.mp4,walk")]
    [InlineData("line 2 has 1 fields, the first line 2", "file,class", "a.mp4")]
    [InlineData("line 3: no split later", "file,split", "a.mp4,train", "b.mp4,later")]
    [InlineData("1 of 2 files have no split", "file,split", "a.mp4,train", "b.mp4,")]
    [InlineData("a.mp4 is listed 2 times", "file", "a.mp4", "a.mp4")]
    [InlineData("line 2 names no file", "file,class", ",walk")]
    [InlineData("line 2 is no JSON object", "{\"file\":\"a.mp4\"}", "{\"file\"")]
    [InlineData("it names no files", "file,class")]
    [InlineData("the class a/b has a slash", "file,class", "a.mp4,a/b")]
    public void Find_BadManifest_SaysWhatIsWrongWhere(string expected, params string[] lines)
    {
        var exception = Assert.Throws<InvalidDataException>(() => ClipSources.Find(Write("bad.csv", lines)));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Contains("bad.csv", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NoSuchPlace_SaysSo() => Assert.Contains(
        "no folder or manifest", Assert.Throws<InvalidDataException>(() => ClipSources.Find(_media.PathOf("nowhere"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Find_FolderWithTwinsAndLooseFiles_GivesEachANameOfItsOwn()
    {
        foreach (var name in new[] { "walk/a.mp4", "walk/a.gif", "loose.webm", "walk/notes.txt" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_media.PathOf($"data/{name}"))!);
            _media.Write($"data/{name}", [1]);
        }

        Assert.Equal(["all/loose", "walk/a.gif", "walk/a.mp4"], ClipSources.Find(_media.PathOf("data")).Select(s => s.Name));
    }

    private string Write(string name, params string[] lines)
    {
        File.WriteAllLines(_media.PathOf(name), lines);
        return _media.PathOf(name);
    }
}
