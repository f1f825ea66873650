# SPDX-License-Identifier: GPL-2.0-or-later
# An ordinary user whose front end has file capabilities.  Sourced after tap.sh.

# need_user: $SCRATCH becomes the user's too, with the front end in it as ./front, and the capabilities
# that sampling needs; or the script is skipped.
need_user()
{
	need_cmd setpriv setcap
	chmod 777 .
	cp "$PB" front
	setcap cap_bpf,cap_perfmon=p front 2>/dev/null ||
		skip_all "this file system has no file capabilities"
	as_user test -x "$HELPERS/profile" || skip_all "the build tree is not open to other users"
}

# as_user COMMAND...
as_user()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}
