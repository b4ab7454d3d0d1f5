# shellcheck shell=bash
# ./magvit bundle: everything that training needs on a machine without internet, Docker and .NET, in one archive.

readonly BUNDLE_MAX_MIB=60

# dotnet_root: the folder of the .NET that builds, whose runtime goes along.
dotnet_root() { dirname "$(readlink -f "$(command -v dotnet)")"; }

# newest_runtime NAME: the folder of the newest 10.0 runtime of that name.
newest_runtime() { find "$(dotnet_root)/shared/$1" -maxdepth 1 -name '10.0.*' | sort -V | tail -n 1; }

# copy_runtime TARGET: the host and the two runtimes that the worker names.
copy_runtime() {
  local root name runtime version
  root=$(dotnet_root)
  mkdir -p "$1"
  cp "$root/dotnet" "$1/"
  for name in LICENSE.txt ThirdPartyNotices.txt; do
    if [ -e "$root/$name" ]; then cp "$root/$name" "$1/"; fi
  done
  for name in Microsoft.NETCore.App Microsoft.AspNetCore.App; do
    runtime=$(newest_runtime "$name")
    [ -n "$runtime" ] || die "The runtime $name 10.0 is not in $root; the .NET SDK 10 brings it."
    version=${runtime##*/}
    mkdir -p "$1/shared/$name" "$1/host/fxr"
    cp -r "$runtime" "$1/shared/$name/"
    if [ -d "$root/host/fxr/$version" ]; then cp -r "$root/host/fxr/$version" "$1/host/fxr/"; fi
  done
  # Debugging aids that a training run has no use for.
  find "$1/shared" \( -name 'createdump' -o -name 'libcoreclrtraceptprovider.so' -o -name 'Microsoft.DiaSymReader.Native.*' -o -name 'libmscordbi.so' \
    -o -name 'libmscordaccore.so' -o -name '*.xml' \) -delete
}

# bundle_videos SOURCE TARGET SIZE: the same class folders with small clips of SIZE x SIZE pixels, for a machine that has ffmpeg.
bundle_videos() {
  local file name
  while IFS= read -r -d '' file; do
    name=${file#"$1"/}
    mkdir -p "$2/$(dirname "$name")"
    if ! ffmpeg -nostdin -v error -y -i "$file" -an -c:v libx264 -preset slow -crf 18 -pix_fmt yuv420p \
      -vf "scale=$3:$3:force_original_aspect_ratio=increase,crop=$3:$3" "$2/${name%.*}.mp4" < /dev/null; then
      rm -f "$2/${name%.*}.mp4"
      step "Left out $name: ffmpeg cannot read it"
    fi
  done < <(find "$1" -type f \( -iname '*.mp4' -o -iname '*.webm' -o -iname '*.mov' -o -iname '*.mkv' -o -iname '*.avi' -o -iname '*.gif' \) -print0 | sort -z)
}

bundle_usage() {
  cat << 'END'
Usage: ./magvit bundle OUT.tar.gz [--data DIR] [--preset NAME] [--videos] [--tokens FILE]... [--model DIR]...
  --data DIR     class folders of videos; they go along as one file of frames in the size of --preset (default demo-64)
  --videos       take small re-encoded videos along instead: smaller, but the other machine then needs ffmpeg
  --tokens FILE  a token cache of ./magvit tokenize
  --model DIR    a model folder, or a tokenizer's
END
}

run_bundle() {
  local out='' data='' preset=demo-64 videos='' tokens=() models=() item work stage size
  while [ $# -gt 0 ]; do
    case $1 in
      --data=* | --preset=* | --tokens=* | --model=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
      --data) need_value "$@" && data=$(absolute "$2") && shift 2 ;;
      --preset) need_value "$@" && preset=$2 && shift 2 ;;
      --tokens) need_value "$@" && tokens+=("$(absolute "$2")") && shift 2 ;;
      --model) need_value "$@" && models+=("$(absolute "$2")") && shift 2 ;;
      --videos) videos=1 && shift ;;
      --help | -h) bundle_usage && return ;;
      -*) bundle_usage >&2 && die "Unknown option '$1'." ;;
      *) [ -z "$out" ] || die "One archive at a time: '$1' is one too many."; out=$(absolute "$1") && shift ;;
    esac
  done
  [ -n "$out" ] || { bundle_usage >&2 && die "Name the archive to write."; }
  [ -z "$data" ] || [ -d "$data" ] || die "--data: there is no folder $data."
  for item in "${tokens[@]}"; do [ -f "$item" ] || die "--tokens: there is no file $item."; done
  for item in "${models[@]}"; do [ -n "$(find "$item" -maxdepth 2 -name model.json 2> /dev/null)" ] || die "--model: there is no model in $item."; done
  ensure_packages --models
  # A test of this command runs on what is built already, and must not build under the feet of others.
  if [ -z "${MAGVIT_SKIP_BUILD:-}" ]; then build_hosts; fi

  work=$(mktemp -d "${TMPDIR:-/tmp}/magvit-bundle-XXXXXX")
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf '$work'" EXIT
  stage=$work/magvit-bundle
  mkdir -p "$stage/native" "$stage/bench/pytorch"
  step "Collecting worker, runtime and binding"
  logged bundle-publish dotnet publish "$MAGVIT_ROOT/src/Worker" -c Release -o "$stage/worker" --no-build -clp:NoSummary -nodeReuse:false
  find "$stage/worker" \( -name '*.pdb' -o -name '*.xml' -o -name 'libmagvit_torch.so' -o -name 'Magvit.Worker' \) -type f -delete
  copy_runtime "$stage/dotnet"
  cp "$SHIM_SOURCE"/*.h "$SHIM_SOURCE"/*.cpp "$SHIM_SOURCE/build.sh" "$stage/native/"
  cp "$MAGVIT_ROOT/bench/pytorch/partner.py" "$stage/bench/pytorch/"
  cp "$MAGVIT_ROOT/eng/bundle/run.sh" "$MAGVIT_ROOT/eng/bundle/README.md" "$MAGVIT_ROOT/LICENSE" "$stage/"

  if [ -n "$data" ]; then
    mkdir -p "$stage/data"
    if [ -n "$videos" ]; then
      case $preset in *-128) size=128 ;; *) size=64 ;; esac
      step "Encoding the videos at ${size}x$size"
      bundle_videos "$data" "$stage/data/clips" "$size"
    else
      step "Decoding the videos in the size of $preset"
      worker decode --data "$data" --preset "$preset" --out "$stage/data/clips.safetensors" --device cpu
    fi
  fi
  for item in "${tokens[@]}"; do mkdir -p "$stage/data" && cp "$item" "$stage/data/"; done
  for item in "${models[@]}"; do mkdir -p "$stage/models" && cp -r "$item" "$stage/models/"; done

  step "Packing"
  mkdir -p "$(dirname "$out")"
  tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner -cf - magvit-bundle | gzip -9 > "$out.tmp"
  mv "$out.tmp" "$out"
  size=$(($(stat -c %s "$out") / 1048576))
  say "$out: $size MiB. On the other machine: tar xzf ${out##*/} && ./magvit-bundle/run.sh doctor"
  if [ "$size" -ge $BUNDLE_MAX_MIB ]; then
    say "That is more than $BUNDLE_MAX_MIB MiB: take less data along, or --videos." >&2
  fi
}
