// Linear layers of networks that are only used, as ATen operators of the namespace "magvit": weights are packed once, and bias, GELU, residual and LayerNorm
// are done while a block of the product is in the cache. bfloat16 where the processor multiplies it, else float32; sums in float32. C# has the same out of
// ordinary operators (src/Torch/Extensions/OrdinaryOperators.cs).

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

at::Tensor pack(const at::Tensor& weight) {
  bool is_low = weight.scalar_type() == at::kBFloat16;
  check(weight, is_low ? at::kBFloat16 : at::kFloat, "weight");
  TORCH_CHECK(weight.dim() == 2 && (!is_low || weight.size(1) % 2 == 0), "weight: expected [N, K], of bfloat16 with an even K, got ", weight.sizes());
  int64_t outputs = weight.size(0), inputs = weight.size(1);
  at::Tensor panels = at::empty({panels_of(outputs), inputs * kPanel}, weight.options());
  if (is_low)
    pack_panels(low(weight), outputs, inputs, low(panels));
  else
    pack_panels(weight.data_ptr<float>(), outputs, inputs, panels.data_ptr<float>());
  return panels;
}

// Rows of a product, float32 sums, as they are written: with their bias, and GELU (its tanh approximation, x / (1 + e^-2u)) where it is asked for.
constexpr float kGeluSlope = 0.7978845608028654f, kGeluCube = 0.044715f;

MGT_CLONES void finish(const float* __restrict sums, const float* __restrict bias, int64_t rows, int64_t width, bool is_gelu, float* __restrict out,
                       int64_t stride) {
  for (int64_t i = 0; i < rows; ++i, sums += kPanel, out += stride)
    if (is_gelu)
      for (int64_t j = 0; j < width; ++j) {
        float x = sums[j] + bias[j], u = kGeluSlope * (x + kGeluCube * x * x * x);
        out[j] = x / (1.0f + exponential(-2.0f * u));
      }
    else
      for (int64_t j = 0; j < width; ++j) out[j] = sums[j] + bias[j];
}

#ifdef MGT_HAS_TILES
MGT_BF16 MGT_INLINE __m512 gelu(__m512 x) {
  constexpr float kFactor = -2.0f * kGeluSlope * 1.44269504088896341f;
  __m512 slope = _mm512_fmadd_ps(_mm512_mul_ps(x, x), _mm512_set1_ps(kFactor * kGeluCube), _mm512_set1_ps(kFactor));
  return _mm512_div_ps(x, _mm512_add_ps(_mm512_set1_ps(1.0f), power_of_two(_mm512_mul_ps(x, slope))));
}

MGT_BF16 void finish(const float* sums, const float* bias, int64_t rows, int64_t width, bool is_gelu, uint16_t* out, int64_t stride) {
  int64_t whole = width / kVector * kVector;
  auto rest = static_cast<__mmask16>((1u << (width - whole)) - 1);
  for (int64_t i = 0; i < rows; ++i, sums += kPanel, out += stride) {
    for (int64_t j = 0; j < whole; j += kVector) {
      __m512 x = _mm512_add_ps(_mm512_loadu_ps(sums + j), _mm512_loadu_ps(bias + j));
      store_low(is_gelu ? gelu(x) : x, out + j);
    }
    if (rest != 0) {
      __m512 x = _mm512_add_ps(_mm512_maskz_loadu_ps(rest, sums + whole), _mm512_maskz_loadu_ps(rest, bias + whole));
      _mm256_mask_storeu_epi16(out + whole, rest, reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(is_gelu ? gelu(x) : x)));
    }
  }
}
#else
void finish(const float*, const float*, int64_t, int64_t, bool, uint16_t*, int64_t) {}   // never reached: no tile of bfloat16 numbers
#endif

MGT_CLONES void add_norm_sums(const float* x, const float* sums, int64_t stride, const float* bias, const float* weight, const float* offset, float epsilon,
                              int64_t rows, int64_t width, float* out) {
  for (int64_t i = 0; i < rows; ++i) add_norm_row(x + i * width, sums + i * stride, bias, weight, offset, epsilon, width, out + i * width);
}

MGT_CLONES void narrow_all(const float* __restrict x, int64_t count, uint16_t* __restrict out) {
  for (int64_t i = 0; i < count; ++i) out[i] = narrow(x[i]);
}

// A product's factors, checked.
struct Factors {
  const at::Tensor& x;
  const at::Tensor& packed;
  int64_t rows, inputs, units;
  Tile tile;
  bool narrows;                         // x is float32 where the weights are bfloat16

  Factors(const at::Tensor& given, const at::Tensor& panels, int64_t outputs) : x(given), packed(panels) {
    at::ScalarType type = packed.scalar_type();
    check(packed, type, "packed");
    narrows = type == at::kBFloat16 && x.scalar_type() == at::kFloat;
    check(x, narrows ? at::kFloat : type, "x");
    tile = tile_of(type);
    TORCH_CHECK(tile != nullptr, "this processor multiplies no packed weights of ", type);
    TORCH_CHECK(x.dim() > 0 && packed.dim() == 2 && packed.size(0) == panels_of(outputs) && packed.size(1) == x.size(-1) * kPanel, "x ", x.sizes(),
                " and packed ", packed.sizes(), " do not fit ", outputs, " outputs");
    inputs = x.size(-1);
    rows = inputs == 0 ? 0 : x.numel() / inputs;
    units = inputs / (type == at::kBFloat16 ? 2 : 1);
  }

  const uint32_t* panel(int64_t p) const { return reinterpret_cast<const uint32_t*>(packed.data_ptr()) + p * units * kPanel; }

