// Attention of networks that are only used, by tiles of our own (products.h), as an ATen operator of the namespace "magvit": a few queries at a time go from
// scores to mixed values without leaving the cache. A clip's numbers do not depend on the clips beside it. C# has the same out of ordinary operators.

#include "fused_operators.h"
#include "products.h"

namespace mgt {

// Powers of e of a row of scores, less the highest; the sum of them.
template <typename Number>
MGT_INLINE float powers_row(float* __restrict scores, int64_t width, float scale, Number* __restrict out) {
  float highest[kLanes];
  std::fill(highest, highest + kLanes, std::numeric_limits<float>::lowest());
  int64_t j = 0;
  for (; j + kLanes <= width; j += kLanes)
    for (int64_t l = 0; l < kLanes; ++l) highest[l] = highest[l] < scores[j + l] ? scores[j + l] : highest[l];
  for (; j < width; ++j) highest[0] = highest[0] < scores[j] ? scores[j] : highest[0];
  float top = highest[0];
  for (int64_t l = 1; l < kLanes; ++l) top = top < highest[l] ? highest[l] : top;

  float sums[kLanes] = {};
  for (j = 0; j + kLanes <= width; j += kLanes)
    for (int64_t l = 0; l < kLanes; ++l) {
      float e = exponential((scores[j + l] - top) * scale);
      store(e, out + j + l);
      sums[l] += e;
    }
  for (; j < width; ++j) {
    float e = exponential((scores[j] - top) * scale);
    store(e, out + j);
    sums[0] += e;
  }
  float sum = 0;
  for (float s : sums) sum += s;
  return sum;
}

MGT_CLONES void powers(float* scores, int64_t stride, int64_t rows, int64_t width, float scale, float* out, int64_t out_stride, float* sums) {
  for (int64_t i = 0; i < rows; ++i) sums[i] = powers_row(scores + i * stride, width, scale, out + i * out_stride);
}

#ifdef MGT_HAS_TILES
MGT_BF16 void powers(float* scores, int64_t stride, int64_t rows, int64_t width, float scale, uint16_t* out, int64_t out_stride, float* sums) {
  constexpr float kLog2OfE = 1.44269504088896341f;
  __m512 factor = _mm512_set1_ps(scale * kLog2OfE);
  int64_t whole = width / kVector * kVector;
  auto rest = static_cast<__mmask16>((1u << (width - whole)) - 1);
  for (int64_t i = 0; i < rows; ++i, scores += stride, out += out_stride) {
    __m512 highest = _mm512_mask_loadu_ps(_mm512_set1_ps(std::numeric_limits<float>::lowest()), rest, scores + whole), sum = _mm512_setzero_ps();
    for (int64_t j = 0; j < whole; j += kVector) highest = _mm512_max_ps(highest, _mm512_loadu_ps(scores + j));
    __m512 top = _mm512_mul_ps(_mm512_set1_ps(_mm512_reduce_max_ps(highest)), factor);
    for (int64_t j = 0; j < whole; j += kVector) {
      __m512 power = power_of_two(_mm512_fmsub_ps(_mm512_loadu_ps(scores + j), factor, top));
      store_low(power, out + j);
      sum = _mm512_add_ps(sum, power);
    }
    __m512 power = _mm512_maskz_mov_ps(rest, power_of_two(_mm512_fmsub_ps(_mm512_maskz_loadu_ps(rest, scores + whole), factor, top)));
    _mm256_mask_storeu_epi16(out + whole, rest, reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(power)));
    sums[i] = _mm512_reduce_add_ps(_mm512_add_ps(sum, power));
  }
}
#else
void powers(float*, int64_t, int64_t, int64_t, float, uint16_t*, int64_t, float*) {}   // never reached: no tile of bfloat16 numbers
#endif

template <typename Number>
MGT_INLINE void share_row(const float* __restrict row, float share, int64_t width, Number* __restrict out) {
  for (int64_t j = 0; j < width; ++j) store(row[j] * share, out + j);
}

MGT_CLONES void shared(const float* row, float share, int64_t width, uint16_t* out) { share_row(row, share, width, out); }
MGT_CLONES void shared(const float* row, float share, int64_t width, float* out) { share_row(row, share, width, out); }

// One head of one clip: (1) keys and values to panels; then for each few queries (2) scores, (3) powers of e, (4) mixed values.
template <typename Number>
class Head {
 public:
  Head(Tile tile, int64_t length, int64_t depth)
      : tile_(tile), length_(length), depth_(depth), key_units_(depth / kPer), value_units_((length + kPer - 1) / kPer),
        scores_stride_(panels_of(length) * kPanel), mixed_stride_(panels_of(depth) * kPanel), keys_(panels_of(length) * key_units_ * kPanel),
        values_(panels_of(depth) * value_units_ * kPanel), powers_(kTileRows * value_units_), scores_(kTileRows * scores_stride_), mixed_(kTileRows * mixed_stride_) {}

