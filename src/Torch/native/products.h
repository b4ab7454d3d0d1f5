// Matrix products of our own on the CPU. One factor is packed once, into panels of 64 columns; the other is read as it lies. Every number of a result is one
// sum in one order, whatever rows stand beside it: a clip gets the same numbers alone and in a batch, which no library promises.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 11
#define MGT_HAS_TILES
#include <immintrin.h>
#define MGT_AVX512 __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")))
#define MGT_BF16 __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512bf16")))
#endif

namespace mgt {

constexpr int64_t kTileRows = 6;       // rows that are multiplied at a time; with a panel's columns they fill the registers
constexpr int64_t kPanel = 64;         // columns of a panel
constexpr int64_t kVector = 16;        // columns that a tile computes together

// Factors are read in units of four bytes: four whole numbers of a byte, a pair of bfloat16 numbers or one of float32.
template <typename Number>
constexpr int64_t per_unit() {
  return static_cast<int64_t>(sizeof(uint32_t) / sizeof(Number));
}

// rows <= kTileRows rows a [rows, units], `stride` units apart, times the first columns of a panel [units, kPanel] to float32 out, whose rows are `out_stride`
// numbers apart and have room for columns up to the next multiple of kVector.
using Tile = void (*)(const uint32_t* a, int64_t stride, int64_t rows, const uint32_t* panel, int64_t units, int64_t columns, float* out, int64_t out_stride);

// The tile for factors of a type on this processor (of bytes, at::kChar, the rows are 0 to 255 and the panels -127 to 127, and sums are exact); null where there is none, or where the library has a better one.
Tile tile_of(at::ScalarType type);

// Whether functions of MGT_AVX512 may be called.
bool has_avx512();

inline int64_t panels_of(int64_t columns) { return (columns + kPanel - 1) / kPanel; }
inline int64_t columns_of(int64_t columns, int64_t panel) { return std::min(kPanel, columns - panel * kPanel); }

// What follows a panel of bytes: of each column the size of a step, and the sum of its numbers.
struct Steps {
  float size[kPanel], sum[kPanel];
};

#ifdef MGT_HAS_TILES
// 2^x of sixteen numbers within 2 parts in 10^7 (a polynomial of degree 5, fitted to relative errors, around the nearest whole number); 0 where x is far below.
MGT_AVX512 inline __attribute__((always_inline)) __m512 power_of_two(__m512 x) {
  __m512 whole = _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC), r = _mm512_sub_ps(x, whole);
  __m512 p = _mm512_set1_ps(1.321867248e-03f);
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(9.671697938e-03f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(5.550892952e-02f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(2.402223800e-01f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(6.931468559e-01f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f));
  return _mm512_scalef_ps(p, whole);
}

// Sixteen numbers to bfloat16.
MGT_BF16 inline __attribute__((always_inline)) void store_low(__m512 x, uint16_t* out) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(x)));
}
#endif

}  // namespace mgt
