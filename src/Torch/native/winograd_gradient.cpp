// The gradient of filters by Winograd's points (winograd.h): where a convolution is y = A^T (G g G^T . B^T d B) A, that of g is G^T (A dy A^T . B^T d B) G, summed over
// all tiles. A register holds channels: clips and gradients are laid out with the channels innermost first.

#include "winograd.h"

#include <ATen/Parallel.h>

#include <algorithm>

namespace mgt {

#ifdef MGT_HAS_TILES
namespace {

constexpr int64_t kBlock = 32;         // pairs of tiles that are carried to the points at a time
constexpr int64_t kFrames = 4;         // frames of gradients likewise

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

// Clips [B, C, T, H, W] as [B, T, height, width, C], so many cells from the upper left; the rest is zero.
std::unique_ptr<uint16_t[]> turned(const uint16_t* x, int64_t batch, int64_t channels, int64_t t, int64_t h, int64_t w, int64_t edge, int64_t height,
                                   int64_t width) {
  auto out = room<uint16_t>(batch * t * height * width * channels);
  at::parallel_for(0, batch * t * height, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      int64_t y = i % height - edge, frame = i / height % t, clip = i / height / t;
      uint16_t* to = out.get() + i * width * channels;
      if (y < 0 || y >= h) {
        std::fill_n(to, width * channels, uint16_t{0});
        continue;
      }
      std::fill_n(to, edge * channels, uint16_t{0});
      turn_row(x + (clip * channels * t + frame) * h * w + y * w, t * h * w, channels, w, to + edge * channels);
      std::fill_n(to + (edge + w) * channels, (width - edge - w) * channels, uint16_t{0});
    }
  });
  return out;
}

// Two neighbouring tiles at the points (i, 0 to 3): for each, pairs of what they have there, of channels in the order that even() and odd() give.
MGT_BF16 inline __attribute__((always_inline)) void store_points(__m512 (&first)[4][2], __m512 (&second)[4][2], int64_t point_stride, __m512i order, uint32_t* out) {
#pragma GCC unroll 4
  for (int j = 0; j < 4; ++j)
#pragma GCC unroll 2
    for (int v = 0; v < 2; ++v) _mm512_storeu_si512(out + j * point_stride + v * kVector, interleave(first[j][v], second[j][v], order));
}

// Cells, (B^T d B): of a pair of tiles, 4 x 6 cells, `row` numbers a row and `channels` a cell.
template <int Point>
MGT_BF16 void clip_points(const uint16_t* cells, int64_t row, int64_t channels, int64_t point_stride, __m512i order, uint32_t* out) {
  constexpr int kUpper = Point == 0 ? 0 : Point == 2 ? 2 : 1, kLower = Point == 3 ? 3 : Point == 2 ? 1 : 2;
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
    store_points(points[0], points[1], point_stride, order, out + c);
  }
}

// Gradients, (A dy A^T), of some channels: of a pair of tiles, 2 x 4 cells, `cell` numbers a cell, of which the second tile may be beyond the edge.
template <int Point>
MGT_BF16 void gradient_points(const uint16_t* cells, int64_t row, int64_t cell, int64_t channels, bool both, int64_t point_stride, __m512i order, uint32_t* out) {
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
    store_points(points[0], points[1], point_stride, order, out + c);
  }
}

