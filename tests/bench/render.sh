#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Seconds and memory from a profile of about a million nodes to an SVG, beside the usual way: sorted
# lines (line-merge.pl; inferno-flamegraph too where it is installed).  Best of three each.
: "${top_srcdir:=$(cd "${0%/*}/../.." && pwd)}"
: "${top_builddir:=$(pwd)}"
render=$top_builddir/libexec/bin/render
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

for tool in python3 perl nm; do
	command -v "$tool" >/dev/null || { echo "render: skipped, $tool is not installed"; exit 0; }
done

# Function names of the largest C++ library here.
library=
for file in /usr/lib/*/libLLVM*.so* /usr/lib/llvm*/lib/libclang-cpp*.so* \
	/usr/lib/*/libstdc++.so.6; do
	[ -f "$file" ] && library=$file && break
done
[ -n "$library" ] || { echo "render: skipped, there is no C++ library to take names from"; exit 0; }
nm -DC --defined-only "$library" | cut -c20- | awk 'length > 3' >"$scratch/names"
python3 "$top_srcdir/tests/bench/render-stacks.py" "$scratch/names" 60000 1 >"$scratch/stacks"
"$top_builddir/tests/lib/collapsed-to-pprof" <"$scratch/stacks" >"$scratch/pprof"

# best NAME COMMAND: the fastest of three, as "seconds KiB"
best()
{
	python3 -c '
import os, subprocess, sys, time
best, peak = 1e9, 0
for _ in range(3):
    start = time.monotonic()
    child = subprocess.Popen(["sh", "-c", sys.argv[1]])
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit("failed: " + sys.argv[1])
    best, peak = min(best, time.monotonic() - start), max(peak, usage.ru_maxrss)
print("%.3f %d" % (best, peak))' "$1"
}

cd "$scratch" || exit 1
model=$(best "exec $render <pprof")
svg=$(best "exec $render --output=svg:3 <pprof 3>ours.svg")
lines=$(best "exec perl $top_srcdir/tests/bench/line-merge.pl <stacks >lines.svg")
report()
{
	echo "$1 $2 $svg" | awk '{ printf "render: %-28s %7.3f s %7.1f MiB  %6.2f x ours\n",
		$1, $2, $3 / 1024, $2 / $4 }'
}
echo "render: $(wc -l <stacks) stacks, $(wc -c <stacks) bytes collapsed," \
	"$(wc -c <pprof) bytes pprof"
report pprof-to-trie "$model"
report "pprof-to-svg(lossless)" "$svg"
report "sorted-lines-to-svg(lossy)" "$lines"
if command -v inferno-flamegraph >/dev/null; then
	report "inferno(lossy)" "$(best "exec inferno-flamegraph <stacks >inferno.svg 2>/dev/null")"
fi
echo "render: $(wc -c <ours.svg) bytes of SVG with every frame," \
	"$(wc -c <lines.svg) without the thin ones"
