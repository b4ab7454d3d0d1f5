// Operators of the masked transformer in bfloat16 on the CPU, as ATen operators of the namespace "magvit": what ordinary operators write to
// memory and read again several times, these do in one go, with float32 inside. No gradients. C# has the same out of ordinary operators
// (src/Torch/Extensions/OrdinaryOperators.cs), which the tests compare them with and which runs everywhere else.

#include "fused_operators.h"

namespace mgt {

constexpr int64_t kQueries = 128;      // queries whose scores are in the cache at a time

// Rows of scores, in place.
MGT_CLONES void softmax_rows(uint16_t* scores, int64_t rows, int64_t width, float* row) {
  for (int64_t i = 0; i < rows; ++i, scores += width) {
    float highest[kLanes];
    std::fill(highest, highest + kLanes, std::numeric_limits<float>::lowest());
    int64_t j = 0;
    for (; j + kLanes <= width; j += kLanes)
      for (int64_t l = 0; l < kLanes; ++l) {
        float x = widen(scores[j + l]);
        row[j + l] = x;
        highest[l] = highest[l] < x ? x : highest[l];
      }
    for (; j < width; ++j) {
      row[j] = widen(scores[j]);
      highest[0] = highest[0] < row[j] ? row[j] : highest[0];
    }
    float top = highest[0];
    for (int64_t l = 1; l < kLanes; ++l) top = top < highest[l] ? highest[l] : top;

    float sums[kLanes] = {};
    for (j = 0; j + kLanes <= width; j += kLanes)
      for (int64_t l = 0; l < kLanes; ++l) {
        float e = exponential(row[j + l] - top);
        row[j + l] = e;
        sums[l] += e;
      }
    for (; j < width; ++j) {
      row[j] = exponential(row[j] - top);
      sums[0] += row[j];
    }
    float sum = 0;
    for (float s : sums) sum += s;
    float share = 1.0f / sum;
    for (j = 0; j < width; ++j) scores[j] = narrow(row[j] * share);
  }
}

// gelu(y + bias) by the tanh approximation: x (1 + tanh u) / 2 = x / (1 + e^-2u).
MGT_CLONES void bias_gelu_rows(const uint16_t* __restrict y, const uint16_t* __restrict bias, int64_t rows, int64_t width, uint16_t* __restrict out) {
  for (int64_t i = 0; i < rows; ++i, y += width, out += width)
    for (int64_t j = 0; j < width; ++j) {
      float x = widen(y[j]) + widen(bias[j]);
      float u = 0.7978845608028654f * (x + 0.044715f * x * x * x);
      out[j] = narrow(x / (1.0f + exponential(-2.0f * u)));
    }
}

// LayerNorm(x + y + bias): x is the float32 stream of residuals, y a product in bfloat16.
MGT_CLONES void add_norm_rows(const float* x, const uint16_t* y, const uint16_t* bias, const float* weight, const float* offset, float epsilon,
                              int64_t rows, int64_t width, float* out) {
  for (int64_t i = 0; i < rows; ++i, x += width, y += width, out += width) {
    float sums[kLanes] = {};
    int64_t j = 0;
    for (; j + kLanes <= width; j += kLanes)
      for (int64_t l = 0; l < kLanes; ++l) {
        float v = x[j + l] + (widen(y[j + l]) + widen(bias[j + l]));
        out[j + l] = v;
        sums[l] += v;
      }
    for (; j < width; ++j) {
      out[j] = x[j] + (widen(y[j]) + widen(bias[j]));
      sums[0] += out[j];
    }
    float sum = 0;
    for (float s : sums) sum += s;
    float mean = sum / static_cast<float>(width);

    float squares[kLanes] = {};
    for (j = 0; j + kLanes <= width; j += kLanes)
      for (int64_t l = 0; l < kLanes; ++l) {
        float d = out[j + l] - mean;
        squares[l] += d * d;
      }
    for (; j < width; ++j) squares[0] += (out[j] - mean) * (out[j] - mean);
    float square = 0;
    for (float s : squares) square += s;
    float scale = 1.0f / std::sqrt(square / static_cast<float>(width) + epsilon);
    for (j = 0; j < width; ++j) out[j] = (out[j] - mean) * scale * weight[j] + offset[j];
  }
}

// One position's part [heads, depth] to each head's rows; the bias is added, and queries are scaled for the scores.
MGT_CLONES void split_row(const uint16_t* __restrict row, const uint16_t* __restrict bias, int64_t heads, int64_t depth, float scale,
                          uint16_t* __restrict out, int64_t stride) {
  for (int64_t h = 0; h < heads; ++h)
    for (int64_t j = 0; j < depth; ++j) out[h * stride + j] = narrow((widen(row[h * depth + j]) + widen(bias[h * depth + j])) * scale);
}

void softmax_(const at::Tensor& scores) {
  int64_t width = scores.size(-1), rows = width == 0 ? 0 : scores.numel() / width;
  at::parallel_for(0, rows, grain(width), [&](int64_t begin, int64_t end) {
    std::vector<float> row(width);
    softmax_rows(low(scores) + begin * width, end - begin, width, row.data());
  });
}

at::Tensor bias_gelu(const at::Tensor& y, const at::Tensor& bias) {
  check(y, at::kBFloat16, "y");
  check(bias, at::kBFloat16, "bias");
  int64_t width = bias.numel();
  TORCH_CHECK(bias.dim() == 1 && y.dim() > 0 && y.size(-1) == width, "y ", y.sizes(), " does not fit bias ", bias.sizes());
  at::Tensor out = at::empty_like(y);
  at::parallel_for(0, y.numel() / std::max<int64_t>(1, width), grain(width), [&](int64_t begin, int64_t end) {
    bias_gelu_rows(low(y) + begin * width, low(bias), end - begin, width, low(out) + begin * width);
  });
  return out;
}

at::Tensor add_norm(const at::Tensor& x, const at::Tensor& y, const at::Tensor& bias, const at::Tensor& weight, const at::Tensor& offset, double epsilon) {
  check(x, at::kFloat, "x");
  check(y, at::kBFloat16, "y");
  check(bias, at::kBFloat16, "bias");
  check(weight, at::kFloat, "weight");
  check(offset, at::kFloat, "offset");
  int64_t width = weight.numel();
  TORCH_CHECK(x.dim() > 0 && x.size(-1) == width && x.sizes() == y.sizes() && bias.numel() == width && offset.numel() == width,
              "x ", x.sizes(), ", y ", y.sizes(), ", bias ", bias.sizes(), ", weight ", weight.sizes(), " and offset ", offset.sizes(), " do not fit");
  at::Tensor out = at::empty_like(x);
  at::parallel_for(0, x.numel() / std::max<int64_t>(1, width), grain(width), [&](int64_t begin, int64_t end) {
    int64_t at = begin * width;
    add_norm_rows(x.data_ptr<float>() + at, low(y) + at, low(bias), weight.data_ptr<float>(), offset.data_ptr<float>(),
                  static_cast<float>(epsilon), end - begin, width, out.data_ptr<float>() + at);
  });
  return out;
}

// qkv [R, 3d] without its bias to the mixed values [R, d]: the first B S rows are B clips of S positions, what follows is of no clip and becomes 0. A block of queries at a time: their scores [B heads, Q, S] stay in the cache
// between the two products, which the library computes.
at::Tensor attention(const at::Tensor& qkv, const at::Tensor& bias, int64_t heads, int64_t batch, int64_t length) {
  check(qkv, at::kBFloat16, "qkv");
  check(bias, at::kBFloat16, "bias");
  TORCH_CHECK(qkv.dim() == 2 && heads > 0 && qkv.size(1) % (3 * heads) == 0 && bias.dim() == 1 && bias.numel() == qkv.size(1) && batch > 0 && length > 0 &&
                  batch * length <= qkv.size(0),
              "qkv ", qkv.sizes(), " and bias ", bias.sizes(), " do not fit ", batch, " clips of ", length, " positions and ", heads, " heads");
  int64_t width = qkv.size(1) / 3, depth = width / heads, rows = batch * heads;
  auto block = [&](int64_t start) { return std::min(kQueries, length - start); };

  // Queries lie block by block, each [B heads, Q, depth]; keys and values [B heads, S, depth].
  at::Tensor queries = at::empty({rows * length * depth}, qkv.options());
  at::Tensor keys = at::empty({rows, length, depth}, qkv.options()), values = at::empty_like(keys);
  float scale = 1.0f / std::sqrt(static_cast<float>(depth));
  at::parallel_for(0, batch * length, grain(3 * width), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      int64_t clip = i / length, position = i % length, start = position - position % kQueries, count = block(start);
      const uint16_t* row = low(qkv) + i * 3 * width;
      split_row(row, low(bias), heads, depth, scale, low(queries) + (start * rows + clip * heads * count + position - start) * depth, count * depth);
      int64_t to = (clip * heads * length + position) * depth;
      split_row(row + width, low(bias) + width, heads, depth, 1, low(keys) + to, length * depth);
      split_row(row + 2 * width, low(bias) + 2 * width, heads, depth, 1, low(values) + to, length * depth);
    }
  });

  at::Tensor columns = keys.transpose(1, 2), out = at::empty({qkv.size(0), width}, qkv.options()), scores, mixed;
  std::memset(low(out) + batch * length * width, 0, (qkv.size(0) - batch * length) * width * sizeof(uint16_t));
  for (int64_t start = 0; start < length; start += kQueries) {
    int64_t count = block(start);
    if (!scores.defined() || scores.size(1) != count) {
      scores = at::empty({rows, count, length}, qkv.options());
      mixed = at::empty({rows, count, depth}, qkv.options());
    }
    at::bmm_out(scores, queries.narrow(0, start * rows * depth, count * rows * depth).view({rows, count, depth}), columns);
    softmax_(scores);
    at::bmm_out(mixed, scores, values);
    at::parallel_for(0, rows * count, grain(depth), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        int64_t row = i / count, position = start + i % count;
        std::memcpy(low(out) + ((row / heads * length + position) * heads + row % heads) * depth, low(mixed) + i * depth, depth * sizeof(uint16_t));
      }
    });
  }
  return out;
}

}  // namespace mgt

TORCH_LIBRARY_FRAGMENT(magvit, library) {
  library.def("attention(Tensor qkv, Tensor bias, int heads, int batch, int length) -> Tensor");
  library.def("bias_gelu(Tensor y, Tensor bias) -> Tensor");
  library.def("add_norm(Tensor x, Tensor y, Tensor bias, Tensor weight, Tensor offset, float epsilon) -> Tensor");
}

TORCH_LIBRARY_IMPL(magvit, CPU, library) {
  library.impl("attention", mgt::attention);
  library.impl("bias_gelu", mgt::bias_gelu);
  library.impl("add_norm", mgt::add_norm);
}
