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
	unshare -m sh -c 'mount -t bpf bpf pins && bpftool prog loadall "$1" pins/programs' sh "$1"
}

for compiler in $compilers; do
	for object in iterators profile; do
		name=${compiler##*/}-$object.o
		ok "${compiler##*/} compiles $object.bpf.c" sh -c 'cd "$1" && "$2" -g -O2 -target bpf \
			-mcpu=v3 -D__TARGET_ARCH_x86 -I. -c "bpf/$3.bpf.c" -o "$4"' sh \
			"$top_srcdir" "$compiler" "$object" "$SCRATCH/$name"
		ok "and $(uname -r) loads it" load "$name"
	done
done
echo 'int broken' >broken.o
load broken.o >/dev/null 2>&1
isnt $? 0 "what is no object is not loaded"

done_testing
