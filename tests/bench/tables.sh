#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Milliseconds to make the unwind tables of large files; see bench_tables.c.
. "${0%/*}/../lib/bench.sh"

set -- -std=gnu17 -O2 -I "$top_srcdir/src" -I "$top_srcdir" -I "$top_builddir" \
	"$top_srcdir/tests/bench/bench_tables.c" \
	"$top_builddir/libexec/unwind-table-builder/libbuilder.a" \
	"$top_builddir/src/elf/libpbee-elf.a" "$top_builddir/src/lib/libpbee.a"
# shellcheck disable=SC2046 # a list of options
$CC "$@" $(pkg-config --libs libdw libelf) -o "$scratch/bench" || exit 1
set --
for file in /usr/lib/*/libLLVM-14.so.1 /usr/lib/*/libLLVM*.so.1 /usr/lib/*/libLLVM.so.*.1 \
	/usr/lib/*/libclang-cpp.so.14 /usr/lib/x86_64-linux-gnu/libc.so.6 \
	/usr/lib/*/libstdc++.so.6 /usr/lib/*/libcrypto.so.3 /usr/bin/python3 \
	/usr/lib/gcc/x86_64-linux-gnu/*/cc1plus /usr/bin/node; do
	[ -r "$file" ] || continue
	case " $* " in *" $file "*) continue ;; esac
	set -- "$@" "$file"
done
[ $# -gt 0 ] || skip "none of the files is installed"
"$scratch/bench" "$@"
