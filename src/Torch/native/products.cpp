// The tiles of products.h, and which of them this processor takes.

#include "products.h"

#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <string>
#include <vector>

namespace mgt {

#ifdef MGT_HAS_TILES
// One template for all that is 512 bits wide: what each of its instances uses is what its kind says, and it runs where the processor has that.
#define MGT_ALL __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx512vnni")))
#define MGT_WIDE MGT_ALL __attribute__((always_inline))
#define MGT_AVX2 __attribute__((target("avx2,fma")))

// How a register of columns is multiplied by a unit of a row: pairs of bfloat16 numbers, numbers of float32, four bytes whose sums are whole numbers.
struct Bf16 {
  using Columns = __m512bh;
  using Sums = __m512;
  MGT_WIDE static Sums zero() { return _mm512_setzero_ps(); }
  MGT_WIDE static Columns load(const uint32_t* units) { return reinterpret_cast<Columns>(_mm512_loadu_si512(units)); }
  MGT_WIDE static Columns spread(uint32_t unit) { return reinterpret_cast<Columns>(_mm512_set1_epi32(static_cast<int>(unit))); }
  MGT_WIDE static void add(Sums& sums, Columns row, Columns columns) { sums = _mm512_dpbf16_ps(sums, row, columns); }
  MGT_WIDE static __m512 numbers(Sums sums) { return sums; }
};

struct Avx512 {
  using Columns = __m512;
  using Sums = __m512;
  MGT_WIDE static Sums zero() { return _mm512_setzero_ps(); }
  MGT_WIDE static Columns load(const uint32_t* units) { return _mm512_castsi512_ps(_mm512_loadu_si512(units)); }
  MGT_WIDE static Columns spread(uint32_t unit) { return _mm512_castsi512_ps(_mm512_set1_epi32(static_cast<int>(unit))); }
  MGT_WIDE static void add(Sums& sums, Columns row, Columns columns) { sums = _mm512_fmadd_ps(row, columns, sums); }
  MGT_WIDE static __m512 numbers(Sums sums) { return sums; }
};

struct Vnni {
  using Columns = __m512i;
  using Sums = __m512i;
  MGT_WIDE static Sums zero() { return _mm512_setzero_si512(); }
  MGT_WIDE static Columns load(const uint32_t* units) { return _mm512_loadu_si512(units); }
  MGT_WIDE static Columns spread(uint32_t unit) { return _mm512_set1_epi32(static_cast<int>(unit)); }
  MGT_WIDE static void add(Sums& sums, Columns row, Columns columns) {
    __asm__("vpdpbusd %2, %1, %0" : "+v"(sums) : "v"(row), "v"(columns));   // by the intrinsic, GCC spills
  }
  MGT_WIDE static __m512 numbers(Sums sums) { return _mm512_cvtepi32_ps(sums); }
};

template <typename Kind>
struct Wide {
  template <int Rows, int Vectors>
  MGT_ALL static void multiply(const uint32_t* a, int64_t stride, const uint32_t* panel, int64_t units, float* out, int64_t out_stride) {
    typename Kind::Sums sums[Rows][Vectors];
#pragma GCC unroll 6
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) sums[r][v] = Kind::zero();
    for (int64_t k = 0; k < units; ++k, panel += kPanel) {
      typename Kind::Columns columns[Vectors];
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) columns[v] = Kind::load(panel + kVector * v);
#pragma GCC unroll 6
      for (int r = 0; r < Rows; ++r) {
        typename Kind::Columns row = Kind::spread(a[r * stride + k]);
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; ++v) Kind::add(sums[r][v], row, columns[v]);
      }
    }
#pragma GCC unroll 6
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) _mm512_storeu_ps(out + r * out_stride + kVector * v, Kind::numbers(sums[r][v]));
  }
};

// Sixteen registers hold six rows of sixteen columns: those after each other.
struct Avx2 {
  template <int Rows, int Vectors>
  MGT_AVX2 static void multiply(const uint32_t* a, int64_t stride, const uint32_t* panel, int64_t units, float* out, int64_t out_stride) {
    for (int64_t start = 0; start < Vectors * kVector; start += kVector) {
      __m256 sums[Rows][2];
#pragma GCC unroll 6
      for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 2
        for (int v = 0; v < 2; ++v) sums[r][v] = _mm256_setzero_ps();
      const float* columns = reinterpret_cast<const float*>(panel) + start;
      for (int64_t k = 0; k < units; ++k, columns += kPanel) {
        __m256 first = _mm256_loadu_ps(columns), second = _mm256_loadu_ps(columns + 8);
#pragma GCC unroll 6
        for (int r = 0; r < Rows; ++r) {
          __m256 number = _mm256_castsi256_ps(_mm256_set1_epi32(static_cast<int>(a[r * stride + k])));
          sums[r][0] = _mm256_fmadd_ps(number, first, sums[r][0]);
          sums[r][1] = _mm256_fmadd_ps(number, second, sums[r][1]);
        }
      }
#pragma GCC unroll 6
      for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 2
        for (int v = 0; v < 2; ++v) _mm256_storeu_ps(out + r * out_stride + start + 8 * v, sums[r][v]);
    }
  }
};

