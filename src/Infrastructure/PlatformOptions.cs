using System.ComponentModel.DataAnnotations;

namespace Magvit.Infrastructure;

/// <summary>Where the platform keeps its files; bound from the settings under <c>Platform</c>.</summary>
public sealed class PlatformOptions
{
    public const string Section = "Platform";

    /// <summary>The data folder; artifacts lie in its sub-folder <c>artifacts</c>. Default: <c>.data</c>.</summary>
    [Required]
    public string DataPath { get; set; } = ".data";

    /// <summary>The folder with one sub-folder per model. Default: <c>models</c>.</summary>
    [Required]
    public string ModelsPath { get; set; } = "models";

    /// <summary>Whether a new workspace gets the example clips that lie beside the models. Default: yes.</summary>
    public bool Examples { get; set; } = true;

    public string ArtifactsPath => Path.Combine(Path.GetFullPath(DataPath), "artifacts");
}
