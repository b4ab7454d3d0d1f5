// Operators of the 3D-VQ tokenizer in bfloat16 on the CPU: GroupNorm, swish and the reflected edge that the next convolution reads, in two passes
// over the clip where ordinary operators take eight, and its gradients in two. The twin out of ordinary operators is in
// src/Torch/Extensions/OrdinaryOperators.cs.

#include "fused_operators.h"

#include <torch/csrc/autograd/custom_function.h>

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

MGT_INLINE float swish_slope(float x) {
  float share = 1.0f / (1.0f + exponential(-x));
  return share * (1.0f + x * (1.0f - share));
}

MGT_CLONES void add_row(const uint16_t* __restrict x, int64_t count, float* __restrict sum) {
  for (int64_t i = 0; i < count; ++i) sum[i] += widen(x[i]);
}

// Gradients of swish(x scale + shift) to those of what it was taken of, for one channel; their sum, and that of their products with x - mean.
MGT_CLONES void slope_row(const uint16_t* __restrict x, const float* __restrict given, int64_t count, float scale, float shift, float mean,
                          uint16_t* __restrict out, double* sum, double* product) {
  float sums[kLanes] = {}, products[kLanes] = {};
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes)
    for (int64_t l = 0; l < kLanes; ++l) {
      float value = widen(x[i + l]), slope = given[i + l] * swish_slope(value * scale + shift);
      out[i + l] = narrow(slope);
      sums[l] += slope;
      products[l] += slope * (value - mean);
    }
  for (; i < count; ++i) {
    float value = widen(x[i]), slope = given[i] * swish_slope(value * scale + shift);
    out[i] = narrow(slope);
    sums[0] += slope;
    products[0] += slope * (value - mean);
  }
  float s = 0, p = 0;
  for (int64_t l = 0; l < kLanes; ++l) {
    s += sums[l];
    p += products[l];
  }
  *sum += s;
  *product += p;
}

// The same with the channels innermost.
MGT_CLONES void slope_rows(const uint16_t* __restrict x, const float* __restrict given, int64_t count, int64_t channels, const float* __restrict scale,
                           const float* __restrict shift, const float* __restrict mean, uint16_t* __restrict out, float* __restrict sums,
                           float* __restrict products) {
  for (int64_t i = 0; i < count; ++i)
    for (int64_t c = 0; c < channels; ++c) {
      float value = widen(x[i * channels + c]), slope = given[i * channels + c] * swish_slope(value * scale[c] + shift[c]);
      out[i * channels + c] = narrow(slope);
      sums[c] += slope;
      products[c] += slope * (value - mean[c]);
    }
}

// out = out scale + x slope + offset, of one channel, and with the channels innermost.
MGT_CLONES void combine_row(const uint16_t* __restrict x, int64_t count, float scale, float slope, float offset, uint16_t* __restrict out) {
  for (int64_t i = 0; i < count; ++i) out[i] = narrow(widen(out[i]) * scale + widen(x[i]) * slope + offset);
}

MGT_CLONES void combine_rows(const uint16_t* __restrict x, int64_t count, int64_t channels, const float* __restrict scale, const float* __restrict slope,
                             const float* __restrict offset, uint16_t* __restrict out) {
  for (int64_t i = 0; i < count; ++i)
    for (int64_t c = 0; c < channels; ++c) out[i * channels + c] = narrow(widen(out[i * channels + c]) * scale[c] + widen(x[i * channels + c]) * slope[c] + offset[c]);
}

// A clip in memory: [B, C, T, H, W], or with the channels innermost.
struct Clip {
  const uint16_t* data;
  int64_t batch, channels, frames, height, width;
  bool last;

  int64_t cells() const { return frames * height * width; }

  // Without an edge around it, all cells of a channel are one line.
  Clip lined(bool has_edge) const { return has_edge || last ? *this : Clip{data, batch, channels, 1, 1, cells(), last}; }
};

// What a channel of a clip is multiplied by and what is added, [B, C] each, and the numbers that they come from.
struct Affine {
  std::vector<float> mean, rate, scale, shift;   // rate: one over the standard deviation
};

Affine affine(const Clip& x, int64_t groups, const float* weight, const float* bias, double epsilon) {
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

  Affine out;
  for (auto* part : {&out.mean, &out.rate, &out.scale, &out.shift}) part->resize(x.batch * x.channels);
  for (int64_t b = 0; b < x.batch; ++b)
    for (int64_t g = 0; g < groups; ++g) {
      Moments all;
      for (int64_t chunk = 0; chunk < chunks; ++chunk) {
        auto count = static_cast<double>(std::min(length, run - chunk * length));
        int64_t from = x.last ? (b * chunks + chunk) * x.channels + g * size : (b * groups + g) * chunks + chunk;
        for (int64_t v = 0; v < (x.last ? size : 1); ++v) all.add(count, means[from + v], squares[from + v]);
      }
      double rate = 1 / std::sqrt(all.squares / all.count + epsilon);
      for (int64_t c = g * size; c < (g + 1) * size; ++c) {
        int64_t at = b * x.channels + c;
        out.mean[at] = static_cast<float>(all.mean);
        out.rate[at] = static_cast<float>(rate);
        out.scale[at] = static_cast<float>(weight[c] * rate);
        out.shift[at] = static_cast<float>(bias[c] - all.mean * weight[c] * rate);
      }
    }
  return out;
}

