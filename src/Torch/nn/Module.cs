using System.Reflection;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A network part: parameters, buffers and sub-modules under names, as in PyTorch.</summary>
        public abstract class Module : IDisposable
        {
            private readonly Dictionary<string, Parameter> _parameters = [];
            private readonly Dictionary<string, (Tensor Tensor, bool Persistent)> _buffers = [];
            private readonly Dictionary<string, Module> _modules = [];
            private readonly string _name;

            protected Module(string name) => _name = name;

            public virtual bool training { get; private set; } = true;

            public virtual string GetName() => _name;

            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_module(string name, Module submodule)
            {
                ArgumentNullException.ThrowIfNull(submodule);
                Register(_modules, name, submodule);
            }

            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_parameter(string name, Parameter param)
            {
                ArgumentNullException.ThrowIfNull(param);
                Register(_parameters, name, param);
            }

            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                ArgumentNullException.ThrowIfNull(tensor);
                Register(_buffers, name, (tensor.DetachFromDisposeScope(), persistent));
            }

            /// <summary>Registers every field that holds a module, a parameter or a tensor, under its <see cref="ComponentNameAttribute"/> or its own name.</summary>
            protected virtual void RegisterComponents()
            {
                foreach (var field in Fields(GetType()).Where(f => !IsRegistered(f.ComponentName())))
                {
                    switch (field.GetValue(this))
                    {
                        case Module module:
                            register_module(field.ComponentName(), module);
                            break;
                        case Parameter parameter:
                            register_parameter(field.ComponentName(), parameter);
                            break;
                        case Tensor tensor:
                            register_buffer(field.ComponentName(), tensor);
                            break;
                    }
                }
            }

            private bool IsRegistered(string name) => _modules.ContainsKey(name) || _parameters.ContainsKey(name) || _buffers.ContainsKey(name);

            private static void Register<T>(Dictionary<string, T> components, string name, T component)
            {
                if (name.Length == 0 || name.Contains('.'))
                {
                    throw new ArgumentException($"a component's name has at least one character and no dot, got '{name}'", nameof(name));
                }

                if (!components.TryAdd(name, component))
                {
                    throw new InvalidOperationException($"{name} is already registered");
                }
            }

            // In the order of the text, those of base classes last.
            private static IEnumerable<FieldInfo> Fields(Type type)
            {
                const BindingFlags Own = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly;
                for (var current = type; current is not null && current != typeof(Module); current = current.BaseType)
                {
                    foreach (var field in current.GetFields(Own).OrderBy(f => f.MetadataToken))
                    {
                        yield return field;
                    }
                }
            }

            public virtual IEnumerable<(string name, Module module)> named_children() => _modules.Select(m => (m.Key, m.Value));

            public virtual IEnumerable<Module> children() => _modules.Values;

            public virtual IEnumerable<(string name, Module module)> named_modules() =>
                _modules.SelectMany(m => m.Value.named_modules().Select(n => ($"{m.Key}.{n.name}", n.module)).Prepend((m.Key, m.Value)));

            /// <summary>All modules below this one.</summary>
            public virtual IEnumerable<Module> modules() => named_modules().Select(m => m.module);

            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                foreach (var (name, parameter) in _parameters)
                {
                    yield return (name, parameter);
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

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true) =>
                NamedBuffers(recurse).Where(b => include_nonpersistent || b.Persistent).Select(b => (b.Name, b.Tensor));

            /// <summary>Parameters and persistent buffers by their full name.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                var start = string.IsNullOrEmpty(prefix) ? "" : prefix + ".";
                foreach (var (name, parameter) in named_parameters())
                {
                    destination.TryAdd(start + name, parameter);
                }

                foreach (var (name, buffer) in named_buffers(include_nonpersistent: false))
                {
                    destination.TryAdd(start + name, buffer);
                }

                return destination;
            }

            /// <summary>Copies values by name.</summary>
            /// <returns>The names that the source lacks and those that this module lacks.</returns>
            /// <exception cref="ArgumentException">A shape differs, or names differ and <paramref name="strict"/> is set.</exception>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                ArgumentNullException.ThrowIfNull(source);
                var target = state_dict().Where(t => skip is null || !skip.Contains(t.Key)).ToDictionary();
                var missing = target.Keys.Where(k => !source.ContainsKey(k)).ToList();
                var unexpected = source.Keys.Where(k => !target.ContainsKey(k) && (skip is null || !skip.Contains(k))).ToList();
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

            public virtual void train(bool train = true)
            {
                training = train;
                foreach (var child in _modules.Values)
                {
                    child.train(train);
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

            /// <summary>Converts floating-point parameters and buffers, and moves all, in place; those that are as wanted stay the same objects.</summary>
            internal void Convert(ScalarType? dtype, Device? device)
            {
                using var _ = no_grad();
                foreach (var (name, parameter) in _parameters.Where(p => Changes(p.Value, dtype, device)).ToList())
                {
                    using var moved = Moved(parameter, dtype, device);
                    var replacement = new Parameter(moved, parameter.requires_grad);
                    _parameters[name] = replacement;
                    ReplaceField(parameter, replacement);
                    parameter.Dispose();
                }

                foreach (var (name, (tensor, persistent)) in _buffers.Where(b => Changes(b.Value.Tensor, dtype, device)).ToList())
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

            private static bool Changes(Tensor tensor, ScalarType? dtype, Device? device) =>
                (dtype is { } wanted && tensor.is_floating_point() && tensor.dtype != wanted) || (device is not null && !tensor.device.Equals(device));

            private static Tensor Moved(Tensor tensor, ScalarType? dtype, Device? device)
            {
                var type = dtype is { } wanted && tensor.is_floating_point() ? wanted : tensor.dtype;
                return tensor.to(type, device ?? tensor.device, copy: true);
            }

            private void ReplaceField(Tensor old, Tensor replacement)
            {
                foreach (var field in Fields(GetType()).Where(f => ReferenceEquals(f.GetValue(this), old)))
                {
                    field.SetValue(this, replacement);
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
                    parameter.Dispose();
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
}
