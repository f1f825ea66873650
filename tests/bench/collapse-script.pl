#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The usual way from perf to collapsed stacks, for comparison: `perf script` on stdin, one line for
# each stack and its count on stdout.
use strict;
use warnings;

my (%count, $comm, @frames);

sub finish {
	$count{join ';', $comm, reverse @frames}++ if defined $comm;
	undef $comm;
	@frames = ();
}

while (<STDIN>) {
	if (/^\s*$/) {
		finish();
	} elsif (/^\s+[0-9a-f]+ (.+) \(\S*\)$/) {
		(my $name = $1) =~ s/\+0x[0-9a-f]+$//;
		$name =~ tr/;/:/;
		push @frames, $name;
	} elsif (/^(\S.*?)\s+\d+/) {
		$comm = $1;
	}
}
finish();
print "$_ $count{$_}\n" for sort keys %count;
