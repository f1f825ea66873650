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

# deep_functions: how many functions have a BPF stack of 64 bytes or more, by the load before.  Those
# are not for programs that another task can interrupt; see walk_common() in bpf/unwind.bpf.h.
deep_functions()
{
	sed -n 's/^stack depth //p' load.log | sort -u | while read -r depths; do
		echo "$depths" | tr + '\n' | awk '$1 >= 64' | wc -l
	done | sort -n | tail -n 1
}

for compiler in $compilers; do
	for object in iterators oracle profile; do
		name=${compiler##*/}-$object.o
		ok "${compiler##*/} compiles $object.bpf.c" sh -c 'cd "$1" && "$2" -g -O2 -target bpf \
			-mcpu=v3 -D__TARGET_ARCH_x86 -I. -c "bpf/$3.bpf.c" -o "$4"' sh \
			"$top_srcdir" "$compiler" "$object" "$SCRATCH/$name"
		load "$name" >load.log 2>&1
		is "$?" 0 "and $(uname -r) loads it" || diag "$(tail -n 20 load.log)"
		[ "$object" != oracle ] ||
			is "$(deep_functions)" 1 "only walk_common() has a deep stack"
	done
done
echo 'int broken' >broken.o
load broken.o >/dev/null 2>&1
isnt $? 0 "what is no object is not loaded"

done_testing