template <typename Kind, int Vectors>
void tile_rows(const uint32_t* a, int64_t stride, int64_t rows, const uint32_t* panel, int64_t units, float* out, int64_t out_stride) {
  switch (rows) {
    case 1: return Kind::template multiply<1, Vectors>(a, stride, panel, units, out, out_stride);
    case 2: return Kind::template multiply<2, Vectors>(a, stride, panel, units, out, out_stride);
    case 3: return Kind::template multiply<3, Vectors>(a, stride, panel, units, out, out_stride);
    case 4: return Kind::template multiply<4, Vectors>(a, stride, panel, units, out, out_stride);
    case 5: return Kind::template multiply<5, Vectors>(a, stride, panel, units, out, out_stride);
    default: return Kind::template multiply<6, Vectors>(a, stride, panel, units, out, out_stride);
  }
}

template <typename Kind>
void tile(const uint32_t* a, int64_t stride, int64_t rows, const uint32_t* panel, int64_t units, int64_t columns, float* out, int64_t out_stride) {
  switch ((columns + kVector - 1) / kVector) {
    case 1: return tile_rows<Kind, 1>(a, stride, rows, panel, units, out, out_stride);
    case 2: return tile_rows<Kind, 2>(a, stride, rows, panel, units, out, out_stride);
    case 3: return tile_rows<Kind, 3>(a, stride, rows, panel, units, out, out_stride);
    default: return tile_rows<Kind, 4>(a, stride, rows, panel, units, out, out_stride);
  }
}
#endif

// What products use, from nothing upwards. AMX is beyond what we have: there the library's products are the better ones.
enum Instructions { kLibrary, kAvx2, kAvx512, kAvx512Bf16 };
const char* const kInstructionNames[] = {"library", "avx2", "avx512", "avx512_bf16"};

Instructions best_instructions() {
#ifdef MGT_HAS_TILES
  __builtin_cpu_init();
  bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (avx512 && __builtin_cpu_supports("avx512bf16")) return kAvx512Bf16;
  if (avx512) return kAvx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return kAvx2;
#endif
  return kLibrary;
}

bool has_amx() {
#ifdef MGT_HAS_TILES
  uint32_t a, b, c, d;
  __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(7), "c"(0));
  return (d >> 22 & 1) != 0;            // AMX-BF16
#else
  return false;
#endif
}

Instructions named(const std::string& name) {
  for (int i = kLibrary; i <= kAvx512Bf16; ++i)
    if (name == kInstructionNames[i]) return static_cast<Instructions>(i);
  TORCH_CHECK(false, "MAGVIT_INSTRUCTIONS: expected library, avx2, avx512 or avx512_bf16, got '", name, "'");
}

std::atomic<int>& limit() {
  static std::atomic<int> value{[] {
    const char* wanted = std::getenv("MAGVIT_INSTRUCTIONS");
    if (wanted != nullptr && *wanted != 0) return static_cast<int>(named(wanted));
    return static_cast<int>(has_amx() ? kLibrary : kAvx512Bf16);
  }()};
  return value;
}

Instructions instructions() {
  static const Instructions best = best_instructions();
  return static_cast<Instructions>(std::min<int>(best, limit()));
}

bool has_avx512() { return instructions() >= kAvx512; }

Tile tile_of(at::ScalarType type) {
#ifdef MGT_HAS_TILES
  Instructions used = instructions();
  if (type == at::kBFloat16) return used == kAvx512Bf16 ? tile<Wide<Bf16>> : nullptr;
  static const bool has_vnni = __builtin_cpu_supports("avx512vnni");
  if (type == at::kChar) return used >= kAvx512 && has_vnni ? tile<Wide<Vnni>> : nullptr;
  if (type == at::kFloat) return used >= kAvx512 ? tile<Wide<Avx512>> : used == kAvx2 ? tile<Avx2> : nullptr;
#endif
  return nullptr;
}

// What is used; with a limit of 0 or more, no more than that from now on.
int64_t limit_instructions(int64_t wanted) {
  int64_t before = instructions();
  TORCH_CHECK(wanted <= kAvx512Bf16, "instructions: expected ", int{kLibrary}, " to ", int{kAvx512Bf16}, ", got ", wanted);
  if (wanted >= 0) limit() = static_cast<int>(wanted);
  return before;
}

// Threads that share out the work of operators of our own: 1 for all of them if this was built without OpenMP.
int64_t threads() {
  std::vector<int64_t> seen(at::get_num_threads());
  at::parallel_for(0, static_cast<int64_t>(seen.size()), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) seen[i] = at::get_thread_num();
  });
  std::sort(seen.begin(), seen.end());
  return std::unique(seen.begin(), seen.end()) - seen.begin();
}

bool packs(at::ScalarType type) { return tile_of(type) != nullptr; }

}  // namespace mgt

TORCH_LIBRARY_FRAGMENT(magvit, library) {
  library.def("instructions(int limit=-1) -> int", mgt::limit_instructions);
  library.def("threads() -> int", mgt::threads);
  library.def("packs(ScalarType type) -> bool", mgt::packs);
}
