// Drawing tokens from logits on the CPU, as an ATen operator of the namespace "magvit": a row of logits stays in the cache until its code is drawn, and no probabilities are written. C# has
// the same out of ordinary operators (src/Torch/Extensions/OrdinaryOperators.cs).

#include "fused_operators.h"
#include "products.h"

namespace mgt {

MGT_INLINE float power(float x) { return x < -87.0f ? 0.0f : exponential(x); }

// Of each kLanes numbers, and of all.
MGT_INLINE float sums_of(const float* numbers, int64_t width, float* sums) {
  float all = 0;
  for (int64_t j = 0; j < width; j += kLanes) {
    float sum = 0;
    for (int64_t l = j; l < std::min(width, j + kLanes); ++l) sum += numbers[l];
    all += sums[j / kLanes] = sum;
  }
  return all;
}

// Powers of e of a row of logits less the highest, by temperature, into `powers`, with the sum of each kLanes of them; returns the sum without temperature.
MGT_CLONES float powers_of(const float* __restrict logits, int64_t width, float rate, float* __restrict powers, float* __restrict sums, float* highest) {
  float tops[kLanes];
  std::fill(tops, tops + kLanes, std::numeric_limits<float>::lowest());
  int64_t whole = width / kLanes * kLanes, j = 0;
  for (; j < whole; j += kLanes)
    for (int64_t l = 0; l < kLanes; ++l) tops[l] = tops[l] < logits[j + l] ? logits[j + l] : tops[l];
  for (; j < width; ++j) tops[0] = tops[0] < logits[j] ? logits[j] : tops[0];
  float top = tops[0];
  for (int64_t l = 1; l < kLanes; ++l) top = top < tops[l] ? tops[l] : top;
  *highest = top;

  float all = 0;
  if (rate != 1.0f) {
    for (j = 0; j < width; ++j) powers[j] = power(logits[j] - top);
    all = sums_of(powers, width, sums);
  }
  for (j = 0; j < width; ++j) powers[j] = power((logits[j] - top) * rate);
  float tempered = sums_of(powers, width, sums);
  return rate != 1.0f ? all : tempered;
}

#ifdef MGT_HAS_TILES
MGT_AVX512 float wide_powers_of(const float* logits, int64_t width, float rate, float* powers, float* sums, float* highest) {
  constexpr float kLog2OfE = 1.44269504088896341f;
  int64_t whole = width / kVector * kVector;
  auto rest = static_cast<__mmask16>((1u << (width - whole)) - 1);
  __m512 tops = _mm512_mask_loadu_ps(_mm512_set1_ps(std::numeric_limits<float>::lowest()), rest, logits + whole);
  for (int64_t j = 0; j < whole; j += kVector) tops = _mm512_max_ps(tops, _mm512_loadu_ps(logits + j));
  *highest = _mm512_reduce_max_ps(tops);

  __m512 top = _mm512_set1_ps(*highest), plain = _mm512_set1_ps(kLog2OfE), tempered = _mm512_set1_ps(kLog2OfE * rate), sum = _mm512_setzero_ps();
  for (int64_t j = 0; j < width; j += kVector) {
    __mmask16 lanes = j < whole ? static_cast<__mmask16>(0xffff) : rest;
    __m512 x = _mm512_sub_ps(_mm512_maskz_loadu_ps(lanes, logits + j), top);
    __m512 power = _mm512_maskz_mov_ps(lanes, power_of_two(_mm512_mul_ps(x, tempered)));
    sum = _mm512_add_ps(sum, rate == 1.0f ? power : _mm512_maskz_mov_ps(lanes, power_of_two(_mm512_mul_ps(x, plain))));
    _mm512_mask_storeu_ps(powers + j, lanes, power);
    sums[j / kVector] = _mm512_reduce_add_ps(power);
  }
  return _mm512_reduce_add_ps(sum);
}
#endif

// The first place at which the cumulated powers pass what is wanted of their sum, which is below 1.
int64_t place_of(const float* powers, const float* sums, int64_t width, float wanted) {
  float all = 0;
  int64_t blocks = (width + kLanes - 1) / kLanes;
  for (int64_t b = 0; b < blocks; ++b) all += sums[b];
  float target = wanted * all, before = 0;
  int64_t block = 0;
  while (block + 1 < blocks && before + sums[block] <= target) before += sums[block++];
  int64_t last = block * kLanes;
  for (int64_t j = last; j < std::min(width, (block + 1) * kLanes); ++j) {
    before += powers[j];
    if (before > target) return j;
    if (powers[j] > 0) last = j;         // the parts round otherwise than their sum: the last that can be drawn
  }
  return last;
}

// logits [B, N, K], uniform [B, N] in [0, 1) and temperatures [B] to codes int64 [B, N] and the logarithms of their probabilities without temperature [B, N].
std::tuple<at::Tensor, at::Tensor> draw(const at::Tensor& logits, const at::Tensor& uniform, const at::Tensor& temperatures) {
  check(logits, at::kFloat, "logits");
  check(uniform, at::kFloat, "uniform");
  check(temperatures, at::kFloat, "temperatures");
  TORCH_CHECK(logits.dim() == 3 && logits.size(2) > 0 && uniform.dim() == 2 && uniform.size(0) == logits.size(0) && uniform.size(1) == logits.size(1) &&
                  temperatures.numel() == logits.size(0),
              "logits ", logits.sizes(), ", uniform ", uniform.sizes(), " and temperatures ", temperatures.sizes(), " do not fit");
  constexpr float kBelowOne = 1.0f - 1.0f / (1 << 23);
  int64_t count = logits.size(1), width = logits.size(2);
  auto by = powers_of;
#ifdef MGT_HAS_TILES
  static_assert(kVector == kLanes, "the sums that place_of reads");
  if (has_avx512()) by = wide_powers_of;
#endif
  at::Tensor codes = at::empty(uniform.sizes(), uniform.options().dtype(at::kLong)), chances = at::empty_like(uniform);
  at::parallel_for(0, logits.size(0) * count, grain(width), [&](int64_t begin, int64_t end) {
    std::vector<float> powers(width), sums((width + kLanes - 1) / kLanes);
    for (int64_t i = begin; i < end; ++i) {
      const float* row = logits.data_ptr<float>() + i * width;
      float top, all = by(row, width, 1.0f / temperatures.data_ptr<float>()[i / count], powers.data(), sums.data(), &top);
      int64_t code = place_of(powers.data(), sums.data(), width, uniform.data_ptr<float>()[i] * kBelowOne);
      codes.data_ptr<int64_t>()[i] = code;
      chances.data_ptr<float>()[i] = row[code] - top - std::log(all);
    }
  });
  return {codes, chances};
}

}  // namespace mgt

TORCH_LIBRARY_FRAGMENT(magvit, library) { library.def("draw(Tensor logits, Tensor uniform, Tensor temperatures) -> (Tensor, Tensor)"); }

TORCH_LIBRARY_IMPL(magvit, CPU, library) { library.impl("draw", mgt::draw); }
