// Winograd's convolution (winograd.h) of bfloat16 clips, the gradient of its filters: a register holds sixteen channels of a cell, or of a pair of tiles.

#include "winograd_low.h"
#include "winograd_work.h"

namespace mgt {

#ifdef MGT_HAS_TILES
namespace {

// Eight rows of eight numbers to columns.
MGT_BF16 inline __attribute__((always_inline)) void transpose(__m256i (&rows)[8]) {
  __m256i a[8], b[8];
#pragma GCC unroll 4
  for (int k = 0; k < 8; k += 2) {
    a[k] = _mm256_unpacklo_epi32(rows[k], rows[k + 1]);
    a[k + 1] = _mm256_unpackhi_epi32(rows[k], rows[k + 1]);
  }
#pragma GCC unroll 2
  for (int k = 0; k < 8; k += 4)
#pragma GCC unroll 2
    for (int l = 0; l < 2; ++l) {
      b[k + 2 * l] = _mm256_unpacklo_epi64(a[k + l], a[k + l + 2]);
      b[k + 2 * l + 1] = _mm256_unpackhi_epi64(a[k + l], a[k + l + 2]);
    }
#pragma GCC unroll 4
  for (int k = 0; k < 4; ++k) {
    rows[k] = _mm256_permute2x128_si256(b[k], b[k + 4], 0x20);
    rows[k + 4] = _mm256_permute2x128_si256(b[k], b[k + 4], 0x31);
  }
}

// A row of cells of `channels` planes (a multiple of 16), `stride` apart, to cells of channels.
MGT_BF16 void turn_row(const uint16_t* planes, int64_t stride, int64_t channels, int64_t width, uint16_t* out) {
  for (int64_t c = 0; c < channels; c += 16) {
    int64_t x = 0;
    for (; x + 8 <= width; x += 8) {
      __m256i rows[8];
#pragma GCC unroll 8
      for (int k = 0; k < 8; ++k) {
        const uint16_t* from = planes + (c + 2 * k) * stride + x;
        __m128i first = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)), second = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + stride));
        rows[k] = _mm256_setr_m128i(_mm_unpacklo_epi16(first, second), _mm_unpackhi_epi16(first, second));
      }
      transpose(rows);
#pragma GCC unroll 8
      for (int k = 0; k < 8; ++k) _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + (x + k) * channels + c), rows[k]);
    }
    for (; x < width; ++x)
      for (int64_t k = c; k < c + 16; ++k) out[x * channels + k] = planes[k * stride + x];
  }
}

// Two neighbouring tiles at the points (i, 0 to 3): for each, pairs of what they have there, of channels in the order that even() and odd() give.
MGT_BF16 inline __attribute__((always_inline)) void store_points(__m512 (&first)[4][2], __m512 (&second)[4][2], int64_t point_stride, __m512i order, uint16_t* out) {
#pragma GCC unroll 4
  for (int j = 0; j < 4; ++j)
#pragma GCC unroll 2
    for (int v = 0; v < 2; ++v) _mm512_storeu_si512(out + j * point_stride + 2 * v * kVector, interleave(first[j][v], second[j][v], order));
}

// Cells, (B^T d B): of a pair of tiles, 4 x 6 cells, `row` numbers a row and `channels` a cell.
template <int Point>
MGT_BF16 void clip_sums(const uint16_t* cells, int64_t row, int64_t channels, int64_t point_stride, uint16_t* out) {
  constexpr int kUpper = Point == 0 ? 0 : Point == 2 ? 2 : 1, kLower = Point == 3 ? 3 : Point == 2 ? 1 : 2;
  const __m512i order = interleaving();
  for (int64_t c = 0; c < channels; c += kPair) {
    __m512 d[6][2];
#pragma GCC unroll 6
    for (int x = 0; x < 6; ++x) {
      __m512i upper = _mm512_loadu_si512(cells + kUpper * row + x * channels + c), lower = _mm512_loadu_si512(cells + kLower * row + x * channels + c);
      d[x][0] = Point == 1 ? _mm512_add_ps(even(upper), even(lower)) : _mm512_sub_ps(even(upper), even(lower));
      d[x][1] = Point == 1 ? _mm512_add_ps(odd(upper), odd(lower)) : _mm512_sub_ps(odd(upper), odd(lower));
    }
    __m512 points[2][4][2];
#pragma GCC unroll 2
    for (int tile = 0; tile < 2; ++tile)
#pragma GCC unroll 2
      for (int v = 0; v < 2; ++v) {
        __m512 a = d[2 * tile][v], b = d[2 * tile + 1][v], e = d[2 * tile + 2][v], f = d[2 * tile + 3][v];
        points[tile][0][v] = _mm512_sub_ps(a, e);
        points[tile][1][v] = _mm512_add_ps(b, e);
        points[tile][2][v] = _mm512_sub_ps(e, b);
        points[tile][3][v] = _mm512_sub_ps(b, f);
      }
    store_points(points[0], points[1], point_stride, order, out + 2 * c);
  }
}

