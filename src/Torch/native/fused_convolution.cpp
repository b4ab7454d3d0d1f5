// Convolutions of clips on the CPU as an ATen operator of the namespace "magvit", with its gradients: Winograd's (winograd.h) where kernels are 3 cells
// wide and channels are many, else the library's. The twin out of ordinary operators is in src/Torch/Extensions/OrdinaryOperators.cs.

#include "fused_operators.h"
#include "winograd.h"

#include <torch/csrc/autograd/custom_function.h>

namespace mgt {

Convolution size_of(const at::Tensor& x, const at::Tensor& weight, int64_t frames, int64_t cells) {
  return {x.size(0), x.size(1), weight.size(0), x.size(2), x.size(3), x.size(4), weight.size(2), frames, cells};
}

// Whether Winograd's convolution is made for this weight, and clips of a type.
bool has_points(const at::Tensor& weight, at::ScalarType type) {
  return (type == at::kBFloat16 || type == at::kFloat) && tile_of(type) != nullptr && weight.size(1) % kChannels == 0 && weight.size(2) <= 3 &&
         weight.size(3) == 3 && weight.size(4) == 3;
}

// And whether it is made for these clips; with gradients results have so many channels too.
bool is_winograd(const at::Tensor& x, const at::Tensor& weight, int64_t frames, int64_t cells, bool has_gradients) {
  if (!x.device().is_cpu() || !has_points(weight, x.scalar_type()) || (has_gradients && weight.size(0) % kChannels != 0)) return false;
  Convolution size = size_of(x, weight, frames, cells);
  return size.batch > 0 && frames < size.taps && cells < 2 && size.to() > 0 && size.ho() > 0 && size.wo() > 0 && size.ho() % 2 == 0 && size.wo() % 2 == 0;
}

float* full(const at::Tensor& x) { return x.data_ptr<float>(); }

// Filters at Winograd's points in a type, [kPoints, O, taps, C]; turned, of the convolution that carries gradients back, [kPoints, C, taps, O].
at::Tensor points_of(const at::Tensor& weight, at::ScalarType type, bool turned) {
  at::Tensor filters = weight.to(at::kFloat).contiguous();
  int64_t outputs = filters.size(0), inputs = filters.size(1), taps = filters.size(2);
  at::Tensor out = at::empty({kPoints, turned ? inputs : outputs, taps, turned ? outputs : inputs}, filters.options().dtype(type));
  if (type == at::kFloat) {
    filter_points(full(filters), outputs, inputs, taps, turned, full(out));
  } else {
    filter_points(full(filters), outputs, inputs, taps, turned, low(out));
  }
  return out;
}

at::Tensor winograd(const at::Tensor& input, const at::Tensor& points, const float* bias, const Convolution& size) {
  at::Tensor x = input.contiguous(), out = at::empty({size.batch, size.outputs, size.to(), size.ho(), size.wo()}, x.options());
  TORCH_CHECK(points.is_contiguous() && points.scalar_type() == x.scalar_type() && points.sizes() == at::IntArrayRef({kPoints, size.outputs, size.taps, size.inputs}),
              "points: expected what conv3d_points makes of the weight, got ", points.scalar_type(), " ", points.sizes());
  if (x.scalar_type() == at::kFloat) {
    convolve(size, full(x), full(points), bias, full(out));
  } else {
    convolve(size, low(x), low(points), bias, low(out));
  }
  return out;
}

// The filters of a weight that is not trained, for conv3d of bfloat16 clips; an empty tensor where it does not want them.
at::Tensor conv3d_points(const at::Tensor& weight) {
  TORCH_CHECK(weight.dim() == 5 && weight.device().is_cpu(), "weight: expected [O, C, t, h, w] on the CPU, got ", weight.sizes(), " on ", weight.device());
  return has_points(weight, at::kBFloat16) ? points_of(weight, at::kBFloat16, false) : at::empty({0}, weight.options());
}

at::Tensor library(const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias, int64_t frames, int64_t cells) {
  c10::optional<at::Tensor> same;
  if (bias) same = bias->to(x.scalar_type());
  return at::conv3d(x, weight.to(x.scalar_type()), same, {1, 1, 1}, {frames, cells, cells});
}

at::Tensor conv3d(const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias, int64_t frames, int64_t cells,
                  const c10::optional<at::Tensor>& points) {
  TORCH_CHECK(x.dim() == 5 && weight.dim() == 5 && x.size(1) == weight.size(1) && (!bias || bias->numel() == weight.size(0)),
              "expected clips [B, C, T, H, W], a weight [O, C, t, h, w] and a bias [O], got ", x.sizes(), ", ", weight.sizes(), bias ? " and " : "",
              bias ? bias->sizes() : at::IntArrayRef());
  if (!is_winograd(x, weight, frames, cells, false)) return library(x, weight, bias, frames, cells);
  // Rounded as the library does.
  at::Tensor added = bias ? bias->to(x.scalar_type()).to(at::kFloat).contiguous() : at::Tensor();
  bool has_them = points && points->scalar_type() == x.scalar_type();
  return winograd(x, has_them ? *points : points_of(weight, x.scalar_type(), false), bias ? full(added) : nullptr, size_of(x, weight, frames, cells));
}

// The filters of conv3d_repeated, [1 or 2, kRepeatedPoints, O, taps, C]: where time is doubled, two of the three taps of a filter meet the same frame, others in even
// frames than in odd ones. An empty tensor where it does not take them.
at::Tensor conv3d_repeated_points(const at::Tensor& weight, bool temporal) {
  TORCH_CHECK(weight.dim() == 5 && weight.device().is_cpu(), "weight: expected [O, C, t, h, w] on the CPU, got ", weight.sizes(), " on ", weight.device());
  bool fits = has_points(weight, at::kBFloat16) && (weight.size(2) == 3 || (weight.size(2) == 1 && !temporal));
  if (!fits) return at::empty({0}, weight.options());
  at::Tensor w = weight.to(at::kFloat);
  auto ends_and_sum = [](const at::Tensor& x, int64_t axis) { return at::stack({x.select(axis, 0), x.sum(axis), x.select(axis, 2)}, axis); };
  auto at_points = [&](const at::Tensor& filters) {
    return ends_and_sum(ends_and_sum(filters, 3), 4).permute({3, 4, 0, 2, 1}).reshape({kRepeatedPoints, w.size(0), filters.size(2), w.size(1)});
  };
  if (!temporal) return at_points(w).unsqueeze(0).to(at::kBFloat16).contiguous();
  at::Tensor first = w.select(2, 0), middle = w.select(2, 1), last = w.select(2, 2);
  return at::stack({at_points(at::stack({first, middle + last}, 2)), at_points(at::stack({first + middle, last}, 2))}).to(at::kBFloat16).contiguous();
}

// A clip with an edge of a frame (or none) and a cell, zeros or what a mirror before its doubling shows there: frames that are doubled and cells repeat at the edge.
at::Tensor edged(const at::Tensor& x, int64_t frames, bool temporal, bool is_mirrored) {
  int64_t t = x.size(2), h = x.size(3), w = x.size(4), maps = x.size(0) * x.size(1);
  at::Tensor out = at::empty({x.size(0), x.size(1), t + 2 * frames, h + 2, w + 2}, x.options());
  auto inside = [](int64_t place, int64_t size) { return std::min(std::max<int64_t>(place, 0), size - 1); };
  at::parallel_for(0, maps * (t + 2 * frames), grain(h * w), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      int64_t place = i % (t + 2 * frames) - frames;
      uint16_t* to = low(out) + i * (h + 2) * (w + 2);
      for (int64_t y = -1; y <= h; ++y, to += w + 2) {
        if (!is_mirrored && (place < 0 || place >= t || y < 0 || y >= h)) {
          std::fill_n(to, w + 2, uint16_t{0});
          continue;
        }
        int64_t frame = temporal ? inside(place, t) : mirrored(place, t);
        const uint16_t* from = low(x) + ((i / (t + 2 * frames) * t + frame) * h + inside(y, h)) * w;
        std::memcpy(to + 1, from, w * sizeof(uint16_t));
        to[0] = is_mirrored ? from[0] : uint16_t{0};
        to[w + 1] = is_mirrored ? from[w - 1] : uint16_t{0};
      }
    }
  });
  return out;
}

