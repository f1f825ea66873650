/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Profiles in the viewers: what is computed from one, and stacks the other way round.
 *
 * A profile is the one that island.js reads, or one built from it here or in page-derived.js: grouped,
 * filtered, inverted, the callers or the callees of a function.  All have the same arrays in pre-order,
 * so every view can show every profile.  frame[] indexes names[], and an index means the same function
 * in each of them; the root's is the last.  size[] is what a node takes of the width: its total, but
 * for a difference.
 */
'use strict';

const LABEL = 4;    // enum frame_kind: a thread, a process, a CPU: not code
const SUFFIXES = ['', '_[k]', '_[j]', '_[i]', ''];
const KIND_NAMES = ['user code', 'kernel', 'JIT-compiled', 'inlined', 'label'];

const rootFrame = p => p.names.length - 1;
const kindOfFrame = (p, frame) => frame === rootFrame(p) ? LABEL : p.kinds[frame] & 7;
const labelOfFrame = (p, frame) => p.names[frame] + SUFFIXES[kindOfFrame(p, frame)];
const moduleOfFrame = (p, frame) => (p.module && p.module[frame] ? p.modules[p.module[frame] - 1] : '');

// ---- totals and places ----

function sumUp(p, self) {
	const total = Float64Array.from(self);

	for (let i = p.n - 1; i > 0; i--)
		total[p.parent[i]] += total[i];
	return total;
}

function endsOf(p) {
	const end = new Uint32Array(p.n);

	for (let i = p.n - 1; i >= 0; i--) {
		if (!end[i])
			end[i] = i + 1;
		if (i && end[p.parent[i]] < end[i])
			end[p.parent[i]] = end[i];
	}
	return end;
}

// Children from the left; a node's own part is to the right of them.
function startsOf(p) {
	const start = new Float64Array(p.n), next = new Float64Array(p.n);

	for (let i = 1; i < p.n; i++) {
		const parent = p.parent[i];

		start[i] = next[i] = next[parent];
		next[parent] += p.size[i];
	}
	return start;
}

/*
 * What a difference draws: the share after, the share before, or both; both shows what vanished as
 * well as what is new.  Sizes are in samples of the profile after.
 */
function sizesOf(p, width) {
	const scale = p.sums.before ? (p.sums.after || p.sums.before) / p.sums.before : 0;

	if (!p.before || width === 'after')
		return p.total;
	if (width === 'before')
		return p.beforeTotal.map(samples => samples * scale);
	return p.total.map((samples, i) => (samples + p.beforeTotal[i] * scale) / 2);
}

function setWidth(p, width) {
	p.size = sizesOf(p, width);
	p.start = startsOf(p);
	p.byFunction = null;
	return p;
}

/*
 * The profile that was read, as the page uses it.  sums are those of the whole recording: shares in
 * any derived profile are of them.
 */
function openProfile(p) {
	if (p.before)
		p.beforeTotal = sumUp(p, p.before);
	p.sums = { after: p.total[0], before: p.before ? p.beforeTotal[0] : 0 };
	p.width = p.before ? 'both' : 'after';
	p.groups = 0;
	p.size = p.total;
	if (!p.before)
		return p;
	p.sums.limit = significanceLimit(p.total, p.beforeTotal, p.sums);
	return setWidth(p, p.width);
}

const selfBefore = (p, i) => (p.before ? p.before[i] : 0);
const totalBefore = (p, i) => (p.before ? p.beforeTotal[i] : 0);
const isLeaf = (p, i) => p.self[i] > 0 || selfBefore(p, i) > 0;

/*
 * A profile of columns {n, frame, parent, depth, self, before} in pre-order; the rest is computed, or
 * that of the profile it is made from.
 */
function complete(like, columns, more) {
	const p = {
		names: like.names, kinds: like.kinds, modules: like.modules, module: like.module,
		facts: like.facts, unit: like.unit, units: like.units, sums: like.sums, width: like.width,
		groups: like.groups || 0, ...columns, ...more
	};

	p.frame[0] = rootFrame(p);
	p.total = sumUp(p, p.self);
	if (p.before)
		p.beforeTotal = sumUp(p, p.before);
	p.end = endsOf(p);
	return setWidth(p, p.width);
}

// ---- from leaves to the root ----

/*
 * Merges stacks upwards from given nodes: what is below a node of the result is what calls it.  Items
 * (where a stack has got to, and its samples) are kept together as long as their frames are equal, so
 * nodes come out in pre-order, and a stack that is alone costs one step for each frame.
 */
