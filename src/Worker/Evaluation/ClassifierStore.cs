using Magvit.Model.Evaluation;
using Magvit.Model.Training;
using static TorchSharp.torch;

namespace Magvit.Worker.Evaluation;

/// <summary>Finds the classifier of a data set, or trains it once and keeps it.</summary>
internal static class ClassifierStore
{
    /// <summary>The classifier of a file, trained on the training clips first when there is no such file.</summary>
    /// <exception cref="InvalidDataException">The file is no classifier, or one of other classes.</exception>
    public static ClipClassifier Ensure(
        string path, ClipDataset train, int frames, ClipClassifierOptions options, ScalarType precision, IProgress<EvaluationProgress> progress,
        CancellationToken cancellationToken)
    {
        if (File.Exists(path))
        {
            var found = ClipClassifier.Load(path);
            if (!found.Config.ClassNames.SequenceEqual(train.ClassNames))
            {
                var theirs = string.Join(", ", found.Config.ClassNames);
                found.Dispose();
                throw new InvalidDataException($"{path}: a classifier of {theirs}, but the data has {string.Join(", ", train.ClassNames)}; name another file");
            }

            found.Precision = precision;
            return found;
        }

        manual_seed(options.Seed);
        var classifier = new ClipClassifier(new ClipClassifierConfig { ClassNames = train.ClassNames }) { Precision = precision };
        try
        {
            new ClipClassifierTrainer(classifier, options).Train(train, frames, progress, cancellationToken);
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            classifier.Save(path);
            return classifier;
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }
}
