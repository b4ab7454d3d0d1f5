// Operators of the 3D-VQ tokenizer in bfloat16 on the CPU: GroupNorm, swish and the reflected edge that the next convolution reads, in two passes
// over the clip where ordinary operators take eight. No gradients; the twin out of ordinary operators is in src/Torch/Extensions/OrdinaryOperators.cs.

#include "fused_operators.h"

namespace mgt {

constexpr int64_t kChunk = 32768;      // values whose mean and squares are summed while they are in the cache

// Mean and sum of squared distances from it, of many values or of one channel.
struct Moments {
  double count = 0, mean = 0, squares = 0;

  // Chan's rule: exact whatever the parts' sizes, and the same in whatever order they were computed.
  void add(double n, double m, double s) {
    double total = count + n, apart = m - mean;
    mean += apart * n / total;
    squares += s + apart * apart * count * n / total;
    count = total;
  }
};

MGT_CLONES void moments(const uint16_t* __restrict x, int64_t count, float* mean, float* squares) {
  float sums[kLanes] = {};
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes)
    for (int64_t l = 0; l < kLanes; ++l) sums[l] += widen(x[i + l]);
  for (; i < count; ++i) sums[0] += widen(x[i]);
  float sum = 0;
  for (float s : sums) sum += s;
  float m = sum / static_cast<float>(count);

  float distances[kLanes] = {};
  for (i = 0; i + kLanes <= count; i += kLanes)
    for (int64_t l = 0; l < kLanes; ++l) {
      float d = widen(x[i + l]) - m;
      distances[l] += d * d;
    }
  for (; i < count; ++i) distances[0] += (widen(x[i]) - m) * (widen(x[i]) - m);
  float distance = 0;
  for (float d : distances) distance += d;
  *mean = m;
  *squares = distance;
}

// The same for each of the channels that lie innermost.
MGT_CLONES void channel_moments(const uint16_t* __restrict x, int64_t count, int64_t channels, float* __restrict mean, float* __restrict squares) {
  std::fill(mean, mean + channels, 0.0f);
  std::fill(squares, squares + channels, 0.0f);
  for (int64_t i = 0; i < count; ++i)
    for (int64_t c = 0; c < channels; ++c) mean[c] += widen(x[i * channels + c]);
  float share = 1.0f / static_cast<float>(count);
  for (int64_t c = 0; c < channels; ++c) mean[c] *= share;
  for (int64_t i = 0; i < count; ++i)
    for (int64_t c = 0; c < channels; ++c) {
      float d = widen(x[i * channels + c]) - mean[c];
      squares[c] += d * d;
    }
}

MGT_INLINE float swish(float x) { return x / (1.0f + exponential(-x)); }

// swish(x scale + shift) of one channel.
MGT_CLONES void swish_row(const uint16_t* __restrict x, int64_t count, float scale, float shift, uint16_t* __restrict out) {
  for (int64_t i = 0; i < count; ++i) out[i] = narrow(swish(widen(x[i]) * scale + shift));
}

// The same with the channels innermost.
MGT_CLONES void swish_rows(const uint16_t* __restrict x, int64_t count, int64_t channels, const float* __restrict scale, const float* __restrict shift,
                           uint16_t* __restrict out) {
  for (int64_t i = 0; i < count; ++i)
    for (int64_t c = 0; c < channels; ++c) out[i * channels + c] = narrow(swish(widen(x[i * channels + c]) * scale[c] + shift[c]));
}

// Which cell of an axis lies at a place that may be outside of it: mirrored at the edge, which is not repeated; an axis of one cell has only that.
inline int64_t mirrored(int64_t place, int64_t size) {
  if (size == 1) return 0;
  place = place < 0 ? -place : place;
  return place < size ? place : 2 * (size - 1) - place;
}

// A clip in memory: [B, C, T, H, W], or with the channels innermost.
struct Clip {
  const uint16_t* data;
  int64_t batch, channels, frames, height, width;
  bool last;

  int64_t cells() const { return frames * height * width; }
};

