// Winograd's convolution of clips (winograd.h): B^T d B of the cells, products with the filters at each point, A^T m A of the sums. A register holds sixteen tiles
// of one channel.

#include "winograd.h"

#include <ATen/Parallel.h>

#include <algorithm>

namespace mgt {

#ifdef MGT_HAS_TILES
namespace {

constexpr int64_t kCached = 480 << 10; // bytes of a processor's own cache that cells at the points may take

// Where a run of neighbouring tiles finds its cells in a row of a channel: thirty-two from `place` on, and those two further, as far as they are inside.
struct Read {
  int64_t place;
  uint32_t first, second;
};

// Where it puts its results.
struct Write {
  int64_t place;
  uint32_t cells;
};

// Sixteen tiles in the order of a frame, in as many runs as there are rows of tiles among them.
struct Lanes {
  std::vector<Read> reads;             // [4 rows of cells, runs]
  std::vector<Write> writes;           // [runs], of the upper row of results
  bool inside;                         // one run, of which every cell is there
};

std::vector<Lanes> lanes_of(const Convolution& size) {
  std::vector<Lanes> all;
  int64_t columns = size.tile_columns(), tiles = size.tile_rows() * columns;
  for (int64_t first = 0; first < tiles; first += kVector) {
    Lanes lanes;
    std::vector<int64_t> starts;
    for (int64_t tile = first; tile < std::min(tiles, first + kVector); tile = (tile / columns + 1) * columns) starts.push_back(tile);
    lanes.inside = starts.size() == 1;
    for (int64_t i = 0; i < 4; ++i)
      for (int64_t start : starts) {
        int64_t end = std::min({tiles, first + kVector, (start / columns + 1) * columns}), y = start / columns * 2 - size.cells + i;
        int64_t x = start % columns * 2 - size.cells, lane = 2 * (start - first);
        Read read{y * size.w + x - lane, 0, 0};
        Write write{start / columns * 2 * size.wo() + start % columns * 2 - lane, 0};
        for (int64_t cell = 0; cell < 2 * (end - start); ++cell) {
          uint32_t bit = 1u << (lane + cell);
          write.cells |= bit;
          if (y < 0 || y >= size.h) continue;
          if (x + cell >= 0 && x + cell < size.w) read.first |= bit;
          if (x + cell + 2 >= 0 && x + cell + 2 < size.w) read.second |= bit;
        }
        lanes.inside = lanes.inside && (read.first & read.second) == ~0u;
        lanes.reads.push_back(read);
        if (i == 0) lanes.writes.push_back(write);
      }
    all.push_back(std::move(lanes));
  }
  return all;
}

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

// All channels of sixteen tiles of a frame: pairs of neighbouring channels [kPoints, channels / 2, kPair], of which a register's half is written.
template <int Runs>
MGT_BF16 void clip_points(const uint16_t* x, int64_t stride, int64_t channels, const Lanes& lanes, uint32_t* out) {
  const __m512i order = interleaving();
  for (int64_t c = 0; c < channels; c += 2) {
    __m512 first[kPoints], second[kPoints];
    to_points<Runs>(x + c * stride, lanes, first);
    to_points<Runs>(x + (c + 1) * stride, lanes, second);
#pragma GCC unroll 16
    for (int64_t p = 0; p < kPoints; ++p) _mm512_storeu_si512(out + (p * channels + c) / 2 * kPair, interleave(first[p], second[p], order));
  }
}

// Channels of filters by registers of tiles, at one point: the sums over taps and inputs. A tap outside of the clip is null.
template <int Rows, int Vectors>
MGT_BF16 void multiply(const uint32_t* filters, const uint32_t* const* cells, int64_t taps, int64_t units, float* out) {
  __m512 sums[Rows][Vectors];
#pragma GCC unroll 12
  for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; ++v) sums[r][v] = _mm512_setzero_ps();
  for (int64_t tap = 0; tap < taps; ++tap) {
    const uint32_t *columns = cells[tap], *rows = filters + tap * units;
    if (columns == nullptr) continue;
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

template <int Rows>
void multiply_rows(int64_t vectors, const uint32_t* filters, const uint32_t* const* cells, int64_t taps, int64_t units, float* out) {
  vectors == 2 ? multiply<Rows, 2>(filters, cells, taps, units, out) : multiply<Rows, 1>(filters, cells, taps, units, out);
}

// Sums at the points, `stride` numbers apart, to the results of sixteen tiles of one channel.
MGT_BF16 void from_points(const float* sums, int64_t stride, const Lanes& lanes, float bias, int64_t width, __m512i order, uint16_t* out) {
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

// What a thread does: two registers of tiles through some frames of a clip.
class Columns {
 public:
  Columns(const Convolution& size, const std::vector<Lanes>& lanes, const uint16_t* x, const uint32_t* filters, const float* bias, uint16_t* out)
      : size_(size), lanes_(lanes), x_(x), filters_(filters), bias_(bias), out_(out), frame_units_(kPoints * size.inputs / 2 * kPair) {
    // As many frames as the cache holds: all their results take a filter from memory once.
    int64_t fit = kCached / static_cast<int64_t>(frame_units_ * sizeof(uint32_t));
    slots_ = std::min(std::max(size.taps, fit), size.t + 2 * size.frames);
    points_ = room<uint32_t>(slots_ * frame_units_);
    sums_ = room<float>(kPoints * kRows * kPair);
  }

  void run(int64_t clip, int64_t first, int64_t begin, int64_t end) {
    int64_t vectors = std::min<int64_t>(2, static_cast<int64_t>(lanes_.size()) - first), next = begin - size_.frames;
    for (int64_t frame = begin; frame < end; frame += slots_ - size_.taps + 1) {
      int64_t last = std::min(end, frame + slots_ - size_.taps + 1);
      for (; next < last - size_.frames + size_.taps - 1; ++next)
        if (next >= 0 && next < size_.t)
          for (int64_t v = 0; v < vectors; ++v) read(clip, next, lanes_[first + v], points_.get() + slot(next) + v * kVector);
      for (int64_t o = 0; o < size_.outputs; o += kRows)
        for (int64_t t = frame; t < last; ++t) write(clip, t, o, first, vectors);
    }
  }

 private:
  int64_t slot(int64_t frame) const { return (frame + size_.taps) % slots_ * frame_units_; }

  void read(int64_t clip, int64_t frame, const Lanes& lanes, uint32_t* out) const {
    const uint16_t* from = x_ + (clip * size_.inputs * size_.t + frame) * size_.h * size_.w;
    auto work = lanes.inside ? clip_points<-1> : lanes.writes.size() == 1 ? clip_points<1> : lanes.writes.size() == 2 ? clip_points<2> : clip_points<0>;
    work(from, size_.t * size_.h * size_.w, size_.inputs, lanes, out);
  }

  void write(int64_t clip, int64_t frame, int64_t channel, int64_t first, int64_t vectors) {
    int64_t rows = std::min(kRows, size_.outputs - channel), units = size_.inputs / 2;
    for (int64_t p = 0; p < kPoints; ++p) {
      const uint32_t* cells[3] = {};
      for (int64_t tap = 0; tap < size_.taps; ++tap) {
        int64_t from = frame - size_.frames + tap;
        if (from >= 0 && from < size_.t) cells[tap] = points_.get() + slot(from) + p * units * kPair;
      }
      const uint32_t* filters = filters_ + (p * size_.outputs + channel) * size_.taps * units;
      MGT_BY_ROWS(rows, multiply_rows, vectors, filters, cells, size_.taps, units, sums_.get() + p * kRows * kPair)
    }
    finish(clip, frame, channel, rows, first, vectors);
  }

  MGT_BF16 void finish(int64_t clip, int64_t frame, int64_t channel, int64_t rows, int64_t first, int64_t vectors) {
    const __m512i order = interleaving();
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t v = 0; v < vectors; ++v)
        from_points(sums_.get() + r * kPair + v * kVector, kRows * kPair, lanes_[first + v], bias_ == nullptr ? 0.0f : bias_[channel + r], size_.wo(), order,
                    out_ + ((clip * size_.outputs + channel + r) * size_.to() + frame) * size_.ho() * size_.wo());
  }

  const Convolution& size_;
  const std::vector<Lanes>& lanes_;
  const uint16_t* x_;
  const uint32_t* filters_;
  const float* bias_;
  uint16_t* out_;
  int64_t frame_units_, slots_;
  std::unique_ptr<uint32_t[]> points_;  // [slots, kPoints, inputs / 2, kPair]
  std::unique_ptr<float[]> sums_;       // [kPoints, kRows, kPair]
};

}  // namespace

void convolve(const Convolution& size, const uint16_t* x, const uint32_t* filters, const float* bias, uint16_t* out) {
  std::vector<Lanes> lanes = lanes_of(size);
  auto columns = static_cast<int64_t>((lanes.size() + 1) / 2);
  // Where there are few tiles, time is shared out too, though parts read the frames at their ends twice.
  int64_t works = size.batch * columns, parts = std::min(size.to(), (at::get_num_threads() + works - 1) / works), length = (size.to() + parts - 1) / parts;
  at::parallel_for(0, works * parts, 1, [&](int64_t begin, int64_t end) {
    Columns work(size, lanes, x, filters, bias, out);
    for (int64_t i = begin; i < end; ++i) {
      int64_t from = i % parts * length;
      work.run(i / parts / columns, i / parts % columns * 2, from, std::min(size.to(), from + length));
    }
  });
}
#else
void convolve(const Convolution&, const uint16_t*, const uint32_t*, const float*, uint16_t*) {}   // never reached: no tile of bfloat16 numbers
#endif

}  // namespace mgt
