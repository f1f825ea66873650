#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The front end's command line: usage errors, and what is found before anything is sampled.
. "${0%/*}/../lib/tap.sh"

# one_line REGEX DESCRIPTION: the last status_is left one line on stderr, and it matches.
one_line()
{
	is "$(wc -l <err)" 1 "$2: one line"
	like "$(cat err)" "$1" "$2: says what and why"
}

# refused STATUS REGEX ARGUMENT...
refused()
{
	refused_status=$1
	refused_regex=$2
	shift 2
	status_is "$refused_status" "[$*] exits with $refused_status" "$PB" "$@"
	one_line "$refused_regex" "[$*]"
	is "$(wc -c <out)" 0 "[$*]: nothing on stdout"
}

status_is 0 "--help" "$PB" --help
like "$(cat out)" "--frequency=HZ" "--help goes to stdout"
unlike "$(cat out)" "--serve|--tui" "--help has no option that is not built"
is "$(cat -s out)" "$(cat out)" "--help has its groups a line apart"
grep -Eo -e '--[a-z][a-z-]+' out | sort -u >options
while read -r option; do
	"$PB" "$option=x" --input missing 2>&1
done <options >answers
is "$(grep -c -e --focus -e --title options)" 2 "--help names what is shown and how"
is "$(grep -E 'PROGRAM ERROR|unrecognized' answers)" "" "every option that --help names is known"
rm -f options answers
status_is 0 "--version" "$PB" --version
like "$(cat out)" "^profile-bee [0-9]" "--version names the program"

# ---- values ----
refused 2 "^profile-bee: --frequency 0: must be from 1" -f 0
refused 2 "^profile-bee: --frequency 'x1': not a number" --frequency x1
refused 2 "^profile-bee: --frequency '-1': not a number" --frequency=-1
refused 2 "^profile-bee: --time '5x': not a time" --time 5x
refused 2 "^profile-bee: --time 99999999999999999999: more than a year" -t 99999999999999999999
refused 2 "^profile-bee: --pid '1,a': not a list of numbers" --pid 1,a
refused 2 "^profile-bee: --pid 0: an id is a number from 1" --pid 0
refused 2 "^profile-bee: --tid '': not a list" --tid ''
refused 2 "^profile-bee: --cpu '3-1': not a list of CPUs" --cpu 3-1
refused 2 "^profile-bee: --stream-mode 4: must be from 0 to 3" --stream-mode 4
refused 2 "^profile-bee: --dwarf 'maybe': neither true nor false" --dwarf=maybe
refused 2 "^profile-bee: --dwarf '': neither true nor false" --dwarf=
refused 2 "^profile-bee: --max-frames 0: must be from 1 to 4096" --max-frames 0
refused 2 "^profile-bee: --max-frames 4097: must be from 1 to 4096" --max-frames 4097
refused 2 "^profile-bee: --max-frames '1k': not a number" --max-frames 1k
refused 2 "^profile-bee: --unwind-memory 0: out of range; .* use --dwarf=false" --unwind-memory 0
refused 2 "^profile-bee: --unwind-memory 99999999999G: out of range" --unwind-memory 99999999999G
refused 2 "^profile-bee: --unwind-memory '1T': not a size such as 512M" --unwind-memory 1T
refused 2 "^profile-bee: --cmd 'a \"b': a quote is not closed" --cmd 'a "b'
refused 2 "^profile-bee: --cmd: the command is empty" --cmd ' '
refused 2 "^profile-bee: --comm: the value is empty" --comm ''
refused 2 "^profile-bee: --top: there is neither a .report.txt nor a table here" --top 5 -c x.txt

# ---- probes ----
refused 2 "^profile-bee: --uprobe: the specification is empty" --uprobe ''
refused 2 "^profile-bee: --kprobe: the specification is empty" --kprobe ret:
refused 2 "^profile-bee: --event: the specification is empty" -e kprobe:
refused 2 "^profile-bee: --uprobe: the specification is longer than 65536 bytes" \
	--uprobe "$(printf '%070000d' 0)"
refused 2 "^profile-bee: --uprobe-pid 'x': not the id of a process" --uprobe-pid x
refused 2 "^profile-bee: --uprobe-pid: there is no probe of a program or library" --uprobe-pid 1
refused 2 "^profile-bee: --uprobe-pid: there is no probe" --uprobe-pid 1 --kprobe vfs_read
refused 2 "^profile-bee: --porcelain is for --list-probes" --porcelain --uprobe malloc
refused 2 "^profile-bee: --input and probes exclude each other" --input x --uprobe malloc
refused 2 "^profile-bee: --self-profile and probes exclude each other" \
	--self-profile --uprobe malloc

# ---- outputs by extension ----
refused 2 "^profile-bee: -o x.foo: unknown extension; known are .svg, .html, .folded, .*.pb.gz, .pprof, .*.perf.data" -o x.foo
refused 2 "^profile-bee: -o .svg: unknown extension" -o .svg
refused 2 "^profile-bee: -o -: the format is not known; use --collapse - or --svg -" -o -
refused 2 "two outputs cannot go to the same place" -o x.svg --svg x.svg
refused 2 "two outputs cannot go to the same place" --svg - --collapse -
refused 2 "a run makes one .perf.data recording, not 2" -o a.perf.data -o b.perf.data

