#!/usr/bin/env bash
# Makes the pictures of docs/screens again: a fresh platform with the real worker and models/demo-64, walked through by Chromium.
# Everything that is seen on them is made on the way. Takes some minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

MAGVIT_SCREENS=$(realpath -m "${1:-docs/screens}")
export MAGVIT_SCREENS
mkdir -p "$MAGVIT_SCREENS"
dotnet test --project tests/EndToEnd.Tests -c Release -- --filter-class '*.Screens'
ls -l "$MAGVIT_SCREENS"
