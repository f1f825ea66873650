# SPDX-License-Identifier: GPL-2.0-or-later
# Whether two samplers of one process see the same shares.

# hottest_agree BOUND LEAST NAME SAMPLE [ARGUMENT...]: SAMPLE runs both at the same time and leaves
# collapsed stacks in the files `theirs` and `ours`, at least LEAST samples each; the shares of the
# ten hottest leaves of theirs differ by at most BOUND percentage points.  Samples are few enough for
# chance to matter now and then, so the best of three tries counts.
hottest_agree()
{
	hottest_bound=$1
	hottest_least=$2
	hottest_name=$3
	shift 3
	best=100
	for try in 1 2 3; do
		"$@"
		python3 -B "$top_srcdir/tests/lib/hottest.py" theirs ours >result
		read -r worst theirs ours <<-END
			$(tail -n 1 result)
		END
		diag "$hottest_name, try $try: largest difference $worst, samples $theirs and $ours"
		grep '^#' result
		[ "${theirs:-0}" -ge "$hottest_least" ] && [ "${ours:-0}" -ge "$hottest_least" ] || continue
		best=$(printf '%s\n' "$worst" "$best" | sort -g | head -n 1)
		[ "$(printf '%s\n' "$best" "$hottest_bound" | sort -g | head -n 1)" = "$hottest_bound" ] || break
	done
	awk -v best="$best" -v bound="$hottest_bound" 'BEGIN { exit !(best + 0 <= bound + 0) }'
	tap_result $? \
		"$hottest_name: the ten hottest leaves differ by at most $hottest_bound points: $best"
}
