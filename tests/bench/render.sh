#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Seconds and memory from a profile of about a million nodes to an SVG and a page, from a stream of
# messages, collapsed stacks and a pprof file, beside the usual way: sorted lines (line-merge.pl;
# inferno-flamegraph too where it is installed).  Then the same of 650 KB.  Best of several each.
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
generate() # NAMES STACKS SEED [OPTION...]
{
	python3 "$top_srcdir/tests/bench/render-stacks.py" "$@"
}
# Sorted, as programs that collapse write them; in any order, as a stream comes.
generate "$scratch/names" 65000 1 >"$scratch/shuffled" 2>"$scratch/nodes"
LC_ALL=C sort "$scratch/shuffled" >"$scratch/stacks"
"$top_builddir/tests/lib/collapsed-to-pprof" <"$scratch/shuffled" >"$scratch/messages"
# As many bytes, stacks and boxes as in the example that FlameGraph and inferno come with: long names,
# and most frames common to all stacks.
generate "$scratch/names" 420 5 --functions 3000 --trunk 12 --depth 10 2>/dev/null |
	LC_ALL=C sort >"$scratch/example"

# best TIMES COMMAND: the fastest, as "seconds KiB"
best()
{
	python3 -c '
import os, subprocess, sys, time
best, peak = 1e9, 0
for _ in range(int(sys.argv[1])):
    start = time.monotonic()
    child = subprocess.Popen(["sh", "-c", "exec " + sys.argv[2]])
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit("failed: " + sys.argv[2])
    best, peak = min(best, time.monotonic() - start), max(peak, usage.ru_maxrss)
print("%.4f %d" % (best, peak))' "$@"
}

cd "$scratch" || exit 1
"$render" --file --output=pprof:3 <stacks 3>x.pb.gz
svg=$(best 5 "$render --file --output=svg:3 <stacks 3>ours.svg")

# report NAME FIGURES: beside the SVG from collapsed stacks
report()
{
	echo "$1 $2 $svg" | awk '{ printf "render: %-28s %8.4f s %7.1f MiB  %6.2f x\n",
		$1, $2, $3 / 1024, $2 / $4 }'
}
nodes=$(cat nodes)
echo "render: $(wc -l <stacks) stacks, $nodes nodes, $(wc -c <stacks) bytes collapsed," \
	"$(wc -c <x.pb.gz) bytes of pprof by gzip"
report collapsed-to-trie "$(best 5 "$render --file <stacks")"
report collapsed-to-svg "$svg"
report "collapsed-to-svg(unsorted)" "$(best 5 "$render --file --output=svg:3 <shuffled 3>ours.svg")"
report pprof-to-trie "$(best 5 "$render --file <x.pb.gz")"
report pprof-to-svg "$(best 5 "$render --file --output=svg:3 <x.pb.gz 3>ours.svg")"
report "messages-to-svg(unsorted)" "$(best 5 "$render --output=svg:3 <messages 3>ours.svg")"
report collapsed-to-html "$(best 5 "$render --file --output=html:3 <stacks 3>ours.html")"
report svg-to-collapsed "$(best 5 "$render --file --output=collapsed:3 <ours.svg 3>again")"
report "sorted-lines-to-svg(lossy)" \
	"$(best 2 "perl $top_srcdir/tests/bench/line-merge.pl <stacks >lines.svg")"
if command -v inferno-flamegraph >/dev/null; then
	report "inferno(lossy)" "$(best 3 "inferno-flamegraph <stacks >inferno.svg 2>/dev/null")"
fi
echo "render: $(wc -c <ours.svg) bytes of SVG and $(wc -c <ours.html) of HTML with every frame," \
	"$(wc -c <lines.svg) of SVG without the thin ones"
echo "render: now $(wc -c <example) bytes, beside a process that does nothing"
svg=$(best 50 "$render --file --output=svg:3 <example 3>example.svg")
report collapsed-to-svg "$svg"
report nothing "$(best 50 "$render --check")"
report "sorted-lines-to-svg(lossy)" \
	"$(best 5 "perl $top_srcdir/tests/bench/line-merge.pl <example >lines.svg")"
