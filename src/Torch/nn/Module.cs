using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A network part: parameters, buffers and sub-modules under names, as in PyTorch.</summary>
        public abstract class Module : IDisposable
        {
            private readonly Dictionary<string, Parameter?> _parameters = [];
            private readonly Dictionary<string, (Tensor Tensor, bool Persistent)> _buffers = [];
            private readonly Dictionary<string, Module> _modules = [];
            private readonly string _name;

            protected Module(string name) => _name = name;

            public bool training { get; private set; } = true;

            public virtual string GetName() => _name;

            public virtual void register_module(string name, Module submodule) => _modules[name] = submodule;

            public virtual void register_parameter(string name, Parameter? param) => _parameters[name] = param;

            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                ArgumentNullException.ThrowIfNull(tensor);
                _buffers[name] = (tensor.DetachFromDisposeScope(), persistent);
            }

            /// <summary>Registers every field that holds a module or a parameter, under the field's name.</summary>
            protected virtual void RegisterComponents()
            {
                var fields = GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public);
                foreach (var field in fields.OrderBy(f => f.MetadataToken))
                {
                    var name = field.Name;
                    switch (field.GetValue(this))
                    {
                        case Module module when !_modules.ContainsKey(name):
                            register_module(name, module);
                            break;
                        case Parameter parameter when !_parameters.ContainsKey(name):
                            register_parameter(name, parameter);
                            break;
                    }
                }
            }

            public virtual IEnumerable<(string name, Module module)> named_children() => _modules.Select(m => (m.Key, m.Value));

            public virtual IEnumerable<Module> children() => _modules.Values;

            public virtual IEnumerable<Module> modules() => _modules.Values.SelectMany(m => m.modules()).Prepend(this);

            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                foreach (var (name, parameter) in _parameters)
                {
                    if (parameter is not null)
                    {
                        yield return (name, parameter);
                    }
                }

                foreach (var (prefix, module) in recurse ? _modules : [])
                {
                    foreach (var (name, parameter) in module.named_parameters())
                    {
                        yield return ($"{prefix}.{name}", parameter);
                    }
                }
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(p => p.parameter);

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true) =>
                NamedBuffers(recurse).Select(b => (b.Name, b.Tensor));

            /// <summary>Parameters and persistent buffers by their full name.</summary>
            public virtual Dictionary<string, Tensor> state_dict()
            {
                var state = named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
                foreach (var (name, tensor, persistent) in NamedBuffers(recurse: true))
                {
                    if (persistent)
                    {
                        state[name] = tensor;
                    }
                }

                return state;
            }

            /// <summary>Copies values by name.</summary>
            /// <returns>The names that the source lacks and those that this module lacks.</returns>
            /// <exception cref="ArgumentException">A shape differs, or names differ and <paramref name="strict"/> is set.</exception>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keys) load_state_dict(Dictionary<string, Tensor> source, bool strict = true)
            {
                ArgumentNullException.ThrowIfNull(source);
                var target = state_dict();
                var missing = target.Keys.Where(k => !source.ContainsKey(k)).ToList();
                var unexpected = source.Keys.Where(k => !target.ContainsKey(k)).ToList();
                var misshapen = target.Where(t => source.TryGetValue(t.Key, out var s) && !s.shape.SequenceEqual(t.Value.shape)).Select(t =>
                    $"{t.Key}: expected [{string.Join(", ", t.Value.shape)}], got [{string.Join(", ", source[t.Key].shape)}]").ToList();
                if (misshapen.Count > 0 || (strict && missing.Count + unexpected.Count > 0))
                {
                    throw new ArgumentException($"the weights do not fit {_name}: " + string.Join("; ",
                        misshapen.Concat(missing.Select(m => $"{m} is missing")).Concat(unexpected.Select(u => $"{u} is unknown")).Take(8)), nameof(source));
                }

                using var _ = no_grad();
                foreach (var (name, tensor) in target)
                {
                    if (source.TryGetValue(name, out var value))
                    {
                        tensor.copy_(value);
                    }
                }

                return (missing, unexpected);
            }

            public virtual void train(bool mode = true)
            {
                training = mode;
                foreach (var child in _modules.Values)
                {
                    child.train(mode);
                }
            }

            public virtual void eval() => train(false);

            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var parameter in parameters())
                {
                    parameter.grad = null;
                }
            }

            /// <summary>Converts floating-point parameters and buffers in place.</summary>
            internal void Convert(ScalarType? dtype, Device? device)
            {
                using var _ = no_grad();
                foreach (var (name, parameter) in _parameters.ToList())
                {
                    if (parameter is not null)
                    {
                        using var moved = Moved(parameter, dtype, device);
                        var replacement = new Parameter(moved, parameter.requires_grad);
                        _parameters[name] = replacement;
                        ReplaceField(parameter, replacement);
                        parameter.Dispose();
                    }
                }

                foreach (var (name, (tensor, persistent)) in _buffers.ToList())
                {
                    var replacement = Moved(tensor, dtype, device).DetachFromDisposeScope();
                    _buffers[name] = (replacement, persistent);
                    ReplaceField(tensor, replacement);
                    tensor.Dispose();
                }

                foreach (var child in _modules.Values)
                {
                    child.Convert(dtype, device);
                }
            }

            private static Tensor Moved(Tensor tensor, ScalarType? dtype, Device? device)
            {
                var type = dtype is { } wanted && tensor.is_floating_point() ? wanted : tensor.dtype;
                return tensor.to(type, device ?? tensor.device, copy: true);
            }

            private void ReplaceField(Tensor old, Tensor replacement)
            {
                for (var type = GetType(); type is not null; type = type.BaseType)
                {
                    foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
                    {
                        if (ReferenceEquals(field.GetValue(this), old))
                        {
                            field.SetValue(this, replacement);
                        }
                    }
                }
            }

            private IEnumerable<(string Name, Tensor Tensor, bool Persistent)> NamedBuffers(bool recurse)
            {
                foreach (var (name, (tensor, persistent)) in _buffers)
                {
                    yield return (name, tensor, persistent);
                }

                foreach (var (prefix, module) in recurse ? _modules : [])
                {
                    foreach (var (name, tensor, persistent) in module.NamedBuffers(true))
                    {
                        yield return ($"{prefix}.{name}", tensor, persistent);
                    }
                }
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing)
                {
                    return;
                }

                foreach (var parameter in _parameters.Values)
                {
                    parameter?.Dispose();
                }

                foreach (var (tensor, _) in _buffers.Values)
                {
                    tensor.Dispose();
                }

                foreach (var child in _modules.Values)
                {
                    child.Dispose();
                }
            }
        }

        public abstract class Module<T, TResult>(string name) : Module(name)
        {
            public abstract TResult forward(T input);

            public TResult call(T input) => forward(input);
        }

        public abstract class Module<T1, T2, TResult>(string name) : Module(name)
        {
            public abstract TResult forward(T1 input1, T2 input2);

            public TResult call(T1 input1, T2 input2) => forward(input1, input2);
        }

        public abstract class Module<T1, T2, T3, TResult>(string name) : Module(name)
        {
            public abstract TResult forward(T1 input1, T2 input2, T3 input3);

            public TResult call(T1 input1, T2 input2, T3 input3) => forward(input1, input2, input3);
        }
    }

    public static T to<T>(this T module, Device device) where T : nn.Module
    {
        module.Convert(null, device);
        return module;
    }

    public static T to<T>(this T module, ScalarType type) where T : nn.Module
    {
        module.Convert(type, null);
        return module;
    }
}
