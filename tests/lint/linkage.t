#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The front end links no library that parses ELF, DWARF or BPF; libbpf's loader is the profile
# helper's alone.
. "${0%/*}/../lib/tap.sh"
need_cmd readelf nm

needed()
{
	LC_ALL=C readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
}

for program in profile-bee profile-bee-build; do
	libraries=$(needed "$top_builddir/$program")
	like "$libraries" '^libc\.so' "$program: its libraries can be read"
	unlike "$libraries" '^lib(bpf|elf|dw|z)\.so' "$program links no libbpf, libelf, libdw"
done
like "$(needed "$HELPERS/profile")" '^libbpf\.so' "profile links libbpf"
# probe-list reads type information (BTF) with it, and nothing else.
is "$(nm -D "$HELPERS/probe-list" | sed -n 's/.* U \(bpf_[a-z_]*\|libbpf_[a-z_]*\)\(@.*\)*$/\1/p')" "" \
	"probe-list calls no function of libbpf that loads or attaches"
for helper in symbolize render unwind-table-builder; do
	unlike "$(needed "$HELPERS/$helper")" '^libbpf\.so' "$helper links no libbpf"
done
unlike "$(needed "$HELPERS/unwind-table-builder")" '^libdw\.so' "unwind-table-builder links no libdw"
unlike "$(needed "$HELPERS/render")" '^lib(elf|dw)\.so' "render links no libelf, libdw"
like "$(strings -a "$top_builddir/profile-bee" | grep -c -F "$top_builddir/libexec")" '^0$' \
	"the installed front end knows nothing of the build tree"
done_testing
