// How the work of Winograd's convolutions (winograd.h) is shared out, for every type and set of instructions. A Kind has:
//   Number                       of clips and filters
//   kPoints, kStep               points of a tile; cells from one tile to the next
//   kLanes, kRows                tiles of a register; rows that a product takes together
//   kNumbers                     numbers of a unit, which products read: neighbouring channels, or in gradients neighbouring tiles
//   clip_points, multiply_clips, finish; clip_sums, gradient_sums, multiply_sums, order: below
#pragma once

#include "winograd.h"
#include "winograd_filters.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

namespace mgt {

constexpr int64_t kCached = 480 << 10; // bytes of a processor's own cache that cells at the points may take

// Where a run of neighbouring tiles finds its cells in a row of a channel: those from `place` on, and those two further, as far as they are inside.
struct Read {
  int64_t place;
  uint32_t first, second;
};

// Where it puts its results.
struct Write {
  int64_t place;
  uint32_t cells;
};

// A register of tiles in the order of a frame, in as many runs as there are rows of tiles among them.
struct Lanes {
  std::vector<Read> reads;             // [rows of cells, runs]
  std::vector<Write> writes;           // [runs], of the upper row of results
  bool inside;                         // one run, of which every cell is there

  int64_t runs() const { return static_cast<int64_t>(writes.size()); }
};

// Tiles of 2 x 2 results, from cells that are `step` apart: 2, or 1 where each cell is shown as 2 x 2.
std::vector<Lanes> lanes_of(const Convolution& size, int64_t lanes, int64_t step);

// What a thread does of a convolution: two registers of tiles through some frames of a clip.
template <typename Kind>
class Columns {
 public:
  using Number = typename Kind::Number;

  Columns(const Convolution& size, const std::vector<Lanes>& lanes, const Number* x, const Number* filters, const float* bias, Number* out)
      : size_(size), lanes_(lanes), x_(x), filters_(filters), bias_(bias), out_(out), frame_numbers_(Kind::kPoints * size.inputs * kPair) {
    // As many frames as the cache holds: all their results take a filter from memory once.
    int64_t fit = kCached / static_cast<int64_t>(frame_numbers_ * sizeof(Number));
    slots_ = std::min(std::max(size.taps, fit), size.t + 2 * size.frames);
    points_ = room<Number>(slots_ * frame_numbers_);
    sums_ = room<float>(Kind::kPoints * Kind::kRows * kPair);
  }

  void run(int64_t clip, int64_t first, int64_t begin, int64_t end) {
    int64_t vectors = std::min<int64_t>(2, static_cast<int64_t>(lanes_.size()) - first), next = begin - size_.frames;
    for (int64_t frame = begin; frame < end; frame += slots_ - size_.taps + 1) {
      int64_t last = std::min(end, frame + slots_ - size_.taps + 1);
      for (; next < last - size_.frames + size_.taps - 1; ++next)
        if (next >= 0 && next < size_.t)
          for (int64_t v = 0; v < vectors; ++v) read(clip, next, lanes_[first + v], points_.get() + slot(next) + v * Kind::kLanes * Kind::kNumbers);
      for (int64_t o = 0; o < size_.outputs; o += Kind::kRows)
        for (int64_t t = frame; t < last; ++t) write(clip, t, o, first, vectors);
    }
  }

 private:
  static constexpr int64_t kPair = 2 * Kind::kLanes;

  int64_t slot(int64_t frame) const { return (frame + size_.taps) % slots_ * frame_numbers_; }

  // All channels of a register of tiles: units [kPoints, inputs / kNumbers, kPair], of which half is written.
  void read(int64_t clip, int64_t frame, const Lanes& lanes, Number* out) const {
    Kind::clip_points(x_ + (clip * size_.inputs * (size_.t + size_.held) + frame) * size_.h * size_.w, (size_.t + size_.held) * size_.h * size_.w, size_.inputs,
                      lanes, out);
  }

  void write(int64_t clip, int64_t frame, int64_t channel, int64_t first, int64_t vectors) {
    int64_t rows = std::min(int64_t{Kind::kRows}, size_.outputs - channel), point = size_.inputs * kPair;
    for (int64_t p = 0; p < Kind::kPoints; ++p) {
      const Number* cells[3] = {};     // a tap outside of the clip has none
      for (int64_t tap = 0; tap < size_.taps; ++tap) {
        int64_t from = frame - size_.frames + tap;
        if (from >= 0 && from < size_.t) cells[tap] = points_.get() + slot(from) + p * point;
      }
      Kind::multiply_clips(rows, vectors, filters_ + (p * size_.outputs + channel) * size_.taps * size_.inputs, cells, size_.taps, size_.inputs,
                           sums_.get() + p * Kind::kRows * kPair);
    }
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t v = 0; v < vectors; ++v)
        Kind::finish(sums_.get() + r * kPair + v * Kind::kLanes, Kind::kRows * kPair, lanes_[first + v], bias_ == nullptr ? 0.0f : bias_[channel + r],
                     size_.wo(),
                     out_ + (((clip * size_.outputs + channel + r) * size_.to() + frame) * size_.every + size_.first) * size_.ho() * size_.wo());
  }

