#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Inlined calls and source lines of a run: in pprof, in pictures, and not with --inlines=false.
. "${0%/*}/../lib/tap.sh"
need_bpf
need_cmd gcc objcopy protoc python3 gzip

[ -x "$HELPERS/symbolize" ] || skip_all "symbolize is not built"
cp "$DATA/inlined.c" .
gcc -g -O2 -o inlined inlined.c

# lines_of FILE: what the pprof output has, a line for each thing
lines_of()
{
	gzip -dc "$1" | protoc -I "$top_srcdir/src/lib" --decode=perftools.profiles.Profile profile.proto |
		python3 -B "$top_srcdir/tests/lib/pprof-text.py"
}

ok "a program with inlined calls is sampled" \
	"$PB" -q -f 997 -o with.pb.gz -o with.folded -o with.perf.data -- ./inlined 100000000
lines_of with.pb.gz >with.lines
like "$(cat with.lines)" "\[innermost@$PWD/inlined.c:[0-9]+\|middle@$PWD/inlined.c:[0-9]+\|outermost@$PWD/inlined.c:[0-9]+\|concrete@$PWD/inlined.c:30\]" \
	"pprof has the chain with files and lines"
like "$(cat with.folded)" ";main;concrete;outermost_\[i\];middle_\[i\];innermost_\[i\] [0-9]+\$" \
	"inlined functions are frames"
is "$(grep -c ';innermost_\[i\] ' with.folded)" 1 "a function is one frame, whatever its lines"
like "$(cat with.lines)" "debug_files [1-9]" "how many debug files were read is a fact"

ok "the same without" "$PB" -q --inlines=false --input with.perf.data -o without.pb.gz -o without.folded
unlike "$(cat without.folded)" "_\[i\]" "there are no inlined frames"
like "$(cat without.folded)" ";main;concrete [0-9]+\$" "but the function into which they were inlined"
unlike "$(lines_of without.pb.gz)" "inlined\.c" "nor source files"
is "$(awk '{ n += $NF } END { print n }' without.folded)" \
	"$(awk '{ n += $NF } END { print n }' with.folded)" "and as many samples"
ok "a recording has them by default" "$PB" -q --input with.perf.data -o again.folded
sort with.folded >a && sort again.folded >b
same_file b a "the same as the run"

# ---- damaged debug information ----

printf '\377\377\377\377\377\377\377\377' >garbage
gcc -g -O2 -o damaged inlined.c && objcopy --update-section .debug_abbrev=garbage damaged
ok "a program with damaged DWARF is sampled" \
	sh -c '"$0" -f 997 -o damaged.folded -- ./damaged 100000000 2>messages' "$PB"
is "$(grep -c "cannot use all debug information of $PWD/damaged: it is damaged" messages)" 1 \
	"that is told once"
like "$(cat damaged.folded)" ";main;concrete [0-9]+\$" "functions have the names of their symbols"
done_testing
