#!/usr/bin/env bash
# The clips that models/real-64 is trained on: squares of three sizes cut from filmed clips, each in two parts in time, with a manifest that holds out
# whole clips and the last quarter of the others.
#   models/real-64/clips.sh videos-real OUT
# needs ffmpeg; OUT/manifest.csv goes to ./magvit train … --data OUT/manifest.csv
set -euo pipefail

[ $# = 2 ] || { echo "usage: clips.sh VIDEOS OUT" >&2; exit 2; }
videos=$1 out=$2
classes="blocks bottles cars cartoon coffee conveyor driving nature"                 # no recognisable people, no copyleft
held_out=" intel-bottle-detection_0265 intel-car-detection_0267 bbb-0-30_0148 bbb-0-30_0229 "

mkdir -p "$out"
echo "file,class,split" > "$out/manifest.csv"

# squares WIDTH HEIGHT: "name side x y" of each square to cut
squares() {
  local w=$1 h=$2 s x y
  for x in 0 $(((w - h) / 2)) $((w - h)); do echo "full-$x $h $x 0"; done
  s=$((h * 5 / 8))
  for x in $((w / 8)) $((w * 7 / 8 - s)); do for y in 0 $((h - s)); do echo "part-$x-$y $s $x $y"; done; done
  s=$((h / 2))
  for x in $((w / 4 - s / 2)) $(((w - s) / 2)) $((w * 3 / 4 - s / 2)); do echo "half-$x $s $x $(((h - s) / 2))"; done
}

# cut FROM TO CLASS NAME SPLIT FILE SQUARE: frames FROM to TO of a square of a file
cut() {
  local from=$1 to=$2 class=$3 name=$4 split=$5 file=$6 place s x y
  read -r place s x y <<< "$7"
  mkdir -p "$out/$class"
  local path=$class/$name-$place-$split.mp4
  ffmpeg -v error -nostdin -y -i "$file" -an -vf "trim=start_frame=$from:end_frame=$to,setpts=PTS-STARTPTS,crop=$s:$s:$x:$y,scale=128:128:flags=area" \
    -c:v libx264 -preset fast -crf 10 -pix_fmt yuv420p "$out/$path"
  echo "$path,$class,$split" >> "$out/manifest.csv"
}

for class in $classes; do
  for file in "$videos/$class"/*.mp4; do
    name=$(basename "$file" .mp4)
    read -r width height frames < <(ffprobe -v error -select_streams v:0 -count_frames -show_entries stream=width,height,nb_read_frames -of csv=p=0 "$file" | tr ',' ' ')
    while read -r square; do
      if [[ $held_out == *" $name "* ]]; then
        cut 0 "$frames" "$class" "$name" held-out "$file" "$square"
      elif [ "$frames" -ge 80 ]; then
        cut 0 $((frames * 3 / 4)) "$class" "$name" train "$file" "$square"
        cut $((frames * 3 / 4)) "$frames" "$class" "$name" held-out "$file" "$square"
      else
        cut 0 "$frames" "$class" "$name" train "$file" "$square"
      fi
    done < <(squares "$width" "$height")
  done
done
echo "$(grep -c ',train$' "$out/manifest.csv") clips to train on, $(grep -c ',held-out$' "$out/manifest.csv") held out"
