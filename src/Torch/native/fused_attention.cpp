// Attention of the masked transformer in bfloat16 on the CPU, as an ATen operator of the namespace "magvit", with gradients. C# has the same out of ordinary
// operators (src/Torch/Extensions/OrdinaryOperators.cs), which the tests compare it with and which runs everywhere else.

#include "fused_operators.h"

#include <torch/csrc/autograd/custom_function.h>

namespace mgt {

constexpr int64_t kQueries = 128;      // queries whose scores are in the cache at a time
constexpr int64_t kScores = 1 << 22;   // bytes of scores that gradients are computed from at a time

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

// One head's row of gradients to its part [heads, depth] of a position.
MGT_CLONES void join_row(const uint16_t* __restrict in, int64_t stride, int64_t heads, int64_t depth, float scale, uint16_t* __restrict row) {
  for (int64_t h = 0; h < heads; ++h)
    for (int64_t j = 0; j < depth; ++j) row[h * depth + j] = narrow(widen(in[h * stride + j]) * scale);
}

// Gradients of probabilities to those of scores, in place: p (g - sum of p g).
MGT_CLONES void softmax_gradient_rows(const uint16_t* __restrict probabilities, uint16_t* __restrict gradients, int64_t rows, int64_t width) {
  for (int64_t i = 0; i < rows; ++i, probabilities += width, gradients += width) {
    float sums[kLanes] = {};
    int64_t j = 0;
    for (; j + kLanes <= width; j += kLanes)
      for (int64_t l = 0; l < kLanes; ++l) sums[l] += widen(probabilities[j + l]) * widen(gradients[j + l]);
    for (; j < width; ++j) sums[0] += widen(probabilities[j]) * widen(gradients[j]);
    float sum = 0;
    for (float part : sums) sum += part;
    for (j = 0; j < width; ++j) gradients[j] = narrow(widen(probabilities[j]) * (widen(gradients[j]) - sum));
  }
}

void check_attention(const at::Tensor& qkv, const at::Tensor& bias, int64_t heads, int64_t batch, int64_t length) {
  check(qkv, at::kBFloat16, "qkv");
  check(bias, at::kBFloat16, "bias");
  TORCH_CHECK(qkv.dim() == 2 && heads > 0 && qkv.size(1) % (3 * heads) == 0 && bias.dim() == 1 && bias.numel() == qkv.size(1) && batch > 0 && length > 0 &&
                  batch * length <= qkv.size(0),
              "qkv ", qkv.sizes(), " and bias ", bias.sizes(), " do not fit ", batch, " clips of ", length, " positions and ", heads, " heads");
}

// qkv [R, 3d] without its bias to the mixed values [R, d]: the first B S rows are B clips of S positions, what follows is of no clip and becomes
// 0. A block of queries at a time: their scores [B heads, Q, S] stay in the cache between the two products, which the library computes.
at::Tensor attention(const at::Tensor& qkv, const at::Tensor& bias, int64_t heads, int64_t batch, int64_t length) {
  check_attention(qkv, bias, heads, batch, length);
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

// The gradient of qkv [R, 3d] from that of the mixed values [R, d]; rows of no clip get none. Scores and probabilities are computed again, for as
// many heads at a time as stay in the cache.
at::Tensor attention_gradient(const at::Tensor& qkv, const at::Tensor& bias, const at::Tensor& mixed, int64_t heads, int64_t batch, int64_t length) {
  int64_t width = qkv.size(1) / 3, depth = width / heads, rows = batch * heads;
  float scale = 1.0f / std::sqrt(static_cast<float>(depth));
  at::Tensor queries = at::empty({rows, length, depth}, qkv.options()), keys = at::empty_like(queries), values = at::empty_like(queries),
             outs = at::empty_like(queries), none = at::zeros({width}, qkv.options());
  at::Tensor gradients[3] = {at::empty_like(queries), at::empty_like(queries), at::empty_like(queries)};
  auto place = [&](int64_t i) { return (i / length * heads * length + i % length) * depth; };
  at::parallel_for(0, batch * length, grain(4 * width), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const uint16_t* row = low(qkv) + i * 3 * width;
      split_row(row, low(bias), heads, depth, scale, low(queries) + place(i), length * depth);
      split_row(row + width, low(bias) + width, heads, depth, 1, low(keys) + place(i), length * depth);
      split_row(row + 2 * width, low(bias) + 2 * width, heads, depth, 1, low(values) + place(i), length * depth);
      split_row(low(mixed) + i * width, low(none), heads, depth, 1, low(outs) + place(i), length * depth);
    }
  });

