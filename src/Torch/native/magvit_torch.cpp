// The C ABI between C# and libtorch. Its heart, mgt_call, calls any ATen operator by name through the boxed dispatcher, so
// a new operator needs no line here. Every function returns 0, or 1 after storing a message that mgt_last_error reads;
// no C++ exception crosses the boundary.

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/version.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "shim.h"

namespace magvit {

thread_local std::string last_error;

}  // namespace magvit

using magvit::guarded;
using magvit::last_error;

namespace {

std::atomic<int64_t> live_tensors{0};

at::Tensor* own(at::Tensor tensor) {
  live_tensors.fetch_add(1, std::memory_order_relaxed);
  return new at::Tensor(std::move(tensor));
}

}  // namespace

// One argument or result of an operator. Integers are also dtypes, layouts and memory formats, as in ATen's schemas.
enum MgtTag : int32_t {
  kNone = 0, kTensor = 1, kInt = 2, kDouble = 3, kBool = 4, kIntList = 5, kTensorList = 6,
  kDevice = 7, kOptionalTensorList = 8, kString = 9, kGenerator = 10, kDefault = 11, kDoubleList = 12
};

struct MgtValue {
  int32_t tag;
  int32_t count;    // length of a list; device index
  union {
    int64_t integer;
    double real;
    void* pointer;  // Tensor*, int64_t*, double*, Tensor**, const char*, Generator*
  };
};

namespace {

// c10::List<optional<Tensor>>, whose optional is c10's or std's from version to version.
using OptionalTensorList = decltype(std::declval<const c10::IValue&>().toOptionalTensorList());

c10::IValue to_ivalue(const MgtValue& v, const c10::Argument& arg) {
  switch (v.tag) {
    case kNone: return c10::IValue();
    case kTensor: return c10::IValue(*static_cast<at::Tensor*>(v.pointer));
    case kInt: {
      auto kind = arg.type()->kind();
      if (kind == c10::TypeKind::FloatType) return c10::IValue(static_cast<double>(v.integer));
      if (kind == c10::TypeKind::BoolType) return c10::IValue(v.integer != 0);
      return c10::IValue(v.integer);
    }
    case kDouble: return c10::IValue(v.real);
    case kBool: return c10::IValue(v.integer != 0);
    case kIntList: {
      auto* data = static_cast<const int64_t*>(v.pointer);
      return c10::IValue(std::vector<int64_t>(data, data + v.count));
    }
    case kDoubleList: {
      auto* data = static_cast<const double*>(v.pointer);
      return c10::IValue(std::vector<double>(data, data + v.count));
    }
    case kTensorList: {
      auto** data = static_cast<at::Tensor**>(v.pointer);
      c10::List<at::Tensor> list;
      list.reserve(v.count);
      for (int32_t i = 0; i < v.count; ++i) list.push_back(*data[i]);
      return c10::IValue(std::move(list));
    }
    case kOptionalTensorList: {
      auto** data = static_cast<at::Tensor**>(v.pointer);
      OptionalTensorList list;
      list.reserve(v.count);
      for (int32_t i = 0; i < v.count; ++i)
        list.push_back(data[i] ? OptionalTensorList::value_type(*data[i]) : OptionalTensorList::value_type());
      return c10::IValue(std::move(list));
    }
    case kDevice:
      return c10::IValue(c10::Device(static_cast<c10::DeviceType>(v.integer), static_cast<c10::DeviceIndex>(v.count)));
    case kString: return c10::IValue(std::string(static_cast<const char*>(v.pointer)));
    case kGenerator: return c10::IValue(*static_cast<at::Generator*>(v.pointer));
    case kDefault:
      TORCH_CHECK(arg.default_value(), "argument '", arg.name(), "' is required");
      return *arg.default_value();
    default: TORCH_CHECK(false, "unknown argument tag ", v.tag);
  }
}

// Appends one returned value; a list of tensors is appended element by element.
void append_result(const c10::IValue& value, std::vector<MgtValue>& out) {
  MgtValue r{};
  if (value.isTensor()) {
    r.tag = kTensor;
    r.pointer = value.toTensor().defined() ? own(value.toTensor()) : nullptr;
  } else if (value.isTensorList()) {
    for (const at::Tensor& t : value.toTensorVector()) append_result(t, out);
    return;
  } else if (value.isInt()) {
    r.tag = kInt;
    r.integer = value.toInt();
  } else if (value.isDouble()) {
    r.tag = kDouble;
    r.real = value.toDouble();
  } else if (value.isBool()) {
    r.tag = kBool;
    r.integer = value.toBool();
  } else {
    TORCH_CHECK(false, "result of type ", value.tagKind(), " is not supported");
  }
  out.push_back(r);
}

}  // namespace

