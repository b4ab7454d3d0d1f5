using System.Reflection;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Moves and converts modules in place.</summary>
public static class ModuleExtensionMethods
{
    public static T to<T>(this T module, ScalarType type, bool non_blocking = false) where T : nn.Module
    {
        module.Convert(type, null);
        return module;
    }

    public static T to<T>(this T module, Device device, ScalarType type, bool non_blocking = false) where T : nn.Module
    {
        module.Convert(type, device);
        return module;
    }

    public static T to<T>(this T module, Device device, bool non_blocking = false) where T : nn.Module
    {
        module.Convert(null, device);
        return module;
    }
}

/// <summary>The name under which a module's field is registered.</summary>
public static class FieldInfoExtensionMethods
{
    public static string ComponentName(this FieldInfo field) => field.GetCustomAttribute<ComponentNameAttribute>()?.Name ?? field.Name;
}
