#!/usr/bin/env bash
# Trains MAGVIT on a machine that has a PyTorch or a libtorch and a C++ compiler, and nothing else of ours: ./run.sh help
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
readonly here
export MAGVIT_ROOT=$here DOTNET_ROOT=$here/dotnet DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_gcConcurrent=0
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$(nproc)}

say() { printf '%s\n' "$*"; }
die() {
  printf '%s\n' "$*" >&2
  exit 1
}

usage() {
  cat << 'END'
MAGVIT in a bundle. Usage: ./run.sh COMMAND [OPTIONS]

  doctor                        what this machine has: GPU, libtorch, compiler, ffmpeg; builds the binding to libtorch (once, a minute)
  test                          compares the device with the CPU on tiny networks, in seconds; do this first on a new machine
  bench                         measures, beside the same networks in PyTorch where `python3` has it (--compile: torch.compile instead of eager)
  train tokenizer|transformer   trains; takes the bundle's data where no --data is given. The same command again resumes
  evaluate | generate | reconstruct | tokenize | inspect | ...
                                as ./magvit does; each explains itself with --help
  pack FOLDER OUT.tar [--split 16M]
                                a model or a run as one archive, or as parts of that size, with SHA-256 checksums
  unpack OUT.tar FOLDER         checks and joins what pack wrote, and unpacks it

libtorch is that of `python3` (PYTHON=... for another), or the folder MAGVIT_LIBTORCH: any version from 1.13 on, with or without CUDA.
MAGVIT_DEVICE, or --device after a command: auto, cpu, cpu-int8, cuda, cuda:N.
END
}

