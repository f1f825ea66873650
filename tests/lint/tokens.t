#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Words that belong to one file: capabilities, fork and exec; and words that belong to none.
. "${0%/*}/../lib/tap.sh"
need_cmd perl

# matches REGEX FILE...: FILE:LINE: of each match outside comments and strings.
cat >matches.pl <<'PERL'
use strict;
use warnings;

my $regex = shift;
my $bad = 0;
for my $file (@ARGV) {
	open my $in, '<', $file or die "$file: $!";
	my $text = do { local $/; <$in> };
	# Comments and literals become blanks of the same number of lines.
	$text =~ s{(/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')}
		{ my $t = $1; $t =~ s/[^\n]//g; "$t " }gse;
	my $line = 0;
	for (split /\n/, $text) {
		$line++;
		next if /^\s*#\s*include/;
		next unless /$regex/;
		print "$file:$line: $&\n";
		$bad = 1;
	}
}
exit $bad;
PERL

functions='(get|set)_(proc|pid|flag|file|fd|ambient|bound|mode|secbits)|clear(_flag)?|dup|init|free|from_[a-z]+|to_[a-z]+|drop_bound|reset_ambient|max_bits|iab_[a-z_]+|launch[a-z_]*|prctlw?|compare|fill(_flag)?'
capabilities="\\b(CAP_[A-Z]+[A-Z_]*|cap_($functions|t|value_t|flag_t|flag_value_t|iab_t)|PR_CAP[A-Z_]*)\\b"
processes='\b(fork|vfork|clone|clone3|execve?|execvpe?|execle?|execlp|execveat|fexecve|posix_spawnp?|system|popen|daemon)\s*\('
kernel_integers='\b(__)?[us](8|16|32|64)\b'

cat >wrong.c <<'EOT'
/* CAP_BPF u32 fork( */
static const char text[] = "CAP_BPF fork( u32";
static u32 a;
static int b = CAP_BPF;
static void c(void) { fork(); }
EOT
is "$(perl matches.pl "$kernel_integers" wrong.c)" "wrong.c:3: u32" "a kernel integer is found, in code only"
is "$(perl matches.pl "$capabilities" wrong.c)" "wrong.c:4: CAP_BPF" "a capability is found, in code only"
is "$(perl matches.pl "$processes" wrong.c)" "wrong.c:5: fork(" "a fork is found, in code only"

cd "$top_srcdir" || exit 1
sources=$(find src libexec -name '*.[ch]' | LC_ALL=C sort)
but()
{
	printf '%s\n' "$sources" | grep -v -x -F -e "$1"
}

# shellcheck disable=SC2046,SC2086 # lists of names without blanks
{
	ok "only src/lib/caps.c names capabilities" \
		perl "$SCRATCH/matches.pl" "$capabilities" $(but src/lib/caps.c)
	ok "only src/lib/spawn.c forks and executes" \
		perl "$SCRATCH/matches.pl" "$processes" $(but src/lib/spawn.c)
	ok "no kernel integer types in user space" \
		perl "$SCRATCH/matches.pl" "$kernel_integers" $sources
}
done_testing
