using Magvit.Domain.Models;

namespace Magvit.Infrastructure.Models;

/// <summary>A model and who can run it now.</summary>
/// <param name="Model">The model.</param>
/// <param name="Workers">How many living workers have it; with none, jobs wait.</param>
public sealed record ModelSummary(InstalledModel Model, int Workers);
