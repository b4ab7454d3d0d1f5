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
  return (type == at::kBFloat16 || type == at::kFloat) && tile_of(type) != nullptr && weight.size(0) % kChannels == 0 && weight.size(1) % kChannels == 0 &&
         weight.size(2) <= 3 && weight.size(3) == 3 && weight.size(4) == 3;
}

// And whether it and its gradients are made for these clips.
bool is_winograd(const at::Tensor& x, const at::Tensor& weight, int64_t frames, int64_t cells) {
  if (!x.device().is_cpu() || !has_points(weight, x.scalar_type())) return false;
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

at::Tensor conv3d(const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias, int64_t frames, int64_t cells,
                  const c10::optional<at::Tensor>& points) {
  TORCH_CHECK(x.dim() == 5 && weight.dim() == 5 && x.size(1) == weight.size(1) && (!bias || bias->numel() == weight.size(0)),
              "expected clips [B, C, T, H, W], a weight [O, C, t, h, w] and a bias [O], got ", x.sizes(), ", ", weight.sizes(), bias ? " and " : "",
              bias ? bias->sizes() : at::IntArrayRef());
  if (!is_winograd(x, weight, frames, cells)) {
    c10::optional<at::Tensor> same;
    if (bias) same = bias->to(x.scalar_type());
    return at::conv3d(x, weight.to(x.scalar_type()), same, {1, 1, 1}, {frames, cells, cells});
  }
  // Rounded as the library does.
  at::Tensor added = bias ? bias->to(x.scalar_type()).to(at::kFloat).contiguous() : at::Tensor();
  bool has_them = points && points->scalar_type() == x.scalar_type();
  return winograd(x, has_them ? *points : points_of(weight, x.scalar_type(), false), bias ? full(added) : nullptr, size_of(x, weight, frames, cells));
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
  return has_gradients && x.dim() == 5 && weight.dim() == 5 && is_winograd(x, weight, frames, cells) ? Conv3d::apply(x, weight, bias, frames, cells)
                                                                                                     : conv3d(x, weight, bias, frames, cells, points);
}

}  // namespace mgt

TORCH_LIBRARY_FRAGMENT(magvit, library) {
  library.def("conv3d(Tensor x, Tensor weight, Tensor? bias, int frames, int cells, Tensor? points=None) -> Tensor");
  library.def("conv3d_points(Tensor weight) -> Tensor", mgt::conv3d_points);
}

TORCH_LIBRARY_IMPL(magvit, CPU, library) { library.impl("conv3d", mgt::conv3d); }

TORCH_LIBRARY_IMPL(magvit, AutogradCPU, library) { library.impl("conv3d", mgt::conv3d_with_gradients); }
