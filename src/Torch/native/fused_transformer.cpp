// GELU and LayerNorm of the masked transformer in bfloat16 on the CPU, as ATen operators of the namespace "magvit": what ordinary operators write to
// memory and read again several times, these do in one go, with float32 inside. bias_gelu has gradients. C# has the same out of
// ordinary operators (src/Torch/Extensions/OrdinaryOperators.cs), which the tests compare them with and which runs everywhere else.

#include "fused_operators.h"

#include <torch/csrc/autograd/custom_function.h>

namespace mgt {

// gelu(y + bias) by the tanh approximation: x (1 + tanh u) / 2 = x / (1 + e^-2u).
MGT_CLONES void bias_gelu_rows(const uint16_t* __restrict y, const uint16_t* __restrict bias, int64_t rows, int64_t width, uint16_t* __restrict out) {
  for (int64_t i = 0; i < rows; ++i, y += width, out += width)
    for (int64_t j = 0; j < width; ++j) {
      float x = widen(y[j]) + widen(bias[j]);
      float u = 0.7978845608028654f * (x + 0.044715f * x * x * x);
      out[j] = narrow(x / (1.0f + exponential(-2.0f * u)));
    }
}

// Its derivative times the gradients of what came out.
MGT_CLONES void bias_gelu_gradient_rows(const uint16_t* __restrict y, const uint16_t* __restrict bias, const uint16_t* __restrict gradients, int64_t rows,
                                        int64_t width, uint16_t* __restrict out) {
  for (int64_t i = 0; i < rows; ++i, y += width, gradients += width, out += width)
    for (int64_t j = 0; j < width; ++j) {
      float x = widen(y[j]) + widen(bias[j]);
      float u = 0.7978845608028654f * (x + 0.044715f * x * x * x), slope = 0.7978845608028654f * (1.0f + 0.134145f * x * x);
      float share = 1.0f / (1.0f + exponential(-2.0f * u));
      out[j] = narrow(widen(gradients[j]) * (share + 2.0f * x * slope * share * (1.0f - share)));
    }
}

// LayerNorm(x + y + bias): x is the float32 stream of residuals, y a product in bfloat16.
MGT_CLONES void add_norm_rows(const float* x, const uint16_t* y, const uint16_t* bias, const float* weight, const float* offset, float epsilon,
                              int64_t rows, int64_t width, float* out) {
  for (int64_t i = 0; i < rows; ++i) add_norm_row(x + i * width, y + i * width, bias, weight, offset, epsilon, width, out + i * width);
}

at::Tensor bias_gelu(const at::Tensor& y, const at::Tensor& bias) {
  check(y, at::kBFloat16, "y");
  check(bias, at::kBFloat16, "bias");
  int64_t width = bias.numel();
  TORCH_CHECK(bias.dim() == 1 && y.dim() > 0 && y.size(-1) == width, "y ", y.sizes(), " does not fit bias ", bias.sizes());
  at::Tensor out = at::empty_like(y);
  at::parallel_for(0, y.numel() / std::max<int64_t>(1, width), grain(width), [&](int64_t begin, int64_t end) {
    bias_gelu_rows(low(y) + begin * width, low(bias), end - begin, width, low(out) + begin * width);
  });
  return out;
}

at::Tensor add_norm(const at::Tensor& x, const at::Tensor& y, const at::Tensor& bias, const at::Tensor& weight, const at::Tensor& offset, double epsilon) {
  check(x, at::kFloat, "x");
  check(y, at::kBFloat16, "y");
  check(bias, at::kBFloat16, "bias");
  check(weight, at::kFloat, "weight");
  check(offset, at::kFloat, "offset");
  int64_t width = weight.numel();
  TORCH_CHECK(x.dim() > 0 && x.size(-1) == width && x.sizes() == y.sizes() && bias.numel() == width && offset.numel() == width,
              "x ", x.sizes(), ", y ", y.sizes(), ", bias ", bias.sizes(), ", weight ", weight.sizes(), " and offset ", offset.sizes(), " do not fit");
  at::Tensor out = at::empty_like(x);
  at::parallel_for(0, x.numel() / std::max<int64_t>(1, width), grain(width), [&](int64_t begin, int64_t end) {
    int64_t at = begin * width;
    add_norm_rows(x.data_ptr<float>() + at, low(y) + at, low(bias), weight.data_ptr<float>(), offset.data_ptr<float>(),
                  static_cast<float>(epsilon), end - begin, width, out.data_ptr<float>() + at);
  });
  return out;
}

struct BiasGelu : torch::autograd::Function<BiasGelu> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& y, const at::Tensor& bias) {
    at::AutoDispatchBelowADInplaceOrView below;
    context->save_for_backward({y, bias});
    return bias_gelu(y, bias);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    auto saved = context->get_saved_variables();
    at::Tensor y = saved[0], bias = saved[1], given = gradients[0].contiguous(), out = at::empty_like(y);
    int64_t width = bias.numel();
    at::parallel_for(0, y.numel() / std::max<int64_t>(1, width), grain(width), [&](int64_t begin, int64_t end) {
      bias_gelu_gradient_rows(low(y) + begin * width, low(bias), low(given) + begin * width, end - begin, width, low(out) + begin * width);
    });
    return {out, out.view({-1, width}).sum(0, false, at::kFloat).to(at::kBFloat16)};
  }
};

at::Tensor bias_gelu_with_gradients(const at::Tensor& y, const at::Tensor& bias) { return BiasGelu::apply(y, bias); }

}  // namespace mgt

TORCH_LIBRARY_FRAGMENT(magvit, library) {
  library.def("bias_gelu(Tensor y, Tensor bias) -> Tensor");
  library.def("add_norm(Tensor x, Tensor y, Tensor bias, Tensor weight, Tensor offset, float epsilon) -> Tensor");
}

TORCH_LIBRARY_IMPL(magvit, CPU, library) {
  library.impl("bias_gelu", mgt::bias_gelu);
  library.impl("add_norm", mgt::add_norm);
}

TORCH_LIBRARY_IMPL(magvit, AutogradCPU, library) {
  library.impl("bias_gelu", mgt::bias_gelu_with_gradients);
}
