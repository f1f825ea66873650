#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every source starts with its licence and a sentence of purpose; C has at most 100 columns.
. "${0%/*}/../lib/tap.sh"
need_cmd perl

cat >format.pl <<'PERL'
use strict;
use warnings;
use utf8;
use open qw(:std :encoding(UTF-8));

my $bad = 0;
sub complain { print join(': ', @_), "\n"; $bad = 1; }
for my $file (@ARGV) {
	open my $in, '<', $file or die "$file: $!";
	my @lines = <$in>;
	chomp @lines;
	shift @lines if $lines[0] =~ /^#!/;
	complain($file, 'no SPDX line at the top') if $lines[0] !~ /SPDX-License-Identifier: GPL-2\.0-or-later/;
	complain($file, 'no sentence of purpose under it') if ($lines[1] // '') !~ m{^(/\*|//|#|\.\\"|;)};
	my $n = 0;
	for (@lines) {
		$n++;
		my $width = 0;
		for my $c (split //) { $width = $c eq "\t" ? ($width | 7) + 1 : $width + 1 }
		complain("$file:$n", "$width columns") if $width > 100 && $file =~ /\.[ch]$/;
		complain("$file:$n", 'blanks at the end') if /[ \t]$/;
	}
	complain($file, scalar(@lines) . ' lines: more than one subject?') if $file =~ /\.[ch]$/ && @lines > 600;
}
exit $bad;
PERL

{ printf 'int x;\nint y;'; printf '%0100d\n' 0; } >wrong.c
is "$(perl format.pl wrong.c | wc -l)" 3 "missing licence and purpose and a long line are found"

cd "$top_srcdir" || exit 1
files=$(find src libexec bpf tests man -type f \( -name '*.[ch]' -o -name '*.mk' -o -name '*.sh' \
	-o -name '*.t' \) ! -name '*.skel.h' ! -path bpf/vmlinux.h ! -path 'tests/data/*' | LC_ALL=C sort)
# shellcheck disable=SC2086 # a list of names without blanks
ok "licence, purpose, width" perl "$SCRATCH/format.pl" $files
done_testing
