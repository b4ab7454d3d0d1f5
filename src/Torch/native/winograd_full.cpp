// Winograd's convolution (winograd.h) of float32 clips, for the instructions that processors have.

#include "winograd_work.h"

#include <cstring>

namespace mgt {

#ifdef MGT_HAS_TILES
namespace {

// A row of cells of `channels` planes, `stride` apart, to cells of channels: by squares, so that both sides stay in the cache.
void turn(const float* planes, int64_t stride, int64_t channels, int64_t width, float* out) {
  constexpr int64_t kSide = 16;
  for (int64_t x = 0; x < width; x += kSide)
    for (int64_t c = 0; c < channels; c += kSide)
      for (int64_t i = x; i < std::min(width, x + kSide); ++i)
        for (int64_t k = c; k < c + kSide; ++k) out[i * channels + k] = planes[k * stride + i];
}

namespace avx512 {

MGT_AVX512 inline __m512 load_some(const float* from, uint32_t bits) { return _mm512_maskz_loadu_ps(static_cast<__mmask16>(bits), from); }
MGT_AVX512 inline void store_some(__m512 x, uint32_t bits, float* to) { _mm512_mask_storeu_ps(to, static_cast<__mmask16>(bits), x); }

#define MGT_WIDTH 16
#define MGT_HEIGHT 12
#define MGT_INSTRUCTIONS MGT_AVX512
#define MGT_SPACE avx512
#define MGT_BY_ROWS MGT_BY_12_ROWS
#include "winograd_full.h"

}  // namespace avx512

namespace avx2 {

#define MGT_AVX2 __attribute__((target("avx2,fma")))

// Each bit as the highest of a number of 32.
MGT_AVX2 inline __m256i mask(uint32_t bits) {
  return _mm256_sllv_epi32(_mm256_set1_epi32(static_cast<int>(bits)), _mm256_setr_epi32(31, 30, 29, 28, 27, 26, 25, 24));
}
MGT_AVX2 inline __m256 load_some(const float* from, uint32_t bits) { return _mm256_maskload_ps(from, mask(bits)); }
MGT_AVX2 inline void store_some(__m256 x, uint32_t bits, float* to) { _mm256_maskstore_ps(to, mask(bits), x); }

#define MGT_WIDTH 8
#define MGT_HEIGHT 6
#define MGT_INSTRUCTIONS MGT_AVX2
#define MGT_SPACE avx2
#define MGT_BY_ROWS MGT_BY_6_ROWS
#include "winograd_full.h"

}  // namespace avx2
}  // namespace

void convolve(const Convolution& size, const float* x, const float* filters, const float* bias, float* out) {
  (has_avx512() ? convolve_by<avx512::Full> : convolve_by<avx2::Full>)(size, x, filters, bias, out);
}

void filter_gradient(const Convolution& size, const float* x, const float* given, float* out) {
  (has_avx512() ? filter_gradient_by<avx512::Full> : filter_gradient_by<avx2::Full>)(size, x, given, out);
}
#else
// Never reached: no tile of float32 numbers.
void convolve(const Convolution&, const float*, const float*, const float*, float*) {}
void filter_gradient(const Convolution&, const float*, const float*, float*) {}
#endif

}  // namespace mgt
