#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The sandbox of helpers: twins of them make forbidden system calls in it, alone and in a run.
. "${0%/*}/../lib/tap.sh"

TWINS=$top_builddir/tests/twins
export TMPDIR="$SCRATCH"

helpers="probe-list render symbolize unwind-table-builder"
refused="open-wronly open-rdwr open-creat open-trunc open-tmpfile old-open-wronly creat truncate unlink
	unlinkat rename renameat2 mkdir rmdir link symlink mknod chmod fchmod chown socket unix-socket
	socketpair connect fork map-exec protect-exec perf-event"
unknown="openat2 clone3 tgkill-parent tiocsti set-owner set-limit io-uring unshare mount setuid unknown"
deadly="execve execveat process-vm-readv process-vm-writev bpf i386 x32"
# The leak checker of a sanitized build traces the process from another.
writer_reads=done
if ! nm "$TWINS/render" | grep -Eq '__(a|ub)san_'; then
	refused="$refused clone kill-parent"
	deadly="$deadly ptrace"
	writer_reads=EPERM
fi

# try HELPER CALL...: what each call returned, on stderr; the helper's own output is not looked at
try()
{
	helper=$1
	shift
	printf '%s\n' "$@" >calls
	argument=
	[ "$helper" != probe-list ] || argument=uprobe:/nonexistent:f
	(ulimit -c 0; exec "$TWINS/$helper" $argument </dev/null) 2>err >/dev/null
}

# results CALLS RESULT: what `try` should say
results()
{
	printf "call %s: $2\n" $1
}

echo hello >there
mkdir dir
# shellcheck disable=SC2046,SC2086 # lists of names without blanks
for helper in $helpers; do
	try "$helper" $refused
	is "$(grep ^call err)" "$(results "$refused" EPERM)" "$helper: changing things is refused"
	try "$helper" $unknown
	is "$(grep ^call err)" "$(results "$unknown" ENOSYS)" "$helper: what is on no list is not there"
	wanted=done
	[ "$helper" != render ] || wanted=$writer_reads
	try "$helper" read-file
	is "$(grep ^call err)" "call read-file: $wanted" "$helper: reading a file: $wanted"
	for call in $deadly; do
		status=0
		try "$helper" "$call" 2>/dev/null || status=$?
		# Of SIGSYS, or of SIGSEGV where the kernel has no calls of i386 at all.
		[ "$call" != i386 ] || [ "$status" != 139 ] || status=159
		is "$status" 159 "$helper: $call kills it"
	done
done
is "$(ls -d there dir new 2>/dev/null; cat there)" "dir
there
hello" "nothing was changed"

# ---- in a run ----

[ -z "$NO_LIVE_TESTS" ] && [ "$(id -u)" = 0 ] && "$HELPERS/profile" --kernel-symbols </dev/null >/dev/null 2>&1 &&
	unshare -m true 2>/dev/null || {
	skip "a run needs root, BPF and mount namespaces"
	done_testing
	exit
}

# run_with HELPER CALL: a run in which the twin has the helper's place; its stderr is in "err"
run_with()
{
	echo "$2" >calls
	rm -f run.*
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare -m sh -c 'mount --bind "$1" "$2" && shift 2 && ulimit -c 0 && exec "$@"' sh \
		"$TWINS/$1" "$HELPERS/$1" "$PB" --svg run.svg -c run.txt --summary-json run.json \
		-- sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done' 2>err
}

run_with symbolize unlink
like "$(cat err)" "^call unlink: EPERM" "the twin takes the helper's place"
ok "and a run with it is whole" grep -q '"incomplete": null' run.json
for helper in symbolize render; do
	status=0
	run_with "$helper" execve || status=$?
	is "$status" 1 "$helper dies: the exit status"
	is "$(grep -c "^profile-bee: the helper $helper was killed by signal 31" err)" 1 "one line says so"
	is "$(grep -c "^profile-bee: the helper .* was killed" err)" 1 "and of no other helper"
	like "$(cat run.json)" "\"incomplete\": \"$helper was killed by signal 31\"" "the summary says it"
done
status=0
echo bpf >calls
unshare -m sh -c 'mount --bind "$1" "$2" && shift 2 && ulimit -c 0 && exec "$@"' sh \
	"$TWINS/probe-list" "$HELPERS/probe-list" "$PB" --uprobe malloc -c run.txt -- true 2>err || status=$?
is "$status" 1 "probe-list dies: the exit status"
is "$(cat err)" "profile-bee: the helper probe-list was killed by signal 31 (Bad system call)" \
	"one line says so"
echo execve >calls
unshare -m sh -c 'mount --bind "$1" "$2" && shift 2 && ulimit -c 0 && exec "$@"' sh \
	"$TWINS/unwind-table-builder" "$HELPERS/unwind-table-builder" \
	"$PB" -c run.txt --summary-json run.json -- true 2>err
like "$(cat err)" "^profile-bee: warning: a process that makes unwind tables failed" "a builder's death is told"
done_testing
