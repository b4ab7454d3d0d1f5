using Magvit.Infrastructure.Media;
using Magvit.Worker.Drawing;

namespace Magvit.Worker.Training;

/// <summary>Draws what a network can do by now.</summary>
internal interface ITrainingSamples
{
    /// <summary>Pictures of samples from fixed clips and seeds, and the same in motion where that says more.</summary>
    IReadOnlyList<(string Name, Canvas Sheet, VideoFrames? Motion)> Draw(int step);
}
