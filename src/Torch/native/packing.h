// How both factors of a product come into the form that the tiles of products.h read, and the product of rows with packed ones.
#pragma once

#include "products.h"

namespace mgt {

// Weights [N, K] to panels [ceil(N / 64), units of K, 64], as "pack"; of bytes with their steps.
at::Tensor pack(const at::Tensor& weight, bool bytes);

// Rows [R, C], float32 or bfloat16, to panels [ceil(C / 64), units of R, 64] of their columns; a last row without a partner has zeros for one.
at::Tensor pack_rows(const at::Tensor& rows);
void pack_rows(const float* rows, int64_t count, int64_t columns, uint32_t* panels);
void pack_rows(const uint16_t* rows, int64_t count, int64_t columns, uint32_t* panels);

// x W^T + bias of packed weights, as "linear".
at::Tensor linear(const at::Tensor& x, const at::Tensor& packed, const c10::optional<at::Tensor>& bias, int64_t outputs, bool gelu, bool full);

// Units [rows, columns], whose rows are `stride` apart, to [columns, rows], whose rows are `out_stride` apart.
void transpose(const uint32_t* in, int64_t stride, int64_t rows, int64_t columns, uint32_t* out, int64_t out_stride);

// A row of units from the row of numbers above and, of bfloat16, the one below (null for zeros).
void units_of(const uint16_t* above, const uint16_t* below, int64_t count, uint32_t* out);
void units_of(const float* above, const float* below, int64_t count, uint32_t* out);

}  // namespace mgt