  const Convolution& size_;
  const std::vector<Lanes>& lanes_;
  const Number *x_, *filters_;
  const float* bias_;
  Number* out_;
  int64_t frame_numbers_, slots_;
  std::unique_ptr<Number[]> points_;    // [slots, kPoints, inputs / kNumbers, kPair, kNumbers]
  std::unique_ptr<float[]> sums_;       // [kPoints, kRows, kPair]
};

template <typename Kind>
void convolve_by(const Convolution& size, const typename Kind::Number* x, const typename Kind::Number* filters, const float* bias, typename Kind::Number* out) {
  std::vector<Lanes> lanes = lanes_of(size, Kind::kLanes, Kind::kStep);
  auto columns = static_cast<int64_t>((lanes.size() + 1) / 2);
  // Where there are few tiles, time is shared out too, though parts read the frames at their ends twice.
  int64_t works = size.batch * columns, parts = std::min(size.to(), (at::get_num_threads() + works - 1) / works), length = (size.to() + parts - 1) / parts;
  at::parallel_for(0, works * parts, 1, [&](int64_t begin, int64_t end) {
    Columns<Kind> work(size, lanes, x, filters, bias, out);
    for (int64_t i = begin; i < end; ++i) {
      int64_t from = i % parts * length;
      work.run(i / parts / columns, i / parts % columns * 2, from, std::min(size.to(), from + length));
    }
  });
}

// Clips [B, C, T, H, W] as [B, T, height, width, C], so many cells from the upper left; the rest is zero.
template <typename Kind, typename Number = typename Kind::Number>
std::unique_ptr<Number[]> turned(const Number* x, int64_t batch, int64_t channels, int64_t t, int64_t h, int64_t w, int64_t edge, int64_t height, int64_t width) {
  auto out = room<Number>(batch * t * height * width * channels);
  at::parallel_for(0, batch * t * height, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      int64_t y = i % height - edge, frame = i / height % t, clip = i / height / t;
      Number* to = out.get() + i * width * channels;
      if (y < 0 || y >= h) {
        std::fill_n(to, width * channels, Number{});
        continue;
      }
      std::fill_n(to, edge * channels, Number{});
      Kind::turn_row(x + (clip * channels * t + frame) * h * w + y * w, t * h * w, channels, w, to + edge * channels);
      std::fill_n(to + (edge + w) * channels, (width - edge - w) * channels, Number{});
    }
  });
  return out;
}

// What a thread does of a gradient: the points of one row, of some channels of the results, over all tiles of all clips.
template <typename Kind>
class Gradient {
 public:
  using Number = typename Kind::Number;

  Gradient(const Convolution& size, const Number* x, const Number* given, int64_t outputs, float* sums)
      : size_(size), x_(x), given_(given), outputs_(outputs), sums_(sums), across_((size.tile_columns() + Kind::kNumbers - 1) / Kind::kNumbers),
        slots_(kFrames + size.taps - 1) {
    clips_ = room<Number>(slots_ * 4 * kBlock * size.inputs);
    gradients_ = room<Number>(kFrames * 4 * kBlock * outputs);
  }

  void run(int point, int64_t from, int64_t to) {
    bool fresh = true;
    constexpr int64_t kUnits = kBlock / Kind::kNumbers;
    int64_t all = size_.tile_rows() * across_;
    for (int64_t clip = 0; clip < size_.batch; ++clip)
      for (int64_t first = 0; first < all; first += kUnits) {
        int64_t count = std::min(int64_t{kUnits}, all - first), next = -size_.frames;
        for (int64_t frame = 0; frame < size_.to(); frame += kFrames) {
          int64_t last = std::min(size_.to(), frame + kFrames);
          for (; next < last - size_.frames + size_.taps - 1; ++next)
            if (next >= 0 && next < size_.t) read_clip(point, clip, next, first, count);
          for (int64_t t = frame; t < last; ++t) read_gradient(point, clip, t, from, to, first, count);
          for (int64_t o = from; o < to; o += Kind::kRows) add(point, frame, last, o, std::min(int64_t{Kind::kRows}, to - o), o - from, count, fresh);
          fresh = false;
        }
      }
  }

 private:
  static constexpr int64_t kBlock = 64, kFrames = 4;   // tiles and frames of gradients that are at the points at a time

