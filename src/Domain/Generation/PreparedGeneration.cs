namespace Magvit.Domain.Generation;

/// <summary>A request that was checked, ready to become a job.</summary>
/// <param name="Request">The request with everything settled that it left open.</param>
/// <param name="Steps">How many decoding steps the job reports.</param>
public sealed record PreparedGeneration(GenerationRequest Request, int Steps);
