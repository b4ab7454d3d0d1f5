// Weights of linear layers as the tiles of products.h read them, as an ATen operator of the namespace "magvit".

#include "fused_operators.h"
#include "products.h"

namespace mgt {

// Weights [N, K] to panels [ceil(N / 64), units of K, 64], each unit the numbers of one column; columns beyond N are 0.
template <typename Number>
void pack_panels(const Number* weight, int64_t outputs, int64_t inputs, Number* panels) {
  constexpr int64_t per = per_unit<Number>();
  at::parallel_for(0, panels_of(outputs), 1, [&](int64_t begin, int64_t end) {
    for (int64_t panel = begin; panel < end; ++panel) {
      Number* out = panels + panel * inputs * kPanel;
      for (int64_t j = 0; j < kPanel; ++j) {
        int64_t column = panel * kPanel + j;
        for (int64_t k = 0; k < inputs; ++k)
          out[(k / per * kPanel + j) * per + k % per] = column < outputs ? weight[column * inputs + k] : Number(0);
      }
    }
  });
}

// Weights [N, K] to bytes, 127 for the largest of each output.
template <typename Number>
at::Tensor pack_bytes(const at::Tensor& weight, const Number* numbers) {
  int64_t outputs = weight.size(0), inputs = weight.size(1), bytes = inputs * kPanel + static_cast<int64_t>(sizeof(Steps));
  at::Tensor panels = at::zeros({panels_of(outputs), bytes}, weight.options().dtype(at::kChar));
  at::parallel_for(0, panels_of(outputs), 1, [&](int64_t begin, int64_t end) {
    for (int64_t panel = begin; panel < end; ++panel) {
      auto* out = panels.data_ptr<int8_t>() + panel * bytes;
      auto* steps = reinterpret_cast<Steps*>(out + inputs * kPanel);
      for (int64_t j = 0; j < columns_of(outputs, panel); ++j) {
        const Number* column = numbers + (panel * kPanel + j) * inputs;
        float largest = 0, sum = 0;
        for (int64_t k = 0; k < inputs; ++k) largest = std::max(largest, std::abs(widen(column[k])));
        float size = largest > 0 ? largest / 127 : 1;
        for (int64_t k = 0; k < inputs; ++k) {
          float step = std::nearbyint(widen(column[k]) / size);
          out[(k / 4 * kPanel + j) * 4 + k % 4] = static_cast<int8_t>(step);
          sum += step;
        }
        steps->size[j] = size;
        steps->sum[j] = sum;
      }
    }
  });
  return panels;
}

at::Tensor pack(const at::Tensor& weight, bool bytes) {
  bool is_low = weight.scalar_type() == at::kBFloat16;
  check(weight, is_low ? at::kBFloat16 : at::kFloat, "weight");
  TORCH_CHECK(weight.dim() == 2 && (!is_low || weight.size(1) % 2 == 0), "weight: expected [N, K], of bfloat16 with an even K, got ", weight.sizes());
  int64_t outputs = weight.size(0), inputs = weight.size(1);
  if (bytes) {
    TORCH_CHECK(inputs % 4 == 0, "weight: expected a K that four divides for bytes, got ", weight.sizes());
    return is_low ? pack_bytes(weight, low(weight)) : pack_bytes(weight, weight.data_ptr<float>());
  }
  at::Tensor panels = at::empty({panels_of(outputs), inputs * kPanel}, weight.options());
  if (is_low)
    pack_panels(low(weight), outputs, inputs, low(panels));
  else
    pack_panels(weight.data_ptr<float>(), outputs, inputs, panels.data_ptr<float>());
  return panels;
}

}  // namespace mgt

TORCH_LIBRARY_FRAGMENT(magvit, library) { library.def("pack(Tensor weight, bool bytes=False) -> Tensor"); }

TORCH_LIBRARY_IMPL(magvit, CPU, library) { library.impl("pack", mgt::pack); }