// A clip's memory in one of the two layouts, copied if it has neither.
struct Held {
  at::Tensor tensor;
  Clip clip;

  explicit Held(const at::Tensor& x) : Held(x, !x.is_contiguous() && x.is_contiguous(at::MemoryFormat::ChannelsLast3d)) {}
  Held(const at::Tensor& x, bool last)
      : tensor(x.contiguous(last ? at::MemoryFormat::ChannelsLast3d : at::MemoryFormat::Contiguous)),
        clip{low(tensor), x.size(0), x.size(1), x.size(2), x.size(3), x.size(4), last} {}
};

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
  Held held(input);
  Clip x = held.clip.lined(frames > 0 || cells > 0);
  bool last = x.last;
  Affine by = affine(x, groups, weight.data_ptr<float>(), bias.data_ptr<float>(), epsilon);

  int64_t t = x.frames + 2 * frames, h = x.height + 2 * cells, w = x.width + 2 * cells;
  at::Tensor out = at::empty({x.batch, channels, input.size(2) + 2 * frames, input.size(3) + 2 * cells, input.size(4) + 2 * cells},
                             input.options().memory_format(last ? at::MemoryFormat::ChannelsLast3d : at::MemoryFormat::Contiguous));
  // A row of cells along the width at a time: all its channels, or one.
  int64_t depth = last ? channels : 1, rows = x.batch * (last ? 1 : channels) * t * h;
  at::parallel_for(0, rows, grain(w * depth), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      int64_t map = i / (t * h), frame = mirrored(i / h % t - frames, x.frames), line = mirrored(i % h - cells, x.height);
      const uint16_t* from = x.data + ((map * x.frames + frame) * x.height + line) * x.width * depth;
      uint16_t* to = low(out) + i * w * depth;
      if (last) {
        swish_rows(from, x.width, channels, by.scale.data() + map * channels, by.shift.data() + map * channels, to + cells * depth);
      } else {
        swish_row(from, x.width, by.scale[map], by.shift[map], to + cells);
      }
      for (int64_t edge = 0; edge < cells; ++edge) {
        std::memcpy(to + edge * depth, to + (cells + mirrored(edge - cells, x.width)) * depth, depth * sizeof(uint16_t));
        std::memcpy(to + (cells + x.width + edge) * depth, to + (cells + mirrored(x.width + edge, x.width)) * depth, depth * sizeof(uint16_t));
      }
    }
  });
  return out;
}

// At which places of an axis with its edges a cell is shown.
std::vector<std::vector<int64_t>> places(int64_t size, int64_t pad) {
  std::vector<std::vector<int64_t>> out(size);
  for (int64_t place = 0; place < size + 2 * pad; ++place) out[mirrored(place - pad, size)].push_back(place);
  return out;
}