# The binding for this libtorch, built when it is not there yet; another libtorch, or a new one in the same place, gets its own.
ensure_binding() {
  local libtorch stamp folder
  libtorch=$(bash "$here/native/build.sh" --find)
  folder=$here/native/built
  if ! mkdir -p "$folder" 2> /dev/null || [ ! -w "$folder" ]; then folder=${XDG_CACHE_HOME:-$HOME/.cache}/magvit; fi
  stamp=$({
    say "$libtorch"
    find "$libtorch/lib" -maxdepth 2 -name 'libtorch_cpu.so*' -printf '%s %T@\n' 2> /dev/null | sort
    cat "$here"/native/*.h "$here"/native/*.cpp
  } | sha256sum | cut -c1-16)
  export MAGVIT_TORCH_LIBRARY=$folder/libmagvit_torch-$stamp.so
  if [ ! -e "$MAGVIT_TORCH_LIBRARY" ]; then
    say "Building the binding to libtorch in $libtorch (once, about a minute)" >&2
    bash "$here/native/build.sh" "$MAGVIT_TORCH_LIBRARY" "$libtorch" >&2
  fi
}

# Threads wait for each other without taking the cores from other programs for long. Results of operators are in huge pages, and kept for the next operator instead of given back: far fewer page faults (glibc before 2.35 ignores the first).
worker() { GOMP_SPINCOUNT=${GOMP_SPINCOUNT:-1000} GLIBC_TUNABLES=${GLIBC_TUNABLES:-glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=1073741824:glibc.malloc.trim_threshold=4294967296} "$here/dotnet/dotnet" "$here/worker/Magvit.Worker.dll" "$@"; }

has() { command -v "$1" > /dev/null 2>&1; }

doctor() {
  say "System    $(. /etc/os-release 2> /dev/null && say "${PRETTY_NAME:-unknown}"), $(uname -m), $(nproc) cores, $(awk '/MemTotal/ {printf "%.0f", $2 / 1048576}' /proc/meminfo) GiB memory"
  say "Disk      $(df -h --output=avail "$here" | tail -n 1 | tr -d ' ') free here"
  say "GPU       $(if has nvidia-smi; then nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader 2> /dev/null | paste -sd';' || say "nvidia-smi fails"; else say "no nvidia-smi"; fi)"
  say "Compiler  $("${CXX:-g++}" --version 2> /dev/null | head -n 1 || say "none: install g++")"
  say "ffmpeg    $(if has ffmpeg; then ffmpeg -version | awk 'NR == 1 {print $3}'; else say "none: needed to read and write videos, not to train on the bundle's frames"; fi)"
  say "Data      $(find "$here/data" -type f -printf '%f %s bytes\n' 2> /dev/null | head -n 5 | paste -sd, | grep . || say "none in the bundle")"
  ensure_binding
  say "Binding   $MAGVIT_TORCH_LIBRARY"
  worker doctor "$@"
}

# The frames or clips that came along.
bundled_data() {
  local candidate
  for candidate in "$here/data/clips.safetensors" "$here/data/clips"; do
    if [ -e "$candidate" ]; then
      say "$candidate"
      return
    fi
  done
}

train() {
  local argument data
  data=$(bundled_data)
  for argument in "$@"; do
    case $argument in --data | --data=* | --help | -h | '-?') data='' ;; esac
  done
  if [ $# -gt 0 ] && [ -n "$data" ]; then set -- "$@" --data "$data"; fi
  worker train "$@"
}

pack() {
  local folder='' out='' split=''
  while [ $# -gt 0 ]; do
    case $1 in
      --split=*) split=${1#*=} && shift ;;
      --split) split=${2:?--split needs a size such as 16M} && shift 2 ;;
      -*) die "Unknown option '$1'." ;;
      *) if [ -z "$folder" ]; then folder=$1; elif [ -z "$out" ]; then out=$1; else die "'$1' is one too many."; fi && shift ;;
    esac
  done
  [ -n "$out" ] || die "Usage: ./run.sh pack FOLDER OUT.tar [--split 16M]"
  [ -d "$folder" ] || die "There is no folder $folder."
  folder=$(cd "$folder" && pwd)
  rm -f "$out" "$out".part-* "$out.sha256"
  tar -C "$(dirname "$folder")" -cf "$out" "$(basename "$folder")"
  if [ -n "$split" ]; then
    split -b "$split" -d -a 3 "$out" "$out.part-"
    (cd "$(dirname "$out")" && sha256sum "$(basename "$out")" "$(basename "$out")".part-* > "$(basename "$out").sha256")
    rm "$out"
  else
    (cd "$(dirname "$out")" && sha256sum "$(basename "$out")" > "$(basename "$out").sha256")
  fi
  stat -c '%s bytes  %n' "$out"*
  say "Fetch these files; then: ./run.sh unpack $(basename "$out") FOLDER"
}

unpack() {
  [ $# -eq 2 ] || die "Usage: ./run.sh unpack OUT.tar FOLDER"
  local folder name target
  name=$(basename "$1")
  folder=$(cd "$(dirname "$1")" && pwd)
  mkdir -p "$2"
  target=$(cd "$2" && pwd)
  cd "$folder"
  [ -e "$name.sha256" ] || die "There is no $name.sha256 beside $1."
  if [ ! -e "$name" ]; then
    grep ' .*\.part-' "$name.sha256" | sha256sum --quiet -c - || die "A part of $name is missing or damaged: fetch it again."
    cat "$name".part-* > "$name"
  fi
  grep "  $name\$" "$name.sha256" | sha256sum --quiet -c - || die "$name is damaged: fetch it again."
  tar -C "$target" -xf "$name"
  say "Unpacked into $target"
}

command=${1:-help}
shift || true
case $command in
  help | --help | -h) usage ;;
  doctor) doctor "$@" ;;
  pack) pack "$@" ;;
  unpack) unpack "$@" ;;
  test)
    ensure_binding
    worker selfcheck "$@"
    ;;
  bench)
    ensure_binding
    worker bench --python "$(command -v "${PYTHON:-python3}" || say "${PYTHON:-python3}")" "$@"
    ;;
  train)
    ensure_binding
    train "$@"
    ;;
  *)
    ensure_binding
    worker "$command" "$@"
    ;;
esac
