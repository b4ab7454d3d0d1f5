// What the gradients of all types end with (winograd.h).
#pragma once

#include <cstdint>

namespace mgt {

// The channel that stands at a place of the sums.
using Order = int64_t (*)(int64_t place);

// Sums at the points [kPoints, outputs, taps, inputs], of channels in an order, to filters [outputs, inputs, taps, 3, 3].
void filters_of(const float* sums, int64_t outputs, int64_t inputs, int64_t taps, Order order, float* out);

}  // namespace mgt