// What a channel of a clip is multiplied by and what is added, [B, C] each.
void affine(const Clip& x, int64_t groups, const float* weight, const float* bias, double epsilon, std::vector<float>& scale, std::vector<float>& shift) {
  int64_t size = x.channels / groups, cells = x.cells();
  // Chunks do not depend on the number of threads, nor does a clip's result on its neighbours.
  int64_t length = std::max<int64_t>(1, x.last ? kChunk / x.channels : kChunk), run = x.last ? cells : size * cells, chunks = (run + length - 1) / length;
  int64_t runs = x.last ? x.batch : x.batch * groups, values = x.last ? x.channels : 1;
  std::vector<float> means(runs * chunks * values), squares(means.size());
  at::parallel_for(0, runs * chunks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      int64_t start = i % chunks * length, count = std::min(length, run - start);
      const uint16_t* at = x.data + (i / chunks * run + start) * values;
      if (x.last) {
        channel_moments(at, count, x.channels, means.data() + i * values, squares.data() + i * values);
      } else {
        moments(at, count, means.data() + i, squares.data() + i);
      }
    }
  });

  scale.resize(x.batch * x.channels);
  shift.resize(scale.size());
  for (int64_t b = 0; b < x.batch; ++b)
    for (int64_t g = 0; g < groups; ++g) {
      Moments all;
      for (int64_t chunk = 0; chunk < chunks; ++chunk) {
        auto count = static_cast<double>(std::min(length, run - chunk * length));
        int64_t from = x.last ? (b * chunks + chunk) * x.channels + g * size : (b * groups + g) * chunks + chunk;
        for (int64_t v = 0; v < (x.last ? size : 1); ++v) all.add(count, means[from + v], squares[from + v]);
      }
      double scaled = 1 / std::sqrt(all.squares / all.count + epsilon);
      for (int64_t c = g * size; c < (g + 1) * size; ++c) {
        scale[b * x.channels + c] = static_cast<float>(weight[c] * scaled);
        shift[b * x.channels + c] = static_cast<float>(bias[c] - all.mean * weight[c] * scaled);
      }
    }
}

at::Tensor norm_swish(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, int64_t groups, double epsilon, int64_t frames, int64_t cells) {
  TORCH_CHECK(input.dim() == 5 && input.scalar_type() == at::kBFloat16 && input.device().is_cpu() && input.numel() > 0,
              "input: expected a bfloat16 clip [B, C, T, H, W] on the CPU, got ", input.scalar_type(), " ", input.sizes(), " on ", input.device());
  check(weight, at::kFloat, "weight");
  check(bias, at::kFloat, "bias");
  int64_t channels = input.size(1);
  TORCH_CHECK(groups > 0 && channels % groups == 0 && weight.numel() == channels && bias.numel() == channels, channels, " channels do not fit ", groups,
              " groups, weight ", weight.sizes(), " and bias ", bias.sizes());
  auto fits = [](int64_t pad, int64_t size) { return pad >= 0 && (pad < size || size == 1); };
  TORCH_CHECK(fits(frames, input.size(2)) && fits(cells, input.size(3)) && fits(cells, input.size(4)), "an edge of ", frames, " frames and ", cells,
              " cells cannot be mirrored out of ", input.sizes());
  bool last = !input.is_contiguous() && input.is_contiguous(at::MemoryFormat::ChannelsLast3d);
  at::Tensor held = last ? input : input.contiguous();
  Clip x{low(held), input.size(0), channels, input.size(2), input.size(3), input.size(4), last};
  std::vector<float> scale, shift;
  affine(x, groups, weight.data_ptr<float>(), bias.data_ptr<float>(), epsilon, scale, shift);

  int64_t t = x.frames + 2 * frames, h = x.height + 2 * cells, w = x.width + 2 * cells;
  at::Tensor out = at::empty({x.batch, channels, t, h, w}, input.options().memory_format(last ? at::MemoryFormat::ChannelsLast3d : at::MemoryFormat::Contiguous));
  // A row of cells along the width at a time: all its channels, or one.
  int64_t depth = last ? channels : 1, rows = x.batch * (last ? 1 : channels) * t * h;
  at::parallel_for(0, rows, grain(w * depth), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      int64_t map = i / (t * h), frame = mirrored(i / h % t - frames, x.frames), line = mirrored(i % h - cells, x.height);
      const uint16_t* from = x.data + ((map * x.frames + frame) * x.height + line) * x.width * depth;
      uint16_t* to = low(out) + i * w * depth;
      if (last) {
        swish_rows(from, x.width, channels, scale.data() + map * channels, shift.data() + map * channels, to + cells * depth);
      } else {
        swish_row(from, x.width, scale[map], shift[map], to + cells);
      }
      for (int64_t edge = 0; edge < cells; ++edge) {
        std::memcpy(to + edge * depth, to + (cells + mirrored(edge - cells, x.width)) * depth, depth * sizeof(uint16_t));
        std::memcpy(to + (cells + x.width + edge) * depth, to + (cells + mirrored(x.width + edge, x.width)) * depth, depth * sizeof(uint16_t));
      }
    }
  });
  return out;
}

}  // namespace mgt

TORCH_LIBRARY_FRAGMENT(magvit, library) {
  library.def("norm_swish(Tensor input, Tensor weight, Tensor bias, int groups, float epsilon, int frames, int cells) -> Tensor");
}

TORCH_LIBRARY_IMPL(magvit, CPU, library) { library.impl("norm_swish", mgt::norm_swish); }