// conv3d of clips shown twice as large, and where `temporal` says so twice as long, from the small clips. No gradients.
at::Tensor conv3d_repeated(const at::Tensor& input, const at::Tensor& points, const c10::optional<at::Tensor>& bias, bool temporal, bool is_mirrored) {
  TORCH_CHECK(input.dim() == 5 && input.scalar_type() == at::kBFloat16 && input.device().is_cpu() && input.numel() > 0 && points.dim() == 5 &&
                  points.scalar_type() == at::kBFloat16 && points.is_contiguous() && points.size(0) == (temporal ? 2 : 1) && points.size(1) == kRepeatedPoints &&
                  points.size(3) <= 3 && points.size(4) == input.size(1) && (!bias || bias->numel() == points.size(2)),
              "expected bfloat16 clips [B, C, T, H, W] on the CPU, what conv3d_repeated_points makes of a weight and a bias [O], got ", input.sizes(), " and ",
              points.sizes());
  TORCH_CHECK(tile_of(at::kBFloat16) != nullptr, "this processor multiplies no bfloat16 numbers by tiles");
  int64_t taps = points.size(3), outputs = points.size(2), t = input.size(2), frames = temporal || taps == 3 ? 1 : 0;
  at::Tensor x = edged(input.contiguous(), frames, temporal, is_mirrored);
  at::Tensor added = bias ? bias->to(at::kBFloat16).to(at::kFloat).contiguous() : at::Tensor();
  at::Tensor out = at::empty({x.size(0), outputs, temporal ? 2 * t : t, 2 * input.size(3), 2 * input.size(4)}, x.options());
  Convolution size{x.size(0), x.size(1), outputs, x.size(2), x.size(3), x.size(4), taps, 0, 0};
  size.scale = 2;
  if (temporal) {
    size.t -= size.held = 1;
    size.every = 2;
  }
  for (int64_t phase = 0; phase < points.size(0); ++phase) {
    size.first = phase;
    convolve_repeated(size, low(x) + phase * x.size(3) * x.size(4), low(points.select(0, phase)), bias ? full(added) : nullptr, low(out));
  }
  return out;
}

