// Factors as the tiles of products.h read them; of weights of linear layers an ATen operator of the namespace "magvit".

#include "packing.h"

#include "fused_operators.h"

namespace mgt {

#ifdef MGT_HAS_TILES
constexpr int64_t kSquare = 8;         // units that are turned around at a time

__attribute__((target("avx2"))) void transpose_square(const uint32_t* in, int64_t stride, uint32_t* out, int64_t out_stride) {
  __m256 rows[kSquare], pairs[kSquare], fours[kSquare];
  for (int64_t i = 0; i < kSquare; ++i) rows[i] = _mm256_loadu_ps(reinterpret_cast<const float*>(in + i * stride));
  for (int64_t i = 0; i < kSquare; i += 2) {
    pairs[i] = _mm256_unpacklo_ps(rows[i], rows[i + 1]);
    pairs[i + 1] = _mm256_unpackhi_ps(rows[i], rows[i + 1]);
  }
  for (int64_t i = 0; i < kSquare; i += 4)
    for (int64_t half = 0; half < 2; ++half) {
      fours[i + 2 * half] = _mm256_shuffle_ps(pairs[i + half], pairs[i + half + 2], 0x44);
      fours[i + 2 * half + 1] = _mm256_shuffle_ps(pairs[i + half], pairs[i + half + 2], 0xee);
    }
  for (int64_t i = 0; i < kSquare / 2; ++i) {
    _mm256_storeu_ps(reinterpret_cast<float*>(out + i * out_stride), _mm256_permute2f128_ps(fours[i], fours[i + 4], 0x20));
    _mm256_storeu_ps(reinterpret_cast<float*>(out + (i + 4) * out_stride), _mm256_permute2f128_ps(fours[i], fours[i + 4], 0x31));
  }
}
#endif

void transpose(const uint32_t* in, int64_t stride, int64_t rows, int64_t columns, uint32_t* out, int64_t out_stride) {
  int64_t whole_rows = 0, whole_columns = 0;
#ifdef MGT_HAS_TILES
  if (tile_of(at::kFloat) != nullptr) {
    whole_rows = rows / kSquare * kSquare;
    whole_columns = columns / kSquare * kSquare;
  }
  for (int64_t i = 0; i < whole_rows; i += kSquare)
    for (int64_t j = 0; j < whole_columns; j += kSquare) transpose_square(in + i * stride + j, stride, out + j * out_stride + i, out_stride);
#endif
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = i < whole_rows ? whole_columns : 0; j < columns; ++j) out[j * out_stride + i] = in[i * stride + j];
}

MGT_CLONES void units_of(const uint16_t* __restrict above, const uint16_t* __restrict below, int64_t count, uint32_t* __restrict out) {
  if (below == nullptr)
    for (int64_t j = 0; j < count; ++j) out[j] = above[j];
  else
    for (int64_t j = 0; j < count; ++j) out[j] = above[j] | static_cast<uint32_t>(below[j]) << 16;
}

void units_of(const float* above, const float*, int64_t count, uint32_t* out) { std::memcpy(out, above, count * sizeof(float)); }

// Columns beyond the last are 0.
void pack_panels(const uint32_t* weight, int64_t outputs, int64_t units, uint32_t* panels) {
  at::parallel_for(0, panels_of(outputs), 1, [&](int64_t begin, int64_t end) {
    for (int64_t p = begin; p < end; ++p) {
      int64_t width = columns_of(outputs, p);
      uint32_t* out = panels + p * units * kPanel;
      if (width < kPanel) std::fill_n(out, units * kPanel, 0);
      transpose(weight + p * kPanel * units, units, width, units, out, kPanel);
    }
  });
}

template <typename Number>
void pack_numbers(const Number* numbers, int64_t rows, int64_t columns, uint32_t* panels) {
  constexpr int64_t per = per_unit<Number>();
  int64_t units = (rows + per - 1) / per;
  at::parallel_for(0, units, grain(columns), [&](int64_t begin, int64_t end) {
    for (int64_t u = begin; u < end; ++u)
      for (int64_t p = 0; p < panels_of(columns); ++p) {
        int64_t width = columns_of(columns, p);
        const Number* above = numbers + u * per * columns + p * kPanel;
        uint32_t* out = panels + (p * units + u) * kPanel;
        units_of(above, u * per + 1 < rows ? above + columns : nullptr, width, out);
        std::fill_n(out + width, kPanel - width, 0);
      }
  });
}

void pack_rows(const float* rows, int64_t count, int64_t columns, uint32_t* panels) { pack_numbers(rows, count, columns, panels); }
void pack_rows(const uint16_t* rows, int64_t count, int64_t columns, uint32_t* panels) { pack_numbers(rows, count, columns, panels); }

at::Tensor pack_rows(const at::Tensor& rows) {
  bool is_low = rows.scalar_type() == at::kBFloat16;
  check(rows, is_low ? at::kBFloat16 : at::kFloat, "rows");
  int64_t per = is_low ? 2 : 1, count = rows.size(0), columns = rows.size(1);
  at::Tensor panels = at::empty({panels_of(columns), (count + per - 1) / per * per * kPanel}, rows.options());
  auto* out = static_cast<uint32_t*>(panels.data_ptr());
  if (is_low)
    pack_rows(low(rows), count, columns, out);
  else
    pack_rows(rows.data_ptr<float>(), count, columns, out);
  return panels;
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
  pack_panels(static_cast<const uint32_t*>(weight.data_ptr()), outputs, inputs * weight.element_size() / 4, static_cast<uint32_t*>(panels.data_ptr()));
  return panels;
}

}  // namespace mgt

TORCH_LIBRARY_FRAGMENT(magvit, library) { library.def("pack(Tensor weight, bool bytes=False) -> Tensor"); }

TORCH_LIBRARY_IMPL(magvit, CPU, library) { library.impl("pack", mgt::pack); }
