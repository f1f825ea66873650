# SPDX-License-Identifier: GPL-2.0-or-later
"""Real programs whose stacks are walked: what to run, and how much of it must be complete.

`unwind_work.py FOLDER` makes what they need in FOLDER and prints a line for each, tab-separated: name,
complete stacks wanted of 1,000, shell command; or name, "skip", reason.  Where the system's own
program matters (a manager of versions may put a script first in PATH) its path is given.
"""
import os
import random
import shlex
import shutil
import subprocess
import sys

PYTHON = """
import json, re
def tree(n):
    return {"n": n, "kids": [tree(n - 1), tree(n - 2)]} if n > 1 else {"n": n}
def walk(t):
    return t["n"] + sum(map(walk, t.get("kids", ())))
for i in range(COUNT):
    text = json.dumps(tree(11), indent=1)
    walk(json.loads(text))
    sorted(re.findall(r'"(\\w+)": (\\d+)', text), key=lambda p: (p[1], p[0]))
"""

PERL = """
my (%h, $x);
sub down { my ($n) = @_; return $n < 1 ? 1 : down($n - 1) + $n % 7 }
for my $i (1 .. COUNT) {
	my $s = join ",", map { sprintf "%x", $_ * $i } 1 .. 60;
	$s =~ s/([a-f]+)/uc($1) . length($1)/ge;
	$h{substr($s, $i % 90, 8)} .= $i;
	$x += down(30) + scalar(sort { $b <=> $a } split /[A-F,]/, $s);
}
"""

SQL = """
create table t(a integer primary key, b text, c real);
with recursive n(i) as (select 1 union all select i + 1 from n where i < COUNT)
insert into t select i, printf('%08x', (i * 7919) % 1000003), i / 3.0 from n;
create index t_b on t(b);
select count(*), sum(length(x.b || y.b)) from t x join t y on y.a = (x.a * 31) % 5000 + 1
	where x.b like '%7%' group by substr(x.b, 7, 2) order by 2;
select b, sum(c) over (order by b rows 20 preceding) from t order by c desc limit 10;
"""

JAVASCRIPT = """
class Shape { constructor(n) { this.n = n; } area() { return this.n * this.n; } }
class Round extends Shape { area() { return 3 * super.area(); } }
const tree = n => n < 2 ? { n } : { n, kids: [tree(n - 1), tree(n - 2)] };
let sum = 0;
for (let i = 0; i < COUNT; i++) {
	const text = JSON.stringify(tree(12));
	const back = JSON.parse(text, (k, v) => typeof v === 'number' ? v + 1 : v);
	sum += text.replace(/"n":(\\d+)/g, (m, d) => d * 2).length + back.n;
	const shapes = Array.from({ length: 300 }, (_, j) => j % 2 ? new Round(j) : new Shape(j));
	sum += shapes.map(s => s.area()).sort((a, b) => b - a).reduce((a, b) => a + b, 0);
	sum += new Map(shapes.map(s => ['k' + s.n, s])).size;
}
console.log(sum);
"""


def write(folder, name, text, count):
    path = os.path.join(folder, name)
    with open(path, "w") as f:
        f.write(text.replace("COUNT", str(count)))
    return path


def script(program, name, text, little, much):
    return lambda folder, small: [program, write(folder, name, text, little if small else much)]


def repository(folder):
    """A git repository with a history: files of lines that are changed over and over."""
    path = os.path.join(folder, "repository")
    if os.path.isdir(path):
        return path
    rng, files, stream = random.Random(7), {}, []
    for commit in range(1, 1201):
        message = f"change {commit}"
        stream.append(f"commit refs/heads/main\ncommitter A <a@b> {1700000000 + commit} +0000\n"
                      f"data {len(message)}\n{message}\n")
        for name in rng.sample([f"d{i % 7}/f{i}.txt" for i in range(60)], 4):
            lines = files.setdefault(name, [f"line {i}" for i in range(400)])
            for _ in range(12):
                lines[rng.randrange(len(lines))] = " ".join(
                    str(rng.randrange(10000)) for _ in range(8))
            text = "\n".join(lines) + "\n"
            stream.append(f"M 100644 inline {name}\ndata {len(text)}\n{text}\n")
    git = ["git", "-C", path, "-c", "gc.auto=0"]
    subprocess.run(["git", "init", "-q", "-b", "main", path], check=True)
    subprocess.run(git + ["fast-import", "--quiet"], input="".join(stream), text=True, check=True)
    subprocess.run(git + ["config", "core.pager", "cat"], check=True)
    return path


def openssl(name, *arguments):
    return (f"openssl {name}", 995, ["openssl"],
            lambda folder, small: ["openssl", "speed", "-seconds", "1",
                                   *(["-bytes", "256"] if small else []), *arguments])


def gxx(folder, small):
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../data/templates.cc")
    return ["g++", "-std=c++17", "-O2", f"-DSTEPS={4 if small else 12}", "-c", source,
            "-o", os.path.join(folder, "templates.o")]


def git(*arguments):
    return lambda folder, small: ["git", "-C", repository(folder), *arguments]


def sqlite(folder, small):
    path = write(folder, "work.sql", SQL, 300000 if small else 1500000)
    return ["sqlite3", ":memory:", f".read {path}"]


def gdb(folder, small):
    """The largest of what is there with symbols; without, its own minimal ones do."""
    large = [p for p in ("/usr/bin/node", "/usr/bin/gdb") if os.path.exists(p)]
    names = [] if small else ["-ex", "info variables", "-ex", "info functions a"]
    return ["gdb", "-nx", "-batch", "-ex", "info functions", *names, large[0]]


# Name, complete stacks wanted of 1,000 (those cut by the depth limit apart), programs that must be
# there, and a function of the folder, and whether little will do, to the command.
WORK = [
    openssl("sha512", "-evp", "sha512"),
    openssl("chacha20", "-evp", "chacha20"),
    openssl("aes-256-gcm", "-evp", "aes-256-gcm"),
    ("openssl rsa2048", 995, ["openssl"],
     lambda folder, small: ["openssl", "speed", "-seconds", "1" if small else "3", "rsa2048"]),
    ("python3", 999, ["/usr/bin/python3"],
     script("/usr/bin/python3", "work.py", PYTHON, 600, 2000)),
    ("perl", 999, ["perl"], script("perl", "work.pl", PERL, 20000, 80000)),
    ("gdb", 999, ["gdb"], gdb),
    ("git log", 999, ["git"], git("log", "-p", "--stat", "--patience")),
    ("git gc", 999, ["git"], git("repack", "-a", "-d", "-f", "-q", "--window=50")),
    ("sqlite3", 999, ["sqlite3"], sqlite),
    ("g++ -O2", 999, ["g++"], gxx),
    ("node", 990, ["/usr/bin/node"],
     script("/usr/bin/node", "work.js", JAVASCRIPT, 1500, 8000)),
]


def missing(programs):
    """The first of programs that is not there."""
    return next((p for p in programs if not shutil.which(p)), None)


def main():
    for name, wanted, programs, command in WORK:
        lacks = missing(programs)
        if lacks:
            print(name, "skip", f"{lacks} is not installed", sep="\t")
        else:
            print(name, wanted, shlex.join(command(sys.argv[1], True)), sep="\t")


if __name__ == "__main__":
    main()
