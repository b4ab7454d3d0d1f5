using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A source of random numbers with a state of its own: same seed and device, same numbers.</summary>
    public sealed class Generator : IDisposable
    {
        internal readonly GeneratorHandle Handle;

        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            NativeMethods.Check(NativeMethods.mgt_generator_new((int)this.device.type, this.device.index, out var handle));
            Handle = new GeneratorHandle(handle);
            manual_seed((long)seed);
        }

        private Generator(nint handle)
        {
            device = CPU;
            Handle = new GeneratorHandle(handle);
        }

        public static Generator Default
        {
            get
            {
                NativeMethods.Check(NativeMethods.mgt_generator_default(0, -1, out var handle));
                return new Generator(handle);
            }
        }

        public Device device { get; }

        public Generator manual_seed(long seed)
        {
            NativeMethods.Check(NativeMethods.mgt_generator_seed(Handle, (ulong)seed));
            return this;
        }

        public long initial_seed()
        {
            NativeMethods.Check(NativeMethods.mgt_generator_initial_seed(Handle, out var seed));
            return (long)seed;
        }

        public Tensor get_state()
        {
            NativeMethods.Check(NativeMethods.mgt_generator_get_state(Handle, out var state));
            return new Tensor(state);
        }

        public void set_state(Tensor value) => NativeMethods.Check(NativeMethods.mgt_generator_set_state(Handle, value.Handle));

        public void Dispose() => Handle.Dispose();
    }
}