# ---- what does not go together ----
refused 2 "^profile-bee: ls: unexpected argument; to run a command, put -- before it" -f 99 ls -l
refused 2 "^profile-bee: --: no command follows" -f 99 --
refused 2 "^profile-bee: -- ls: --cmd has given a command already" --cmd true -- ls
refused 2 "^profile-bee: --pid and a command exclude each other" --pid 1 -- ls
refused 2 "^profile-bee: --cgroup and --unit exclude each other" --cgroup a --unit b
refused 2 "^profile-bee: --self-profile and --comm exclude each other" --self-profile --comm x
refused 2 "^profile-bee: --input and --pid exclude each other" --input x --pid 1
refused 2 "^profile-bee: --input and --frequency exclude each other" --input x -f 5
refused 2 "^profile-bee: --input and --dwarf exclude each other" --input x --dwarf
refused 2 "^profile-bee: --input and --unwind-memory exclude each other" --input x --unwind-memory 1G
refused 2 "^profile-bee: --input and a command exclude each other" --input x -- ls
refused 2 "^profile-bee: --input and a .perf.data output exclude" --input x -o y.perf.data
is "$(ls | grep -vx -e out -e err)" "" "usage errors create no file"

status_is 2 "an unknown option" "$PB" --serve=8000
like "$(cat err)" "unrecognized option '--serve=8000'" "an unknown option is named"

# ---- found before sampling ----
refused 1 "^profile-bee: --pid 2147483647: No such process" --pid 2147483647
refused 1 "^profile-bee: --tid 2147483647: No such thread" --tid 2147483647
refused 1 "^profile-bee: --cpu: CPU 8191 is not online; online are 0" --cpu 8191
refused 1 "^profile-bee: cannot read nofile: No such file" --input nofile
refused 1 "^profile-bee: cannot read .: Is a directory" --input .
: >empty.perf.data
refused 1 "^profile-bee: cannot read empty.perf.data: it is empty" --input empty.perf.data -c x.txt
echo PERFILE3 is not >bad.perf.data
refused 1 "^profile-bee: cannot read bad.perf.data: line 1 is no collapsed stack" --input bad.perf.data
refused 1 "^profile-bee: cannot write nodir/x.svg: No such file" --svg nodir/x.svg -- true
refused 1 "^profile-bee: cannot write .: Is a directory" --svg . -- true
refused 127 "^profile-bee: no-such-command: command not found" -- no-such-command
refused 127 "^profile-bee: ./no-such-command: command not found" -- ./no-such-command
refused 127 "^profile-bee: : command not found" --cmd "''"
refused 126 "^profile-bee: ./empty.perf.data: cannot be executed: Permission denied" -- ./empty.perf.data
refused 126 "^profile-bee: /: cannot be executed: Is a directory" -- /
ln -s x.txt other.txt
refused 1 "^profile-bee: other.txt: the same file as an input or another output" \
	-c x.txt -o other.txt -- true
ok "a file that was created for a run that did not start is gone" test ! -e x.txt

max=$(cat /proc/sys/kernel/perf_event_max_sample_rate)
if [ "$max" -lt 1000000 ]; then
	status_is 1 "a frequency above the kernel's limit" "$PB" -f $((max + 1)) -- true
	like "$(cat err)" "--frequency $((max + 1)): this kernel allows at most $max" "the limit is named"
	like "$(cat err)" "sysctl kernel.perf_event_max_sample_rate=$((max + 1))" "the remedy is named"
else
	skip "the kernel's limit is above every frequency" 3
fi

# ---- hostile names do not reach the terminal ----
status_is 1 "a name with control characters" "$PB" --input "$(printf 'a\033[31m\nb')"
like "$(cat err)" "cannot read a\?\[31m\?b: No such file" "control characters are replaced"

# ---- without privileges ----
if command -v setpriv >/dev/null && [ "$(id -u)" = 0 ]; then
	chmod 777 .
	status_is 3 "without the capabilities" setpriv --bounding-set=-all --inh-caps=-all \
		--reuid=65534 --clear-groups "$PB" -c unprivileged.txt -- true
	like "$(cat err)" "not permitted: CAP_BPF and CAP_PERFMON are outside the bounding set" \
		"the reason is named"
	like "$(cat err)" "--cap-add=BPF --cap-add=PERFMON" "the remedy is named"
	ok "and nothing is left behind" test ! -e unprivileged.txt
	status_is 3 "a plain program" setpriv --reuid=65534 --clear-groups "$PB" -c unprivileged.txt -- true
	like "$(cat err)" "not permitted: sampling needs the capabilities CAP_BPF and CAP_PERFMON" \
		"a plain program: the capabilities are named"
	like "$(cat err)" "setcap cap_bpf,cap_perfmon=p /" "a plain program: the remedy is named"
	if setpriv --reuid=65534 --clear-groups unshare -Ur true 2>/dev/null; then
		status_is 3 "in a user namespace" \
			setpriv --reuid=65534 --clear-groups unshare -Ur "$PB" -c unprivileged.txt -- true
		like "$(cat err)" "user namespace, where they do not count" "in a user namespace: the reason"
	else
		skip "no user namespaces" 2
	fi
	cp "$PB" capable
	if setcap cap_bpf,cap_perfmon=p capable 2>/dev/null; then
		status_is 3 "with no_new_privs" setpriv --reuid=65534 --clear-groups \
			sh -c "exec setpriv --no-new-privs $SCRATCH/capable -c unprivileged.txt -- true"
		like "$(cat err)" "started with no_new_privs" "with no_new_privs: the reason"
		mkdir nosuid
		status_is 3 "from a nosuid mount" unshare -m sh -c "mount -t tmpfs -o nosuid none nosuid &&
			cp capable nosuid/ && setcap cap_bpf,cap_perfmon=p nosuid/capable &&
			exec setpriv --reuid=65534 --clear-groups nosuid/capable -c unprivileged.txt -- true"
		like "$(cat err)" "its file system is mounted nosuid" "from a nosuid mount: the reason"
	else
		skip "no file capabilities here" 4
	fi
else
	skip "needs setpriv and root" 13
fi
done_testing
