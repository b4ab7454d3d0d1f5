namespace Magvit.Domain.Generation;

/// <summary>The model that made a result.</summary>
/// <param name="Name">Its name at that time.</param>
/// <param name="Hash">The hash of the transformer's weights.</param>
/// <param name="TokenizerHash">The hash of the tokenizer's weights.</param>
public sealed record RecipeModel(string Name, string Hash, string TokenizerHash);
