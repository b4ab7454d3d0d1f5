// Linear layers of networks that are only used, as ATen operators of the namespace "magvit": weights are packed once, and bias, GELU, residual and LayerNorm
// are done while a block of the product is in the cache. bfloat16 where the processor multiplies it, else float32; sums in float32. On wish weights are bytes, with
// a scale for each output, and rows are rounded to bytes, each by its own lowest and highest number. C# has the same out of ordinary operators
// (src/Torch/Extensions/OrdinaryOperators.cs).

#include "fused_operators.h"
#include "packing.h"

namespace mgt {

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

// Rows as bytes: row = lowest + step * byte. K is a multiple of four.
struct Bytes {
  std::vector<uint8_t> numbers;
  std::vector<float> lowest, step;
};

#ifdef MGT_HAS_TILES
MGT_AVX512 MGT_INLINE __m512 load(const float* x, __mmask16 lanes) { return _mm512_maskz_loadu_ps(lanes, x); }

MGT_AVX512 MGT_INLINE __m512 load(const uint16_t* x, __mmask16 lanes) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(lanes, x)), 16));
}

template <typename Number>
MGT_AVX512 void round_rows(const Number* x, int64_t rows, int64_t width, Bytes& out) {
  for (int64_t i = 0; i < rows; ++i, x += width) {
    __m512 least = _mm512_set1_ps(std::numeric_limits<float>::max()), most = _mm512_set1_ps(std::numeric_limits<float>::lowest());
    for (int64_t j = 0; j < width; j += kVector) {
      auto lanes = static_cast<__mmask16>(width - j >= kVector ? 0xffff : (1 << (width - j)) - 1);
      __m512 numbers = load(x + j, lanes);
      least = _mm512_mask_min_ps(least, lanes, least, numbers);
      most = _mm512_mask_max_ps(most, lanes, most, numbers);
    }
    float lowest = _mm512_reduce_min_ps(least), range = _mm512_reduce_max_ps(most) - lowest, step = range > 0 ? range / 255 : 1;
    __m512 from = _mm512_set1_ps(lowest), rate = _mm512_set1_ps(1 / step);
    for (int64_t j = 0; j < width; j += kVector) {
      auto lanes = static_cast<__mmask16>(width - j >= kVector ? 0xffff : (1 << (width - j)) - 1);
      __m512i steps = _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_sub_ps(load(x + j, lanes), from), rate));
      _mm512_mask_cvtusepi32_storeu_epi8(out.numbers.data() + i * width + j, lanes, steps);
    }
    out.lowest[i] = lowest;
    out.step[i] = step;
  }
}
#else
template <typename Number>
void round_rows(const Number*, int64_t, int64_t, Bytes&) {}   // never reached: no tile of bytes
#endif

// Sums of products of bytes to sums of what they stand for.
MGT_CLONES void unround(float* __restrict sums, int64_t stride, int64_t rows, int64_t width, const float* __restrict lowest, const float* __restrict step,
                        const float* __restrict size, const float* __restrict sum) {
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < width; ++j) sums[i * stride + j] = (sums[i * stride + j] * step[i] + lowest[i] * sum[j]) * size[j];
}

// A product's factors, checked.
class Factors {
 public:
  int64_t rows, inputs, units;

  Factors(const at::Tensor& given, const at::Tensor& panels, int64_t outputs) : x_(given), packed_(panels), outputs_(outputs), type_(panels.scalar_type()) {
    check(packed_, type_, "packed");
    rounds_ = type_ != at::kFloat && x_.scalar_type() != type_;
    check(x_, rounds_ && (type_ == at::kBFloat16 || x_.scalar_type() != at::kBFloat16) ? at::kFloat : type_ == at::kChar ? at::kBFloat16 : type_, "x");
    tile_ = tile_of(type_);
    TORCH_CHECK(tile_ != nullptr, "this processor multiplies no packed weights of ", type_);
    int64_t more = type_ == at::kChar ? static_cast<int64_t>(sizeof(Steps)) : 0;
    TORCH_CHECK(x_.dim() > 0 && packed_.dim() == 2 && packed_.size(0) == panels_of(outputs) && packed_.size(1) == x_.size(-1) * kPanel + more, "x ",
                x_.sizes(), " and packed ", packed_.sizes(), " do not fit ", outputs, " outputs");
    inputs = x_.size(-1);
    rows = inputs == 0 ? 0 : x_.numel() / inputs;
    units = inputs * packed_.element_size() / 4;
  }

