// The tiles of products.h, and which of them this processor takes.

#include "products.h"

#include <torch/library.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <string>

namespace mgt {

#ifdef MGT_HAS_TILES
#define MGT_VNNI __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")))
#define MGT_AVX2 __attribute__((target("avx2,fma")))

struct Bf16 {
  template <int Rows, int Vectors>
  MGT_BF16 static void multiply(const uint32_t* a, int64_t stride, const uint32_t* panel, int64_t units, float* out, int64_t out_stride) {
    __m512 sums[Rows][Vectors];
#pragma GCC unroll 6
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) sums[r][v] = _mm512_setzero_ps();
    for (int64_t k = 0; k < units; ++k, panel += kPanel) {
      __m512bh columns[Vectors];
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) columns[v] = reinterpret_cast<__m512bh>(_mm512_loadu_si512(panel + kVector * v));
#pragma GCC unroll 6
      for (int r = 0; r < Rows; ++r) {
        __m512bh pair = reinterpret_cast<__m512bh>(_mm512_set1_epi32(static_cast<int>(a[r * stride + k])));
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; ++v) sums[r][v] = _mm512_dpbf16_ps(sums[r][v], pair, columns[v]);
      }
    }
#pragma GCC unroll 6
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) _mm512_storeu_ps(out + r * out_stride + kVector * v, sums[r][v]);
  }
};

struct Avx512 {
  template <int Rows, int Vectors>
  MGT_AVX512 static void multiply(const uint32_t* a, int64_t stride, const uint32_t* panel, int64_t units, float* out, int64_t out_stride) {
    __m512 sums[Rows][Vectors];
#pragma GCC unroll 6
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) sums[r][v] = _mm512_setzero_ps();
    for (int64_t k = 0; k < units; ++k, panel += kPanel) {
      __m512 columns[Vectors];
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) columns[v] = _mm512_loadu_ps(reinterpret_cast<const float*>(panel) + kVector * v);
#pragma GCC unroll 6
      for (int r = 0; r < Rows; ++r) {
        __m512 number = _mm512_castsi512_ps(_mm512_set1_epi32(static_cast<int>(a[r * stride + k])));
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; ++v) sums[r][v] = _mm512_fmadd_ps(number, columns[v], sums[r][v]);
      }
    }
#pragma GCC unroll 6
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) _mm512_storeu_ps(out + r * out_stride + kVector * v, sums[r][v]);
  }
};

// Four products of bytes at a time, summed up as whole numbers.
struct Vnni {
  template <int Rows, int Vectors>
  MGT_VNNI static void multiply(const uint32_t* a, int64_t stride, const uint32_t* panel, int64_t units, float* out, int64_t out_stride) {
    __m512i sums[Rows][Vectors];
#pragma GCC unroll 6
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) sums[r][v] = _mm512_setzero_si512();
    for (int64_t k = 0; k < units; ++k, panel += kPanel) {
      __m512i columns[Vectors];
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) columns[v] = _mm512_loadu_si512(panel + kVector * v);
#pragma GCC unroll 6
      for (int r = 0; r < Rows; ++r) {
        __m512i four = _mm512_set1_epi32(static_cast<int>(a[r * stride + k]));
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; ++v) __asm__("vpdpbusd %2, %1, %0" : "+v"(sums[r][v]) : "v"(four), "v"(columns[v]));   // by the intrinsic, GCC spills
      }
    }
#pragma GCC unroll 6
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 4
      for (int v = 0; v < Vectors; ++v) _mm512_storeu_ps(out + r * out_stride + kVector * v, _mm512_cvtepi32_ps(sums[r][v]));
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
  if (type == at::kBFloat16) return used == kAvx512Bf16 ? tile<Bf16> : nullptr;
  static const bool has_vnni = __builtin_cpu_supports("avx512vnni");
  if (type == at::kChar) return used >= kAvx512 && has_vnni ? tile<Vnni> : nullptr;
  if (type == at::kFloat) return used >= kAvx512 ? tile<Avx512> : used == kAvx2 ? tile<Avx2> : nullptr;
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

bool packs(at::ScalarType type) { return tile_of(type) != nullptr; }

}  // namespace mgt

TORCH_LIBRARY_FRAGMENT(magvit, library) {
  library.def("instructions(int limit=-1) -> int", mgt::limit_instructions);
  library.def("packs(ScalarType type) -> bool", mgt::packs);
}