MGT_API const char* mgt_last_error() { return last_error.c_str(); }
MGT_API const char* mgt_version() { return TORCH_VERSION; }
MGT_API int64_t mgt_live_tensors() { return live_tensors.load(); }

// ---- operators ----

MGT_API int mgt_operator(const char* name, const char* overload, void** handle) {
  return guarded(name, [&] {
    *handle = new c10::OperatorHandle(c10::Dispatcher::singleton().findSchemaOrThrow(name, overload));
  });
}

// Arguments beyond `count` take the schema's defaults. At most `capacity` results are stored; `result_count` says how many there were.
MGT_API int mgt_call(void* handle, const MgtValue* args, int32_t count, MgtValue* results, int32_t capacity, int32_t* result_count) {
  auto* op = static_cast<c10::OperatorHandle*>(handle);
  return guarded(op->schema().name().c_str(), [&] {
    const auto& schema = op->schema();
    const auto& formal = schema.arguments();
    TORCH_CHECK(static_cast<size_t>(count) <= formal.size(), "takes ", formal.size(), " arguments, got ", count);
    torch::jit::Stack stack;
    stack.reserve(formal.size());
    for (size_t i = 0; i < formal.size(); ++i) {
      static const MgtValue missing{kDefault, 0, {0}};
      stack.push_back(to_ivalue(i < static_cast<size_t>(count) ? args[i] : missing, formal[i]));
    }
    op->callBoxed(&stack);
    std::vector<MgtValue> out;
    out.reserve(stack.size());
    for (const auto& value : stack) append_result(value, out);
    *result_count = static_cast<int32_t>(out.size());
    bool fits = out.size() <= static_cast<size_t>(capacity);
    for (size_t i = 0; i < out.size(); ++i) {
      if (fits) results[i] = out[i];
      else if (out[i].tag == kTensor && out[i].pointer) {
        delete static_cast<at::Tensor*>(out[i].pointer);
        live_tensors.fetch_sub(1, std::memory_order_relaxed);
      }
    }
    TORCH_CHECK(fits, "returned ", out.size(), " values, room for ", capacity);
  });
}

// ---- tensors ----

MGT_API void mgt_tensor_free(void* tensor) {
  delete static_cast<at::Tensor*>(tensor);
  live_tensors.fetch_sub(1, std::memory_order_relaxed);
}

MGT_API int mgt_tensor_alias(void* tensor, void** out) {
  return guarded("alias", [&] { *out = own(*static_cast<at::Tensor*>(tensor)); });
}

// dims, dtype, device type, device index, requires_grad, is_leaf, is_contiguous, element size.
MGT_API int mgt_tensor_info(void* tensor, int64_t* info, int64_t* sizes, int64_t* strides, int32_t capacity) {
  return guarded("tensor_info", [&] {
    const auto& t = *static_cast<at::Tensor*>(tensor);
    info[0] = t.dim();
    info[1] = static_cast<int64_t>(t.scalar_type());
    info[2] = static_cast<int64_t>(t.device().type());
    info[3] = t.device().index();
    info[4] = t.requires_grad();
    info[5] = t.is_leaf();
    info[6] = t.is_contiguous();
    info[7] = static_cast<int64_t>(t.element_size());
    TORCH_CHECK(t.dim() <= capacity, "more than ", capacity, " dimensions");
    for (int64_t i = 0; i < t.dim(); ++i) {
      sizes[i] = t.size(i);
      strides[i] = t.stride(i);
    }
  });
}

MGT_API int mgt_tensor_data(void* tensor, void** data) {
  return guarded("data_ptr", [&] { *data = static_cast<at::Tensor*>(tensor)->data_ptr(); });
}

MGT_API int mgt_tensor_from_bytes(const void* bytes, const int64_t* sizes, int32_t dims, int32_t dtype, void** out) {
  return guarded("tensor_from_bytes", [&] {
    auto options = at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype));
    auto t = at::empty(at::IntArrayRef(sizes, dims), options);
    if (t.numel() > 0) memcpy(t.data_ptr(), bytes, t.numel() * t.element_size());
    *out = own(t);
  });
}

// ---- autograd ----

MGT_API int mgt_set_requires_grad(void* tensor, int32_t value) {
  return guarded("requires_grad_", [&] { static_cast<at::Tensor*>(tensor)->requires_grad_(value != 0); });
}

MGT_API int mgt_grad(void* tensor, void** out) {
  return guarded("grad", [&] {
    const auto& g = static_cast<at::Tensor*>(tensor)->grad();
    *out = g.defined() ? own(g) : nullptr;
  });
}

