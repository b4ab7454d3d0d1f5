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

// A row of results of sixteen tiles.
MGT_BF16 inline __attribute__((always_inline)) void store_cells(__m512i cells, const Lanes& lanes, uint16_t* out) {
  for (const Write& write : lanes.writes) {
    if (write.cells == ~0u) {
      _mm512_storeu_si512(out + write.place, cells);
    } else {
      _mm512_mask_storeu_epi16(out + write.place, write.cells, cells);
    }
  }
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
    store_cells(interleave(_mm512_add_ps(left, more), _mm512_add_ps(right, more), order), lanes, out + i * width);
  }
}

// For winograd_work.h.
struct Low {
  using Number = uint16_t;
  static constexpr int64_t kLanes = kVector, kRows = 12, kNumbers = 2, kPoints = mgt::kPoints, kStep = 2;

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

// Of clips each of whose cells is shown as 2 x 2: along an axis a tile's four cells are a, b, b and c, at the points a - b, b (half of 2b), nothing and b - c.
template <bool Inside>
MGT_BF16 void repeated_points(const uint16_t* x, int64_t stride, int64_t channels, const Lanes& lanes, uint16_t* out) {
  const __m512i order = interleaving();
  const int64_t runs = lanes.runs();
  for (int64_t c = 0; c < channels; c += 2) {
    __m512 points[2][kRepeatedPoints];
#pragma GCC unroll 2
    for (int k = 0; k < 2; ++k) {
      const uint16_t* plane = x + (c + k) * stride;
      __m512 d[3][3];
#pragma GCC unroll 3
      for (int i = 0; i < 3; ++i) {
        __m512 cells[3];
#pragma GCC unroll 3
        for (int j = 0; j < 3; ++j) {
          const Read* reads = lanes.reads.data() + i * runs;
          __m256i low = Inside ? _mm256_loadu_si256(reinterpret_cast<const __m256i*>(plane + reads[0].place + j))
                               : _mm256_maskz_loadu_epi16(static_cast<__mmask16>(reads[0].first), plane + reads[0].place + j);
          for (int64_t r = 1; r < (Inside ? 1 : runs); ++r) low = _mm256_mask_loadu_epi16(low, static_cast<__mmask16>(reads[r].first), plane + reads[r].place + j);
          cells[j] = _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(low), 16));
        }
        d[i][0] = _mm512_sub_ps(cells[0], cells[1]);
        d[i][1] = cells[1];
        d[i][2] = _mm512_sub_ps(cells[1], cells[2]);
      }
#pragma GCC unroll 3
      for (int j = 0; j < 3; ++j) {
        points[k][j] = _mm512_sub_ps(d[0][j], d[1][j]);
        points[k][3 + j] = d[1][j];
        points[k][6 + j] = _mm512_sub_ps(d[1][j], d[2][j]);
      }
    }
#pragma GCC unroll 9
    for (int64_t p = 0; p < kRepeatedPoints; ++p) _mm512_storeu_si512(out + (p * channels + c) * kPair, interleave(points[0][p], points[1][p], order));
  }
}

MGT_BF16 void from_repeated_points(const float* sums, int64_t stride, const Lanes& lanes, float bias, int64_t width, uint16_t* out) {
  const __m512i order = interleaving();
  const __m512 more = _mm512_set1_ps(bias);
  __m512 rows[2][3];
#pragma GCC unroll 3
  for (int j = 0; j < 3; ++j) {
    __m512 middle = _mm512_loadu_ps(sums + (3 + j) * stride);
    rows[0][j] = _mm512_add_ps(_mm512_loadu_ps(sums + j * stride), middle);
    rows[1][j] = _mm512_sub_ps(middle, _mm512_loadu_ps(sums + (6 + j) * stride));
  }
#pragma GCC unroll 2
  for (int i = 0; i < 2; ++i) {
    __m512 left = _mm512_add_ps(rows[i][0], rows[i][1]), right = _mm512_sub_ps(rows[i][1], rows[i][2]);
    store_cells(interleave(_mm512_add_ps(left, more), _mm512_add_ps(right, more), order), lanes, out + i * width);
  }
}

// For winograd_work.h.
struct LowRepeated : Low {
  static constexpr int64_t kPoints = kRepeatedPoints, kStep = 1;

  static void clip_points(const uint16_t* x, int64_t stride, int64_t channels, const Lanes& lanes, uint16_t* out) {
    lanes.inside ? repeated_points<true>(x, stride, channels, lanes, out) : repeated_points<false>(x, stride, channels, lanes, out);
  }

  static void finish(const float* sums, int64_t stride, const Lanes& lanes, float bias, int64_t width, uint16_t* out) {
    from_repeated_points(sums, stride, lanes, bias, width, out);
  }
};

}  // namespace

void convolve_repeated(const Convolution& size, const uint16_t* x, const uint16_t* filters, const float* bias, uint16_t* out) {
  convolve_by<LowRepeated>(size, x, filters, bias, out);
}

void convolve(const Convolution& size, const uint16_t* x, const uint16_t* filters, const float* bias, uint16_t* out) {
  convolve_by<Low>(size, x, filters, bias, out);
}
#else
// Never reached: no tile of bfloat16 numbers.
void convolve(const Convolution&, const uint16_t*, const uint16_t*, const float*, uint16_t*) {}
void convolve_repeated(const Convolution&, const uint16_t*, const uint16_t*, const float*, uint16_t*) {}
#endif

}  // namespace mgt
