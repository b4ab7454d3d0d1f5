using Magvit.Domain.Generation;

namespace Magvit.Domain.Groups;

/// <summary>A row of a batch, checked.</summary>
/// <param name="Line">Its line in the file, from 1.</param>
/// <param name="Values">Its values, as they were written.</param>
/// <param name="Request">What would be made; <see langword="null"/> when something is wrong.</param>
/// <param name="Problems">What is wrong; empty when nothing is.</param>
public sealed record BatchRow(int Line, IReadOnlyList<string> Values, PreparedGeneration? Request, IReadOnlyList<GenerationProblem> Problems);