class Merger {
	constructor(p, nodes, self, before) {
		Object.assign(this, { p, at: nodes, weight: self, weightBefore: before, n: 1, todo: [] });
		this.frame = new Uint32Array(4096);
		this.parent = new Uint32Array(4096);
		this.depth = new Uint32Array(4096);
		this.self = new Float64Array(4096);
		this.before = before ? new Float64Array(4096) : null;
	}

	add(frame, parent) {
		if (this.n === this.frame.length)
			for (const key of ['frame', 'parent', 'depth', 'self', 'before'])
				this[key] = this[key] && doubled(this[key]);
		this.frame[this.n] = frame;
		this.parent[this.n] = parent;
		this.depth[this.n] = this.depth[parent] + 1;
		return this.n++;
	}

	move(to, from) {
		this.at[to] = this.at[from];
		this.weight[to] = this.weight[from];
		if (this.weightBefore)
			this.weightBefore[to] = this.weightBefore[from];
	}

	// Items [low, high) in the order of their frames.
	sort(low, high) {
		const { p } = this, n = high - low, keys = new Float64Array(n);
		let isSorted = true;

		for (let i = 0; i < n; i++) {
			keys[i] = p.frame[this.at[low + i]] * 0x1000000 + i;
			isSorted = isSorted && (!i || keys[i - 1] < keys[i]);
		}
		if (isSorted)
			return;
		keys.sort();
		for (const key of ['at', 'weight', 'weightBefore']) {
			const old = this[key] && this[key].slice(low, high);

			for (let i = 0; old && i < n; i++)
				this[key][low + i] = old[keys[i] % 0x1000000];
		}
	}

	// Items of equal frames become a node each, under parent; the first is done first.
	split(low, high, parent) {
		const { p, at, todo } = this;

		this.sort(low, high);
		for (let end = high; end > low;) {
			const frame = p.frame[at[end - 1]];
			let first = end - 1;

			while (first > low && p.frame[at[first - 1]] === frame)
				first--;
			todo.push(first, end, parent);
			end = first;
		}
	}

	// The node of items [low, high), which have one frame; they move on.
	enter(low, high, parent) {
		const { p, at } = this, node = this.add(p.frame[at[low]], parent);
		let left = low;

		for (let i = low; i < high; i++) {
			at[i] = p.parent[at[i]];
			if (p.depth[at[i]] > p.groups) {
				this.move(left++, i);
				continue;
			}
			this.self[node] += this.weight[i];
			if (this.before)
				this.before[node] += this.weightBefore[i];
		}
		if (left - low === 1)
			this.todo.push(low, left, node);
		else if (left > low)
			this.split(low, left, node);
	}

	run(low, high, parent) {
		const { todo } = this;

		this.split(low, high, parent);
		while (todo.length) {
			const above = todo.pop(), end = todo.pop();

			this.enter(todo.pop(), end, above);
		}
	}

	finish() {
		const { n } = this, cut = column => column && column.slice(0, n);

		return complete(this.p, { n, frame: cut(this.frame), parent: cut(this.parent),
			depth: cut(this.depth), self: cut(this.self), before: cut(this.before) }, { inverted: true });
	}
}

function doubled(column) {
	const more = new column.constructor(column.length * 2);

	more.set(column);
	return more;
}

// nodes ascend; their samples are self[] and before[], by their place in nodes.
function mergeUpwards(p, nodes, self, before) {
	const merger = new Merger(p, nodes, self, before);

	merger.run(0, nodes.length, 0);
	return merger.finish();
}

// Leaf first.  The frames of a grouping stay where they are, at the root.
function invertProfile(p) {
	const leaves = Uint32Array.from({ length: p.n }, (_, i) => i).filter(i => isLeaf(p, i) && p.depth[i] > p.groups);
	const of = column => column && Float64Array.from(leaves, i => column[i]);
	const merger = new Merger(p, leaves, of(p.self), of(p.before));
	let low = 0;

	merger.self[0] = p.self[0];
	if (p.before)
		merger.before[0] = p.before[0];
	if (!p.groups)
		merger.run(0, leaves.length, 0);
	for (let group = 1; p.groups && group < p.n; group = p.end[group]) {
		const node = merger.add(p.frame[group], 0);
		let high = low;

		merger.self[node] += p.self[group];
		if (p.before)
			merger.before[node] += p.before[group];
		while (high < leaves.length && leaves[high] < p.end[group])
			high++;
		merger.run(low, high, node);
		low = high;
	}
	return merger.finish();
}

// ---- search ----

/*
 * A pattern on names, which are tested once each.  null: nothing is searched for; error: why the
 * pattern is none.
 */
