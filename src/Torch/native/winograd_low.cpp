// Winograd's convolution (winograd.h) of bfloat16 clips: a register holds sixteen tiles of one channel, or of a pair.

#include "winograd_low.h"
#include "winograd_work.h"

namespace mgt {

#ifdef MGT_HAS_TILES
namespace {

// Row i of the cells of sixteen tiles. Runs: how many, or 0 if that is only known now; -1 says that all cells are inside.
template <int Runs>
MGT_BF16 inline __attribute__((always_inline)) void load_row(const uint16_t* plane, const Read* reads, int64_t runs, __m512i& first, __m512i& second) {
  if (Runs < 0) {
    first = _mm512_loadu_si512(plane + reads[0].place);
    second = _mm512_loadu_si512(plane + reads[0].place + 2);
    return;
  }
  first = _mm512_maskz_loadu_epi16(reads[0].first, plane + reads[0].place);
  second = _mm512_maskz_loadu_epi16(reads[0].second, plane + reads[0].place + 2);
#pragma GCC unroll 2
  for (int64_t k = 1; k < (Runs > 0 ? Runs : runs); ++k) {
    first = _mm512_mask_loadu_epi16(first, reads[k].first, plane + reads[k].place);
    second = _mm512_mask_loadu_epi16(second, reads[k].second, plane + reads[k].place + 2);
  }
}

// Sixteen tiles of one channel at the points.
template <int Runs>
MGT_BF16 inline __attribute__((always_inline)) void to_points(const uint16_t* plane, const Lanes& lanes, __m512 (&out)[kPoints]) {
  auto runs = static_cast<int64_t>(lanes.writes.size());
  __m512 d[4][4];
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    __m512i first, second;
    load_row<Runs>(plane, lanes.reads.data() + i * runs, runs, first, second);
    __m512 a = even(first), b = odd(first), c = even(second);
    d[i][0] = _mm512_sub_ps(a, c);
    d[i][1] = _mm512_add_ps(b, c);
    d[i][2] = _mm512_sub_ps(c, b);
    d[i][3] = _mm512_sub_ps(b, odd(second));
  }
#pragma GCC unroll 4
  for (int j = 0; j < 4; ++j) {
    out[j] = _mm512_sub_ps(d[0][j], d[2][j]);
    out[4 + j] = _mm512_add_ps(d[1][j], d[2][j]);
    out[8 + j] = _mm512_sub_ps(d[2][j], d[1][j]);
    out[12 + j] = _mm512_sub_ps(d[1][j], d[3][j]);
  }
}

// All channels of sixteen tiles of a frame: pairs of neighbouring channels.
template <int Runs>
MGT_BF16 void clip_points(const uint16_t* x, int64_t stride, int64_t channels, const Lanes& lanes, uint16_t* out) {
  const __m512i order = interleaving();
  for (int64_t c = 0; c < channels; c += 2) {
    __m512 first[kPoints], second[kPoints];
    to_points<Runs>(x + c * stride, lanes, first);
    to_points<Runs>(x + (c + 1) * stride, lanes, second);
#pragma GCC unroll 16
    for (int64_t p = 0; p < kPoints; ++p) _mm512_storeu_si512(out + (p * channels + c) * kPair, interleave(first[p], second[p], order));
  }
}

// Channels of filters by registers of tiles, at one point: the sums over taps and inputs.
template <int Rows, int Vectors>
MGT_BF16 void multiply(const uint32_t* filters, const uint16_t* const* cells, int64_t taps, int64_t units, float* out) {
  __m512 sums[Rows][Vectors];
#pragma GCC unroll 12
  for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; ++v) sums[r][v] = _mm512_setzero_ps();
  for (int64_t tap = 0; tap < taps; ++tap) {
    if (cells[tap] == nullptr) continue;
    const uint32_t *columns = units_of(cells[tap]), *rows = filters + tap * units;
    for (int64_t k = 0; k < units; ++k, columns += kPair) {
      __m512bh column[Vectors];
#pragma GCC unroll 2
      for (int v = 0; v < Vectors; ++v) column[v] = pairs(columns + kVector * v);
#pragma GCC unroll 12
      for (int r = 0; r < Rows; ++r) {
        __m512bh row = spread(rows[r * taps * units + k]);
#pragma GCC unroll 2
        for (int v = 0; v < Vectors; ++v) sums[r][v] = _mm512_dpbf16_ps(sums[r][v], row, column[v]);
      }
    }
  }
#pragma GCC unroll 12
  for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; ++v) _mm512_storeu_ps(out + r * kPair + kVector * v, sums[r][v]);
}