  int64_t group = std::min(rows, std::max<int64_t>(at::get_num_threads(), kScores / (length * length * 2)));
  at::Tensor scores, slopes;
  for (int64_t start = 0; start < rows; start += group) {
    int64_t count = std::min(group, rows - start);
    auto part = [&](const at::Tensor& x) { return x.narrow(0, start, count); };
    auto into = [&](const at::Tensor& to, const at::Tensor& a, const at::Tensor& b) {
      at::Tensor target = part(to);
      at::bmm_out(target, a, b);
    };
    if (!scores.defined() || scores.size(0) != count) {
      scores = at::empty({count, length, length}, qkv.options());
      slopes = at::empty_like(scores);
    }
    at::bmm_out(scores, part(queries), part(keys).transpose(1, 2));
    softmax_(scores);
    into(gradients[2], scores.transpose(1, 2), part(outs));
    at::bmm_out(slopes, part(outs), part(values).transpose(1, 2));
    at::parallel_for(0, count * length, grain(length), [&](int64_t begin, int64_t end) {
      softmax_gradient_rows(low(scores) + begin * length, low(slopes) + begin * length, end - begin, length);
    });
    into(gradients[0], slopes, part(keys));
    into(gradients[1], slopes.transpose(1, 2), part(queries));
  }

  at::Tensor out = at::empty_like(qkv);
  std::memset(low(out) + batch * length * 3 * width, 0, (qkv.size(0) - batch * length) * 3 * width * sizeof(uint16_t));
  at::parallel_for(0, batch * length, grain(3 * width), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      for (int64_t k = 0; k < 3; ++k)
        join_row(low(gradients[k]) + place(i), length * depth, heads, depth, k == 0 ? scale : 1, low(out) + (i * 3 + k) * width);
  });
  return out;
}

struct Attention : torch::autograd::Function<Attention> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& qkv, const at::Tensor& bias, int64_t heads, int64_t batch,
                            int64_t length) {
    at::AutoDispatchBelowADInplaceOrView below;
    context->save_for_backward({qkv, bias});
    context->saved_data["heads"] = heads;
    context->saved_data["batch"] = batch;
    context->saved_data["length"] = length;
    return attention(qkv, bias, heads, batch, length);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    auto saved = context->get_saved_variables();
    at::Tensor qkv = attention_gradient(saved[0], saved[1], gradients[0].contiguous(), context->saved_data["heads"].toInt(),
                                        context->saved_data["batch"].toInt(), context->saved_data["length"].toInt());
    return {qkv, qkv.sum(0, false, at::kFloat).to(at::kBFloat16), {}, {}, {}};
  }
};

at::Tensor attention_with_gradients(const at::Tensor& qkv, const at::Tensor& bias, int64_t heads, int64_t batch, int64_t length) {
  return Attention::apply(qkv, bias, heads, batch, length);
}

}  // namespace mgt

TORCH_LIBRARY_FRAGMENT(magvit, library) {
  library.def("attention(Tensor qkv, Tensor bias, int heads, int batch, int length) -> Tensor");
}

TORCH_LIBRARY_IMPL(magvit, CPU, library) {
  library.impl("attention", mgt::attention);
}

TORCH_LIBRARY_IMPL(magvit, AutogradCPU, library) {
  library.impl("attention", mgt::attention_with_gradients);
}
