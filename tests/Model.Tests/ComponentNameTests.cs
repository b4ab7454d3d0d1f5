using System.Reflection;
using Magvit.Model.Discriminator;
using Magvit.Model.Tokenizer;
using Magvit.Model.Transformer;
using TorchSharp.Utils;
using Xunit;
using static TorchSharp.torch;

namespace Magvit.Model.Tests;

/// <summary>
/// The official TorchSharp finds a network's parts by their fields when it registers, moves and converts them: each field says under which name
/// its part is registered, or the part would be there twice and be left behind by a move.
/// </summary>
public sealed class ComponentNameTests
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    [Fact]
    public void Fields_OfAllNetworks_NameTheirParts()
    {
        var unnamed =
            from type in typeof(VideoTokenizer).Assembly.GetTypes()
            where typeof(nn.Module).IsAssignableFrom(type) && type.GetMethod("RegisterComponents", Own) is null
            from field in type.GetFields(Own)
            where typeof(nn.Module).IsAssignableFrom(field.FieldType) || typeof(Tensor).IsAssignableFrom(field.FieldType)
            where field.GetCustomAttribute<ComponentNameAttribute>() is null
            select $"{type.Name}.{field.Name}";
        Assert.Empty(unnamed);
    }

    [Fact]
    public void Fields_OfNetworks_AreRegisteredUnderTheirNames()
    {
        using var tokenizer = new VideoTokenizer(TinyModels.Tokenizer);
        using var transformer = new MaskedTransformer(TinyModels.Transformer());
        using var discriminator = new VideoDiscriminator(DiscriminatorConfig.For(TinyModels.Tokenizer));
        foreach (var module in new nn.Module[] { tokenizer, transformer, discriminator }.SelectMany(m => m.modules().Prepend(m)))
        {
            var parts = module.named_children().Select(c => (c.name, Part: (object)c.module))
                .Concat(module.named_parameters(recurse: false).Select(p => (p.name, Part: (object)p.parameter)))
                .Concat(module.named_buffers(recurse: false).Select(b => (b.name, Part: (object)b.buffer))).ToList();
            foreach (var field in module.GetType().GetFields(Own).Where(f => f.GetCustomAttribute<ComponentNameAttribute>() is not null))
            {
                if (field.GetValue(module) is { } value)
                {
                    Assert.Contains(parts, p => p.name == field.GetCustomAttribute<ComponentNameAttribute>()!.Name && ReferenceEquals(p.Part, value));
                }
            }
        }
    }
}
