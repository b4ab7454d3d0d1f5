// Filters to Winograd's points: G g G^T (winograd.h).

#include "winograd.h"

#include <ATen/Parallel.h>

namespace mgt {

#ifdef MGT_HAS_TILES
namespace {

// Sixteen filters, `stride` numbers apart, at the points of one tap.
MGT_BF16 inline __attribute__((always_inline)) void to_points(const float* filters, __m512i places, __mmask16 lanes, bool mirrored, __m512 (&out)[kPoints]) {
  const __m512 half = _mm512_set1_ps(0.5f);
  __m512 rows[4][3];
#pragma GCC unroll 3
  for (int j = 0; j < 3; ++j) {
    __m512 g[3];
#pragma GCC unroll 3
    for (int i = 0; i < 3; ++i) {
      int at = 3 * i + j;
      g[i] = _mm512_mask_i32gather_ps(_mm512_setzero_ps(), lanes, places, filters + (mirrored ? 8 - at : at), sizeof(float));
    }
    __m512 outer = _mm512_mul_ps(_mm512_add_ps(g[0], g[2]), half), middle = _mm512_mul_ps(g[1], half);
    rows[0][j] = g[0];
    rows[1][j] = _mm512_add_ps(outer, middle);
    rows[2][j] = _mm512_sub_ps(outer, middle);
    rows[3][j] = g[2];
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    __m512 outer = _mm512_mul_ps(_mm512_add_ps(rows[i][0], rows[i][2]), half), middle = _mm512_mul_ps(rows[i][1], half);
    out[4 * i] = rows[i][0];
    out[4 * i + 1] = _mm512_add_ps(outer, middle);
    out[4 * i + 2] = _mm512_sub_ps(outer, middle);
    out[4 * i + 3] = rows[i][2];
  }
}

// The points of all filters of one result channel.
MGT_BF16 void channel(const float* filters, int64_t stride, int64_t inputs, int64_t taps, bool turned, int64_t point_stride, uint32_t* out) {
  __m512i places = _mm512_mullo_epi32(_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), _mm512_set1_epi32(static_cast<int>(stride)));
  for (int64_t c = 0; c < inputs; c += kVector)
    for (int64_t tap = 0; tap < taps; ++tap) {
      auto lanes = static_cast<__mmask16>(inputs - c >= kVector ? 0xffff : (1 << (inputs - c)) - 1);
      __m512 points[kPoints];
      to_points(filters + c * stride + (turned ? taps - 1 - tap : tap) * 9, places, lanes, turned, points);
#pragma GCC unroll 16
      for (int64_t p = 0; p < kPoints; ++p)
        _mm256_mask_storeu_epi16(out + p * point_stride + (tap * inputs + c) / 2, lanes, reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(points[p])));
    }
}

}  // namespace
#endif

void filter_points(const float* filters, int64_t outputs, int64_t inputs, int64_t taps, bool turned, uint32_t* out) {
  int64_t results = turned ? inputs : outputs, sums = turned ? outputs : inputs, units = taps * sums / 2;
#ifdef MGT_HAS_TILES
  at::parallel_for(0, results, 4, [&](int64_t begin, int64_t end) {
    for (int64_t o = begin; o < end; ++o)
      channel(filters + o * (turned ? 9 * taps : 9 * taps * inputs), turned ? 9 * taps * inputs : 9 * taps, sums, taps, turned, results * units,
              out + o * units);
  });
#endif
}

}  // namespace mgt
