#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# An ordinary user with a front end that has file capabilities: sampling works, and the command gets
# neither the capabilities nor a smaller environment.
. "${0%/*}/../lib/tap.sh"
need_bpf
need_cmd setpriv setcap
[ -x "$HELPERS/symbolize" ] || skip_all "symbolize is not built"

chmod 777 .
cp "$PB" front
setcap cap_bpf,cap_perfmon=p front 2>/dev/null || skip_all "this file system has no file capabilities"
setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$HELPERS/profile" ||
	skip_all "the build tree is not open to other users"

# as_user COMMAND...
as_user()
{
	LD_LIBRARY_PATH=/nowhere setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

status_is 0 "an ordinary user runs a command" as_user ./front -q -c user.txt -- \
	sh -c 'grep ^Cap /proc/self/status; echo "$LD_LIBRARY_PATH"; id -u'
for set in CapPrm CapEff CapInh CapAmb; do
	like "$(cat out)" "^$set:.0000000000000000" "the command has an empty $set"
done
like "$(cat out)" "^/nowhere$" "the command's LD_LIBRARY_PATH is the caller's"
like "$(cat out)" "^65534$" "the command's user is the caller"
is "$(stat -c %u user.txt)" 65534 "the output belongs to the caller"

if [ "$(uname -r | awk -F. '{ print ($1 > 6 || ($1 == 6 && $2 >= 6)) }')" = 1 ]; then
	status_is 0 "a probe in the user's own command" \
		as_user ./front -q -c probe.txt --uprobe malloc -- cat /dev/null
	like "$(cat probe.txt)" "^cat;.*;malloc [0-9]+$" "its callers"
	unlike "$(cat probe.txt)" "cut:" "up to the root"
	status_is 0 "a tracepoint, which is found without tracefs" \
		as_user ./front -q -c trace.txt --tracepoint sched:sched_process_exit -- true
	like "$(cat trace.txt)" "^true.*do_exit" "its kernel stack"
else
	skip "before Linux 6.6 only root has probes in programs"
fi
done_testing
