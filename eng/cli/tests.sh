# shellcheck shell=bash
# Running the tests, with one closing line that programs can read: N passed, N failed, N skipped

run_tests() {
  local log=$MAGVIT_ROOT/artifacts/test.log code=0 filter=()
  while [ $# -gt 0 ]; do
    case $1 in
      --fast) filter=(--filter-not-namespace "Magvit.EndToEnd.Tests*") && shift ;;
      *) die "Unknown option '$1'; the only one is --fast." ;;
    esac
  done
  ensure_packages --tests
  build_all
  step "Running the tests"
  # Several tests compute at a time, each on one thread: more would wait for each other.
  export OMP_NUM_THREADS=1 GLIBC_TUNABLES=$TENSOR_MEMORY
  # A project may have no test that fits the filter (code 8 of its own).
  (cd "$MAGVIT_ROOT" && dotnet test --solution Magvit.Platform.sln -c Release --no-build --no-progress --max-parallel-test-modules 2 \
    --ignore-exit-code 8 "${filter[@]}" 2>&1 < /dev/null) | tee "$log" || code=$?
  # What failed once more, below all that the hosts had to say meanwhile.
  awk '/^failed / {lines = 60} /^  from / {next} /^Exit code:|^(passed|skipped|info:|warn:) / {lines = 0} lines-- > 0' "$log"
  awk '/^ +succeeded:/ {passed = $2} /^ +failed:/ {failed = $2} /^ +skipped:/ {skipped = $2}
    END {printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped}' "$log"
  return "$code"
}
