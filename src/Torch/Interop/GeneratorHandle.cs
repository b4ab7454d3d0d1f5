using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Owns one native random generator reference.</summary>
internal sealed class GeneratorHandle : SafeHandle
{
    public GeneratorHandle(nint handle) : base(0, ownsHandle: true) => SetHandle(handle);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMethods.mgt_generator_free(handle);
        return true;
    }
}
