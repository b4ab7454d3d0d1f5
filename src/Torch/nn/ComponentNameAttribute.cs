namespace TorchSharp.Utils;

/// <summary>Names a field's module, parameter or buffer, where the field's own name is not the one wanted.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class ComponentNameAttribute : Attribute
{
    public string Name { get; set; } = "";
}
