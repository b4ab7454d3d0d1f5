// Winograd's convolution (winograd.h) of float32 clips, compiled once for each width of registers: MGT_WIDTH numbers a register, MGT_HEIGHT rows of a product, for
// the instructions that MGT_INSTRUCTIONS names. Needs load_some and store_some, which leave out numbers whose bit is not set.

#define MGT_WORK MGT_INSTRUCTIONS __attribute__((always_inline)) inline

typedef float Register __attribute__((vector_size(4 * MGT_WIDTH)));
typedef int32_t Places __attribute__((vector_size(4 * MGT_WIDTH)));

MGT_WORK Register load(const float* from) {
  Register x;
  std::memcpy(&x, from, sizeof x);
  return x;
}

MGT_WORK void store(Register x, float* to) { std::memcpy(to, &x, sizeof x); }

// The numbers at even and at odd places of two registers, and the other way round.
MGT_WORK Places places(int step, int first) {
  Places out;
  for (int i = 0; i < MGT_WIDTH; ++i) out[i] = step * i + first;
  return out;
}

MGT_WORK Places merging(int first) {
  Places out;
  for (int i = 0; i < MGT_WIDTH; ++i) out[i] = first + i / 2 + i % 2 * MGT_WIDTH;
  return out;
}

MGT_WORK Register even(Register a, Register b) { return __builtin_shuffle(a, b, places(2, 0)); }
MGT_WORK Register odd(Register a, Register b) { return __builtin_shuffle(a, b, places(2, 1)); }

// Row i of the cells of a register of tiles.
template <bool Inside>
MGT_WORK void load_row(const float* plane, const Read* reads, int64_t runs, Register (&first)[2], Register (&second)[2]) {
  if (Inside) {
    for (int half = 0; half < 2; ++half) {
      first[half] = load(plane + reads[0].place + half * MGT_WIDTH);
      second[half] = load(plane + reads[0].place + 2 + half * MGT_WIDTH);
    }
    return;
  }
  for (int half = 0; half < 2; ++half) first[half] = second[half] = Register{};
  for (int64_t k = 0; k < runs; ++k)
    for (int half = 0; half < 2; ++half) {
      const float* from = plane + reads[k].place + half * MGT_WIDTH;
      first[half] += load_some(from, reads[k].first >> half * MGT_WIDTH);     // other runs have zeros there
      second[half] += load_some(from + 2, reads[k].second >> half * MGT_WIDTH);
    }
}

template <bool Inside>
MGT_INSTRUCTIONS void clip_points(const float* x, int64_t stride, int64_t channels, const Lanes& lanes, float* out) {
  const Read* reads = lanes.reads.data();
  const int64_t runs = lanes.runs();
  for (int64_t c = 0; c < channels; ++c) {
    Register d[4][4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      Register first[2], second[2];
      load_row<Inside>(x + c * stride, reads + i * runs, runs, first, second);
      Register e = even(first[0], first[1]), f = odd(first[0], first[1]), g = even(second[0], second[1]), h = odd(second[0], second[1]);
      d[i][0] = e - g;
      d[i][1] = f + g;
      d[i][2] = g - f;
      d[i][3] = f - h;
    }
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) {
      float* to = out + (j * channels + c) * 2 * MGT_WIDTH;
      const int64_t row = 4 * channels * 2 * MGT_WIDTH;
      store(d[0][j] - d[2][j], to);
      store(d[1][j] + d[2][j], to + row);
      store(d[2][j] - d[1][j], to + 2 * row);
      store(d[1][j] - d[3][j], to + 3 * row);
    }
  }
}

// Channels of filters by registers of tiles, at one point: the sums over taps and inputs.
template <int Rows, int Registers>
MGT_INSTRUCTIONS void multiply(const float* filters, const float* const* cells, int64_t taps, int64_t inputs, float* out) {
  Register sums[Rows][Registers] = {};
  for (int64_t tap = 0; tap < taps; ++tap) {
    const float *columns = cells[tap], *rows = filters + tap * inputs;
    if (columns == nullptr) continue;
    for (int64_t k = 0; k < inputs; ++k, columns += 2 * MGT_WIDTH) {
      Register column[Registers];
#pragma GCC unroll 2
      for (int v = 0; v < Registers; ++v) column[v] = load(columns + MGT_WIDTH * v);
#pragma GCC unroll 12
      for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 2
        for (int v = 0; v < Registers; ++v) sums[r][v] += rows[r * taps * inputs + k] * column[v];
    }
  }
#pragma GCC unroll 12
  for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 2
    for (int v = 0; v < Registers; ++v) store(sums[r][v], out + (2 * r + v) * MGT_WIDTH);
}