// Gradients, (A dy A^T), of some channels: of a pair of tiles, 2 x 4 cells, `cell` numbers a cell, of which the second tile may be beyond the edge.
template <int Point>
MGT_BF16 void gradient_sums(const uint16_t* cells, int64_t row, int64_t cell, int64_t channels, bool both, int64_t point_stride, uint16_t* out) {
  const __m512i order = interleaving();
  for (int64_t c = 0; c < channels; c += kPair) {
    __m512 points[2][4][2];
#pragma GCC unroll 2
    for (int tile = 0; tile < 2; ++tile) {
      __m512 y[2][2];
#pragma GCC unroll 2
      for (int x = 0; x < 2; ++x) {
        __m512i upper = _mm512_setzero_si512(), lower = upper;
        if (tile == 0 || both) {
          if (Point < 3) upper = _mm512_loadu_si512(cells + (2 * tile + x) * cell + c);
          if (Point > 0) lower = _mm512_loadu_si512(cells + row + (2 * tile + x) * cell + c);
        }
        y[x][0] = Point == 1 ? _mm512_add_ps(even(upper), even(lower)) : _mm512_sub_ps(even(upper), even(lower));
        y[x][1] = Point == 1 ? _mm512_add_ps(odd(upper), odd(lower)) : _mm512_sub_ps(odd(upper), odd(lower));
      }
#pragma GCC unroll 2
      for (int v = 0; v < 2; ++v) {
        points[tile][0][v] = y[0][v];
        points[tile][1][v] = _mm512_add_ps(y[0][v], y[1][v]);
        points[tile][2][v] = _mm512_sub_ps(y[0][v], y[1][v]);
        points[tile][3][v] = _mm512_sub_ps(_mm512_setzero_ps(), y[1][v]);
      }
    }
    store_points(points[0], points[1], point_stride, order, out + 2 * c);
  }
}

// Channels of gradients by channels of clips at one point, summed over pairs of tiles of several frames and, unless it is the first time, onto what is there.
template <int Rows>
MGT_BF16 void multiply_pairs(const uint16_t* const* gradients, const uint16_t* const* clips, int64_t frames, int64_t units, int64_t outputs, int64_t inputs,
                             bool fresh, float* out, int64_t stride) {
  for (int64_t c = 0; c < inputs; c += kPair) {
    __m512 sums[Rows][2];
#pragma GCC unroll 12
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 2
      for (int v = 0; v < 2; ++v) sums[r][v] = fresh ? _mm512_setzero_ps() : _mm512_loadu_ps(out + r * stride + c + kVector * v);
    for (int64_t f = 0; f < frames; ++f) {
      const uint32_t *columns = units_of(clips[f]) + c, *rows = units_of(gradients[f]);
      for (int64_t k = 0; k < units; ++k, columns += inputs, rows += outputs) {
        __m512bh first = pairs(columns), second = pairs(columns + kVector);
#pragma GCC unroll 12
        for (int r = 0; r < Rows; ++r) {
          __m512bh row = spread(rows[r]);
          sums[r][0] = _mm512_dpbf16_ps(sums[r][0], row, first);
          sums[r][1] = _mm512_dpbf16_ps(sums[r][1], row, second);
        }
      }
    }
#pragma GCC unroll 12
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 2
      for (int v = 0; v < 2; ++v) _mm512_storeu_ps(out + r * stride + c + kVector * v, sums[r][v]);
  }
}

// For winograd_work.h.
struct LowGradient {
  using Number = uint16_t;
  static constexpr int64_t kLanes = kVector, kRows = 12, kNumbers = 2;

  static void turn_row(const uint16_t* planes, int64_t stride, int64_t channels, int64_t width, uint16_t* out) { mgt::turn_row(planes, stride, channels, width, out); }

  static void clip_sums(int point, const uint16_t* cells, int64_t row, int64_t channels, int64_t point_stride, uint16_t* out) {
    static constexpr decltype(&mgt::clip_sums<0>) kWork[] = {mgt::clip_sums<0>, mgt::clip_sums<1>, mgt::clip_sums<2>, mgt::clip_sums<3>};
    kWork[point](cells, row, channels, point_stride, out);
  }

  static void gradient_sums(int point, const uint16_t* cells, int64_t row, int64_t cell, int64_t channels, bool both, int64_t point_stride, uint16_t* out) {
    static constexpr decltype(&mgt::gradient_sums<0>) kWork[] = {mgt::gradient_sums<0>, mgt::gradient_sums<1>, mgt::gradient_sums<2>, mgt::gradient_sums<3>};
    kWork[point](cells, row, cell, channels, both, point_stride, out);
  }

  static void multiply_sums(int64_t rows, const uint16_t* const* gradients, const uint16_t* const* clips, int64_t frames, int64_t units, int64_t outputs,
                            int64_t inputs, bool fresh, float* out, int64_t stride) {
    MGT_BY_12_ROWS(rows, multiply_pairs, gradients, clips, frames, units, outputs, inputs, fresh, out, stride)
  }

  // As even() and odd() give them.
  static int64_t order(int64_t place) { return place / kPair * kPair + place % kVector * 2 + place / kVector % 2; }
};

}  // namespace

void filter_gradient(const Convolution& size, const uint16_t* x, const uint16_t* given, float* out) { filter_gradient_by<LowGradient>(size, x, given, out); }
#else
void filter_gradient(const Convolution&, const uint16_t*, const uint16_t*, float*) {}   // never reached: no tile of bfloat16 numbers
#endif

}  // namespace mgt
