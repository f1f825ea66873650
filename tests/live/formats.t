#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Real programs: every format of a run has the same total, and what can be read again the same
# stacks.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/results.sh"
need_bpf
need_cmd python3 protoc gzip

formats="svg html folded pb.gz json speedscope.json firefox.json.gz report.txt"

# same_everywhere NAME: the totals and stacks of a run's files.
same_everywhere()
{
	wanted=$(json "$1.summary" samples)
	at_least "$wanted" 20 "$1: samples"
	gzip -dc "$1.pb.gz" | protoc -I "$top_srcdir/src/lib" --decode=perftools.profiles.Profile \
		profile.proto >"$1.pprof-text"
	python3 -B "$top_srcdir/tests/lib/totals.py" "$1.folded" "$1.json" "$1.speedscope.json" \
		"$1.firefox.json.gz" "$1.pprof-text" "$1.report.txt" >totals 2>totals.err
	is "$(cut -d ' ' -f 2 totals | sort -u)$(wc -l <totals)" "${wanted}6" \
		"$1: one total in six formats" || diag "$(cat totals totals.err)"
	for again in svg html pb.gz; do
		"$PB" -q --input "$1.$again" -c "$again.folded"
		same_file "$again.folded" "$1.folded" "$1: .$again is read again as it was"
	done
}

# kernel_build_id: of the running kernel, by its notes.
kernel_build_id()
{
	python3 -c '
import struct
notes = open("/sys/kernel/notes", "rb").read()
while notes:
    name, desc, kind = struct.unpack("3I", notes[:12])
    start = 12 + (name + 3 & ~3)
    if kind == 3 and notes[12:16] == b"GNU\0":
        print(notes[start:start + desc].hex())
    notes = notes[start + (desc + 3 & ~3):]
'
}

# run NAME COMMAND...
run()
{
	run_name=$1
	shift
	outputs=
	for format in $formats; do
		outputs="$outputs -o $run_name.$format"
	done
	# shellcheck disable=SC2086 # a list of options
	"$PB" -q -f 999 --summary-json "$run_name.summary" $outputs -- "$@" >/dev/null 2>err ||
		diag "$(head -n 5 err)"
	same_everywhere "$run_name"
}

awk 'BEGIN { srand(3); for (i = 0; i < 400000; i++) print int(rand() * 1e9), "word" i % 1000 }' >text
head -n 60000 text >part
# shellcheck disable=SC2016 # Perl's and the shell's variables
{
	run sort sort text
	run gzip gzip -9 -c text
	run awk awk '{ n[$2] += $1 } END { for (i = 0; i < 3000000; i++) x += i % 7; for (w in n) print w, n[w] }' text
	run sed sed -n 's/\([0-9]*\) \(w.*d\)\([0-9]*\)/\3 \1 \2/p' text
	run grep sh -c 'grep -cE "(.)(.).*\2\1.*\1\$" part | cat'
	run sh sh -c 'i=0; while [ "$i" -lt 200000 ]; do i=$((i + 1)); done'
	run python python3 -c 'print(sum(hash(str(i)) & 7 for i in range(900000)))'
	run perl perl -e 'for (1 .. 1500000) { $x += length($_); $h{$_ % 999} .= "a" }'
	run md5sum sh -c 'for i in 1 2 3 4 5 6 7 8; do cat text text text text | md5sum; done'
	run cc "${CC%% *}" -std=c++17 -O2 -DSTEPS=4 -x c++ -c "$DATA/templates.cc" -o /dev/null
	run threads "$top_builddir/tests/workloads/frames" 800
}
"$PB" -q -f 499 -t 1s --group-by-cpu --group-by-process --summary-json machine.summary -o machine.svg -o machine.html \
	-o machine.folded -o machine.pb.gz -o machine.json -o machine.speedscope.json -o machine.firefox.json.gz \
	-o machine.report.txt 2>err || diag "$(cat err)"
python3 -B "$top_srcdir/tests/lib/pprof-text.py" <sort.pprof-text >sort.pprof-lines
like "$(cat sort.pprof-lines)" "^mapping \[kernel.kallsyms\] $(kernel_build_id) " "pprof: the kernel's build id"
like "$(cat sort.pprof-lines)" '^mapping /[^ ]*/sort [0-9a-f]{40} 0x' "and the program's"
wanted=$(json machine.summary samples)
gzip -dc machine.pb.gz | protoc -I "$top_srcdir/src/lib" --decode=perftools.profiles.Profile profile.proto >machine.pprof-text
is "$(python3 -B "$top_srcdir/tests/lib/totals.py" machine.folded machine.json machine.speedscope.json \
	machine.firefox.json.gz machine.pprof-text machine.report.txt | cut -d ' ' -f 2 | sort -u)" "$wanted" \
	"the whole machine, by CPU and process: one total"
"$PB" -q --group-by-cpu --group-by-process --input machine.pb.gz -c again.folded
same_file again.folded machine.folded "its pprof is read again as it was"

# The page knows whose samples they are: threads by default, CPUs when they are kept apart.
# labels FILE COLUMN: how many different ones
labels()
{
	python3 -c '
import base64, re, sys, zlib
text = open(sys.argv[1], encoding="utf-8").read()
data = zlib.decompress(base64.b64decode(re.search(r"id=\"profile\"[^>]*>([^<]*)", text).group(1)), -15)
sections, at = [], 0
while at < len(data):
    n = shift = 0
    while True:
        byte, at = data[at], at + 1
        n |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            break
    sections.append(data[at:at + n])
    at += n
column = {line.split("\t")[int(sys.argv[2])] for line in sections[9].decode().splitlines()}
print(len(column - {""}))' "$1" "$2"
}
"$PB" -q -f 499 --html own.html -- python3 -c '
import threading
threads = [threading.Thread(target=lambda: sum(range(6000000))) for _ in range(3)]
[t.start() for t in threads]
[t.join() for t in threads]' || diag "status $?"
at_least "$(labels own.html 1)" 3 "the page tells threads apart"
at_least "$(labels machine.html 2)" 1 "and CPUs, where they are"
done_testing