// Channels of gradients by channels of clips at one point, summed over pairs of tiles of several frames and, unless it is the first time, onto what is there.
template <int Rows>
MGT_BF16 void multiply(const uint32_t* const* gradients, const uint32_t* const* clips, int64_t frames, int64_t tile_pairs, int64_t outputs, int64_t inputs,
                       bool fresh, float* out, int64_t stride) {
  __m512 sums[Rows][2];
#pragma GCC unroll 12
  for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 2
    for (int v = 0; v < 2; ++v) sums[r][v] = fresh ? _mm512_setzero_ps() : _mm512_loadu_ps(out + r * stride + kVector * v);
  for (int64_t f = 0; f < frames; ++f) {
    const uint32_t *columns = clips[f], *rows = gradients[f];
    for (int64_t k = 0; k < tile_pairs; ++k, columns += inputs, rows += outputs) {
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
    for (int v = 0; v < 2; ++v) _mm512_storeu_ps(out + r * stride + kVector * v, sums[r][v]);
}

// The channel that stands at a place of the order that even() and odd() give.
int64_t channel_at(int64_t place) { return place / kPair * kPair + place % kVector * 2 + place / kVector % 2; }

// Sums at the points [kPoints, taps, inputs] of a result channel, `stride` apart, to its filters [inputs, taps, 3, 3]: G^T m G.
MGT_BF16 void from_points(const float* sums, int64_t stride, int64_t taps, int64_t inputs, float* out) {
  const __m512 half = _mm512_set1_ps(0.5f);
  const __m512i places = _mm512_mullo_epi32(_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), _mm512_set1_epi32(static_cast<int>(18 * taps)));
  for (int64_t tap = 0; tap < taps; ++tap)
    for (int64_t c = 0; c < inputs; c += kVector) {
      __m512 rows[3][4];
#pragma GCC unroll 4
      for (int j = 0; j < 4; ++j) {
        __m512 m[4];
#pragma GCC unroll 4
        for (int i = 0; i < 4; ++i) m[i] = _mm512_loadu_ps(sums + (4 * i + j) * stride + tap * inputs + c);
        __m512 sum = _mm512_mul_ps(_mm512_add_ps(m[1], m[2]), half);
        rows[0][j] = _mm512_add_ps(m[0], sum);
        rows[1][j] = _mm512_mul_ps(_mm512_sub_ps(m[1], m[2]), half);
        rows[2][j] = _mm512_add_ps(m[3], sum);
      }
      float* to = out + (channel_at(c) * taps + tap) * 9;
#pragma GCC unroll 3
      for (int i = 0; i < 3; ++i) {
        __m512 sum = _mm512_mul_ps(_mm512_add_ps(rows[i][1], rows[i][2]), half);
        _mm512_i32scatter_ps(to + 3 * i, places, _mm512_add_ps(rows[i][0], sum), sizeof(float));
        _mm512_i32scatter_ps(to + 3 * i + 1, places, _mm512_mul_ps(_mm512_sub_ps(rows[i][1], rows[i][2]), half), sizeof(float));
        _mm512_i32scatter_ps(to + 3 * i + 2, places, _mm512_add_ps(rows[i][3], sum), sizeof(float));
      }
    }
}

// What a thread does: the points of one row, of some channels of the results, over all tiles of all clips.
class Gradient {
 public:
  Gradient(const Convolution& size, const uint16_t* x, const uint16_t* given, int64_t outputs, float* sums)
      : size_(size), x_(x), given_(given), outputs_(outputs), sums_(sums), tile_pairs_((size.tile_columns() + 1) / 2), slots_(kFrames + size.taps - 1) {
    clips_ = room<uint32_t>(slots_ * 4 * kBlock * size.inputs);
    gradients_ = room<uint32_t>(kFrames * 4 * kBlock * outputs);
  }

  void run(int point, int64_t from, int64_t to) {
    bool fresh = true;
    int64_t all = size_.tile_rows() * tile_pairs_;
    for (int64_t clip = 0; clip < size_.batch; ++clip)
      for (int64_t first = 0; first < all; first += kBlock) {
        int64_t count = std::min(kBlock, all - first), next = -size_.frames;
        for (int64_t frame = 0; frame < size_.to(); frame += kFrames) {
          int64_t last = std::min(size_.to(), frame + kFrames);
          for (; next < last - size_.frames + size_.taps - 1; ++next)
            if (next >= 0 && next < size_.t) read_clip(point, clip, next, first, count);
          for (int64_t t = frame; t < last; ++t) read_gradient(point, clip, t, from, to, first, count);
          for (int64_t o = from; o < to; o += kRows) add(point, frame, last, o, std::min(kRows, to - o), o - from, count, fresh);
          fresh = false;
        }
      }
  }

 private:
  uint32_t* clip_at(int64_t frame) const { return clips_.get() + (frame + size_.taps) % slots_ * 4 * kBlock * size_.inputs; }

  void read_clip(int point, int64_t clip, int64_t frame, int64_t first, int64_t count) const {
    static constexpr decltype(&clip_points<0>) kWork[] = {clip_points<0>, clip_points<1>, clip_points<2>, clip_points<3>};
    int64_t width = 4 * tile_pairs_ + 2, row = width * size_.inputs;
    const uint16_t* cells = x_ + (clip * size_.t + frame) * (size_.ho() + 2) * row;
    each_pair(first, count, [&](int64_t i, int64_t y, int64_t pair) MGT_BF16 {
      kWork[point](cells + 2 * y * row + 4 * pair * size_.inputs, row, size_.inputs, kBlock * size_.inputs, interleaving(), clip_at(frame) + i * size_.inputs);
    });
  }

  void read_gradient(int point, int64_t clip, int64_t frame, int64_t from, int64_t to, int64_t first, int64_t count) const {
    static constexpr decltype(&gradient_points<0>) kWork[] = {gradient_points<0>, gradient_points<1>, gradient_points<2>, gradient_points<3>};
    int64_t row = size_.wo() * size_.outputs;
    const uint16_t* cells = given_ + (clip * size_.to() + frame) * size_.ho() * row;
    uint32_t* out = gradients_.get() + frame % kFrames * 4 * kBlock * outputs_;
    each_pair(first, count, [&](int64_t i, int64_t y, int64_t pair) MGT_BF16 {
      kWork[point](cells + 2 * y * row + 4 * pair * size_.outputs + from, row, size_.outputs, to - from, 2 * pair + 1 < size_.tile_columns(), kBlock * outputs_,
                   interleaving(), out + i * outputs_);
    });
  }

  template <typename Work>
  void each_pair(int64_t first, int64_t count, Work work) const {
    for (int64_t i = 0; i < count; ++i) work(i, (first + i) / tile_pairs_, (first + i) % tile_pairs_);
  }

  void add(int point, int64_t begin, int64_t end, int64_t channel, int64_t rows, int64_t place, int64_t count, bool fresh) const {
    for (int64_t j = 0; j < 4; ++j)
      for (int64_t tap = 0; tap < size_.taps; ++tap) {
        const uint32_t *clips[kFrames], *gradients[kFrames];
        int64_t frames = 0;
        for (int64_t t = begin; t < end; ++t) {
          int64_t from = t - size_.frames + tap;
          if (from < 0 || from >= size_.t) continue;
          gradients[frames] = gradients_.get() + (t % kFrames * 4 + j) * kBlock * outputs_ + place;
          clips[frames++] = clip_at(from) + j * kBlock * size_.inputs;
        }
        for (int64_t c = 0; c < size_.inputs; c += kPair) {
          float* out = sums_ + (((point * 4 + j) * size_.outputs + channel) * size_.taps + tap) * size_.inputs + c;
          MGT_BY_ROWS(rows, multiply, gradients, clips, frames, count, outputs_, size_.inputs, fresh, out, size_.taps * size_.inputs)
          for (int64_t f = 0; f < frames; ++f) clips[f] += kPair;
        }
      }
  }

  const Convolution& size_;
  const uint16_t *x_, *given_;          // [B, T, ho + 2, 4 pairs + 2, inputs], [B, to, ho, wo, outputs]
  int64_t outputs_;
  float* sums_;                         // [kPoints, outputs, taps, inputs]
  int64_t tile_pairs_, slots_;
  std::unique_ptr<uint32_t[]> clips_, gradients_;
};

}  // namespace

