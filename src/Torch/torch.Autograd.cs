using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static bool is_grad_enabled() => NativeMethods.mgt_grad_enabled() != 0;

    /// <summary>Switches gradient recording off on this thread until disposed.</summary>
    public static IDisposable no_grad() => new GradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    /// <summary>Inference mode on this thread until disposed; its tensors cannot take part in autograd later.</summary>
    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    public static class autograd
    {
        /// <summary>Gradients of outputs by inputs. With <paramref name="create_graph"/> they can be differentiated again, which needs <paramref name="retain_graph"/> too.</summary>
        public static unsafe IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null,
            bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            ArgumentNullException.ThrowIfNull(outputs);
            ArgumentNullException.ThrowIfNull(inputs);
            var roots = Handles(outputs);
            var leaves = Handles(inputs);
            var seeds = grad_outputs is null ? null : Handles(grad_outputs);
            var results = new nint[leaves.Length];
            fixed (nint* r = roots, l = leaves, s = seeds, o = results)
            {
                NativeMethods.Check(NativeMethods.mgt_autograd_grad(r, s, roots.Length, l, leaves.Length,
                    retain_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, o));
            }

            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return Array.ConvertAll(results, handle => handle == 0 ? null! : new Tensor(handle));
        }

        public static unsafe void backward(IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool retain_graph = false,
            bool create_graph = false, IList<Tensor>? inputs = null)
        {
            ArgumentNullException.ThrowIfNull(tensors);
            if (inputs is not null)
            {
                throw new NotSupportedException("autograd.backward: inputs is not supported; use autograd.grad");
            }

            var roots = Handles(tensors);
            var seeds = grad_tensors is null ? null : Handles(grad_tensors);
            fixed (nint* r = roots, s = seeds)
            {
                NativeMethods.Check(NativeMethods.mgt_backward(r, s, roots.Length, retain_graph ? 1 : 0, create_graph ? 1 : 0));
            }

            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
        }

        private static nint[] Handles(IList<Tensor> tensors)
        {
            var handles = new nint[tensors.Count];
            for (var i = 0; i < handles.Length; i++)
            {
                ObjectDisposedException.ThrowIf(tensors[i].Handle.IsClosed, tensors[i]);
                handles[i] = tensors[i].Handle.DangerousGetHandle();
            }

            return handles;
        }
    }

    private sealed class GradMode : IDisposable
    {
        private readonly bool _before = is_grad_enabled();

        public GradMode(bool enabled) => NativeMethods.mgt_set_grad_enabled(enabled ? 1 : 0);

        public void Dispose() => NativeMethods.mgt_set_grad_enabled(_before ? 1 : 0);
    }

    private sealed class InferenceMode(bool enabled) : IDisposable
    {
        private nint _guard = NativeMethods.mgt_inference_enter(enabled ? 1 : 0);

        public void Dispose()
        {
            var guard = Interlocked.Exchange(ref _guard, 0);
            if (guard != 0)
            {
                NativeMethods.mgt_inference_leave(guard);
            }
        }
    }
}
