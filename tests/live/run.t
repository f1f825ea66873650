#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Ends of a run: commands, signals, deadlines, helpers that die; and that outputs are written.
. "${0%/*}/../lib/tap.sh"
need_bpf

[ -x "$HELPERS/symbolize" ] || skip_all "symbolize is not built"

# A loop that ends when the file `end` is there, and tells that it runs.
cat >busy.sh <<'END'
: >busy.ready
while [ ! -e end ]; do i=$((i + 1)); done
exit 0
END

# child_named PARENT NAME
child_named()
{
	for child in $(cat "/proc/$1/task/$1/children"); do
		[ "$(cat "/proc/$child/comm" 2>/dev/null)" = "$2" ] && echo "$child" && return
	done
}

wait_for()
{
	while [ ! -e "$1" ] && kill -0 "$2" 2>/dev/null; do sleep 0.1; done
}

# has_samples FILE DESCRIPTION
has_samples()
{
	ok "$2" test -s "$1"
	unlike "$(cat "$1" 2>&1)" "^[^ ]*$" "$2: lines have counts"
}

# ---- commands ----
status_is 7 "the command's exit status" "$PB" -q -c a.txt -- sh -c 'exit 7'
status_is 137 "128+N for a signal" "$PB" -q -c a.txt -- sh -c 'kill -9 $$'
status_is 0 "--cmd with quotes" "$PB" -q -c a.txt --cmd "sh -c 'echo \"a  b\"'"
is "$(cat out)" "a  b" "the words of --cmd"
printf 'echo script\n' >script
chmod +x script
status_is 0 "a script without an interpreter line runs, as in a shell" "$PB" -q -c a.txt -- ./script
is "$(cat out)" script "and prints"
printf '#! /bin/sh -e\nfor pid in $(cat /proc/$PPID/task/$PPID/children); do\n\ttr "\\0" "\\n" </proc/$pid/cmdline\ndone\n' >script
status_is 0 "a script with an interpreter line" "$PB" -q -c a.txt -- ./script
like "$(cat out)" "^--command-path=$(realpath /bin/sh)\$" "profile knows its interpreter"
printf '#!/nonexistent/interpreter\n' >bad
chmod +x bad
status_is 127 "a script with a missing interpreter" "$PB" -c a.txt -- ./bad
like "$(cat err)" "^profile-bee: ./bad: cannot be executed: No such file" "and its message"
status_is 127 "PATH is searched" env PATH=/nonexistent "$PB" -c a.txt -- ls

# ---- time ----
status_is 143 "--time ends the command with SIGTERM" "$PB" -c a.txt --time 300 -- sh busy.sh
has_samples a.txt "outputs at the end of --time"
status_is 137 "and SIGKILL when that does not help" "$PB" -c a.txt --time 1s -- \
	sh -c 'trap "" TERM; while :; do :; done'
has_samples a.txt "outputs after SIGKILL"
status_is 0 "the whole machine for a while" "$PB" --svg a.svg --frequency 999 --time 500
like "$(cat err)" "written: a.svg" "the summary names the output"

# ---- named processes ----
sh busy.sh &
busy=$!
wait_for busy.ready $busy
"$PB" --pid "$busy" -c pid.txt --summary-json pid.json --time 0 2>pid.err &
front=$!
# Ended by the end of the process alone.
while ! [ "$(child_named $front profile)" ]; do kill -0 $front || break; sleep 0.1; done
sleep 3
: >end
status=0
wait $front || status=$?
is "$status" 0 "a run ends with the named process"
wait $busy
rm -f end busy.ready
has_samples pid.txt "the named process"
unlike "$(cut -d ';' -f 1 pid.txt)" "^(profile-bee|symbolize|render|profile)" "our own processes are left out"

# ---- signals ----
for signal in INT TERM HUP; do
	rm -f busy.ready
	env --default-signal=INT,TERM,HUP "$PB" -c sig.txt -- sh busy.sh 2>sig.err &
	front=$!
	wait_for busy.ready $front
	sleep 1
	kill -$signal "$front"
	status=0
	wait $front || status=$?
	case $signal in INT) n=130;; TERM) n=143;; HUP) n=129;; esac
	is "$status" $n "SIG$signal to us reaches the command, whose status is ours"
	has_samples sig.txt "outputs after SIG$signal"
done

