#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The BPF objects load, whichever clang that is installed here compiles them.
. "${0%/*}/../lib/tap.sh"
need_bpf
need_cmd unshare mount
PATH=$PATH:/usr/sbin:/sbin
need_cmd bpftool

compilers=$(ls /usr/bin/clang /usr/bin/clang-[0-9]* 2>/dev/null | grep -E '/clang(-[0-9]+)?$')
[ -n "$compilers" ] || skip_all "no clang is installed"

# load OBJECT: into a BPF file system that vanishes with the mount namespace.
load()
{
	mkdir -p pins
	unshare -m sh -c 'mount -t bpf bpf pins && bpftool -d prog loadall "$1" pins/programs' sh "$1"
}

# deep_functions PROGRAM: how many of its functions have a BPF stack of 64 bytes or more, by the load
# before.  Those are not for programs that another task can interrupt; see walk_common() in
# bpf/unwind.bpf.h.
deep_functions()
{
	awk -v program="'$1'" '/BEGIN PROG LOAD LOG/ { found = index($0, "prog " program) }
		found && /^stack depth/ { print $3 }' load.log | tr + '\n' | awk '$1 >= 64' | wc -l
}

# programs OBJECT: those that run at uprobes, but for those that keep the stack of their task: see
# bpf/probes.bpf.h.
programs()
{
	case $1 in
	oracle)		echo walk_here ;;
	esac
}

for compiler in $compilers; do
	for object in iterators oracle profile; do
		name=${compiler##*/}-$object.o
		ok "${compiler##*/} compiles $object.bpf.c" sh -c 'cd "$1" && "$2" -g -O2 -target bpf \
			-mcpu=v3 -D__TARGET_ARCH_x86 -I. -c "bpf/$3.bpf.c" -o "$4"' sh \
			"$top_srcdir" "$compiler" "$object" "$SCRATCH/$name"
		load "$name" >load.log 2>&1
		is "$?" 0 "and $(uname -r) loads it" || diag "$(tail -n 20 load.log)"
		for program in $(programs "$object"); do
			is "$(deep_functions $program)" 1 \
				"$program: only walk_common() has a deep stack"
		done
	done
done
echo 'int broken' >broken.o
load broken.o >/dev/null 2>&1
isnt $? 0 "what is no object is not loaded"

done_testing
