// Linear layers of networks that are trained, as an ATen operator of the namespace "magvit" with gradients: the products of products.h, for which both factors are
// packed at every call, in float32 where the processor has AVX-512 or bfloat16 where it multiplies that; by AVX2 the library's are as fast, and are taken. Weights
// are of any type; gradients of float32 weights are float32 sums. A result does not depend on the rows beside its own, nor a gradient on the number of threads.

#include "fused_operators.h"
#include "packing.h"

#include <torch/csrc/autograd/custom_function.h>

namespace mgt {

constexpr int64_t kDeep = 512;         // units of rows that are summed at a time, so that both factors stay in a core's cache
constexpr int64_t kApart = kDeep + 16; // how far apart rows of them are: a power of two would have them share a few lines of the cache
constexpr int64_t kOutputs = 96;       // outputs whose gradients one thread sums at a time

bool is_ours(const at::Tensor& x, const at::Tensor& weight) {
  bool is_low = x.scalar_type() == at::kBFloat16;
  return x.device().is_cpu() && (is_low || x.scalar_type() == at::kFloat) && has_avx512() && tile_of(x.scalar_type()) != nullptr && x.numel() > 0 &&
         (!is_low || (weight.size(0) % 2 == 0 && weight.size(1) % 2 == 0));
}

at::Tensor library(const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias) {
  c10::optional<at::Tensor> same;
  if (bias) same = bias->to(x.scalar_type());
  return at::linear(x, weight.to(x.scalar_type()), same);
}

at::Tensor dense(const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias) {
  TORCH_CHECK(x.dim() > 0 && weight.dim() == 2 && x.size(-1) == weight.size(1) && (!bias || bias->numel() == weight.size(0)),
              "expected rows [..., K], a weight [N, K] and a bias [N], got ", x.sizes(), ", ", weight.sizes(), bias ? " and " : "", bias ? bias->sizes() : at::IntArrayRef());
  if (!is_ours(x, weight)) return library(x, weight, bias);
  c10::optional<at::Tensor> added;
  if (bias) added = bias->to(at::kFloat).contiguous();
  return linear(x.contiguous(), pack(weight.to(x.scalar_type()).contiguous(), false), added, weight.size(0), false, false);
}

MGT_CLONES void add_rows(const float* __restrict sums, int64_t rows, int64_t width, bool is_first, float* __restrict out, int64_t stride) {
  for (int64_t i = 0; i < rows; ++i, sums += kPanel, out += stride)
    if (is_first)
      for (int64_t j = 0; j < width; ++j) out[j] = sums[j];
    else
      for (int64_t j = 0; j < width; ++j) out[j] += sums[j];
}

// [outputs, inputs] = the sum over rows of the gradient [rows, outputs] by x [rows, inputs]. A few rows at a time: x is packed once for all threads, and each thread
// stands the gradients of a few outputs up.
template <typename Number>
void weight_gradient(const Number* gradient, const Number* x, at::ScalarType type, int64_t rows, int64_t outputs, int64_t inputs, float* out) {
  constexpr int64_t per = per_unit<Number>();
  Tile tile = tile_of(type);
  int64_t threads = at::get_num_threads(), share = (outputs + threads - 1) / threads, parts = (share + kOutputs - 1) / kOutputs;
  int64_t chunk = ((share + parts - 1) / parts + kTileRows - 1) / kTileRows * kTileRows, panels = panels_of(inputs);
  std::vector<uint32_t> packed(panels * kDeep * kPanel);
  for (int64_t row = 0; row < rows; row += kDeep * per) {
    int64_t some = std::min(kDeep * per, rows - row), deep = (some + per - 1) / per;
    pack_rows(x + row * inputs, some, inputs, packed.data());
    at::parallel_for(0, (outputs + chunk - 1) / chunk, 1, [&](int64_t begin, int64_t end) {
      std::vector<uint32_t> lying(per > 1 ? kDeep * chunk : 0), standing(chunk * kApart);
      float sums[kTileRows * kPanel];
      for (int64_t c = begin; c < end; ++c) {
        int64_t start = c * chunk, count = std::min(chunk, outputs - start);
        const Number* from = gradient + row * outputs + start;
        if (per == 1) {
          transpose(reinterpret_cast<const uint32_t*>(from), outputs, deep, count, standing.data(), kApart);
        } else {
          for (int64_t i = 0; i < deep; ++i, from += per * outputs) units_of(from, i * per + 1 < some ? from + outputs : nullptr, count, lying.data() + i * count);
          transpose(lying.data(), count, deep, count, standing.data(), kApart);
        }
        for (int64_t p = 0; p < panels; ++p) {
          int64_t width = columns_of(inputs, p);
          for (int64_t i = 0; i < count; i += kTileRows) {
            int64_t tall = std::min(kTileRows, count - i);
            tile(standing.data() + i * kApart, kApart, tall, packed.data() + p * deep * kPanel, deep, width, sums, kPanel);
            add_rows(sums, tall, width, row == 0, out + (start + i) * inputs + p * kPanel, inputs);
          }
        }
      }
    });
  }
}

struct Dense : torch::autograd::Function<Dense> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias) {
    at::AutoDispatchBelowADInplaceOrView below;
    context->save_for_backward({x, weight});
    context->saved_data["has_bias"] = bias.has_value();
    return dense(x, weight, bias);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    auto saved = context->get_saved_variables();
    int64_t outputs = saved[1].size(0), inputs = saved[1].size(1);
    at::Tensor x = saved[0].reshape({-1, inputs}), weight = saved[1], given = gradients[0].reshape({-1, outputs}), to_x, to_weight, to_bias;
    bool has_bias = context->saved_data["has_bias"].toBool();
    if (at::GradMode::is_enabled()) {  // gradients of gradients are asked for: the library's have them
      to_x = at::matmul(given, weight.to(given.scalar_type()));
      to_weight = at::matmul(given.t(), x).to(weight.scalar_type());
    } else {
      given = given.contiguous();
      if (context->needs_input_grad(0)) to_x = linear(given, pack_rows(weight.to(given.scalar_type()).contiguous()), {}, inputs, false, false);
      if (context->needs_input_grad(1)) {
        at::Tensor lying = x.contiguous(), sums = at::empty({outputs, inputs}, x.options().dtype(at::kFloat));
        if (given.scalar_type() == at::kFloat)
          weight_gradient(given.data_ptr<float>(), lying.data_ptr<float>(), at::kFloat, x.size(0), outputs, inputs, sums.data_ptr<float>());
        else
          weight_gradient(low(given), low(lying), at::kBFloat16, x.size(0), outputs, inputs, sums.data_ptr<float>());
        to_weight = sums.to(weight.scalar_type());
      }
    }
    if (has_bias && context->needs_input_grad(2)) to_bias = given.sum(0, false, at::kFloat);
    return {to_x.defined() ? to_x.view_as(saved[0]) : to_x, to_weight, to_bias};
  }
};

at::Tensor dense_with_gradients(const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias) {
  bool has_gradients = at::GradMode::is_enabled() && (x.requires_grad() || weight.requires_grad() || (bias && bias->requires_grad()));
  if (!has_gradients || x.dim() == 0 || weight.dim() != 2) return dense(x, weight, bias);
  return is_ours(x, weight) ? Dense::apply(x, weight, bias) : library(x, weight, bias);
}

}  // namespace mgt

TORCH_LIBRARY_FRAGMENT(magvit, library) { library.def("dense(Tensor x, Tensor weight, Tensor? bias) -> Tensor"); }

TORCH_LIBRARY_IMPL(magvit, CPU, library) { library.impl("dense", mgt::dense); }

TORCH_LIBRARY_IMPL(magvit, AutogradCPU, library) { library.impl("dense", mgt::dense_with_gradients); }