# ---- helpers that die ----
for helper in profile symbolize render; do
	rm -f busy.ready end
	"$PB" -c dead.txt --summary-json dead.json -- sh busy.sh 2>dead.err &
	front=$!
	wait_for busy.ready $front
	# Long enough for the first counts to have gone through all three.
	sleep 4
	helpers="$(child_named $front profile) $(child_named $front symbolize) $(child_named $front render)"
	kill -9 "$(child_named $front $helper)"
	while [ "$(child_named $front render)$(child_named $front profile)" ]; do sleep 0.1; done
	: >end
	status=0
	wait $front || status=$?
	is "$status" 1 "$helper killed: the run has failed, the command ended by itself"
	like "$(cat dead.err)" "the helper $helper was killed by signal 9" "$helper killed: it is named"
	like "$(cat dead.json)" "\"incomplete\": \"$helper was killed by signal 9\"" \
		"$helper killed: the summary says so"
	for pid in $helpers; do
		ok "$helper killed: process $pid is gone" test ! -e "/proc/$pid"
	done
	[ $helper = render ] || has_samples dead.txt "$helper killed: what was collected is written"
done

# A builder is not needed to go on.
rm -f busy.ready end
"$PB" -c dead.txt --summary-json dead.json -- sh busy.sh 2>dead.err &
front=$!
wait_for busy.ready $front
kill -9 "$(child_named $front unwind-table-bu)"
sleep 1
: >end
status=0
wait $front || status=$?
is "$status" 0 "unwind-table-builder killed: the run goes on"
is "$(grep -c "warning: a process that makes unwind tables failed" dead.err)" 1 \
	"unwind-table-builder killed: one warning"
like "$(cat dead.json)" '"incomplete": null' "unwind-table-builder killed: the result is not incomplete"
has_samples dead.txt "unwind-table-builder killed: the stacks are written"

# They do not outlive profile, whichever way it ends.
rm -f busy.ready end
"$PB" -q -c dead.txt -- sh busy.sh 2>dead.err &
front=$!
wait_for busy.ready $front
builder=$(child_named $front unwind-table-bu)
isnt "$builder" "" "a builder runs"
kill -9 "$(child_named $front profile)"
while [ -e "/proc/$builder/comm" ] && kill -0 $front 2>/dev/null; do sleep 0.1; done
ok "it ends when profile is killed" test ! -e "/proc/$builder"
: >end
wait $front
unlike "$(cat dead.err)" "unwind" "and is not reported"
status_is 0 "--dwarf=false" "$PB" -c a.txt --dwarf=false --max-frames 64 -- \
	sh -c 'for pid in $(cat /proc/$PPID/task/$PPID/children); do cat /proc/$pid/comm; done'
like "$(cat out)" "^profile$" "samples"
unlike "$(cat out)" "^unwind-table-bu" "and starts no builder"

# ---- a recording, read again ----
status_is 0 "a recording" "$PB" -q -o r.perf.data -f 999 -- sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'
status_is 0 "is read again" "$PB" --input r.perf.data -c r.txt -o r.svg
has_samples r.txt "the recording"
status_is 0 "from standard input too" sh -c "\"$PB\" --input - -c - <r.perf.data"
same_file out r.txt "with the same stacks"
head -c 3000 r.perf.data >cut.perf.data
status_is 0 "a recording that was cut" "$PB" --input cut.perf.data -c cut.txt
like "$(cat err)" "warning: .*(incomplete|ends|cut)" "is read to where it ends, with a warning"
status_is 1 "a pipe that is no recording" sh -c "echo no | \"$PB\" --input - -c -"

# ---- nothing sampled ----
status_is 0 "a command that does nothing" "$PB" -f 1 -c none.txt -- true
like "$(cat err)" "warning: (no samples|few samples)" "an empty profile is warned of"

# ---- outputs ----
echo old contents that are longer than nothing >old.txt
status_is 0 "an old file" "$PB" -q -f 1 -c old.txt -- true
unlike "$(cat old.txt)" "old contents" "is replaced"
status_is 1 "a full device fails" "$PB" -q -c /dev/full -- sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'
like "$(cat err)" "^profile-bee: cannot write /dev/full" "and is named"
status_is 1 "a closed standard output fails" sh -c "exec \"$PB\" -q -c - -t 200 >&-"
like "$(cat err)" "^profile-bee: cannot write" "and is named"
status_is 0 "other closed descriptors do no harm" sh -c "exec \"$PB\" -q -o closed.svg -t 200 <&- 2>&-"
ok "and the output is written" test -s closed.svg

# ---- a home directory that only its owner can enter ----
mkdir home
printf '#!/bin/sh\ni=0; while [ $i -lt 300000 ]; do i=$((i+1)); done\n' >home/script
cp "$(command -v dash || command -v sh)" home/program
chmod +x home/script home/program
chown -R 65534:65534 home
chmod 700 home
status_is 0 "program and output in it" sh -c "cd home && \"$PB\" -q --svg out.svg -c out.txt -- ./program script"
ok "the flame graph" test -s home/out.svg
has_samples home/out.txt "the stacks"
unlike "$(cat err)" "Permission denied|cannot" "nothing was refused"
done_testing
