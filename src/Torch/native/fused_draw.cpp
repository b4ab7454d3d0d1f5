// Drawing tokens from logits on the CPU, as an ATen operator of the namespace "magvit": a row of logits is read once and no probabilities are written. C# has
// the same out of ordinary operators (src/Torch/Extensions/OrdinaryOperators.cs).

#include "fused_operators.h"

namespace mgt {

MGT_INLINE float power(float x) { return x < -87.0f ? 0.0f : exponential(x); }

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

  float plain[kLanes] = {};
  if (rate != 1.0f) {
    for (j = 0; j < whole; j += kLanes)
      for (int64_t l = 0; l < kLanes; ++l) plain[l] += power(logits[j + l] - top);
    for (; j < width; ++j) plain[0] += power(logits[j] - top);
  }
  for (j = 0; j < width; ++j) powers[j] = power((logits[j] - top) * rate);
  for (j = 0; j < width; j += kLanes) {
    float sum = 0;
    for (int64_t l = j; l < std::min(width, j + kLanes); ++l) sum += powers[l];
    sums[j / kLanes] = sum;
  }
  float all = 0;
  if (rate != 1.0f)
    for (float part : plain) all += part;
  else
    for (j = 0; j < width; j += kLanes) all += sums[j / kLanes];
  return all;
}

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
  at::Tensor codes = at::empty(uniform.sizes(), uniform.options().dtype(at::kLong)), chances = at::empty_like(uniform);
  at::parallel_for(0, logits.size(0) * count, grain(width), [&](int64_t begin, int64_t end) {
    std::vector<float> powers(width), sums((width + kLanes - 1) / kLanes);
    for (int64_t i = begin; i < end; ++i) {
      const float* row = logits.data_ptr<float>() + i * width;
      float top, all = powers_of(row, width, 1.0f / temperatures.data_ptr<float>()[i / count], powers.data(), sums.data(), &top);
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