function compileSearch(names, text, ignoreCase) {
	const search = { text, ignoreCase, error: '', matched: null };

	if (!text)
		return null;
	try {
		const pattern = new RegExp(text, ignoreCase ? 'i' : '');

		search.matched = Uint8Array.from(names, name => (pattern.test(name) ? 1 : 0));
		search.matched[names.length - 1] = 0;
	} catch (error) {
		search.error = error.message;
	}
	return search;
}

// Matching nodes before each node, so that whole subtrees can be passed over.
function countMatches(p, search) {
	const before = new Uint32Array(p.n + 1);

	for (let i = 0; i < p.n; i++)
		before[i + 1] = before[i] + search.matched[p.frame[i]];
	return before;
}

/*
 * Matches under a view's node and in its range, that are not inside a match: {nodes, size, samples}.
 */
function outermostMatches(p, search, before, view) {
	const nodes = [], stop = p.end[view.node];
	let size = 0, samples = 0, i = view.node;

	while (i < stop) {
		const low = Math.max(p.start[i], view.low);
		const high = Math.min(p.start[i] + p.size[i], view.high);

		if (high <= low || before[p.end[i]] === before[i]) {
			i = p.end[i];
		} else if (search.matched[p.frame[i]] && p.depth[i] >= view.focus) {
			nodes.push(i);
			size += high - low;
			samples += p.total[i];
			i = p.end[i];
		} else {
			i++;
		}
	}
	return { nodes, size, samples };
}

// ---- what is seen: a node, and the range [low, high) that fills the width ----

const viewOfNode = (p, node) => ({
	node, low: p.start[node], high: p.start[node] + p.size[node], focus: p.depth[node]
});
const viewOfRun = (p, run) => ({
	node: p.parent[run.node], low: run.low, high: run.high, focus: run.depth
});
const isWhole = (p, view) => view.low === 0 && view.high === p.size[0] && view.focus === 0;

const RUN_LEAST_WIDTH = 0.1;

/*
 * Boxes of a view in pre-order: {node, end, depth, low, high, x, width, run}.  A run stands for
 * neighbours under one parent that are too thin to be drawn one by one, and all above them; so the
 * cost follows the pixels and not the profile.
 */
function boxesOf(p, view, width, leastWidth = 0.5) {
	const scale = width / (view.high - view.low), boxes = [];
	let run = null, i = 0;
	const endRun = () => {
		if (run && run.width >= RUN_LEAST_WIDTH)
			boxes.push(run);
		run = null;
	};

	while (i < p.n) {
		const low = p.start[i], high = low + p.size[i];

		if (high <= view.low || low >= view.high) {
			i = p.end[i];
			continue;
		}
		const x = (Math.max(low, view.low) - view.low) * scale;
		const w = (Math.min(high, view.high) - view.low) * scale - x;

		if (w >= leastWidth) {
			endRun();
			boxes.push({ node: i, end: p.end[i], depth: p.depth[i], low, high, x, width: w, run: false });
			i++;
			continue;
		}
		if (!run || run.end !== i || run.depth !== p.depth[i]) {
			endRun();
			run = { node: i, end: i, depth: p.depth[i], low, high, x, width: 0, run: true };
		}
		run.end = p.end[i];
		run.high = high;
		run.width = x + w - run.x;
		i = run.end;
	}
	endRun();
	return boxes;
}

// The box of a row, an array in order or undefined, at x; or null.
function boxInRow(row, x) {
	let low = 0, high = row ? row.length : 0;

	while (low < high) {
		const middle = (low + high) >> 1;

		if (row[middle].x + row[middle].width <= x)
			low = middle + 1;
		else
			high = middle;
	}
	return row && low < row.length && row[low].x <= x ? row[low] : null;
}

// ---- paths, which outlive a profile: they are what the address keeps ----

function pathOf(p, node) {
	const path = [];

	for (; node; node = p.parent[node])
		path.push(encodeURIComponent(labelOfFrame(p, p.frame[node])));
	return path.reverse().join(';');
}

// The node that path leads to, or the last one on the way that exists.
function nodeAt(p, path) {
	let node = 0;

	for (const part of path ? path.split(';') : []) {
		const label = decodeURIComponent(part), stop = p.end[node];
		let child = node + 1;

		while (child < stop && labelOfFrame(p, p.frame[child]) !== label)
			child = p.end[child];
		if (child >= stop)
			return node;
		node = child;
	}
	return node;
}

function frameNamed(p, label) {
	for (let frame = 0; frame < p.names.length - 1; frame++)
		if (p.names[frame].length <= label.length && labelOfFrame(p, frame) === label)
			return frame;
	return -1;
}
