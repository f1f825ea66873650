#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The HTML page of a profile of about a million nodes: bytes, milliseconds until it is drawn, and of a
# zoom, a search, an inversion, in headless Chromium.
: "${top_srcdir:=$(cd "${0%/*}/../.." && pwd)}"
: "${top_builddir:=$(pwd)}"
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

for tool in python3 nm chromium chromedriver; do
	command -v "$tool" >/dev/null || { echo "page: skipped, $tool is not installed"; exit 0; }
done

# Function names of the largest C++ library here.
library=
for file in /usr/lib/*/libLLVM*.so* /usr/lib/llvm*/lib/libclang-cpp*.so* \
	/usr/lib/*/libstdc++.so.6; do
	[ -f "$file" ] && library=$file && break
done
[ -n "$library" ] || { echo "page: skipped, there is no C++ library to take names from"; exit 0; }
nm -DC --defined-only "$library" | cut -c20- | awk 'length > 3' >"$scratch/names"
python3 "$top_srcdir/tests/bench/render-stacks.py" "$scratch/names" 60000 1 >"$scratch/stacks"
"$top_builddir/libexec/bin/render" --file --output=html:3 <"$scratch/stacks" 3>"$scratch/page.html"
PYTHONPATH=$top_srcdir/tests/browser python3 -B "$top_srcdir/tests/bench/page.py" "$scratch/page.html"
