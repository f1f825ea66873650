#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Flame graphs of real programs in a browser: opened, zoomed, searched.
. "${0%/*}/../lib/tap.sh"
need_bpf
need_cmd chromium chromedriver python3 perl

"$PB" -q -f 999 --svg frames.svg -c frames.folded -- "$top_builddir/tests/workloads/frames" 1500 ||
	bail "cannot profile"
# shellcheck disable=SC2016 # Perl's variables
"$PB" -q -f 999 --svg perl.svg -c perl.folded -- \
	perl -e 'my %h; for (1 .. 1500000) { $x += length($_); $h{$_ % 999} .= "a" }' || bail "cannot profile"
"$PB" -q -f 999 -t 2s --svg machine.svg -c machine.folded || bail "cannot profile"

python3 -B "$top_srcdir/tests/browser/real.py" "$SCRATCH" \
	frames:recurse:spin perl:perl:Perl_ machine:all:.
