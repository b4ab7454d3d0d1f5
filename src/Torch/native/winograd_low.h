// bfloat16 at Winograd's points (winograd.h).
#pragma once

#include "products.h"

namespace mgt {

#ifdef MGT_HAS_TILES
constexpr int64_t kPair = 2 * kVector; // columns of a product

// Thirty-two neighbours of bfloat16: those at even and those at odd places.
MGT_BF16 inline __attribute__((always_inline)) __m512 even(__m512i x) { return _mm512_castsi512_ps(_mm512_slli_epi32(x, 16)); }
MGT_BF16 inline __attribute__((always_inline)) __m512 odd(__m512i x) {
  return _mm512_castsi512_ps(_mm512_and_si512(x, _mm512_set1_epi32(static_cast<int>(0xffff0000))));
}

// The other way round: two registers to neighbours of bfloat16, the first at even places. `order` is what interleaving() gives.
MGT_BF16 inline __attribute__((always_inline)) __m512i interleave(__m512 first, __m512 second, __m512i order) {
  return _mm512_permutexvar_epi16(order, reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(second, first)));
}

MGT_BF16 inline __attribute__((always_inline)) __m512i interleaving() {
  alignas(64) uint16_t order[kPair];
  for (int i = 0; i < kVector; ++i) {
    order[2 * i] = static_cast<uint16_t>(i);
    order[2 * i + 1] = static_cast<uint16_t>(kVector + i);
  }
  return _mm512_load_si512(order);
}

inline const uint32_t* units_of(const uint16_t* numbers) { return reinterpret_cast<const uint32_t*>(numbers); }
MGT_BF16 inline __attribute__((always_inline)) __m512bh pairs(const uint32_t* at) { return reinterpret_cast<__m512bh>(_mm512_loadu_si512(at)); }
MGT_BF16 inline __attribute__((always_inline)) __m512bh spread(uint32_t pair) { return reinterpret_cast<__m512bh>(_mm512_set1_epi32(static_cast<int>(pair))); }
#endif

}  // namespace mgt
