// One update of AdamW (Loshchilov & Hutter 2019) of float32 parameters on the CPU in one pass over memory, where lists of ordinary operators take nine. The twin out
// of those is in src/Torch/optim/AdamW.cs.

#include "fused_operators.h"

namespace mgt {

namespace {

constexpr int64_t kPart = 32768;       // numbers that a thread takes at a time

struct Rates {
  float keep, beta1, beta2, rate, root, epsilon;
};

}  // namespace

// p = keep p - rate m / (root sqrt(v) + epsilon), of new averages m of gradients and v of their squares.
MGT_CLONES void adamw_row(float* __restrict p, const float* __restrict g, float* __restrict m, float* __restrict v, int64_t count, const Rates* by) {
  const float keep = by->keep, beta1 = by->beta1, beta2 = by->beta2, rate = by->rate, root = by->root, epsilon = by->epsilon;
  for (int64_t i = 0; i < count; ++i) {
    float mean = m[i] * beta1 + g[i] * (1.0f - beta1), square = v[i] * beta2 + g[i] * g[i] * (1.0f - beta2);
    m[i] = mean;
    v[i] = square;
    p[i] = p[i] * keep - rate * mean / (std::sqrt(square) * root + epsilon);
  }
}

void adamw(at::TensorList parameters, at::TensorList gradients, at::TensorList means, at::TensorList squares, double lr, double beta1, double beta2, double epsilon,
           double decay, int64_t step) {
  TORCH_CHECK(gradients.size() == parameters.size() && means.size() == parameters.size() && squares.size() == parameters.size(),
              "expected a gradient and two averages for each parameter, got ", parameters.size(), ", ", gradients.size(), ", ", means.size(), " and ", squares.size());
  struct Part {
    float *p, *m, *v;
    const float* g;
    int64_t count;
  };
  std::vector<Part> parts;
  for (size_t i = 0; i < parameters.size(); ++i) {
    int64_t count = parameters[i].numel();
    check(parameters[i], at::kFloat, "parameter");
    for (const at::Tensor& other : {gradients[i], means[i], squares[i]}) {
      check(other, at::kFloat, "gradient or average");
      TORCH_CHECK(other.numel() == count, "a parameter of ", count, " numbers has a gradient or average of ", other.numel());
    }
    for (int64_t at = 0; at < count; at += kPart)
      parts.push_back({parameters[i].data_ptr<float>() + at, means[i].data_ptr<float>() + at, squares[i].data_ptr<float>() + at,
                       gradients[i].data_ptr<float>() + at, std::min(kPart, count - at)});
  }
  auto steps = static_cast<double>(step);
  const Rates by{static_cast<float>(1 - lr * decay), static_cast<float>(beta1), static_cast<float>(beta2), static_cast<float>(lr / (1 - std::pow(beta1, steps))),
                 static_cast<float>(1 / std::sqrt(1 - std::pow(beta2, steps))), static_cast<float>(epsilon)};
  at::parallel_for(0, static_cast<int64_t>(parts.size()), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) adamw_row(parts[i].p, parts[i].g, parts[i].m, parts[i].v, parts[i].count, &by);
  });
}

}  // namespace mgt

TORCH_LIBRARY_FRAGMENT(magvit, library) {
  library.def("adamw(Tensor(a!)[] parameters, Tensor[] gradients, Tensor(b!)[] means, Tensor(c!)[] squares, float lr, float beta1, float beta2, float epsilon, "
              "float decay, int step) -> ()");
}

TORCH_LIBRARY_IMPL(magvit, CPU, library) { library.impl("adamw", mgt::adamw); }
