#!/usr/bin/env bash
# Builds libmagvit_torch.so with nothing but a compiler: ./build.sh OUTPUT.so [LIBTORCH], or ./build.sh --find to hear which libtorch that would be.
# LIBTORCH holds include/ and lib/: an unpacked libtorch, or the folder of Python's torch; /usr stands for Debian's libtorch-dev.
# Without it: $MAGVIT_LIBTORCH, then the torch of `python3` (or $PYTHON), then Debian's. For a machine without CMake, or with a libtorch that
# has CUDA but no CUDA toolkit, where CMake's find_package(Torch) gives up.
set -euo pipefail

die() { printf '%s\n' "$*" >&2; exit 1; }

# libraries FOLDER: where libtorch_cpu.so of a libtorch lies.
libraries() {
  local folder
  for folder in "$1/lib" "$1/lib/$(uname -m)-linux-gnu" "$1/lib64"; do
    if [ -e "$folder/libtorch_cpu.so" ]; then printf '%s\n' "$folder" && return; fi
  done
}

whole() { [ -e "$1/include/ATen/ATen.h" ] && [ -n "$(libraries "$1")" ]; }

# The folder that torch.utils.cmake_prefix_path points into, found without the seconds that importing torch takes.
python_torch() {
  "${PYTHON:-python3}" -c 'import importlib.util, os; print(os.path.dirname(importlib.util.find_spec("torch").origin))' 2> /dev/null || true
}

find_libtorch() {
  local candidate
  if [ -n "${MAGVIT_LIBTORCH:-}" ]; then
    whole "$MAGVIT_LIBTORCH" || die "There is no libtorch in $MAGVIT_LIBTORCH (MAGVIT_LIBTORCH): it must hold include/ATen and lib/libtorch_cpu.so."
    printf '%s\n' "$MAGVIT_LIBTORCH" && return
  fi
  for candidate in "$(python_torch)" /usr; do
    if [ -n "$candidate" ] && whole "$candidate"; then printf '%s\n' "$candidate" && return; fi
  done
  die "There is no libtorch: neither has ${PYTHON:-python3} a torch, nor does MAGVIT_LIBTORCH name a folder. Activate the environment that has PyTorch, or set one of the two."
}

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
output=${1:?usage: build.sh OUTPUT.so [LIBTORCH] | --find}
if [ "$output" = --find ]; then
  find_libtorch
  exit
fi
libtorch=${2:-$(find_libtorch)}
compiler=${CXX:-g++}
command -v "$compiler" > /dev/null || die "There is no $compiler; install a C++ compiler (Debian and Ubuntu: apt install g++)."
whole "$libtorch" || die "There is no libtorch in $libtorch: it must hold include/ATen and lib/libtorch_cpu.so."
include=$libtorch/include
library=$(libraries "$libtorch")

version=$(cat "$include"/torch/headeronly/version.h "$include"/torch/csrc/api/include/torch/version.h 2> /dev/null |
  sed -n 's/^#define TORCH_VERSION_\(MAJOR\|MINOR\) \([0-9]*\).*/\2/p' | head -n 2 | paste -sd.) || true
major=${version%%.*} minor=${version##*.}
standard=14
if [ "${major:-0}" -eq 2 ] && [ "${minor:-0}" -ge 1 ]; then standard=17; fi
if [ "${major:-0}" -gt 2 ] || { [ "${major:-0}" -eq 2 ] && [ "${minor:-0}" -ge 9 ]; }; then standard=20; fi

# Python's wheels before 2.6 use the old C++ ABI.
abi=$(sed -n 's/.*_GLIBCXX_USE_CXX11_ABI=\([01]\).*/\1/p' "$libtorch/share/cmake/Torch/TorchConfig.cmake" 2> /dev/null | head -n 1) || true
flags=(-std="c++$standard" -O3 -fPIC -fvisibility=hidden -I"$include" -I"$include/torch/csrc/api/include")
# As in CMakeLists.txt, for the loops of the fused operators alone.
loops=(-fno-math-errno -fno-trapping-math -ffinite-math-only -fno-signed-zeros -fno-thread-jumps)
# at::parallel_for is a header: without OpenMP it would run on one thread. The runtime is the one that libtorch brings, so nothing is linked for it.
if grep -q '^#define AT_PARALLEL_OPENMP 1' "$include/ATen/Config.h" && ! "$compiler" -dM -E -x c++ /dev/null | grep -q __clang__; then flags+=(-fopenmp); fi
if [ -n "$abi" ]; then flags+=("-D_GLIBCXX_USE_CXX11_ABI=$abi"); fi
links=("-L$library" "-Wl,-rpath,$library" "-Wl,--no-as-needed" -ltorch -ltorch_cpu -lc10)
cuda=()
if [ -e "$library/libtorch_cuda.so" ]; then
  links+=(-ltorch_cuda -lc10_cuda)
  # The headers of the toolkit, or those that come with Python's packages.
  for folder in "${CUDA_HOME:-/usr/local/cuda}/include" "$(dirname "$libtorch")"/nvidia/*/include; do
    if [ -e "$folder/cuda_runtime_api.h" ]; then
      cuda=(-DMGT_WITH_CUDA -I"$folder")
      break
    fi
  done
fi

mkdir -p "$(dirname "$output")"
objects=$(mktemp -d "${TMPDIR:-/tmp}/magvit-binding-XXXXXX")
trap 'rm -rf "$objects"' EXIT
build() {
  local source extra
  for source in "$here"/*.cpp; do
    extra=()
    if [[ $source == */fused_* ]]; then extra=("${loops[@]}"); fi
    "$compiler" "${flags[@]}" "${extra[@]}" "$@" -c "$source" -o "$objects/$(basename "$source").o" 2> "$output.log" || return 1
  done
  "$compiler" -shared "$objects"/*.o -o "$output.tmp" "${links[@]}" 2> "$output.log"
}
if [ ${#cuda[@]} -gt 0 ] && build "${cuda[@]}"; then
  kind="CUDA with memory figures"
elif build; then
  kind=$(if [ -e "$library/libtorch_cuda.so" ]; then printf 'CUDA'; else printf 'CPU only'; fi)
else
  cat "$output.log" >&2
  die "The binding does not build against libtorch ${version:-of unknown version} in $libtorch."
fi
mv "$output.tmp" "$output"
rm -f "$output.log"
printf 'built %s against libtorch %s in %s (%s, C++%s)\n' "$output" "${version:-?}" "$libtorch" "$kind" "$standard"
