#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The unwind tables of every ELF file under /usr (or the folders that are named) beside libdw: rows,
# addresses compared, mismatches.  Mismatches, crashes and time-outs must be 0.
. "${0%/*}/../lib/bench.sh"
oracle=$top_builddir/tests/lib/row-oracle
[ $# -gt 0 ] || set -- /usr

# A file of ELF magic, once for each set of hard links.
find "$@" -xdev -type f -size +0 -printf '%i %p\n' | sort -u -k 1,1 | cut -d ' ' -f 2- |
	perl -lne 'open my $f, "<", $_ or next; read $f, my $m, 4; print if $m eq "\x7fELF"' \
	>"$scratch/files"
crashes=0
timeouts=0
while read -r file; do
	timeout 300 "$oracle" "$file" >"$scratch/out" 2>&1
	status=$?
	cat "$scratch/out" >>"$scratch/all"
	case $status in
	0)	;;
	1)	grep -v ' mismatches 0 ' "$scratch/out" ;;
	124)	timeouts=$((timeouts + 1)); echo "rows: timed out: $file" ;;
	*)	crashes=$((crashes + 1)); echo "rows: status $status: $file" ;;
	esac
done <"$scratch/files"
awk -v crashes=$crashes -v timeouts=$timeouts '
/ rows [0-9]+ compared / {
	n++
	for (i = 2; i < NF; i++)
		if ($i ~ /^(rows|compared|mismatches|damaged|unsupported|lost|synthetic|refused|padding)$/)
			sum[$i] += $(i + 1)
	for (i = 2; i < NF; i++)
		if ($(i + 1) == "rows")
			status[$i]++
}
END {
	printf "rows: %d files:", n
	for (s in status)
		printf " %s %d", s, status[s]
	printf "\nrows: %d rows, %d addresses compared, %d mismatches, %d crashes, %d time-outs\n",
		sum["rows"], sum["compared"], sum["mismatches"], crashes, timeouts
	printf "rows: %d damaged entries, %d unsupported, %d with rbp lost, %d synthetic (PLT, signal), " \
		"%d where libdw refuses, %d paddings\n", sum["damaged"], sum["unsupported"], sum["lost"],
		sum["synthetic"], sum["refused"], sum["padding"]
	exit sum["mismatches"] + crashes + timeouts > 0
}' "$scratch/all"
