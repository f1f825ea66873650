#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# --doctor says what works, and that is what then works.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/results.sh"
need_bpf
need_cmd setpriv setcap

# state NAME: what the last --doctor --porcelain found.
state()
{
	awk -F '\t' -v name="$1" '$1 == name { print $2 }' out
}

chmod 777 .
cp "$PB" front
U="setpriv --reuid=65534 --regid=65534 --clear-groups"

# ---- root ----

status_is 0 "root" "$PB" --doctor
like "$(cat out)" "^CPUs can be sampled, by perf events\.$" "root: CPUs can be sampled"
like "$(head -n 1 out)" "Linux $(uname -r) $(uname -m), user root \(0\)" "root: the kernel and the user are named"
unlike "$(cat out)" "not tried" "root: everything is tried"
status_is 0 "root, for programs" "$PB" --doctor --porcelain
is "$(awk -F '\t' 'NF != 4 || $2 !~ /^(works|refused|missing)$/' out)" "" "four fields in each line"
for trial in capabilities profile unwind-table-builder probe-list symbolize render cpu-perf cpu-tick \
	programs sideband-perf sideband-bpf mappings symbols tracepoint-perf tracepoint-btf; do
	is "$(state $trial)" works "root: $trial"
done
awk -F '\t' '$2 != "works" && $4 == ""' out >silent
is "$(cat silent)" "" "what does not work has a remedy"

# What it found is what a run finds.
if [ "$(state kprobe-perf)" = works ] || [ "$(state kprobe-multi)" = works ] || [ "$(state fentry)" = works ]; then
	expected=0
else
	expected=3
fi
"$PB" -q --kprobe vfs_write -c k.folded -t 200 2>err
is $? $expected "a probe in the kernel works just where --doctor says so" || diag "$(cat err)"

# ---- nobody, without anything ----

if $U test -x "$HELPERS/profile"; then
	status_is 3 "nobody" $U ./front --doctor
	like "$(cat out)" "^CPUs cannot be sampled\.$" "nobody: CPUs cannot be sampled"
	like "$(cat out)" "setcap cap_bpf,cap_perfmon=p $PWD/front" "nobody: the remedy names this very file"
	is "$(grep -c remedy out)" "$(grep -c -e 'remedy: run it as root (sudo' -e 'remedy: a kernel' -e 'remedy: Linux' out)" \
		"nobody: no remedies that would not do"
	status_is 3 "nobody, for programs" $U ./front --doctor --porcelain
	is "$(state capabilities)/$(state cpu-perf)/$(state cpu-tick)/$(state programs)" \
		refused/refused/refused/refused "nobody: refused, not missing"
	is "$(state symbolize)/$(state render)" works/works "nobody: recordings can be read"
else
	skip "the build tree is not open to other users" 7
fi

# ---- nobody, with the capabilities of the file ----

if $U test -x "$HELPERS/profile" && setcap cap_bpf,cap_perfmon=p front 2>/dev/null; then
	status_is 0 "nobody with the capabilities" $U ./front --doctor --porcelain
	for trial in capabilities cpu-tick programs sideband-bpf mappings symbols tracepoint-btf; do
		is "$(state $trial)" works "nobody with the capabilities: $trial"
	done
	is "$(state uprobe-perf)" refused "nobody with the capabilities: perf uprobes are root's"
	like "$(cat out)" "^uprobe-perf.*run it as root" "and so is the remedy"
	found=$(state cpu-perf)
	$U ./front -q --sampler=perf -t 100 -c perf.folded 2>err
	is $? "$([ "$found" = works ] && echo 0 || echo 3)" "perf events work just where --doctor says so" ||
		diag "$(cat err)"
else
	skip "no file capabilities, or the build tree is not open to other users" 11
fi

# ---- an incomplete installation ----

status_is 2 "--porcelain alone" "$PB" --porcelain
like "$(cat err)" "for --list-probes and --doctor" "--porcelain alone: what it is for"
done_testing