MGT_API int mgt_set_grad(void* tensor, void* grad) {
  return guarded("set_grad", [&] {
    static_cast<at::Tensor*>(tensor)->mutable_grad() = grad ? *static_cast<at::Tensor*>(grad) : at::Tensor();
  });
}

MGT_API int mgt_backward(void** tensors, void** grads, int32_t count, int32_t retain_graph, int32_t create_graph) {
  return guarded("backward", [&] {
    torch::autograd::variable_list roots, seeds;
    for (int32_t i = 0; i < count; ++i) {
      roots.push_back(*static_cast<at::Tensor*>(tensors[i]));
      seeds.push_back(grads && grads[i] ? *static_cast<at::Tensor*>(grads[i]) : at::Tensor());
    }
    torch::autograd::backward(roots, seeds, retain_graph != 0, create_graph != 0);
  });
}

MGT_API int mgt_autograd_grad(void** outputs, void** grads, int32_t output_count, void** inputs, int32_t input_count,
                              int32_t retain_graph, int32_t create_graph, int32_t allow_unused, void** results) {
  return guarded("autograd.grad", [&] {
    torch::autograd::variable_list roots, seeds, leaves;
    for (int32_t i = 0; i < output_count; ++i) {
      roots.push_back(*static_cast<at::Tensor*>(outputs[i]));
      seeds.push_back(grads && grads[i] ? *static_cast<at::Tensor*>(grads[i]) : at::Tensor());
    }
    for (int32_t i = 0; i < input_count; ++i) leaves.push_back(*static_cast<at::Tensor*>(inputs[i]));
    auto g = torch::autograd::grad(roots, leaves, seeds, retain_graph != 0, create_graph != 0, allow_unused != 0);
    for (int32_t i = 0; i < input_count; ++i) results[i] = g[i].defined() ? own(g[i]) : nullptr;
  });
}

MGT_API int32_t mgt_grad_enabled() { return at::GradMode::is_enabled(); }
MGT_API void mgt_set_grad_enabled(int32_t value) { at::GradMode::set_enabled(value != 0); }
MGT_API void* mgt_inference_enter(int32_t enabled) { return new c10::InferenceMode(enabled != 0); }
MGT_API void mgt_inference_leave(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }

// ---- generators, devices, threads ----

MGT_API int mgt_generator_new(int32_t device_type, int32_t device_index, void** out) {
  return guarded("generator", [&] {
    if (device_type == 0) {
      *out = new at::Generator(at::make_generator<at::CPUGeneratorImpl>());
    } else {
      // A clone of the device's default generator: every backend supports that, and no CUDA header is needed.
      auto device = c10::Device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index));
      *out = new at::Generator(at::globalContext().defaultGenerator(device).clone());
    }
  });
}

MGT_API int mgt_generator_default(int32_t device_type, int32_t device_index, void** out) {
  return guarded("default generator", [&] {
    auto device = c10::Device(static_cast<c10::DeviceType>(device_type), static_cast<c10::DeviceIndex>(device_index));
    *out = new at::Generator(at::globalContext().defaultGenerator(device));
  });
}

MGT_API void mgt_generator_free(void* generator) { delete static_cast<at::Generator*>(generator); }

MGT_API int mgt_generator_seed(void* generator, uint64_t seed) {
  return guarded("manual_seed", [&] {
    auto& g = *static_cast<at::Generator*>(generator);
    std::lock_guard<std::mutex> lock(g.mutex());
    g.set_current_seed(seed);
  });
}

MGT_API int mgt_generator_initial_seed(void* generator, uint64_t* seed) {
  return guarded("initial_seed", [&] { *seed = static_cast<at::Generator*>(generator)->current_seed(); });
}

MGT_API int mgt_generator_get_state(void* generator, void** out) {
  return guarded("get_state", [&] {
    auto& g = *static_cast<at::Generator*>(generator);
    std::lock_guard<std::mutex> lock(g.mutex());
    *out = own(g.get_state());
  });
}

MGT_API int mgt_generator_set_state(void* generator, void* state) {
  return guarded("set_state", [&] {
    auto& g = *static_cast<at::Generator*>(generator);
    std::lock_guard<std::mutex> lock(g.mutex());
    g.set_state(*static_cast<at::Tensor*>(state));
  });
}

MGT_API int mgt_manual_seed_all(uint64_t seed) {
  return guarded("manual_seed", [&] { at::manual_seed(seed); });
}

MGT_API void mgt_set_num_threads(int32_t threads) { at::set_num_threads(threads); }
MGT_API int32_t mgt_get_num_threads() { return at::get_num_threads(); }
MGT_API void mgt_set_allow_tf32(int32_t value) {
  at::globalContext().setAllowTF32CuBLAS(value != 0);
  at::globalContext().setAllowTF32CuDNN(value != 0);
}
