# SPDX-License-Identifier: GPL-2.0-or-later
# What tests of render begin with.  Sourced after tap.sh.
#
# Sets: render; PATH, which has collapsed-to-pprof.

PATH=$top_builddir/tests/lib:$PATH
render=$HELPERS/render
[ -x "$render" ] || skip_all "render is not built"

# draw FILE [OPTION...]: stdin's stacks as FILE, in the format of its extension.
draw()
{
	draw_file=$1
	shift
	collapsed-to-pprof >in.pprof &&
		"$render" "$@" --output="${draw_file##*.}":3 <in.pprof 3>"$draw_file"
}

# random_stacks SEED: 5,000 of up to 40 frames.
random_stacks()
{
	awk -v seed="$1" 'BEGIN { srand(seed); for (i = 0; i < 5000; i++) { s = "t"; n = int(rand() * 40);
		for (j = 0; j < n; j++) s = s ";f" int(rand() * 300)
		print s, 1 + int(rand() * 900) } }'
}
