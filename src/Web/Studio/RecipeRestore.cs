using System.Text.Json;
using Magvit.Domain.Assets;
using Magvit.Domain.Generation;
using Magvit.Domain.Models;
using Magvit.Domain.Workspaces;
using Magvit.Infrastructure.Assets;
using Magvit.Infrastructure.Media;

namespace Magvit.Web.Studio;

/// <summary>Finds the recipe in an output file, and what it names in a workspace: the clip and the mask by their hashes, the model by its name.</summary>
internal sealed class RecipeRestore(AssetQueries assets, IModelRegistry models)
{
    private const int MaxRecipeLength = 256 << 10;
    private const int ShownDigits = 12;

    /// <returns>What was found; <see langword="null"/> when the file carries no recipe.</returns>
    /// <exception cref="MediaImportException">The file cannot be read, or its recipe cannot; the message is for the user.</exception>
    public async Task<RestoredRecipe?> ReadAsync(Actor actor, string path, CancellationToken cancellationToken)
    {
        var json = await RecipeMetadata.ReadAsync(path, cancellationToken);
        return json is null ? null : await LookUpAsync(actor, Parse(json), cancellationToken);
    }

    public async Task<RestoredRecipe> LookUpAsync(Actor actor, Recipe recipe, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        var input = await FindAsync(recipe.Input?.Sha256, "clip", "Add it, and it is taken");
        var mask = await FindAsync(recipe.Mask, "mask", "Draw it again, or import it from a file");
        var model = (await models.ListAsync(cancellationToken)).FirstOrDefault(candidate => candidate.Name == recipe.Model.Name);
        if (model is null)
        {
            missing.Add($"The model '{recipe.Model.Name}' is not installed here. Install it, or choose another one: the clip will differ then.");
        }
        else if (model.ModelHash != recipe.Model.Hash || model.TokenizerHash != recipe.Model.TokenizerHash)
        {
            missing.Add($"The model {model.Name} has other weights here than those that made the file: the clip will differ.");
        }
        else if (recipe.ClassName is { } name && !model.ClassNames.Contains(name, StringComparer.Ordinal))
        {
            missing.Add($"The model {model.Name} knows no class '{name}'. Choose another one.");
        }

        return new RestoredRecipe(recipe, StudioDraft.Of(recipe, input, mask), missing);

        async Task<Guid?> FindAsync(ContentHash? hash, string what, string remedy)
        {
            if (hash is not { } wanted)
            {
                return null;
            }

            var found = await assets.FindIdAsync(actor.WorkspaceId, wanted, cancellationToken);
            if (found is null)
            {
                missing.Add($"The {what} that it was made from is not in this workspace (SHA-256 {wanted.Value[..ShownDigits]}…). {remedy}.");
            }

            return found;
        }
    }

    private static Recipe Parse(string json)
    {
        try
        {
            return json.Length <= MaxRecipeLength ? Recipe.FromJson(json) : throw new JsonException("too long");
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException or FormatException)
        {
            throw new MediaImportException("The recipe in this file cannot be read: it is damaged, or of a newer version of the platform.", failure);
        }
    }
}
