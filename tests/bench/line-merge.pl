#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The usual way to a flame graph, for comparison: sort lines of collapsed stacks, merge neighbours,
# write a rectangle for each frame of at least 0.1 pixels.  Stacks on stdin, an SVG on stdout.
use strict;
use warnings;

my (%open, @boxes, @last);
my $time = 0;

sub flow {
	my ($this) = @_;
	my $same = 0;

	$same++ while $same < @last && $same < @$this && $last[$same] eq $this->[$same];
	for (my $i = $#last; $i >= $same; $i--) {
		my $start = delete $open{"$last[$i];$i"};
		push @boxes, [$last[$i], $i, $start, $time];
	}
	$open{"$this->[$_];$_"} = $time for $same .. $#$this;
	@last = @$this;
}

for my $line (sort <STDIN>) {
	my ($stack, $count) = $line =~ /^(.*)\s+(\d+)$/ or next;
	flow(['', split /;/, $stack]);
	$time += $count;
}
flow([]);
my $scale = 1180 / ($time || 1);
print qq(<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="1200">\n);
for my $box (@boxes) {
	my ($name, $depth, $start, $end) = @$box;
	next if ($end - $start) * $scale < 0.1;
	$name =~ s/([&<>"])/'&#' . ord($1) . ';'/ge;
	printf qq(<g><title>%s (%d samples)</title><rect x="%.1f" y="%d" width="%.1f" height="16"/></g>\n),
		$name, $end - $start, 10 + $start * $scale, 1100 - $depth * 17, ($end - $start) * $scale;
}
print "</svg>\n";
