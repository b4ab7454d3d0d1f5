using System.Text.Json;
using Magvit.Model.Checkpoints;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests.Checkpoints;

/// <summary>Files that PyTorch itself wrote (Golden/pytorch.py).</summary>
public sealed class PyTorchFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("magvit-pytorch-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("zip")]
    [InlineData("legacy")]
    [InlineData("nested")]
    public void Read_StateDict_HasItsTensors(string form)
    {
        using var scope = NewDisposeScope();
        var path = Golden(form);

        Assert.True(PyTorchFile.IsOne(path));
        var tensors = PyTorchFile.Read(path);

        Assert.Equal(["conv.weight", "half", "parameter", "shared", "steps", "twice"], tensors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([3L, 2, 2], tensors["conv.weight"].shape);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => i / 8f), tensors["conv.weight"].data<float>().ToArray());
        Assert.Equal([0.5f, 0.625f, 0.75f, 0.875f], tensors["twice"].data<float>().ToArray());   // the same storage, further on
        Assert.Equal([2f, 3, 4], tensors["shared"].data<float>().ToArray());
        Assert.Equal((ScalarType.Float16, -2.0), (tensors["half"].dtype, tensors["half"].to(float32)[0, 1].ToDouble()));
        Assert.Equal(7, tensors["steps"].ToInt64());
        Assert.Equal(0.25, tensors["parameter"].ToDouble());
    }

    [Fact]
    public void Read_PickleThatNamesCode_IsRefused() => Assert.Contains(
        "no state dict", Assert.Throws<InvalidDataException>(() => PyTorchFile.Read(Golden("code"))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("zip")]
    [InlineData("legacy")]
    public void Read_CutFile_SaysSo(string form)
    {
        var path = Golden(form);
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length * 2 / 3)]);
        Assert.Contains($"{form}.pt", Assert.Throws<InvalidDataException>(() => PyTorchFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void IsOne_OtherFiles_IsFalse()
    {
        File.WriteAllText(Path.Combine(_folder, "a.txt"), "text");
        File.WriteAllBytes(Path.Combine(_folder, "empty"), []);
        Assert.All(Directory.GetFiles(_folder), file => Assert.False(PyTorchFile.IsOne(file)));
    }

    private string Golden(string form)
    {
        using var stream = typeof(PyTorchFileTests).Assembly.GetManifestResourceStream("Magvit.Model.Tests.Golden.pytorch.json")!;
        using var json = JsonDocument.Parse(stream);
        var path = Path.Combine(_folder, $"{form}.pt");
        File.WriteAllBytes(path, json.RootElement.GetProperty(form).GetBytesFromBase64());
        return path;
    }
}