struct Conv3d : torch::autograd::Function<Conv3d> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias,
                            int64_t frames, int64_t cells) {
    at::AutoDispatchBelowADInplaceOrView below;
    context->save_for_backward({x, weight});
    context->saved_data["frames"] = frames;
    context->saved_data["cells"] = cells;
    context->saved_data["has_bias"] = bias.has_value();
    return conv3d(x, weight, bias, frames, cells, {});
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    auto saved = context->get_saved_variables();
    int64_t frames = context->saved_data["frames"].toInt(), cells = context->saved_data["cells"].toInt();
    at::Tensor x = saved[0], weight = saved[1], given = gradients[0].contiguous(), to_x, to_weight, to_bias;
    bool has_bias = context->saved_data["has_bias"].toBool();
    if (at::GradMode::is_enabled()) {  // gradients of gradients are asked for: the library's have them
      std::tie(to_x, to_weight, to_bias) = at::convolution_backward(given, x, weight.to(x.scalar_type()), at::IntArrayRef({weight.size(0)}), {1, 1, 1},
                                                                    {frames, cells, cells}, {1, 1, 1}, false, {0, 0, 0}, 1, {true, true, has_bias});
      return {to_x, to_weight.to(weight.scalar_type()), has_bias ? to_bias.to(at::kFloat) : to_bias, {}, {}};
    }
    Convolution size = size_of(x, weight, frames, cells);
    if (context->needs_input_grad(0)) {
      Convolution back{size.batch, size.outputs, size.inputs, size.to(), size.ho(), size.wo(), size.taps, size.taps - 1 - frames, 2 - cells};
      to_x = winograd(given, points_of(weight, x.scalar_type(), true), nullptr, back);
    }
    if (context->needs_input_grad(1)) {
      at::Tensor clips = x.contiguous(), filters = at::empty(weight.sizes(), weight.options().dtype(at::kFloat).memory_format(at::MemoryFormat::Contiguous));
      if (x.scalar_type() == at::kFloat) {
        filter_gradient(size, full(clips), full(given), full(filters));
      } else {
        filter_gradient(size, low(clips), low(given), full(filters));
      }
      to_weight = filters.to(weight.scalar_type());
    }
    if (has_bias && context->needs_input_grad(2)) to_bias = given.sum({0, 2, 3, 4}, false, at::kFloat);
    return {to_x, to_weight, to_bias, {}, {}};
  }
};

at::Tensor conv3d_with_gradients(const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias, int64_t frames, int64_t cells,
                                 const c10::optional<at::Tensor>& points) {
  bool has_gradients = at::GradMode::is_enabled() && (x.requires_grad() || weight.requires_grad() || (bias && bias->requires_grad()));
  if (!has_gradients || x.dim() != 5 || weight.dim() != 5) return conv3d(x, weight, bias, frames, cells, points);
  return is_winograd(x, weight, frames, cells, true) ? Conv3d::apply(x, weight, bias, frames, cells) : library(x, weight, bias, frames, cells);
}

}  // namespace mgt

TORCH_LIBRARY_FRAGMENT(magvit, library) {
  library.def("conv3d(Tensor x, Tensor weight, Tensor? bias, int frames, int cells, Tensor? points=None) -> Tensor");
  library.def("conv3d_points(Tensor weight) -> Tensor", mgt::conv3d_points);
  library.def("conv3d_repeated(Tensor x, Tensor points, Tensor? bias, bool temporal, bool mirrored) -> Tensor", mgt::conv3d_repeated);
  library.def("conv3d_repeated_points(Tensor weight, bool temporal) -> Tensor", mgt::conv3d_repeated_points);
}

TORCH_LIBRARY_IMPL(magvit, CPU, library) { library.impl("conv3d", mgt::conv3d); }

TORCH_LIBRARY_IMPL(magvit, AutogradCPU, library) { library.impl("conv3d", mgt::conv3d_with_gradients); }
