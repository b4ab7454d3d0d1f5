// Convolutions with kernels of 3 x 3 cells by Winograd's minimal filtering F(2 x 2, 3 x 3) (Lavin & Gray 2016): a tile of 2 x 2 results comes from 4 x 4 cells by
// 16 products where the direct sum takes 36. Cells, filters and sums are carried to sixteen points, where a convolution is a product of matrices at each; along
// time the taps of a filter are summed at the points. bfloat16 at the points, sums in float32.
#pragma once

#include "products.h"

#include <memory>
#include <vector>

namespace mgt {

constexpr int64_t kPoints = 16;        // of a tile: 4 x 4
constexpr int64_t kRows = 12;          // channels or tiles that a product takes together; with two registers each they fill the processor's 32
constexpr int64_t kPair = 2 * kVector; // columns of a product

// Memory without values.
template <typename Number>
std::unique_ptr<Number[]> room(int64_t count) {
  return std::unique_ptr<Number[]>(new Number[count]);
}

// Clips [B, C, T, H, W] and what a convolution makes of them, [B, O, to, ho, wo]: so many frames and cells of zeros around them, `taps` of a filter along time.
struct Convolution {
  int64_t batch, inputs, outputs, t, h, w, taps, frames, cells;

  int64_t to() const { return t + 2 * frames - taps + 1; }
  int64_t ho() const { return h + 2 * cells - 2; }
  int64_t wo() const { return w + 2 * cells - 2; }
  int64_t tile_rows() const { return ho() / 2; }
  int64_t tile_columns() const { return wo() / 2; }
};

#ifdef MGT_HAS_TILES
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

MGT_BF16 inline __attribute__((always_inline)) __m512bh pairs(const uint32_t* at) { return reinterpret_cast<__m512bh>(_mm512_loadu_si512(at)); }
MGT_BF16 inline __attribute__((always_inline)) __m512bh spread(uint32_t pair) { return reinterpret_cast<__m512bh>(_mm512_set1_epi32(static_cast<int>(pair))); }

// Calls work<1>(...) to work<kRows>(...), as many as there are rows.
#define MGT_BY_ROWS(rows, work, ...)            \
  switch (rows) {                               \
    case 1: work<1>(__VA_ARGS__); break;        \
    case 2: work<2>(__VA_ARGS__); break;        \
    case 3: work<3>(__VA_ARGS__); break;        \
    case 4: work<4>(__VA_ARGS__); break;        \
    case 5: work<5>(__VA_ARGS__); break;        \
    case 6: work<6>(__VA_ARGS__); break;        \
    case 7: work<7>(__VA_ARGS__); break;        \
    case 8: work<8>(__VA_ARGS__); break;        \
    case 9: work<9>(__VA_ARGS__); break;        \
    case 10: work<10>(__VA_ARGS__); break;      \
    case 11: work<11>(__VA_ARGS__); break;      \
    default: work<12>(__VA_ARGS__); break;      \
  }
#endif

// Filters float32 [outputs, inputs, taps, 3, 3] at the points: pairs of neighbouring inputs [kPoints, outputs, taps, inputs / 2]. Turned: of the convolution that
// carries gradients from results back to clips, [kPoints, inputs, taps, outputs / 2] of filters mirrored on all three axes.
void filter_points(const float* filters, int64_t outputs, int64_t inputs, int64_t taps, bool turned, uint32_t* out);

// The convolution of clips x bfloat16 with filters at the points (inputs even; ho and wo even), plus a bias if there is one. A result is the same whatever clips
// lie beside it, on any number of threads.
void convolve(const Convolution& size, const uint16_t* x, const uint32_t* filters, const float* bias, uint16_t* out);

// The gradient of the filters, float32 [outputs, inputs, taps, 3, 3], from the clips and the gradient of the results; inputs and outputs are multiples of kPair.
void filter_gradient(const Convolution& size, const uint16_t* x, const uint16_t* given, float* out);

}  // namespace mgt
