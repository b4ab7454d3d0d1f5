// Convolutions with kernels of 3 x 3 cells by Winograd's minimal filtering F(2 x 2, 3 x 3) (Lavin & Gray 2016): a tile of 2 x 2 results comes from 4 x 4 cells by
// 16 products where the direct sum takes 36. Cells, filters and sums are carried to sixteen points, where a convolution is a product of matrices at each; along
// time the taps of a filter are summed at the points. Numbers at the points are of the clips' type, bfloat16 or float32, sums are float32.
#pragma once

#include "products.h"

#include <memory>

namespace mgt {

constexpr int64_t kPoints = 16;        // of a tile: 4 x 4
constexpr int64_t kRepeatedPoints = 9; // of a tile whose cells are all one and its neighbours
constexpr int64_t kChannels = 32;      // inputs must be a multiple of this, and for gradients outputs too

// Clips [B, C, T, H, W] and what a convolution makes of them, [B, O, to, ho, wo]: so many frames and cells of zeros around them, `taps` of a filter along time.
struct Convolution {
  int64_t batch, inputs, outputs, t, h, w, taps, frames, cells;
  int64_t scale = 1;                   // 2: of clips each of whose cells is shown as 2 x 2
  int64_t held = 0;                    // frames that a channel of the clips has beyond t
  int64_t every = 1, first = 0;        // results are frames `first`, `first` + `every`, ... of `every` to

  int64_t to() const { return t + 2 * frames - taps + 1; }
  int64_t ho() const { return scale * (h + 2 * cells - 2); }
  int64_t wo() const { return scale * (w + 2 * cells - 2); }
  int64_t tile_rows() const { return ho() / 2; }
  int64_t tile_columns() const { return wo() / 2; }
};

// Memory without values.
template <typename Number>
std::unique_ptr<Number[]> room(int64_t count) {
  return std::unique_ptr<Number[]>(new Number[count]);
}

// Filters float32 [outputs, inputs, taps, 3, 3] at the points, [kPoints, outputs, taps, inputs] of a type. Turned: of the convolution that carries gradients from
// results back to clips, [kPoints, inputs, taps, outputs] of filters mirrored on all three axes.
void filter_points(const float* filters, int64_t outputs, int64_t inputs, int64_t taps, bool turned, uint16_t* out);
void filter_points(const float* filters, int64_t outputs, int64_t inputs, int64_t taps, bool turned, float* out);

// The convolution of clips with filters at the points, plus a bias if there is one; ho and wo are even. A result is the same whatever clips lie beside it, on any
// number of threads. There must be a tile for the type (products.h).
void convolve(const Convolution& size, const uint16_t* x, const uint16_t* filters, const float* bias, uint16_t* out);
void convolve(const Convolution& size, const float* x, const float* filters, const float* bias, float* out);

// The same of clips each of whose cells is shown as 2 x 2 cells (size.scale 2, the edge of the small clip is part of it: size.cells 0), with filters at nine points
// [kRepeatedPoints, outputs, taps, inputs]: g0, g0 + g1 + g2 and g2 on both axes. Of the four points of an axis one vanishes there, and another needs no sum.
void convolve_repeated(const Convolution& size, const uint16_t* x, const uint16_t* filters, const float* bias, uint16_t* out);

// The gradient of the filters, float32 [outputs, inputs, taps, 3, 3], from the clips and the gradient of the results; the same on any number of threads.
void filter_gradient(const Convolution& size, const uint16_t* x, const uint16_t* given, float* out);
void filter_gradient(const Convolution& size, const float* x, const float* given, float* out);

// Calls work<1>(...) to work<6>(...), or up to work<12>(...), as many as there are rows.
#define MGT_BY_6_ROWS(rows, work, ...)         \
  switch (rows) {                              \
    case 1: work<1>(__VA_ARGS__); break;       \
    case 2: work<2>(__VA_ARGS__); break;       \
    case 3: work<3>(__VA_ARGS__); break;       \
    case 4: work<4>(__VA_ARGS__); break;       \
    case 5: work<5>(__VA_ARGS__); break;       \
    default: work<6>(__VA_ARGS__); break;      \
  }
#define MGT_BY_12_ROWS(rows, work, ...)        \
  switch (rows) {                              \
    case 7: work<7>(__VA_ARGS__); break;       \
    case 8: work<8>(__VA_ARGS__); break;       \
    case 9: work<9>(__VA_ARGS__); break;       \
    case 10: work<10>(__VA_ARGS__); break;     \
    case 11: work<11>(__VA_ARGS__); break;     \
    case 12: work<12>(__VA_ARGS__); break;     \
    default: MGT_BY_6_ROWS(rows, work, __VA_ARGS__) \
  }

}  // namespace mgt
