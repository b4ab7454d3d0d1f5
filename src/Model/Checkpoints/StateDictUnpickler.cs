using System.Buffers.Binary;
using System.Text;
using static TorchSharp.torch;

namespace Magvit.Model.Checkpoints;

/// <summary>The part of pickle's protocol 2 that state dicts are made of (Python's pickletools has the list); anything else is refused, nothing is run.</summary>
internal sealed class StateDictUnpickler(Stream stream)
{
    private static readonly object Mark = new();

    private readonly List<object?> _stack = [];
    private readonly Dictionary<int, object?> _memo = [];

    /// <summary>The storages that tensors named, by key.</summary>
    public Dictionary<string, PickledStorage> Storages { get; } = [];

    /// <summary>Reads one object, up to its STOP.</summary>
    /// <exception cref="InvalidDataException">It is made of something else than dictionaries, lists, numbers, text and tensors.</exception>
    public object? Read()
    {
        while (true)
        {
            var code = (char)Byte();
            switch (code)
            {
                case '\x80': Byte(); break;                                             // PROTO
                case '.': return Pop();                                                 // STOP
                case '(': _stack.Add(Mark); break;
                case '}': _stack.Add(new Dictionary<object, object?>()); break;
                case ']': _stack.Add(new List<object?>()); break;
                case ')': _stack.Add(Array.Empty<object?>()); break;
                case 'N': _stack.Add(null); break;
                case '\x88': _stack.Add(true); break;
                case '\x89': _stack.Add(false); break;
                case 'K': _stack.Add((long)Byte()); break;
                case 'M': _stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2))); break;
                case 'J': _stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Bytes(4))); break;
                case '\x8a': _stack.Add(Long(Bytes(Byte()))); break;
                case 'G': _stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Bytes(8))); break;
                case 'X': _stack.Add(Encoding.UTF8.GetString(Bytes(BinaryPrimitives.ReadInt32LittleEndian(Bytes(4))))); break;
                case 'U': _stack.Add(Encoding.Latin1.GetString(Bytes(Byte()))); break;  // text of Python 2
                case 'c': _stack.Add(new Callable(Line(), Line())); break;
                case 'q': _memo[Byte()] = _stack[^1]; break;
                case 'r': _memo[BinaryPrimitives.ReadInt32LittleEndian(Bytes(4))] = _stack[^1]; break;
                case 'h': _stack.Add(_memo[Byte()]); break;
                case 'j': _stack.Add(_memo[BinaryPrimitives.ReadInt32LittleEndian(Bytes(4))]); break;
                case 't': _stack.Add(PopToMark()); break;
                case '\x85' or '\x86' or '\x87': _stack.Add(Take(code - '\x84')); break;
                case 'a': Append([Pop()]); break;
                case 'e': Append(PopToMark()); break;
                case 's': Set(Take(2)); break;
                case 'u': Set(PopToMark()); break;
                case 'Q': _stack.Add(Persistent((object?[])Pop()!)); break;
                case 'R': _stack.Add(Call((object?[])Pop()!)); break;
                case 'b': Pop(); break;                                                 // BUILD: attributes of a dictionary, such as versions
                default: throw new InvalidDataException($"opcode {(int)code:x2} is not one of a state dict");
            }
        }
    }

    private object? Call(object?[] arguments)
    {
        var callable = (Callable)Pop()!;
        return (callable.Module, callable.Name, arguments) switch
        {
            ("collections", "OrderedDict", []) => new Dictionary<object, object?>(),
            ("collections", "OrderedDict", [List<object?> pairs]) => pairs.Cast<object?[]>().ToDictionary(p => p[0]!, p => p[1]),
            ("torch._utils", "_rebuild_tensor" or "_rebuild_tensor_v2", [PickledStorage storage, long offset, object?[] shape, object?[] stride, ..])
                => new PickledTensor(storage, offset, [.. shape.Cast<long>()], [.. stride.Cast<long>()]),
            ("torch._utils", "_rebuild_parameter", [PickledTensor tensor, ..]) => tensor,
            _ => throw new InvalidDataException($"{callable.Module}.{callable.Name} has no place in a state dict"),
        };
    }

    private PickledStorage Persistent(object?[] id)
    {
        if (id is not ["storage", Callable type, string key, _, long count, ..])
        {
            throw new InvalidDataException("a reference to something else than a storage");
        }

        var scalar = type.Name switch
        {
            "FloatStorage" => float32,
            "HalfStorage" => float16,
            "BFloat16Storage" => bfloat16,
            "DoubleStorage" => float64,
            "LongStorage" => int64,
            "IntStorage" => int32,
            "ShortStorage" => int16,
            "CharStorage" => int8,
            "ByteStorage" => uint8,
            "BoolStorage" => ScalarType.Bool,
            var other => throw new InvalidDataException($"storages of type {other} are not read"),
        };
        return Storages[key] = new PickledStorage(key, scalar, count);
    }

    private void Append(object?[] items) => ((List<object?>)_stack[^1]!).AddRange(items);

    private void Set(object?[] pairs)
    {
        var target = (Dictionary<object, object?>)_stack[^1]!;
        for (var i = 0; i + 1 < pairs.Length; i += 2)
        {
            target[pairs[i]!] = pairs[i + 1];
        }
    }

    private object? Pop() => Take(1)[0];

    private object?[] Take(int count)
    {
        if (_stack.Count < count)
        {
            throw new InvalidDataException("the pickle is damaged");
        }

        var taken = _stack.GetRange(_stack.Count - count, count).ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        return taken;
    }

    private object?[] PopToMark()
    {
        var mark = _stack.LastIndexOf(Mark);
        var items = Take(_stack.Count - mark - 1);
        Pop();
        return items;
    }

    // Little-endian, as long as need be; more than eight bytes only in magic numbers.
    private static object Long(byte[] bytes) => bytes.Length > 8
        ? Convert.ToHexStringLower(bytes)
        : (object)bytes.Select((b, i) => i == bytes.Length - 1 ? (long)(sbyte)b << (8 * i) : (long)b << (8 * i)).Sum();

    private string Line()
    {
        var text = new StringBuilder();
        for (var b = Byte(); b != '\n'; b = Byte())
        {
            text.Append((char)b);
        }

        return text.ToString();
    }

    private byte Byte() => stream.ReadByte() is >= 0 and var b ? (byte)b : throw new EndOfStreamException("the pickle ends early");

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private sealed record Callable(string Module, string Name);
}
