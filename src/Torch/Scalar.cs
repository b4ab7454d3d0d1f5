namespace TorchSharp;

/// <summary>A number argument of an operator: integer, floating point or boolean.</summary>
public sealed class Scalar
{
    internal readonly long Integer;
    internal readonly double Real;
    internal readonly bool IsIntegral;
    internal readonly bool IsBool;

    internal Scalar(long value)
    {
        Integer = value;
        Real = value;
        IsIntegral = true;
    }

    internal Scalar(double value)
    {
        Real = value;
        Integer = double.IsFinite(value) ? (long)value : 0;
    }

    internal Scalar(bool value)
    {
        Integer = value ? 1 : 0;
        Real = Integer;
        IsBool = true;
    }

    public static implicit operator Scalar(int value) => new((long)value);
    public static implicit operator Scalar(long value) => new(value);
    public static implicit operator Scalar(float value) => new((double)value);
    public static implicit operator Scalar(double value) => new(value);
    public static implicit operator Scalar(bool value) => new(value);
}

/// <summary>A scalar's value in C#'s types.</summary>
public static class ScalarExtensionMethods
{
    public static double ToDouble(this Scalar value) => value.Real;

    public static float ToSingle(this Scalar value) => (float)value.Real;

    public static long ToInt64(this Scalar value) => value.Integer;

    public static int ToInt32(this Scalar value) => (int)value.Integer;

    public static bool ToBoolean(this Scalar value) => value.Real != 0;
}
