#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The HTML page of a profile of about a million nodes: bytes, milliseconds until it is drawn, and of a
# zoom, a search, an inversion, in headless Chromium.
. "${0%/*}/../lib/bench.sh"
need_cmd python3 chromium chromedriver
need_names

python3 "$top_srcdir/tests/bench/render-stacks.py" "$scratch/names" 60000 1 >"$scratch/stacks"
"$top_builddir/libexec/bin/render" --file --output=html:3 <"$scratch/stacks" 3>"$scratch/page.html"
PYTHONPATH=$top_srcdir/tests/browser python3 -B "$top_srcdir/tests/bench/page.py" "$scratch/page.html"
