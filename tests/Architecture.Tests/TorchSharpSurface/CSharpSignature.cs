using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Magvit.Architecture.Tests.TorchSharpSurface;

/// <summary>Members as a reader of C# knows them.</summary>
internal static class CSharpSignature
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
    };

    /// <summary>The name of a type with those around it: <c>torch.nn.Module</c>.</summary>
    public static string FullName(Type type) => type.DeclaringType is { } outer ? $"{FullName(outer)}.{Simple(type)}" : Simple(type);

    /// <summary>A method, property accessor, constructor or field.</summary>
    public static string Of(MemberInfo member) => member switch
    {
        FieldInfo field => $"{Name(field.FieldType)} {field.Name}",
        ConstructorInfo constructor => $"{Simple(constructor.DeclaringType!)}({Parameters(constructor)})",
        MethodInfo { IsSpecialName: true } method when Property(method) is { } property => property,
        MethodInfo { IsSpecialName: true, Name: "op_Implicit" } method => $"implicit operator {Name(method.ReturnType)}({Parameters(method)})",
        MethodInfo method => $"{Name(method.ReturnType)} {method.Name}{Arguments(method)}({(IsExtension(method) ? "this " : "")}{Parameters(method)})",
        _ => member.Name,
    };

    private static string? Property(MethodInfo accessor)
    {
        var property = accessor.DeclaringType!.GetProperties((BindingFlags)~0).FirstOrDefault(p => p.GetMethod == accessor || p.SetMethod == accessor);
        if (property is null)
        {
            return null;
        }

        var index = property.GetIndexParameters() is { Length: > 0 } parameters ? $"this[{string.Join(", ", parameters.Select(Parameter))}]" : property.Name;
        return $"{Name(property.PropertyType)} {index} {{ {(accessor == property.GetMethod ? "get" : "set")}; }}";
    }

    private static bool IsExtension(MethodInfo method) => method.IsDefined(typeof(ExtensionAttribute), false);

    private static string Arguments(MethodInfo method) =>
        method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter) =>
        (parameter.IsDefined(typeof(ParamArrayAttribute), false) ? "params " : "") + Name(parameter.ParameterType) + " " + parameter.Name + Default(parameter);

    private static string Default(ParameterInfo parameter) => !parameter.HasDefaultValue ? "" : " = " + parameter.DefaultValue switch
    {
        null => "null",
        bool value => value ? "true" : "false",
        string value => $"\"{value}\"",
        Enum value => $"{Simple(value.GetType())}.{value}",
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        var value => value.ToString(),
    };

    private static string Name(Type type)
    {
        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword;
        }

        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Name(underlying) + "?";
        }

        return type.IsGenericType && type.FullName?.StartsWith("System.ValueTuple", StringComparison.Ordinal) == true
            ? $"({string.Join(", ", type.GetGenericArguments().Select(Name))})"
            : Simple(type);
    }

    private static string Simple(Type type)
    {
        var name = type.Name.Split('`')[0];
        return type.IsGenericType && type.Name.Contains('`', StringComparison.Ordinal) ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;
    }
}