  // Chunks of rows, shared out among the threads: `work(start, count, multiply)`, where `multiply(from, count, panel, out, stride)` makes the sums of some rows of the
  // chunk and a panel. A row of the chunk takes so many bytes: as many stay in a thread's cache while all panels pass, and every thread has as many to do.
  template <typename Work>
  void for_chunks(int64_t bytes, Work work) const {
    int64_t chunk = chunk_of(bytes), chunks = (rows + chunk - 1) / chunk;
    at::parallel_for(0, chunks, 1, [&](int64_t begin, int64_t end) {
      std::vector<uint16_t> narrowed;
      Bytes rounded;
      for (int64_t c = begin; c < end; ++c) {
        int64_t start = c * chunk, count = std::min(chunk, rows - start);
        const uint32_t* factor = rows_from(start, count, narrowed, rounded);
        work(start, count, [&](int64_t from, int64_t some, int64_t p, float* out, int64_t stride) {
          const char* panel = static_cast<const char*>(packed_.data_ptr()) + p * packed_.size(1) * packed_.element_size();
          int64_t width = columns_of(outputs_, p);
          tile_(factor + from * units, units, some, reinterpret_cast<const uint32_t*>(panel), units, width, out, stride);
          if (type_ == at::kChar) {
            auto* steps = reinterpret_cast<const Steps*>(panel + inputs * kPanel);
            unround(out, stride, some, width, rounded.lowest.data() + from, rounded.step.data() + from, steps->size, steps->sum);
          }
        });
      }
    });
  }

 private:
  int64_t chunk_of(int64_t bytes) const {
    int64_t threads = at::get_num_threads(), most = std::max<int64_t>(kTileRows, (1 << 18) / bytes);
    int64_t share = std::max<int64_t>(1, (rows + threads - 1) / threads), parts = (share + most - 1) / most;
    return ((share + parts - 1) / parts + kTileRows - 1) / kTileRows * kTileRows;
  }

  // Rows from `start` in the type that the tile reads.
  const uint32_t* rows_from(int64_t start, int64_t count, std::vector<uint16_t>& narrowed, Bytes& rounded) const {
    if (type_ == at::kChar) {
      rounded.numbers.resize(count * inputs);
      rounded.lowest.resize(count);
      rounded.step.resize(count);
      if (x_.scalar_type() == at::kFloat)
        round_rows(x_.data_ptr<float>() + start * inputs, count, inputs, rounded);
      else
        round_rows(static_cast<const uint16_t*>(low(x_)) + start * inputs, count, inputs, rounded);
      return reinterpret_cast<const uint32_t*>(rounded.numbers.data());
    }
    if (!rounds_) return reinterpret_cast<const uint32_t*>(x_.data_ptr()) + start * units;
    narrowed.resize(count * inputs);
    narrow_all(x_.data_ptr<float>() + start * inputs, count * inputs, narrowed.data());
    return reinterpret_cast<const uint32_t*>(narrowed.data());
  }

  const at::Tensor& x_;
  const at::Tensor& packed_;
  int64_t outputs_;
  at::ScalarType type_;
  Tile tile_;
  bool rounds_;                         // x is of another type than the weights
};

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
  bool is_low = packed.scalar_type() != at::kFloat && !full;
  TORCH_CHECK(!is_low || tile_of(at::kBFloat16) != nullptr, "this processor has no bfloat16 numbers for the result; ask for it in full");
  at::Tensor out = at::empty(shape, x.options().dtype(is_low ? at::kBFloat16 : at::kFloat));
  factors.for_chunks(factors.units * 4, [&](int64_t start, int64_t count, auto multiply) {
    float sums[kTileRows * kPanel];
    for (int64_t p = 0; p * kPanel < outputs; ++p) {
      int64_t column = p * kPanel, width = columns_of(outputs, p);
      for (int64_t i = 0; i < count; i += kTileRows) {
        int64_t rows = std::min(kTileRows, count - i), at = (start + i) * outputs + column;
        multiply(i, rows, p, sums, kPanel);
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
  factors.for_chunks(std::max(factors.units, stride) * 4, [&](int64_t start, int64_t count, auto multiply) {
    std::vector<float> sums(count * stride);
    for (int64_t p = 0; p * kPanel < outputs; ++p)
      for (int64_t i = 0; i < count; i += kTileRows) multiply(i, std::min(kTileRows, count - i), p, sums.data() + i * stride + p * kPanel, stride);
    add_norm_sums(residual.data_ptr<float>() + start * outputs, sums.data(), stride, bias.data_ptr<float>(), weight.data_ptr<float>(),
                  offset.data_ptr<float>(), static_cast<float>(epsilon), count, outputs, out.data_ptr<float>() + start * outputs);
  });
  return out;
}

}  // namespace mgt

TORCH_LIBRARY_FRAGMENT(magvit, library) {
  library.def("linear(Tensor x, Tensor packed, Tensor? bias, int outputs, bool gelu, bool full) -> Tensor");
  library.def("linear_add_norm(Tensor x, Tensor packed, Tensor bias, Tensor residual, Tensor weight, Tensor offset, float epsilon) -> Tensor");
}

TORCH_LIBRARY_IMPL(magvit, CPU, library) {
  library.impl("linear", mgt::linear);
  library.impl("linear_add_norm", mgt::linear_add_norm);
}