// Sums at the points, `stride` numbers apart, to the results of a register of tiles of one channel.
MGT_INSTRUCTIONS void from_points(const float* sums, int64_t stride, const Lanes& lanes, float bias, int64_t width, float* out) {
  Register rows[2][4];
#pragma GCC unroll 4
  for (int j = 0; j < 4; ++j) {
    Register m1 = load(sums + (4 + j) * stride), m2 = load(sums + (8 + j) * stride);
    rows[0][j] = load(sums + j * stride) + m1 + m2;
    rows[1][j] = m1 - m2 - load(sums + (12 + j) * stride);
  }
  const Write* writes = lanes.writes.data();
  const int64_t runs = lanes.runs();
#pragma GCC unroll 2
  for (int i = 0; i < 2; ++i) {
    Register left = rows[i][0] + rows[i][1] + rows[i][2] + bias, right = rows[i][1] - rows[i][2] - rows[i][3] + bias;
    Register cells[2] = {__builtin_shuffle(left, right, merging(0)), __builtin_shuffle(left, right, merging(MGT_WIDTH / 2))};
    for (int64_t k = 0; k < runs; ++k)
      for (int half = 0; half < 2; ++half) store_some(cells[half], writes[k].cells >> half * MGT_WIDTH, out + writes[k].place + i * width + half * MGT_WIDTH);
  }
}

// Cells, (B^T d B), of a tile: 4 x 4 cells, `row` numbers a row and `channels` a cell, at the points (point, 0 to 3).
template <int Point>
MGT_INSTRUCTIONS void clip_sums(const float* cells, int64_t row, int64_t channels, int64_t point_stride, float* out) {
  constexpr int kUpper = Point == 0 ? 0 : Point == 2 ? 2 : 1, kLower = Point == 3 ? 3 : Point == 2 ? 1 : 2;
  for (int64_t c = 0; c < channels; c += MGT_WIDTH) {
    Register d[4];
#pragma GCC unroll 4
    for (int x = 0; x < 4; ++x) {
      Register upper = load(cells + kUpper * row + x * channels + c), lower = load(cells + kLower * row + x * channels + c);
      d[x] = Point == 1 ? upper + lower : upper - lower;
    }
    store(d[0] - d[2], out + c);
    store(d[1] + d[2], out + point_stride + c);
    store(d[2] - d[1], out + 2 * point_stride + c);
    store(d[1] - d[3], out + 3 * point_stride + c);
  }
}

// Gradients, (A dy A^T), of some channels of a tile: 2 x 2 cells, `cell` numbers a cell.
template <int Point>
MGT_INSTRUCTIONS void gradient_sums(const float* cells, int64_t row, int64_t cell, int64_t channels, int64_t point_stride, float* out) {
  for (int64_t c = 0; c < channels; c += MGT_WIDTH) {
    Register y[2];
#pragma GCC unroll 2
    for (int x = 0; x < 2; ++x) {
      Register upper = load(cells + x * cell + c), lower = load(cells + row + x * cell + c);
      y[x] = Point == 0 ? upper : Point == 1 ? upper + lower : Point == 2 ? upper - lower : -lower;
    }
    store(y[0], out + c);
    store(y[0] + y[1], out + point_stride + c);
    store(y[0] - y[1], out + 2 * point_stride + c);
    store(-y[1], out + 3 * point_stride + c);
  }
}