  Number* clip_at(int64_t frame) const { return clips_.get() + (frame + size_.taps) % slots_ * 4 * kBlock * size_.inputs; }

  // Units of tiles at the points (point, 0 to 3): [4, units, channels].
  void read_clip(int point, int64_t clip, int64_t frame, int64_t first, int64_t count) const {
    int64_t row = (2 * Kind::kNumbers * across_ + 2) * size_.inputs;
    const Number* cells = x_ + (clip * size_.t + frame) * (size_.ho() + 2) * row;
    for (int64_t i = 0; i < count; ++i) {
      int64_t y = (first + i) / across_, x = (first + i) % across_;
      Kind::clip_sums(point, cells + 2 * y * row + 2 * Kind::kNumbers * x * size_.inputs, row, size_.inputs, kBlock * size_.inputs,
                      clip_at(frame) + i * Kind::kNumbers * size_.inputs);
    }
  }

  void read_gradient(int point, int64_t clip, int64_t frame, int64_t from, int64_t to, int64_t first, int64_t count) const {
    int64_t row = size_.wo() * size_.outputs;
    const Number* cells = given_ + (clip * size_.to() + frame) * size_.ho() * row + from;
    Number* out = gradients_.get() + frame % kFrames * 4 * kBlock * outputs_;
    for (int64_t i = 0; i < count; ++i) {
      int64_t y = (first + i) / across_, x = (first + i) % across_ * Kind::kNumbers;
      Kind::gradient_sums(point, cells + 2 * y * row + 2 * x * size_.outputs, row, size_.outputs, to - from, x + 1 < size_.tile_columns(), kBlock * outputs_,
                          out + i * Kind::kNumbers * outputs_);
    }
  }

  void add(int point, int64_t begin, int64_t end, int64_t channel, int64_t rows, int64_t place, int64_t count, bool fresh) const {
    for (int64_t j = 0; j < 4; ++j)
      for (int64_t tap = 0; tap < size_.taps; ++tap) {
        const Number *clips[kFrames], *gradients[kFrames];
        int64_t frames = 0;
        for (int64_t t = begin; t < end; ++t) {
          int64_t from = t - size_.frames + tap;
          if (from < 0 || from >= size_.t) continue;
          gradients[frames] = gradients_.get() + (t % kFrames * 4 + j) * kBlock * outputs_ + place * Kind::kNumbers;
          clips[frames++] = clip_at(from) + j * kBlock * size_.inputs;
        }
        Kind::multiply_sums(rows, gradients, clips, frames, count, outputs_, size_.inputs, fresh,
                            sums_ + (((point * 4 + j) * size_.outputs + channel) * size_.taps + tap) * size_.inputs, size_.taps * size_.inputs);
      }
  }

  const Convolution& size_;
  const Number *x_, *given_;            // [B, T, ho + 2, whole units of tiles, inputs], [B, to, ho, wo, outputs]
  int64_t outputs_;
  float* sums_;                         // [kPoints, outputs, taps, inputs]
  int64_t across_, slots_;              // units of tiles in a row, frames of clips
  std::unique_ptr<Number[]> clips_, gradients_;
};

template <typename Kind>
void filter_gradient_by(const Convolution& size, const typename Kind::Number* x, const typename Kind::Number* given, float* out) {
  int64_t across = (size.tile_columns() + Kind::kNumbers - 1) / Kind::kNumbers;
  auto clips = turned<Kind>(x, size.batch, size.inputs, size.t, size.h, size.w, size.cells, size.ho() + 2, 2 * Kind::kNumbers * across + 2);
  auto gradients = turned<Kind>(given, size.batch, size.outputs, size.to(), size.ho(), size.wo(), 0, size.ho(), size.wo());
  auto sums = room<float>(kPoints * size.outputs * size.taps * size.inputs);
  // Four rows of points; with more threads than that, parts of the channels, each of which carries the clips to the points again.
  int64_t parts = std::min(size.outputs / kChannels, std::max<int64_t>(1, (at::get_num_threads() + 3) / 4));
  int64_t length = (size.outputs / kChannels + parts - 1) / parts * kChannels;
  at::parallel_for(0, 4 * parts, 1, [&](int64_t begin, int64_t end) {
    Gradient<Kind> work(size, clips.get(), gradients.get(), length, sums.get());
    for (int64_t i = begin; i < end; ++i) {
      int64_t from = i / 4 * length;
      if (from < size.outputs) work.run(static_cast<int>(i % 4), from, std::min(size.outputs, from + length));
    }
  });
  filters_of(sums.get(), size.outputs, size.inputs, size.taps, Kind::order, out);
}

}  // namespace mgt