void filter_gradient(const Convolution& size, const uint16_t* x, const uint16_t* given, float* out) {
  int64_t tile_pairs = (size.tile_columns() + 1) / 2;
  auto clips = turned(x, size.batch, size.inputs, size.t, size.h, size.w, size.cells, size.ho() + 2, 4 * tile_pairs + 2);
  auto gradients = turned(given, size.batch, size.outputs, size.to(), size.ho(), size.wo(), 0, size.ho(), size.wo());
  auto sums = room<float>(kPoints * size.outputs * size.taps * size.inputs);
  // Four rows of points; with more threads than that, parts of the channels, each of which carries the clips to the points again.
  int64_t parts = std::min(size.outputs / kPair, std::max<int64_t>(1, (at::get_num_threads() + 3) / 4));
  int64_t length = (size.outputs / kPair + parts - 1) / parts * kPair;
  at::parallel_for(0, 4 * parts, 1, [&](int64_t begin, int64_t end) {
    Gradient work(size, clips.get(), gradients.get(), length, sums.get());
    for (int64_t i = begin; i < end; ++i) {
      int64_t from = i / 4 * length;
      if (from < size.outputs) work.run(static_cast<int>(i % 4), from, std::min(size.outputs, from + length));
    }
  });
  int64_t filters = size.taps * size.inputs;
  at::parallel_for(0, size.outputs, 1, [&](int64_t begin, int64_t end) {
    for (int64_t o = begin; o < end; ++o) from_points(sums.get() + o * filters, size.outputs * filters, size.taps, size.inputs, out + channel_at(o) * filters * 9);
  });
}
#else
void filter_gradient(const Convolution&, const uint16_t*, const uint16_t*, float*) {}   // never reached: no tile of bfloat16 numbers
#endif

}  // namespace mgt
