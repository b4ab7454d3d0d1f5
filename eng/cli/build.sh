# shellcheck shell=bash
# Building: the binding to libtorch with CMake, everything else with dotnet; only when sources changed.

readonly SHIM_SOURCE=$MAGVIT_ROOT/src/Torch/native
readonly SHIM_BUILD=$SHIM_SOURCE/build
readonly BUILD_STATE=$MAGVIT_ROOT/artifacts/state
if [ -z "${MAGVIT_TORCH_LIBRARY:-}" ] && [ -e "$SHIM_BUILD/libmagvit_torch.so" ]; then
  export MAGVIT_TORCH_LIBRARY=$SHIM_BUILD/libmagvit_torch.so
fi

# fingerprint PATH...: changes when a file below is added, removed or written.
fingerprint() {
  (cd "$MAGVIT_ROOT" && find "$@" \( -name build -path '*/native/*' -o -path '*/wwwroot/_framework' -o -name obj -o -name bin \) -prune \
    -o -type f -printf '%p %T@ %s\n' 2> /dev/null | sort | sha256sum | cut -d' ' -f1)
}

shim_stamp() { say "${MAGVIT_LIBTORCH:-system} $(fingerprint src/Torch/native)"; }
hosts_stamp() { say "$(fingerprint src build eng/*.globalconfig Directory.Build.props Directory.Packages.props global.json) $(shim_stamp)"; }
load_bench_stamp() { say "$(fingerprint bench tests/Testing) $(hosts_stamp)"; }
tests_stamp() { say "$(fingerprint tests bench ./*.sln) $(hosts_stamp)"; }

stamped() { [ -r "$BUILD_STATE/$1" ] && [ "$(cat "$BUILD_STATE/$1")" = "$2" ]; }
stamp() {
  mkdir -p "$BUILD_STATE"
  say "$2" > "$BUILD_STATE/$1"
}

assembly() { say "$MAGVIT_ROOT/artifacts/bin/Magvit.$1/release/Magvit.$1.dll"; }
hosts_built() { [ -e "$(assembly Web)" ] && [ -e "$(assembly Worker)" ] && stamped hosts "$(hosts_stamp)"; }

# logged NAME COMMAND...: runs with its output in artifacts/NAME.log; shows what matters of it when the command fails.
logged() {
  local log=$MAGVIT_ROOT/artifacts/$1.log
  mkdir -p "$MAGVIT_ROOT/artifacts"
  shift
  "$@" > "$log" 2>&1 < /dev/null && return
  { grep -E '(error|Error)' "$log" | sort -u | head -n 20 | grep . || tail -n 20 "$log"; } >&2
  die "That failed; the whole story is in $log"
}

build_shim() {
  local now arguments
  now=$(shim_stamp)
  if ! { [ -e "$SHIM_BUILD/libmagvit_torch.so" ] && stamped shim "$now"; }; then
    step "Building the binding to libtorch (about a minute, once)"
    arguments=(-S "$SHIM_SOURCE" -B "$SHIM_BUILD" -DCMAKE_BUILD_TYPE=Release)
    if [ ! -e "$SHIM_BUILD/CMakeCache.txt" ] && have ninja; then arguments+=(-G Ninja); fi
    # Another libtorch than last time: nothing of the old configuration is of use.
    if [ -e "$BUILD_STATE/shim" ] && [ "$(cut -d' ' -f1 "$BUILD_STATE/shim")" != "${MAGVIT_LIBTORCH:-system}" ]; then rm -rf "$SHIM_BUILD"; fi
    if [ -n "${MAGVIT_LIBTORCH:-}" ]; then
      # A libtorch with CUDA configures in CMake only where the CUDA toolkit is; the compiler alone needs none.
      logged shim-build bash "$SHIM_SOURCE/build.sh" "$SHIM_BUILD/libmagvit_torch.so" "$MAGVIT_LIBTORCH"
    else
      logged shim-configure cmake "${arguments[@]}"
      logged shim-build cmake --build "$SHIM_BUILD" --parallel "$(nproc)"
    fi
    stamp shim "$now"
  fi
}

# with_build_lock COMMAND...: one build at a time in this copy. The lock is closed to what the build leaves running (the compiler server).
with_build_lock() {
  mkdir -p "$MAGVIT_ROOT/artifacts"
  (
    flock 9
    "$@" 9>&-
  ) 9> "$MAGVIT_ROOT/artifacts/.build.lock"
  export MAGVIT_TORCH_LIBRARY=${MAGVIT_TORCH_LIBRARY:-$SHIM_BUILD/libmagvit_torch.so}
}

build_hosts() { with_build_lock build_hosts_locked; }
build_hosts_locked() {
  build_shim
  if hosts_built; then return; fi
  step "Building (a minute or two the first time)"
  local project
  for project in Web Worker; do
    logged "build-$project" dotnet build "$MAGVIT_ROOT/src/$project" -c Release -clp:NoSummary -nodeReuse:false
  done
  stamp hosts "$(hosts_stamp)"
}

build_load_bench() { with_build_lock build_load_bench_locked; }
build_load_bench_locked() {
  build_hosts_locked
  if [ -e "$(assembly LoadBench)" ] && stamped load-bench "$(load_bench_stamp)"; then return; fi
  logged build-load-bench dotnet build "$MAGVIT_ROOT/bench/load" -c Release -clp:NoSummary -nodeReuse:false
  stamp load-bench "$(load_bench_stamp)"
}

build_all() { with_build_lock build_all_locked; }
build_all_locked() {
  build_shim
  if hosts_built && stamped tests "$(tests_stamp)"; then return; fi
  step "Building everything, tests included (a few minutes the first time)"
  logged build dotnet build "$MAGVIT_ROOT/Magvit.Platform.sln" -c Release -clp:NoSummary -nodeReuse:false
  stamp hosts "$(hosts_stamp)"
  stamp load-bench "$(load_bench_stamp)"
  stamp tests "$(tests_stamp)"
}

# Each operator takes fresh memory for its result. In huge pages that is a five-hundredth of the page faults (glibc before 2.35
# ignores it); what is freed is kept for the next operator, up to a peak, instead of being given back and cleared again.
TENSOR_MEMORY=${GLIBC_TUNABLES:-glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=1073741824:glibc.malloc.trim_threshold=4294967296}

# worker ARGUMENTS...: the worker executable, in the caller's folder.
worker() { GLIBC_TUNABLES=$TENSOR_MEMORY Platform__ModelsPath=${Platform__ModelsPath:-$MAGVIT_ROOT/models} dotnet "$(assembly Worker)" "$@"; }

run_worker_command() {
  ensure_packages --models >&2
  build_hosts >&2
  worker "$@"
}

# run_load_bench ARGUMENTS...: the platform under load; needs a database besides.
run_load_bench() {
  ensure_packages >&2
  build_load_bench >&2
  MAGVIT_WORKER_MEMORY=$TENSOR_MEMORY dotnet "$(assembly LoadBench)" "$@"
}
