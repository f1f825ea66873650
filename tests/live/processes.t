#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every process of a run holds what it should: capabilities, descriptors, environment, signals.
. "${0%/*}/../lib/tap.sh"
need_bpf

[ -x "$HELPERS/symbolize" ] || skip_all "symbolize is not built"

# field PID NAME: a line of /proc/PID/status
field()
{
	sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status"
}

# child_named PARENT NAME: the pid of a child
child_named()
{
	for child in $(cat "/proc/$1/task/$1/children"); do
		[ "$(cat "/proc/$child/comm")" = "$2" ] && echo "$child" && return
	done
}

# children_named PARENT NAME: the pids of all such children
children_named()
{
	for child in $(cat "/proc/$1/task/$1/children"); do
		[ "$(cat "/proc/$child/comm")" != "$2" ] || echo "$child"
	done
}

# The command tells what it has, then waits to be told to end; sampling is live when it runs.
cat >probe.sh <<'END'
pwd >$1.pwd
env | grep -v '^_=' | sort >$1.env
ulimit -a >$1.limits
grep -E '^(Cap|NoNewPrivs|SigBlk|SigIgn)' /proc/self/status >$1.status
for fd in /proc/$$/fd/*; do echo "${fd##*/} $(readlink "$fd")"; done |
	grep -vE '^[012] |/(probe|command)\.sh$|^[0-9]+ $' >$1.fds   # the listing's own is gone
END
cat >command.sh <<'END'
. ./probe.sh
read -r line
echo "$line"
echo problem >&2
: >command.ready
while [ ! -e command.end ]; do sleep 0.1; done
exit 42
END
# The same without profile-bee, as a background job too: shells let those ignore SIGINT.
SECRET=1 LC_TIME=C LD_LIBRARY_PATH=/nowhere sh probe.sh caller &
wait $!

printf 'hello\n' >stdin.txt
SECRET=1 LC_TIME=C LD_LIBRARY_PATH=/nowhere \
	"$PB" -q -o run.svg -o run.perf.data --summary-json sum.json --time 0 -- \
	sh command.sh command <stdin.txt >command.out 2>command.err &
front=$!
while [ ! -e command.ready ] && kill -0 "$front" 2>/dev/null; do sleep 0.1; done
ok "the command runs" test -e command.ready

command=$(child_named "$front" sh)
profile=$(child_named "$front" profile)
symbolize=$(child_named "$front" symbolize)
render=$(child_named "$front" render)
builders=$(children_named "$front" unwind-table-bu)   # a name has 15 characters
cpus=$(nproc)
is "$(echo "$builders" | wc -w)" "$((cpus < 4 ? cpus : 4))" "there is a table builder for each CPU, 4 at most"

two=000000c000000000
none=0000000000000000
for set in CapPrm CapEff CapInh CapAmb; do
	is "$(field "$front" $set)" $none "front end: $set is empty"
	is "$(field "$symbolize" $set)" $none "symbolize: $set is empty"
	is "$(field "$render" $set)" $none "render: $set is empty"
	is "$(field "$profile" $set)" $two "profile: $set is the two"
done
for pid in $builders; do
	for set in CapPrm CapEff CapInh CapAmb; do
		is "$(field "$pid" $set)" $none "unwind-table-builder: $set is empty"
	done
done
for pid in "$front" "$symbolize" "$render" "$profile" $builders; do
	is "$(field "$pid" CapBnd)" $none "$(cat "/proc/$pid/comm"): the bounding set is empty"
done
for pid in "$symbolize" "$render" "$profile" $builders; do
	name=$(cat "/proc/$pid/comm")
	is "$(field "$pid" NoNewPrivs)" 1 "$name: no_new_privs"
	tr '\0' '\n' <"/proc/$pid/environ" >"$name.env"
	unlike "$(cat "$name.env")" "^(SECRET|LD_LIBRARY_PATH|PATH|SCRATCH)=" "$name: nothing else in the environment"
	like "$(cat "$name.env")" "^LC_TIME=C" "$name: the locale is in the environment"
	unlike "$(ls -l "/proc/$pid/fd")" "command\.out" "$name: stdout is not the command's"
	unlike "$(ls -l "/proc/$pid/fd")" "stdin.txt" "$name: stdin is not the command's"
done
if [ "$(nice)" = 0 ] && nice -n -10 true 2>/dev/null; then
	is "$(cut -d ' ' -f 19 "/proc/$profile/stat")" -10 "profile goes before what it watches"
else
	skip "a niceness of -10 is not permitted"
fi
for pid in "$front" "$symbolize" "$render" "$command" $builders; do
	is "$(cut -d ' ' -f 19 "/proc/$pid/stat")" "$(nice)" "$(cat "/proc/$pid/comm"): the caller's niceness"
done
like "$(ls -l "/proc/$render/fd")" "run.svg" "render has its output"
unlike "$(ls -l "/proc/$symbolize/fd")" "run\.(svg|perf.data)" "symbolize has no output file"
unlike "$(ls -l "/proc/$profile/fd")" "run\.svg" "profile has none but the recording"

# fds PID KIND: what of this kind its descriptors are
fds()
{
	for fd in "/proc/$1/fd"/*; do readlink "$fd"; done | grep "^$2" | sort -u
}

# Of the pipes of one builder none may be open in another, or its end would go unnoticed.
for pid in $builders; do
	unlike "$(ls -l "/proc/$pid/fd")" "run\.|socket:|bpf|perf_event" "unwind-table-builder has no output, no socket, no BPF"
	fds "$pid" pipe: >mine
	for other in "$front" "$symbolize" "$render" "$command" $builders; do
		[ "$other" = "$pid" ] || fds "$other" pipe:
	done | sort -u >theirs
	fds "$profile" pipe: >profiles
	is "$(comm -12 mine profiles | wc -l)" 2 "unwind-table-builder shares two pipes with profile"
	is "$(comm -12 mine profiles | comm -12 - theirs | wc -l)" 0 "and no other process has an end of them"
done

like "$(tr '\0' '\n' <"/proc/$profile/cmdline")" "^--command-path=$(realpath "$(command -v sh)")\$" \
	"profile knows the command's program"
is "$(cat "/proc/$command/comm")" sh "the command's name is its own"
: >command.end
status=0
wait "$front" || status=$?
is "$status" 42 "the exit status is the command's"
is "$(cat command.out)" hello "stdin and stdout are the command's"
is "$(grep -v ^profile-bee: command.err)" problem "stderr is the command's, warnings aside"
for what in pwd env limits status fds; do
	same_file command.$what caller.$what "the command has the caller's $what"
done
ok "the flame graph is written" test -s run.svg
ok "the recording is written" test -s run.perf.data
like "$(cat sum.json)" '"command_status": 42' "the summary has the command's status"
like "$(cat sum.json)" '"command": \["[^"]*sh", ' "and its words"
done_testing