  // `qkv` begins at the head's queries; keys are `width` numbers further on, values as many again. Rows are `stride` numbers apart.
  void pack(const Number* qkv, int64_t width, int64_t stride) {
    for (int64_t i = 0; i < length_; ++i) {
      const uint32_t* units = reinterpret_cast<const uint32_t*>(qkv + i * stride + width);
      uint32_t* key = keys_.data() + i / kPanel * key_units_ * kPanel + i % kPanel;
      for (int64_t k = 0; k < key_units_; ++k) key[k * kPanel] = units[k];

      const Number* row = qkv + i * stride + 2 * width;
      for (int64_t p = 0; p < panels_of(depth_); ++p) {
        Number* value = reinterpret_cast<Number*>(values_.data()) + ((p * value_units_ + i / kPer) * kPanel) * kPer + i % kPer;
        for (int64_t j = 0; j < columns_of(depth_, p); ++j) value[j * kPer] = row[p * kPanel + j];
      }
    }
  }

  void mix(const Number* qkv, int64_t stride, int64_t begin, int64_t end, Number* out, int64_t out_stride) {
    float scale = 1.0f / std::sqrt(static_cast<float>(depth_)), sums[kTileRows];
    for (int64_t i = begin; i < end; i += kTileRows) {
      int64_t rows = std::min(kTileRows, end - i);
      const uint32_t* queries = reinterpret_cast<const uint32_t*>(qkv + i * stride);
      for (int64_t p = 0; p < panels_of(length_); ++p)
        tile_(queries, stride / kPer, rows, keys_.data() + p * key_units_ * kPanel, key_units_, columns_of(length_, p), scores_.data() + p * kPanel, scores_stride_);
      powers(scores_.data(), scores_stride_, rows, length_, scale, reinterpret_cast<Number*>(powers_.data()), value_units_ * kPer, sums);
      for (int64_t p = 0; p < panels_of(depth_); ++p)
        tile_(powers_.data(), value_units_, rows, values_.data() + p * value_units_ * kPanel, value_units_, columns_of(depth_, p), mixed_.data() + p * kPanel,
              mixed_stride_);
      for (int64_t r = 0; r < rows; ++r) shared(mixed_.data() + r * mixed_stride_, 1.0f / sums[r], depth_, out + (i + r) * out_stride);
    }
  }

 private:
  static constexpr int64_t kPer = static_cast<int64_t>(sizeof(uint32_t) / sizeof(Number));

  Tile tile_;
  int64_t length_, depth_, key_units_, value_units_, scores_stride_, mixed_stride_;
  std::vector<uint32_t> keys_, values_, powers_;   // 0 where nothing is written: beyond the last position and the last feature
  std::vector<float> scores_, mixed_;
};

template <typename Number>
void mix_heads(Tile tile, const Number* qkv, int64_t width, int64_t heads, int64_t batch, int64_t length, Number* out) {
  int64_t depth = width / heads, tasks = batch * heads, threads = at::get_num_threads();
  int64_t parts = tasks % threads == 0 || tasks >= 4 * threads ? 1 : std::min(threads, (length + kTileRows - 1) / kTileRows);
  int64_t share = ((length + parts - 1) / parts + kTileRows - 1) / kTileRows * kTileRows;
  at::parallel_for(0, tasks * parts, 1, [&](int64_t begin, int64_t end) {
    Head<Number> head(tile, length, depth);
    for (int64_t t = begin; t < end; ++t) {
      int64_t task = t / parts, first = t % parts * share, column = task % heads * depth;
      const Number* rows = qkv + task / heads * length * 3 * width + column;
      if (t == begin || t % parts == 0) head.pack(rows, width, 3 * width);
      head.mix(rows, 3 * width, first, std::min(length, first + share), out + task / heads * length * width + column, width);
    }
  });
}

// qkv [R, 3d] to the mixed values [R, d]: the first B S rows are B clips of S positions, what follows is of no clip and becomes 0.
at::Tensor tiled_attention(const at::Tensor& qkv, int64_t heads, int64_t batch, int64_t length) {
  bool is_low = qkv.scalar_type() == at::kBFloat16;
  check(qkv, is_low ? at::kBFloat16 : at::kFloat, "qkv");
  Tile tile = tile_of(qkv.scalar_type());
  TORCH_CHECK(tile != nullptr, "this processor has no tiles for ", qkv.scalar_type(), " numbers");
  int64_t width = qkv.dim() == 2 ? qkv.size(1) / 3 : 0;
  TORCH_CHECK(qkv.dim() == 2 && heads > 0 && qkv.size(1) % (3 * heads) == 0 && (!is_low || width / heads % 2 == 0) && batch > 0 && length > 0 &&
                  batch * length <= qkv.size(0),
              "qkv ", qkv.sizes(), " does not fit ", batch, " clips of ", length, " positions and ", heads, " heads, whose depth must be even in bfloat16");
  at::Tensor out = at::empty({qkv.size(0), width}, qkv.options());
  out.narrow(0, batch * length, qkv.size(0) - batch * length).zero_();
  if (is_low)
    mix_heads(tile, low(qkv), width, heads, batch, length, low(out));
  else
    mix_heads(tile, qkv.data_ptr<float>(), width, heads, batch, length, out.data_ptr<float>());
  return out;
}

}  // namespace mgt

TORCH_LIBRARY_FRAGMENT(magvit, library) {
  library.def("tiled_attention(Tensor qkv, int heads, int batch, int length) -> Tensor");
}

TORCH_LIBRARY_IMPL(magvit, CPU, library) { library.impl("tiled_attention", mgt::tiled_attention); }