  // Rows that a thread takes at a time: they stay in its cache while all panels pass, and every thread has as many to do.
  int64_t chunk(int64_t bytes) const {
    int64_t threads = at::get_num_threads(), most = std::max<int64_t>(kTileRows, (1 << 18) / bytes);
    int64_t share = std::max<int64_t>(1, (rows + threads - 1) / threads), parts = (share + most - 1) / most;
    return ((share + parts - 1) / parts + kTileRows - 1) / kTileRows * kTileRows;
  }

  // Rows from `start` in the type of the weights; `scratch` takes them when they have to be rounded.
  const uint32_t* factor(int64_t start, int64_t count, std::vector<uint16_t>& scratch) const {
    if (!narrows) return reinterpret_cast<const uint32_t*>(x.data_ptr()) + start * units;
    scratch.resize(count * inputs);
    narrow_all(x.data_ptr<float>() + start * inputs, count * inputs, scratch.data());
    return reinterpret_cast<const uint32_t*>(scratch.data());
  }
};

// Chunks of rows, shared out among the threads: `work(start, count, factor)`.
template <typename Work>
void for_chunks(const Factors& factors, int64_t bytes, Work work) {
  int64_t chunk = factors.chunk(bytes), chunks = (factors.rows + chunk - 1) / chunk;
  at::parallel_for(0, chunks, 1, [&](int64_t begin, int64_t end) {
    std::vector<uint16_t> scratch;
    for (int64_t c = begin; c < end; ++c) {
      int64_t start = c * chunk, count = std::min(chunk, factors.rows - start);
      work(start, count, factors.factor(start, count, scratch));
    }
  });
}

at::Tensor linear(const at::Tensor& x, const at::Tensor& packed, const c10::optional<at::Tensor>& bias, int64_t outputs, bool gelu, bool full) {
  Factors factors(x, packed, outputs);
  std::vector<float> offsets(panels_of(outputs) * kPanel);
  if (bias.has_value()) {
    check(*bias, at::kFloat, "bias");
    TORCH_CHECK(bias->numel() == outputs, "bias: expected ", outputs, " numbers, got ", bias->sizes());
    std::copy_n(bias->data_ptr<float>(), outputs, offsets.data());
  }
  std::vector<int64_t> shape = x.sizes().vec();
  shape.back() = outputs;
  bool is_low = packed.scalar_type() == at::kBFloat16 && !full;
  at::Tensor out = at::empty(shape, x.options().dtype(is_low ? at::kBFloat16 : at::kFloat));
  for_chunks(factors, factors.units * 4, [&](int64_t start, int64_t count, const uint32_t* factor) {
    float sums[kTileRows * kPanel];
    for (int64_t p = 0; p * kPanel < outputs; ++p) {
      int64_t column = p * kPanel, width = columns_of(outputs, p);
      for (int64_t i = 0; i < count; i += kTileRows) {
        int64_t rows = std::min(kTileRows, count - i), at = (start + i) * outputs + column;
        factors.tile(factor + i * factors.units, factors.units, rows, factors.panel(p), factors.units, width, sums, kPanel);
        if (is_low)
          finish(sums, offsets.data() + column, rows, width, gelu, low(out) + at, outputs);
        else
          finish(sums, offsets.data() + column, rows, width, gelu, out.data_ptr<float>() + at, outputs);
      }
    }
  });
  return out;
}

at::Tensor linear_add_norm(const at::Tensor& x, const at::Tensor& packed, const at::Tensor& bias, const at::Tensor& residual, const at::Tensor& weight,
                           const at::Tensor& offset, double epsilon) {
  int64_t outputs = weight.numel();
  Factors factors(x, packed, outputs);
  check(bias, at::kFloat, "bias");
  check(residual, at::kFloat, "residual");
  check(weight, at::kFloat, "weight");
  check(offset, at::kFloat, "offset");
  TORCH_CHECK(bias.numel() == outputs && offset.numel() == outputs && residual.dim() > 0 && residual.size(-1) == outputs &&
                  residual.numel() == factors.rows * outputs,
              "bias ", bias.sizes(), ", residual ", residual.sizes(), ", weight ", weight.sizes(), " and offset ", offset.sizes(), " do not fit x ", x.sizes());
  at::Tensor out = at::empty_like(residual);
  int64_t stride = panels_of(outputs) * kPanel;
  for_chunks(factors, std::max(factors.units, stride) * 4, [&](int64_t start, int64_t count, const uint32_t* factor) {
    std::vector<float> sums(count * stride);
    for (int64_t p = 0; p * kPanel < outputs; ++p)
      for (int64_t i = 0; i < count; i += kTileRows)
        factors.tile(factor + i * factors.units, factors.units, std::min(kTileRows, count - i), factors.panel(p), factors.units,
                     columns_of(outputs, p), sums.data() + i * stride + p * kPanel, stride);
    add_norm_sums(residual.data_ptr<float>() + start * outputs, sums.data(), stride, bias.data_ptr<float>(), weight.data_ptr<float>(),
                  offset.data_ptr<float>(), static_cast<float>(epsilon), count, outputs, out.data_ptr<float>() + start * outputs);
  });
  return out;
}

}  // namespace mgt

TORCH_LIBRARY_FRAGMENT(magvit, library) {
  library.def("pack(Tensor weight) -> Tensor");
  library.def("linear(Tensor x, Tensor packed, Tensor? bias, int outputs, bool gelu, bool full) -> Tensor");
  library.def("linear_add_norm(Tensor x, Tensor packed, Tensor bias, Tensor residual, Tensor weight, Tensor offset, float epsilon) -> Tensor");
}

TORCH_LIBRARY_IMPL(magvit, CPU, library) {
  library.impl("pack", mgt::pack);
  library.impl("linear", mgt::linear);
  library.impl("linear_add_norm", mgt::linear_add_norm);
}
