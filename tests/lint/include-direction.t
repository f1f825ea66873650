#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Who may include what: lib <- elf <- helpers, lib <- front end, and libbpf in one helper only.
. "${0%/*}/../lib/tap.sh"
need_cmd perl

cat >check.pl <<'PERL'
use strict;
use warnings;

# Folder of the including file => what it may include: "..." names, <...> names among the watched,
# and whether names without a folder are its own files.
my %rules = (
	'src/lib'           => { quoted => qr{^(config\.h$|lib/)}, libraries => qr{^(sys/capability|seccomp)\.h$} },
	'src/elf'           => { quoted => qr{^(config\.h$|lib/|elf/)},
				 libraries => qr{^(libelf|gelf|dwarf|elfutils/.*|libiberty/.*|zlib)(\.h)?$} },
	'src'               => { quoted => qr{^(config\.h$|lib/)}, libraries => qr{^$}, own => 1 },
	'libexec/profile'   => { quoted => qr{^(config\.h$|lib/|elf/|bpf/(abi|unwind-table)\.h$|bpf/.*\.skel\.h$|libexec/profile/)},
				 libraries => qr{^bpf/}, own => 1 },
	# Of libbpf the reader of type information only: it loads and attaches nothing.
	'libexec/probe-list' => { quoted => qr{^(config\.h$|lib/|elf/|libexec/probe-list/)},
				 libraries => qr{^(libelf|gelf|dwarf|elfutils/.*|bpf/btf)(\.h)?$}, own => 1 },
	'libexec/symbolize' => { quoted => qr{^(config\.h$|lib/|elf/|bpf/(abi|unwind-table)\.h$|libexec/symbolize/)},
				 libraries => qr{^zlib\.h$}, own => 1 },
	'libexec/render'    => { quoted => qr{^(config\.h$|lib/|elf/|bpf/(abi|unwind-table)\.h$|libexec/render/)},
				 libraries => qr{^zlib\.h$}, own => 1 },
	'libexec/unwind-table-builder' => { quoted => qr{^(config\.h$|lib/|elf/|bpf/(abi|unwind-table)\.h$|libexec/unwind-table-builder/)},
				 libraries => qr{^(libelf|gelf|dwarf|elfutils/.*)(\.h)?$}, own => 1 },
	'bpf'               => { quoted => qr{^((bpf/)?vmlinux\.h|(bpf/)?(abi|unwind-table)\.h|(bpf/)?[a-z0-9-]+\.bpf\.h)$},
				 libraries => qr{^(bpf/bpf_|stdint\.h$)} },
);
my $watched = qr{^(libelf|gelf|dwarf|elfutils/|libiberty/|bpf/|sys/capability\.h|linux/capability\.h|seccomp\.h|zlib\.h)};

my $bad = 0;
for my $file (@ARGV) {
	(my $folder = $file) =~ s{/[^/]+$}{};
	my $rule = $rules{$folder} or next;
	open my $in, '<', $file or die "$file: $!";
	while (<$in>) {
		if (/^\s*#\s*include\s+"([^"]+)"/) {
			next if $1 =~ $rule->{quoted};
			next if $rule->{own} && $1 !~ m{/} && -e "$folder/$1";
		} elsif (/^\s*#\s*include\s+<([^>]+)>/) {
			my $name = $1;
			next if $folder eq 'bpf' ? $name =~ $rule->{libraries}
				: $name !~ $watched || $name =~ $rule->{libraries};
		} else {
			next;
		}
		/^\s*#\s*include\s+["<](.*)[">]/;
		print "$file:$.: may not include $1\n";
		$bad = 1;
	}
}
exit $bad;
PERL

# A file that breaks each rule must be found, or the check itself is broken.
mkdir -p wrong/src/lib wrong/src wrong/libexec/render
echo '#include <bpf/libbpf.h>' >wrong/src/main.c
echo '#include "elf/elf-file.h"' >wrong/src/lib/x.c
echo '#include "libexec/profile/scan.h"' >wrong/libexec/render/x.c
is "$(cd wrong && perl ../check.pl src/main.c src/lib/x.c libexec/render/x.c | wc -l)" 3 \
	"three wrong includes are found"

cd "$top_srcdir" || exit 1
files=$(find src libexec bpf -name '*.[ch]' ! -name '*.skel.h' | LC_ALL=C sort)
# shellcheck disable=SC2086 # a list of names without blanks
ok "every include goes in the allowed direction" perl "$SCRATCH/check.pl" $files
done_testing