// The gradients of a clip, of weight and of bias, from that of what norm_swish made. First what comes out of swish, summed over the places where a
// cell is shown; then with it what the mean and the variance carry to every cell.
std::tuple<at::Tensor, at::Tensor, at::Tensor> norm_swish_gradient(const at::Tensor& input, const at::Tensor& given, const at::Tensor& weight,
                                                                   const at::Tensor& bias, int64_t groups, double epsilon, int64_t frames, int64_t cells) {
  Held held(input), above(given, held.clip.last);
  bool has_edge = frames > 0 || cells > 0;
  Clip x = held.clip.lined(has_edge), g = above.clip.lined(has_edge);
  Affine by = affine(x, groups, weight.data_ptr<float>(), bias.data_ptr<float>(), epsilon);
  at::Tensor out = at::empty_like(held.tensor);
  auto in_time = places(x.frames, frames), in_height = places(x.height, cells);
  int64_t depth = x.last ? x.channels : 1, maps = x.last ? x.batch : x.batch * x.channels, lines = x.frames * x.height;
  int64_t length = x.last ? std::max<int64_t>(1, kChunk / (x.width * depth)) : lines, chunks = (lines + length - 1) / length;
  std::vector<double> sums(maps * chunks * depth), products(sums.size());
  at::parallel_for(0, maps * chunks, 1, [&](int64_t begin, int64_t end) {
    std::vector<float> shown(g.width * depth), row(x.width * depth), sum(depth), product(depth);
    for (int64_t i = begin; i < end; ++i) {
      int64_t map = i / chunks, first = i % chunks * length;
      std::fill(sum.begin(), sum.end(), 0.0f);
      std::fill(product.begin(), product.end(), 0.0f);
      for (int64_t line = first; line < std::min(lines, first + length); ++line) {
        std::fill(shown.begin(), shown.end(), 0.0f);
        for (int64_t frame : in_time[line / x.height])
          for (int64_t height : in_height[line % x.height])
            add_row(g.data + ((map * g.frames + frame) * g.height + height) * g.width * depth, g.width * depth, shown.data());
        std::memcpy(row.data(), shown.data() + cells * depth, row.size() * sizeof(float));
        for (int64_t edge = 0; edge < 2 * cells; ++edge) {
          int64_t place = edge < cells ? edge : x.width + edge;
          float* to = row.data() + mirrored(place - cells, x.width) * depth;
          for (int64_t c = 0; c < depth; ++c) to[c] += shown[place * depth + c];
        }
        int64_t at = (map * lines + line) * x.width * depth;
        if (x.last) {
          int64_t from = map * x.channels;
          slope_rows(x.data + at, row.data(), x.width, depth, by.scale.data() + from, by.shift.data() + from, by.mean.data() + from, low(out) + at, sum.data(),
                     product.data());
        } else {
          slope_row(x.data + at, row.data(), x.width, by.scale[map], by.shift[map], by.mean[map], low(out) + at, &sums[i], &products[i]);
        }
      }
      if (x.last) {
        std::copy(sum.begin(), sum.end(), sums.begin() + i * depth);
        std::copy(product.begin(), product.end(), products.begin() + i * depth);
      }
    }
  });

  at::Tensor to_weight = at::zeros({x.channels}, weight.options()), to_bias = at::zeros({x.channels}, bias.options());
  std::vector<float> slope(x.batch * x.channels), offset(slope.size());
  int64_t size = x.channels / groups;
  auto total = static_cast<double>(size * x.cells());
  for (int64_t b = 0; b < x.batch; ++b)
    for (int64_t group = 0; group < groups; ++group) {
      double all = 0, along = 0;
      int64_t from = b * x.channels + group * size;
      for (int64_t c = group * size; c < (group + 1) * size; ++c) {
        double sum = 0, product = 0;
        for (int64_t chunk = 0; chunk < chunks; ++chunk) {
          int64_t at = x.last ? (b * chunks + chunk) * depth + c : b * x.channels + c;
          sum += sums[at];
          product += products[at];
        }
        double scaled = product * by.rate[b * x.channels + c], w = weight.data_ptr<float>()[c];
        to_bias.data_ptr<float>()[c] += static_cast<float>(sum);
        to_weight.data_ptr<float>()[c] += static_cast<float>(scaled);
        all += w * sum;
        along += w * scaled;
      }
      double rate = by.rate[from], back = -rate * rate * along / total;
      std::fill_n(slope.begin() + from, size, static_cast<float>(back));
      std::fill_n(offset.begin() + from, size, static_cast<float>(-rate * all / total - back * by.mean[from]));
    }

  at::parallel_for(0, maps * lines, grain(x.width * depth), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      int64_t map = i / lines, at = i * x.width * depth;
      if (x.last) {
        int64_t from = map * x.channels;
        combine_rows(x.data + at, x.width, depth, by.scale.data() + from, slope.data() + from, offset.data() + from, low(out) + at);
      } else {
        combine_row(x.data + at, x.width, by.scale[map], slope[map], offset[map], low(out) + at);
      }
    }
  });
  return {out, to_weight, to_bias};
}

struct NormSwish : torch::autograd::Function<NormSwish> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
                            int64_t groups, double epsilon, int64_t frames, int64_t cells) {
    at::AutoDispatchBelowADInplaceOrView below;
    context->save_for_backward({input, weight, bias});
    context->saved_data["groups"] = groups;
    context->saved_data["epsilon"] = epsilon;
    context->saved_data["frames"] = frames;
    context->saved_data["cells"] = cells;
    return norm_swish(input, weight, bias, groups, epsilon, frames, cells);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    auto saved = context->get_saved_variables();
    auto& data = context->saved_data;
    auto found = norm_swish_gradient(saved[0], gradients[0], saved[1], saved[2], data["groups"].toInt(), data["epsilon"].toDouble(), data["frames"].toInt(),
                                     data["cells"].toInt());
    return {std::get<0>(found), std::get<1>(found), std::get<2>(found), {}, {}, {}, {}};
  }
};

at::Tensor norm_swish_with_gradients(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, int64_t groups, double epsilon, int64_t frames,
                                     int64_t cells) {
  return NormSwish::apply(input, weight, bias, groups, epsilon, frames, cells);
}

}  // namespace mgt

TORCH_LIBRARY_FRAGMENT(magvit, library) {
  library.def("norm_swish(Tensor input, Tensor weight, Tensor bias, int groups, float epsilon, int frames, int cells) -> Tensor");
}

TORCH_LIBRARY_IMPL(magvit, CPU, library) { library.impl("norm_swish", mgt::norm_swish); }

TORCH_LIBRARY_IMPL(magvit, AutogradCPU, library) { library.impl("norm_swish", mgt::norm_swish_with_gradients); }
