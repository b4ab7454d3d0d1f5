// What the operators of our own share: bfloat16 from and to float32, the exponential, the checks of arguments.
#pragma once

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <tuple>
#include <vector>

// One build runs on every x86-64: the loader picks what the processor has.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 12
#define MGT_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=haswell", "default")))
#elif defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define MGT_CLONES __attribute__((target_clones("avx512f", "arch=haswell", "default")))
#else
#define MGT_CLONES
#endif
#define MGT_INLINE inline __attribute__((always_inline))

namespace mgt {

constexpr int64_t kLanes = 16;         // partial sums of a row, so that the compiler may vectorize them

MGT_INLINE float widen(uint16_t low) {
  uint32_t bits = static_cast<uint32_t>(low) << 16;
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

MGT_INLINE float widen(float x) { return x; }

// To the nearest, ties to even, as c10::BFloat16; infinities stay.
MGT_INLINE uint16_t narrow(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return static_cast<uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

MGT_INLINE void store(float x, uint16_t* out) { *out = narrow(x); }
MGT_INLINE void store(float x, float* out) { *out = x; }

// e^x within 2 units in the last place (Cephes' polynomial), for x clamped to what a float's exponent holds.
MGT_INLINE float exponential(float x) {
  constexpr float kWhole = 12582912.0f;  // 3 * 2^22: a float that is this and a little holds the little's nearest integer in its lowest bits
  x = x < -87.0f ? -87.0f : x;
  x = x > 88.0f ? 88.0f : x;
  float shifted = x * 1.44269504088896341f + kWhole, n = shifted - kWhole;
  float r = x - n * 0.693359375f + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  uint32_t bits;
  std::memcpy(&bits, &shifted, sizeof bits);
  bits = (bits << 23) + (127u << 23);    // what of kWhole is in the bits falls out above
  float power;
  std::memcpy(&power, &bits, sizeof power);
  return p * power;
}

// LayerNorm(x + y + bias) of one row; y and its bias are float32 or bfloat16.
template <typename Number>
MGT_INLINE void add_norm_row(const float* x, const Number* y, const Number* bias, const float* weight, const float* offset, float epsilon, int64_t width,
                             float* out) {
  float sums[kLanes] = {};
  int64_t j = 0;
  for (; j + kLanes <= width; j += kLanes)
    for (int64_t l = 0; l < kLanes; ++l) {
      float v = x[j + l] + (widen(y[j + l]) + widen(bias[j + l]));
      out[j + l] = v;
      sums[l] += v;
    }
  for (; j < width; ++j) {
    out[j] = x[j] + (widen(y[j]) + widen(bias[j]));
    sums[0] += out[j];
  }
  float sum = 0;
  for (float s : sums) sum += s;
  float mean = sum / static_cast<float>(width);

  float squares[kLanes] = {};
  for (j = 0; j + kLanes <= width; j += kLanes)
    for (int64_t l = 0; l < kLanes; ++l) {
      float d = out[j + l] - mean;
      squares[l] += d * d;
    }
  for (; j < width; ++j) squares[0] += (out[j] - mean) * (out[j] - mean);
  float square = 0;
  for (float s : squares) square += s;
  float scale = 1.0f / std::sqrt(square / static_cast<float>(width) + epsilon);
  for (j = 0; j < width; ++j) out[j] = (out[j] - mean) * scale * weight[j] + offset[j];
}

inline void check(const at::Tensor& x, at::ScalarType type, const char* name) {
  TORCH_CHECK(x.scalar_type() == type && x.is_contiguous() && x.device().is_cpu(), name, ": expected a contiguous ", type, " tensor on the CPU, got ",
              x.scalar_type(), " ", x.sizes(), " on ", x.device());
}

inline uint16_t* low(const at::Tensor& x) { return reinterpret_cast<uint16_t*>(x.data_ptr()); }

// Which cell of an axis lies at a place that may be outside of it: mirrored at the edge, which is not repeated; an axis of one cell has only that.
inline int64_t mirrored(int64_t place, int64_t size) {
  if (size == 1) return 0;
  place = place < 0 ? -place : place;
  return place < size ? place : 2 * (size - 1) - place;
}

// Rows that one thread takes at least, so that small work is not shared out.
inline int64_t grain(int64_t width) { return std::max<int64_t>(1, 16384 / std::max<int64_t>(1, width)); }

}  // namespace mgt
