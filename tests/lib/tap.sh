# SPDX-License-Identifier: GPL-2.0-or-later
# TAP for shell tests: assertions, skips with reasons, and a scratch directory for each test.
#
#	. "${0%/*}/../lib/tap.sh"
#	need_cmd xmllint
#	ok "it exits with 0" "$PB" --version
#	done_testing
#
# Sets: top_srcdir, top_builddir (absolute), PB (the build tree's front end), HELPERS (the directory
# of the helpers), DATA (tests/data), SCRATCH (the current directory, removed at the end; kept when
# KEEP_SCRATCH is set).  A failed assertion never ends the script.

LC_ALL=C
export LC_ALL
unset LANGUAGE DEBUGINFOD_URLS NO_COLOR

: "${top_srcdir:=$(cd "${0%/*}/../.." && pwd)}"
: "${top_builddir:=$(pwd)}"
tap_script=$(cd "${0%/*}" && pwd)/${0##*/}
PB=$top_builddir/profile-bee-build
HELPERS=$top_builddir/libexec/bin
DATA=$top_srcdir/tests/data
export top_srcdir top_builddir PB HELPERS DATA

tap_count=0
tap_failed=0
tap_planned=

# diag TEXT...: comment lines, shown in the log.
diag()
{
	printf '%s\n' "$*" | sed 's/^/# /'
}

# skip_all REASON: the whole script cannot run here.  Only before the first assertion.
skip_all()
{
	echo "1..0 # SKIP $*"
	exit 0
}

# plan N: exactly N assertions follow.  Without it end with done_testing.
plan()
{
	tap_planned=$1
	echo "1..$1"
}

# done_testing: the plan, when it is known only at the end.  Failures are in the TAP, not in the exit
# status: the driver would count them twice.
done_testing()
{
	[ -n "$tap_planned" ] || echo "1..$tap_count"
	tap_planned=$tap_count
}

# bail TEXT: nothing after this makes sense.
bail()
{
	echo "Bail out! $*"
	exit 1
}

tap_result() # STATUS DESCRIPTION
{
	tap_count=$((tap_count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tap_count - $2"
		return 0
	fi
	tap_failed=$((tap_failed + 1))
	echo "not ok $tap_count - $2"
	return 1
}

# pass DESCRIPTION; fail DESCRIPTION [EXPLANATION...]
pass()
{
	tap_result 0 "$1"
}

fail()
{
	tap_result 1 "$1"
	shift
	[ $# = 0 ] || diag "$*"
	return 1
}

# skip REASON [N]: N (1) assertions cannot be made here.
skip()
{
	tap_left=${2:-1}
	while [ "$tap_left" -gt 0 ]; do
		tap_count=$((tap_count + 1))
		tap_left=$((tap_left - 1))
		echo "ok $tap_count # SKIP $1"
	done
}

# ok DESCRIPTION COMMAND...: COMMAND succeeds.  What it prints goes to the log.
ok()
{
	tap_description=$1
	shift
	tap_status=0
	"$@" >"$SCRATCH/.tap-output" 2>&1 || tap_status=$?
	tap_result "$tap_status" "$tap_description" && return 0
	diag "status $tap_status of: $(printf '%s' "$*" | head -c 400)"
	diag "$(head -c 4000 "$SCRATCH/.tap-output")"
	return 1
}

# status_is WANTED DESCRIPTION COMMAND...: COMMAND exits with WANTED.  Its streams are in the files
# `out` and `err`.
status_is()
{
	tap_wanted=$1
	tap_description=$2
	shift 2
	tap_status=0
	"$@" >"$SCRATCH/out" 2>"$SCRATCH/err" || tap_status=$?
	is "$tap_status" "$tap_wanted" "$tap_description" && return 0
	diag "command: $*"
	diag "stderr: $(head -c 4000 "$SCRATCH/err")"
	return 1
}

# is GOT WANTED DESCRIPTION: the same text.
is()
{
	if [ "$1" = "$2" ]; then
		tap_result 0 "$3"
		return 0
	fi
	tap_result 1 "$3"
	diag "     got: $1"
	diag "expected: $2"
	return 1
}

# isnt GOT UNWANTED DESCRIPTION
isnt()
{
	if [ "$1" != "$2" ]; then
		tap_result 0 "$3"
		return 0
	fi
	tap_result 1 "$3"
	diag "unwanted: $1"
	return 1
}

# like TEXT REGEX DESCRIPTION: a line of TEXT matches the extended REGEX.  unlike: none does.
like()
{
	if printf '%s\n' "$1" | grep -Eq -e "$2"; then
		tap_result 0 "$3"
		return 0
	fi
	tap_result 1 "$3"
	diag "   regex: $2"
	diag "    text: $(printf '%s\n' "$1" | head -c 4000)"
	return 1
}

unlike()
{
	if ! printf '%s\n' "$1" | grep -Eq -e "$2"; then
		tap_result 0 "$3"
		return 0
	fi
	tap_result 1 "$3"
	diag "   regex: $2"
	diag " matches: $(printf '%s\n' "$1" | grep -E -e "$2" | head -n 20)"
	return 1
}

# same_file GOT WANTED DESCRIPTION: the same bytes; the difference goes to the log.
same_file()
{
	if cmp -s "$1" "$2"; then
		tap_result 0 "$3"
		return 0
	fi
	tap_result 1 "$3"
	diag "$(diff -u "$2" "$1" 2>&1 | head -n 60)"
	return 1
}

# ---- what a whole script may need ----

# need_cmd COMMAND...: skip the script where one is missing.
need_cmd()
{
	for tap_command in "$@"; do
		command -v "$tap_command" >/dev/null 2>&1 || skip_all "$tap_command is not installed"
	done
}

need_root()
{
	[ "$(id -u)" = 0 ] || skip_all "needs root"
}

# alone: scripts that say so run one after the other.  Only before the first assertion: it starts
# the script again.
alone()
{
	if [ -z "$TAP_LOCKED" ] && command -v flock >/dev/null; then
		cd / && rm -rf "$SCRATCH"
		TAP_LOCKED=1
		export TAP_LOCKED
		exec flock -o "$top_builddir/tests/live.lock" "$tap_script"
	fi
}

# need_bpf: root, and a kernel that lets it load BPF; the reason is the helper's own.  Such scripts
# run alone.
need_bpf()
{
	[ -z "$NO_LIVE_TESTS" ] || skip_all "NO_LIVE_TESTS is set"
	need_root
	tap_err=$("$HELPERS/profile" --kernel-symbols </dev/null 2>&1 >/dev/null) ||
		skip_all "BPF is refused: $(printf '%s' "$tap_err" | tr '\n' ' ')"
	alone
}

# ---- the scratch directory ----

SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/profile-bee-test.XXXXXX") || bail "no scratch directory"
cd "$SCRATCH" || bail "$SCRATCH: cannot enter"

tap_exit()
{
	tap_status=$?
	cd /
	[ -n "$KEEP_SCRATCH" ] || rm -rf "$SCRATCH"
	exit "$tap_status"
}
trap tap_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
