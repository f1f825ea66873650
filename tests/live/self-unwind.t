#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A program has its own stack walked in the kernel and compares that with backtrace(3), in situations
# that are hard for a walk, built by several compilers and linkers.
. "${0%/*}/../lib/tap.sh"
need_bpf

driver=$top_builddir/tests/lib/walk-driver
builder=$HELPERS/unwind-table-builder
[ -x "$driver" ] || skip_all "walk-driver is not built"
source=$top_srcdir/tests/workloads/self-unwind.c

cat >library.c <<'END'
void call_back(void (*f)(void)) { char room[300]; f(); __asm__ volatile("" : : "r"(room) : "memory"); }
END
gcc -O2 -fomit-frame-pointer -shared -fPIC -o library.so library.c || skip_all "gcc does not work"

# built NAME COMMAND...: compile, run, compare.  In an emulated machine compiling takes too long.
built()
{
	name=$1
	shift
	[ -z "$VM_RUN" ] || [ "$name" = gcc ] || return 0
	library=$SCRATCH/library.so
	case $name in
	*static*) library=
	esac
	if ! "$@" -Wno-unused-result -o "program" "$source" >compile.log 2>&1; then
		skip "$name: $(head -n 1 compile.log)"
		return
	fi
	"$driver" "$builder" ./program "$library" >out 2>err
	is "$?" 0 "$name: every stack is that of backtrace(3)" || diag "$(head -n 60 err)"
	diag "$(tail -n 1 out)"
	like "$(tail -n 1 out)" '^12 situations, [0-9]{3} stacks compared, 0 mismatches$' \
		"$name: all of them were compared"
}

plain='-g -O2 -fomit-frame-pointer -fno-optimize-sibling-calls -pthread'
# shellcheck disable=SC2086 # words
{
	built "gcc" gcc $plain -ldl
	built "gcc -O0" gcc -g -O0 -pthread -ldl
	built "gcc -O3 -mavx2" gcc $plain -O3 -mavx2 -ldl
	built "gcc -no-pie -z now" gcc $plain -no-pie -Wl,-z,now -ldl
	built "gcc, frame pointers" gcc $plain -fno-omit-frame-pointer -ldl
	built "gcc, gold" gcc $plain -fuse-ld=gold -ldl
	built "gcc, lld" gcc $plain -fuse-ld=lld -ldl
	built "clang" clang $plain -ldl
	built "clang, lld" clang $plain -fuse-ld=lld -ldl
	built "static" gcc $plain -static
	built "static-PIE" gcc $plain -static-pie
	built "static, lld" gcc $plain -static -fuse-ld=lld
}

# The test itself: without tables hardly a stack is right.
# shellcheck disable=SC2086 # words
gcc $plain -Wno-unused-result -o program "$source" -ldl 2>/dev/null
"$driver" /bin/true ./program "" >out 2>/dev/null
isnt "$?" 0 "without tables the comparison fails"

# Mappings and tables in different chunks of memory.
"$driver" -c "$builder" ./program "" >out 2>err
is "$?" 0 "tables may be in another chunk than what leads to them" || diag "$(head -n 20 err)"

# Ticks in probes, and two tasks on one CPU: every stack is the same one.
"$driver" "$builder" ./program -p 3000 >out 2>err
is "$(cat out)" "hits 6000 of 6000, without a slot 0, cut 0, wrong 0, ticks yes" \
	"walks that interrupt each other do not disturb each other" || diag "$(cat err)"
done_testing