// Channels of gradients by channels of clips at one point, summed over tiles of several frames and, unless it is the first time, onto what is there.
template <int Rows>
MGT_INSTRUCTIONS void multiply_tiles(const float* const* gradients, const float* const* clips, int64_t frames, int64_t tiles, int64_t outputs, int64_t inputs,
                                     bool fresh, float* out, int64_t stride) {
  for (int64_t c = 0; c < inputs; c += 2 * MGT_WIDTH) {
    Register sums[Rows][2];
#pragma GCC unroll 12
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 2
      for (int v = 0; v < 2; ++v) sums[r][v] = fresh ? Register{} : load(out + r * stride + c + MGT_WIDTH * v);
    for (int64_t f = 0; f < frames; ++f) {
      const float *columns = clips[f] + c, *rows = gradients[f];
      for (int64_t k = 0; k < tiles; ++k, columns += inputs, rows += outputs) {
        Register first = load(columns), second = load(columns + MGT_WIDTH);
#pragma GCC unroll 12
        for (int r = 0; r < Rows; ++r) {
          sums[r][0] += rows[r] * first;
          sums[r][1] += rows[r] * second;
        }
      }
    }
#pragma GCC unroll 12
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 2
      for (int v = 0; v < 2; ++v) store(sums[r][v], out + r * stride + c + MGT_WIDTH * v);
  }
}

template <int Rows>
void multiply_rows(int64_t registers, const float* filters, const float* const* cells, int64_t taps, int64_t inputs, float* out) {
  registers == 2 ? multiply<Rows, 2>(filters, cells, taps, inputs, out) : multiply<Rows, 1>(filters, cells, taps, inputs, out);
}

// For winograd_work.h.
struct Full {
  using Number = float;
  static constexpr int64_t kLanes = MGT_WIDTH, kRows = MGT_HEIGHT, kNumbers = 1, kPoints = mgt::kPoints, kStep = 2;

  static void clip_points(const float* x, int64_t stride, int64_t channels, const Lanes& lanes, float* out) {
    lanes.inside ? MGT_SPACE::clip_points<true>(x, stride, channels, lanes, out) : MGT_SPACE::clip_points<false>(x, stride, channels, lanes, out);
  }

  static void multiply_clips(int64_t rows, int64_t registers, const float* filters, const float* const* cells, int64_t taps, int64_t inputs, float* out) {
    MGT_BY_ROWS(rows, multiply_rows, registers, filters, cells, taps, inputs, out)
  }

  static void finish(const float* sums, int64_t stride, const Lanes& lanes, float bias, int64_t width, float* out) {
    from_points(sums, stride, lanes, bias, width, out);
  }

  static void turn_row(const float* planes, int64_t stride, int64_t channels, int64_t width, float* out) { turn(planes, stride, channels, width, out); }

  static void clip_sums(int point, const float* cells, int64_t row, int64_t channels, int64_t point_stride, float* out) {
    static constexpr decltype(&MGT_SPACE::clip_sums<0>) kWork[] = {MGT_SPACE::clip_sums<0>, MGT_SPACE::clip_sums<1>, MGT_SPACE::clip_sums<2>, MGT_SPACE::clip_sums<3>};
    kWork[point](cells, row, channels, point_stride, out);
  }

  static void gradient_sums(int point, const float* cells, int64_t row, int64_t cell, int64_t channels, bool, int64_t point_stride, float* out) {
    static constexpr decltype(&MGT_SPACE::gradient_sums<0>) kWork[] = {MGT_SPACE::gradient_sums<0>, MGT_SPACE::gradient_sums<1>, MGT_SPACE::gradient_sums<2>,
                                                                        MGT_SPACE::gradient_sums<3>};
    kWork[point](cells, row, cell, channels, point_stride, out);
  }

  static void multiply_sums(int64_t rows, const float* const* gradients, const float* const* clips, int64_t frames, int64_t tiles, int64_t outputs, int64_t inputs,
                            bool fresh, float* out, int64_t stride) {
    MGT_BY_ROWS(rows, multiply_tiles, gradients, clips, frames, tiles, outputs, inputs, fresh, out, stride)
  }

  static int64_t order(int64_t place) { return place; }
};

#undef MGT_WORK
#undef MGT_WIDTH
#undef MGT_HEIGHT
#undef MGT_INSTRUCTIONS
#undef MGT_SPACE
#undef MGT_BY_ROWS