// Sums at the points, `stride` numbers apart, to the results of sixteen tiles of one channel.
MGT_BF16 void from_points(const float* sums, int64_t stride, const Lanes& lanes, float bias, int64_t width, uint16_t* out) {
  const __m512i order = interleaving();
  __m512 rows[2][4];
#pragma GCC unroll 4
  for (int j = 0; j < 4; ++j) {
    __m512 m[4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) m[i] = _mm512_loadu_ps(sums + (4 * i + j) * stride);
    rows[0][j] = _mm512_add_ps(_mm512_add_ps(m[0], m[1]), m[2]);
    rows[1][j] = _mm512_sub_ps(_mm512_sub_ps(m[1], m[2]), m[3]);
  }
  const __m512 more = _mm512_set1_ps(bias);
#pragma GCC unroll 2
  for (int i = 0; i < 2; ++i) {
    __m512 left = _mm512_add_ps(_mm512_add_ps(rows[i][0], rows[i][1]), rows[i][2]), right = _mm512_sub_ps(_mm512_sub_ps(rows[i][1], rows[i][2]), rows[i][3]);
    __m512i cells = interleave(_mm512_add_ps(left, more), _mm512_add_ps(right, more), order);
    for (const Write& write : lanes.writes) {
      uint16_t* to = out + write.place + i * width;
      if (write.cells == ~0u) {
        _mm512_storeu_si512(to, cells);
      } else {
        _mm512_mask_storeu_epi16(to, write.cells, cells);
      }
    }
  }
}

// For winograd_work.h.
struct Low {
  using Number = uint16_t;
  static constexpr int64_t kLanes = kVector, kRows = 12, kNumbers = 2;

  static void clip_points(const uint16_t* x, int64_t stride, int64_t channels, const Lanes& lanes, uint16_t* out) {
    auto work = lanes.inside ? mgt::clip_points<-1> : lanes.runs() == 1 ? mgt::clip_points<1> : lanes.runs() == 2 ? mgt::clip_points<2> : mgt::clip_points<0>;
    work(x, stride, channels, lanes, out);
  }

  template <int Rows>
  static void multiply_rows(int64_t vectors, const uint32_t* filters, const uint16_t* const* cells, int64_t taps, int64_t units, float* out) {
    vectors == 2 ? multiply<Rows, 2>(filters, cells, taps, units, out) : multiply<Rows, 1>(filters, cells, taps, units, out);
  }

  static void multiply_clips(int64_t rows, int64_t vectors, const uint16_t* filters, const uint16_t* const* cells, int64_t taps, int64_t inputs, float* out) {
    MGT_BY_12_ROWS(rows, multiply_rows, vectors, units_of(filters), cells, taps, inputs / 2, out)
  }

  static void finish(const float* sums, int64_t stride, const Lanes& lanes, float bias, int64_t width, uint16_t* out) {
    from_points(sums, stride, lanes, bias, width, out);
  }
};

}  // namespace

void convolve(const Convolution& size, const uint16_t* x, const uint16_t* filters, const float* bias, uint16_t* out) {
  convolve_by<Low>(size, x, filters, bias, out);
}
#else
void convolve(const Convolution&, const uint16_t*, const uint16_t*, const float*, uint16_t*) {}   // never reached: no tile of bfloat16 numbers
#endif

}  // namespace mgt
