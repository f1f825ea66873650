#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Seconds and memory from a profile of about a million nodes to an SVG and a page, from a stream of
# messages, collapsed stacks and a pprof file, beside the usual way: sorted lines (line-merge.pl;
# inferno-flamegraph too where it is installed).  Then the same of 650 KB.  Best of several each.
. "${0%/*}/../lib/bench.sh"
render=$top_builddir/libexec/bin/render
need_cmd python3 perl
need_names

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

# best TIMES IN OUT COMMAND...: the fastest, as "seconds KiB", from start to exit; what it writes to
# descriptors 1 and 3 is in OUT
best()
{
	python3 -c '
import os, sys, time
times, source, target, command = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]
best, peak = 1e9, 0
for _ in range(times):
    taken = os.open(source, os.O_RDONLY), os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    actions = [(os.POSIX_SPAWN_DUP2, taken[0], 0), (os.POSIX_SPAWN_DUP2, taken[1], 3),
               (os.POSIX_SPAWN_DUP2, taken[1], 1)]
    start = time.monotonic()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    _, status, usage = os.wait4(child, 0)
    best, peak = min(best, time.monotonic() - start), max(peak, usage.ru_maxrss)
    if status:
        sys.exit("failed: " + " ".join(command))
    for fd in taken:
        os.close(fd)
print("%.4f %d" % (best, peak))' "$@"
}

# from IN OUT TIMES OPTION...: render as a reader of files
from()
{
	in=$1 out=$2 times=$3
	shift 3
	best "$times" "$in" "$out" "$render" --file "$@"
}

cd "$scratch" || exit 1
"$render" --file --output=pprof:3 <stacks 3>x.pb.gz
svg=$(from stacks ours.svg 5 --output=svg:3)

# report NAME FIGURES: beside the SVG from collapsed stacks
report()
{
	echo "$1 $2 $svg" | awk '{ printf "render: %-28s %8.4f s %7.1f MiB  %6.2f x\n",
		$1, $2, $3 / 1024, $2 / $4 }'
}
nodes=$(cat nodes)
echo "render: $(wc -l <stacks) stacks, $nodes nodes, $(wc -c <stacks) bytes collapsed," \
	"$(wc -c <x.pb.gz) bytes of pprof by gzip"
report collapsed-to-trie "$(from stacks nothing 5)"
report collapsed-to-svg "$svg"
report "collapsed-to-svg(unsorted)" "$(from shuffled ours.svg 5 --output=svg:3)"
report pprof-to-trie "$(from x.pb.gz nothing 5)"
report pprof-to-svg "$(from x.pb.gz ours.svg 5 --output=svg:3)"
report "messages-to-svg(unsorted)" \
	"$(best 5 messages ours.svg "$render" --output=svg:3)"
report collapsed-to-html "$(from stacks ours.html 5 --output=html:3)"
report svg-to-collapsed "$(from ours.svg again 5 --output=collapsed:3)"
report "sorted-lines-to-svg(lossy)" \
	"$(best 2 stacks lines.svg perl "$top_srcdir/tests/bench/line-merge.pl")"
if command -v inferno-flamegraph >/dev/null; then
	report "inferno(lossy)" "$(best 3 stacks inferno.svg inferno-flamegraph)"
fi
echo "render: $(wc -c <ours.svg) bytes of SVG and $(wc -c <ours.html) of HTML with every frame," \
	"$(wc -c <lines.svg) of SVG without the thin ones"
echo "render: now $(wc -c <example) bytes, beside a process that does nothing"
svg=$(from example example.svg 50 --output=svg:3)
report collapsed-to-svg "$svg"
report nothing "$(from example nothing 50 --check)"
report "sorted-lines-to-svg(lossy)" \
	"$(best 5 example lines.svg perl "$top_srcdir/tests/bench/line-merge.pl")"
