// Filters to Winograd's points, G g G^T, and sums at the points back to filters, G^T m G (winograd.h).

#include "winograd_filters.h"

#include "fused_operators.h"

namespace mgt {

constexpr int kAcross = 16;            // filters that are carried together

// The points of filters of one tap, `stride` numbers apart, to a type; the same point of the next filter lies beside it.
template <typename Number>
MGT_INLINE void to_points(const float* __restrict filters, int64_t stride, bool mirrored, int64_t point_stride, Number* __restrict out) {
  float g[9][kAcross], rows[12][kAcross];
  for (int k = 0; k < 9; ++k)
    for (int l = 0; l < kAcross; ++l) g[k][l] = filters[l * stride + (mirrored ? 8 - k : k)];
  for (int j = 0; j < 3; ++j)
    for (int l = 0; l < kAcross; ++l) {
      float outer = 0.5f * (g[j][l] + g[6 + j][l]), middle = 0.5f * g[3 + j][l];
      rows[j][l] = g[j][l];
      rows[3 + j][l] = outer + middle;
      rows[6 + j][l] = outer - middle;
      rows[9 + j][l] = g[6 + j][l];
    }
  for (int i = 0; i < 4; ++i) {
    Number* to = out + 4 * i * point_stride;
    for (int l = 0; l < kAcross; ++l) {
      float outer = 0.5f * (rows[3 * i][l] + rows[3 * i + 2][l]), middle = 0.5f * rows[3 * i + 1][l];
      store(rows[3 * i][l], to + l);
      store(outer + middle, to + point_stride + l);
      store(outer - middle, to + 2 * point_stride + l);
      store(rows[3 * i + 2][l], to + 3 * point_stride + l);
    }
  }
}

#define MGT_CHANNEL(Number)                                                                                                                            \
  MGT_CLONES void filter_channel(const float* filters, int64_t stride, int64_t inputs, int64_t taps, bool turned, int64_t point_stride, Number* out) {        \
    for (int64_t c = 0; c < inputs; c += kAcross)                                                                                                      \
      for (int64_t tap = 0; tap < taps; ++tap)                                                                                                         \
        to_points(filters + c * stride + (turned ? taps - 1 - tap : tap) * 9, stride, turned, point_stride, out + tap * inputs + c);                   \
  }
MGT_CHANNEL(uint16_t)                  // clones of a template are not to be had
MGT_CHANNEL(float)

template <typename Number>
void all_points(const float* filters, int64_t outputs, int64_t inputs, int64_t taps, bool turned, Number* out) {
  int64_t results = turned ? inputs : outputs, sums = turned ? outputs : inputs;
  at::parallel_for(0, results, 4, [&](int64_t begin, int64_t end) {
    for (int64_t o = begin; o < end; ++o)
      filter_channel(filters + o * 9 * taps * (turned ? 1 : inputs), 9 * taps * (turned ? inputs : 1), sums, taps, turned, results * taps * sums, out + o * taps * sums);
  });
}

MGT_CLONES void filter_sums(const float* __restrict sums, int64_t stride, int64_t taps, int64_t inputs, Order order, float* __restrict out) {
  for (int64_t tap = 0; tap < taps; ++tap)
    for (int64_t c = 0; c < inputs; c += kAcross) {
      const float* from = sums + tap * inputs + c;
      float rows[12][kAcross], g[9][kAcross];
      for (int j = 0; j < 4; ++j)
        for (int l = 0; l < kAcross; ++l) {
          float a = from[j * stride + l], b = from[(4 + j) * stride + l], d = from[(8 + j) * stride + l], e = from[(12 + j) * stride + l];
          rows[j][l] = a + 0.5f * (b + d);
          rows[4 + j][l] = 0.5f * (b - d);
          rows[8 + j][l] = e + 0.5f * (b + d);
        }
      for (int i = 0; i < 3; ++i)
        for (int l = 0; l < kAcross; ++l) {
          float a = rows[4 * i][l], b = rows[4 * i + 1][l], d = rows[4 * i + 2][l], e = rows[4 * i + 3][l];
          g[3 * i][l] = a + 0.5f * (b + d);
          g[3 * i + 1][l] = 0.5f * (b - d);
          g[3 * i + 2][l] = e + 0.5f * (b + d);
        }
      for (int l = 0; l < kAcross; ++l)
        for (int k = 0; k < 9; ++k) out[(order(c + l) * taps + tap) * 9 + k] = g[k][l];
    }
}

void filter_points(const float* filters, int64_t outputs, int64_t inputs, int64_t taps, bool turned, uint16_t* out) {
  all_points(filters, outputs, inputs, taps, turned, out);
}

void filter_points(const float* filters, int64_t outputs, int64_t inputs, int64_t taps, bool turned, float* out) {
  all_points(filters, outputs, inputs, taps, turned, out);
}

void filters_of(const float* sums, int64_t outputs, int64_t inputs, int64_t taps, Order order, float* out) {
  int64_t filters = taps * inputs;
  at::parallel_for(0, outputs, 1, [&](int64_t begin, int64_t end) {
    for (int64_t o = begin; o < end; ++o) filter_sums(sums + o * filters, outputs * filters, taps, inputs, order, out + order(o) * filters * 9);
  });
}

}  // namespace mgt
