#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The HTML page as a file: policy, escapes, the profile in it, the same bytes each time.
. "${0%/*}/../lib/tap.sh"
. "$top_srcdir/tests/lib/render.sh"
need_cmd python3
PYTHONPATH=$top_srcdir/tests/lib
PYTHONDONTWRITEBYTECODE=1
export PYTHONPATH PYTHONDONTWRITEBYTECODE

# What a browser finds in the page, by Python's own parser.
cat >page.py <<'END'
import base64, hashlib, html.parser, sys
import island

class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.policy, self.title, self.open, self.parts, self.tags, self.loads = "", "", None, [], [], []
    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if named.get("http-equiv") == "Content-Security-Policy":
            self.policy = named["content"]
        self.tags.append(tag)
        self.loads += [(k, v) for k, v in attributes if k in ("src", "href", "action", "style", "data", "srcset")
                       or k.startswith("on")]
        self.open = (tag, named) if tag in ("script", "style", "title") else None
        if tag in ("script", "style"):
            self.parts.append([tag, named, ""])
    def handle_data(self, data):
        if self.open and self.open[0] == "title":
            self.title += data
        elif self.open:
            self.parts[-1][2] += data
    def handle_endtag(self, tag):
        if self.open and self.open[0] == tag:
            self.open = None

page = Page()
page.feed(open(sys.argv[1], encoding="utf-8").read())
sections = island.unpack(next(text for _, named, text in page.parts if named.get("id") == "profile"))
if sys.argv[2] == "policy":
    hashes = {tag: [] for tag in ("script", "style")}
    for tag, named, text in page.parts:
        if named.get("id") != "profile":
            hashes[tag].append("'sha256-%s'" % base64.b64encode(hashlib.sha256(text.encode()).digest()).decode())
    wanted = "default-src 'none'; script-src %s; style-src %s; base-uri 'none'; form-action 'none'; " \
        "require-trusted-types-for 'script'" % (" ".join(hashes["script"]), " ".join(hashes["style"]))
    print("equal" if page.policy == wanted else "policy: %s\nwanted: %s" % (page.policy, wanted))
elif sys.argv[2] == "loads":
    print(page.loads)
elif sys.argv[2] == "tags":
    print(" ".join(sorted(set(page.tags))), page.tags.count("script"))
elif sys.argv[2] == "title":
    print(page.title)
elif sys.argv[2] == "stacks":
    print("\n".join(island.stacks(sections)))
elif sys.argv[2] == "labels":
    samples, node = island.numbers(sections[10]), 0
    labels = sections[9].decode().split("\n")[:-1]
    for delta, label, n in zip(samples[::3], samples[1::3], samples[2::3]):
        node += delta
        print(node, labels[label].replace("\t", ","), n)
elif sys.argv[2] == "sections":
    print(" ".join(str(len(s)) for s in sections[6:]))
END

cat >hostile.txt <<'END'
!comment hostname </script><script>alert(1)</script>
a</script><script>alert(1)</script>;]]>;<!--<script>;\x00\xff;\xe2\x80\xaertl 5
"'&<img src=x onerror=alert(1)>;b\nc\td\\n 3
END
draw hostile.html --title='</title><script>alert(1)</script><!-- & "quoted"' <hostile.txt
is "$(python3 page.py hostile.html policy)" equal "the policy has exactly the hashes of scripts and style"
is "$(python3 page.py hostile.html loads)" "[]" "nothing is loaded, no attribute is a script or a style"
draw plain.html <<'END'
main;a 5
END
is "$(python3 page.py hostile.html tags)" "$(python3 page.py plain.html tags)" "hostile names make no element"
is "$(python3 page.py hostile.html title)" '</title><script>alert(1)</script><!-- & "quoted"' "the title is text"
is "$(grep -c '<!--' page.py hostile.html plain.html | tr '\n' ' ')" "page.py:0 hostile.html:0 plain.html:0 " \
	"no comment begins in a script"
like "$(python3 page.py plain.html sections)" '^[0-9]+ [0-9]+ 0 0 0 0$' \
	"without labels there are no sections of them"

random_stacks 3 >random.txt
draw random.html <random.txt
"$render" --output=collapsed:3 <in.pprof 3>wanted.txt
python3 page.py random.html stacks >got.txt
same_file got.txt wanted.txt "the page holds every stack"
draw again.html <random.txt
same_file again.html random.html "the same input gives the same bytes"

draw labels.html <<'END'
!process 7 fire	fox
!cpu 0
comm;main;a 5
!cpu 1
comm;main;a 3
comm;main 2
!none
comm;main;b 4
END
is "$(python3 page.py labels.html labels | sort)" "$(cat <<'END'
2 7,,1,fire\tfox,comm 2
3 7,,0,fire\tfox,comm 5
3 7,,1,fire\tfox,comm 3
4 ,,,,comm 4
END
)" "whose samples they are"

"$PB" --input wanted.txt --html front.html -q
is "$(python3 page.py front.html policy)" equal "--html writes it"
"$PB" --input wanted.txt -o front2.html -q
same_file front2.html front.html "so does -o with .html"
: | collapsed-to-pprof >in.pprof
"$render" --output=html:3 <in.pprof 3>empty.html
is "$(python3 page.py empty.html policy)" equal "without samples it is a page too"
done_testing
