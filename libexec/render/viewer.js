/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The viewer: draws the flame graph from the profile in this file, whatever part is asked for.
 *
 * Nodes are arrays in pre-order with the end of each subtree, so a redraw touches what can be seen
 * and skips the rest: its cost follows the pixels, not the profile.  Nothing is loaded from anywhere.
 */
'use strict';

const SVG = 'http://www.w3.org/2000/svg', HTML = 'http://www.w3.org/1999/xhtml';
const ROW = 17, BOX = 16, MARGIN = 10, LEAST_WIDTH = 0.5, RUN_LEAST_WIDTH = 0.1;
const KINDS = 'ukjil', SUFFIXES = ['', '_[k]', '_[j]', '_[i]', ''];
const KIND_NAMES = ['', 'kernel', 'JIT-compiled', 'inlined', ''];

const script = document.currentScript;
const svg = (script && script.ownerSVGElement) || document.documentElement;
const find = id => svg.querySelector('#' + id);

// ---- frames ----

const kindOf = (p, i) => i ? p.kinds[p.frame[i]] & 7 : 4;
const shadeOf = (p, i) => i ? p.kinds[p.frame[i]] >> 3 : 0;
const nameOf = (p, i) => p.names[p.frame[i]];
const labelOf = (p, i) => nameOf(p, i) + SUFFIXES[kindOf(p, i)];

// ---- what is seen: a node, and the range of samples [low, high) that fills the width ----

const viewOfNode = (p, node) => ({
	node, low: p.start[node], high: p.start[node] + p.total[node], focus: p.depth[node]
});
const viewOfRun = (p, run) => ({
	node: p.parent[run.node], low: run.low, high: run.high, focus: run.depth
});
const isWhole = (p, view) => view.low === 0 && view.high === p.total[0] && view.focus === 0;

/*
 * Boxes of a view in pre-order: {node, end, depth, low, high, x, width, run}.  A run stands for
 * neighbours under one parent that are too thin to be drawn one by one.
 */
function boxesOf(p, view, width) {
	const scale = width / (view.high - view.low), boxes = [];
	let run = null, i = 0;
	const endRun = () => {
		if (run && run.width >= RUN_LEAST_WIDTH)
			boxes.push(run);
		run = null;
	};

	while (i < p.n) {
		const low = p.start[i], high = low + p.total[i];

		if (high <= view.low || low >= view.high) {
			i = p.end[i];
			continue;
		}
		const x = (Math.max(low, view.low) - view.low) * scale;
		const w = (Math.min(high, view.high) - view.low) * scale - x;

		if (w >= LEAST_WIDTH) {
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

// ---- search ----

function searchFor(p, text, ignoreCase) {
	const found = { text, ignoreCase, error: '', matched: null, before: null };

	if (!text)
		return null;
	try {
		const pattern = new RegExp(text, ignoreCase ? 'i' : '');

		found.matched = Uint8Array.from(p.names, name => pattern.test(name) ? 1 : 0);
	} catch (error) {
		found.error = error.message;
		return found;
	}
	found.matched[p.names.length - 1] = 0;
	found.before = new Uint32Array(p.n + 1);    // matching nodes before this one
	for (let i = 0; i < p.n; i++)
		found.before[i + 1] = found.before[i] + found.matched[p.frame[i]];
	found.all = outermostMatches(p, found, viewOfNode(p, 0)).samples;
	return found;
}

// Matches inside a match are not counted again.
function outermostMatches(p, found, view) {
	const nodes = [], first = view.node, stop = p.end[view.node];
	let samples = 0, i = first;

	while (i < stop) {
		const low = Math.max(p.start[i], view.low);
		const high = Math.min(p.start[i] + p.total[i], view.high);

		if (high <= low || found.before[p.end[i]] === found.before[i]) {
			i = p.end[i];
		} else if (found.matched[p.frame[i]] && p.depth[i] >= view.focus) {
			nodes.push(i);
			samples += high - low;
			i = p.end[i];
		} else {
			i++;
		}
	}
	return { nodes, samples };
}

// ---- state in the address: #z=path&r=range&s=search&i=1&v=icicle ----

function pathOf(p, node) {
	const path = [];

	for (; node; node = p.parent[node])
		path.push(encodeURIComponent(labelOf(p, node)));
	return path.reverse().join(';');
}

// The node that path leads to, or the last one on the way that exists.
function nodeAt(p, path) {
	let node = 0;

	for (const part of path ? path.split(';') : []) {
		const label = decodeURIComponent(part), stop = p.end[node];
		let child = node + 1;

		while (child < stop && labelOf(p, child) !== label)
			child = p.end[child];
		if (child >= stop)
			return node;
		node = child;
	}
	return node;
}

function hashOf(p, state) {
	const parts = [], { view, found } = state;

	if (!isWhole(p, view)) {
		parts.push('z=' + pathOf(p, view.node));
		if (view.focus > p.depth[view.node])
			parts.push(`r=${view.low - p.start[view.node]}-${view.high - p.start[view.node]}`);
	}
	if (found)
		parts.push('s=' + encodeURIComponent(found.text));
	if (state.ignoreCase)
		parts.push('i=1');
	if (state.icicle)
		parts.push('v=icicle');
	return '#' + parts.join('&');
}

function viewAt(p, fields) {
	const node = nodeAt(p, fields.get('z')), view = viewOfNode(p, node);
	const range = /^(\d+)-(\d+)$/.exec(fields.get('r') || '');

	if (range && +range[1] < +range[2] && +range[2] <= p.total[node]) {
		view.high = view.low + +range[2];
		view.low += +range[1];
		view.focus++;
	}
	return view;
}

function fieldsOf(hash) {
	return new Map(hash.replace(/^#/, '').split('&').filter(part => part.includes('='))
		.map(part => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]));
}

// ---- elements ----

function element(name, attributes, ...children) {
	const e = document.createElementNS(SVG, name);

	for (const key in attributes)
		e.setAttribute(key, attributes[key]);
	e.append(...children);
	return e;
}

function html(name, attributes, ...children) {
	const e = document.createElementNS(HTML, name);

	for (const key in attributes)
		e.setAttribute(key, attributes[key]);
	e.append(...children);
	return e;
}

// Elements of one name, made when needed and used again at the next redraw.
class Pool {
	constructor(parent, name, attributes) {
		Object.assign(this, { parent, name, attributes, made: [], used: 0 });
	}
	take() {
		if (this.used === this.made.length) {
			this.made.push(element(this.name, this.attributes));
			this.parent.append(this.made[this.used]);
		}
		return this.made[this.used++];
	}
	trim() {
		for (const e of this.made.splice(this.used))
			e.remove();
		this.used = 0;
	}
}

const grouped = n => String(n).replace(/\B(?=(\d{3})+$)/g, ',');
const countText = (n, unit) => `${grouped(n)} ${unit}${n === 1 ? '' : 's'}`;
const percent = (part, all) => `${all ? (part / all * 100).toFixed(2) : '0.00'}%`;

// ---- the page ----

class Viewer {
	constructor(p) {
		this.p = p;
		this.state = { view: viewOfNode(p, 0), found: null, ignoreCase: false, icicle: false };
		this.picked = null;
		this.rows = 0;
		this.makePage();
		this.listen();
		this.restore();
	}

	makePage() {
		find('plain').remove();
		svg.removeAttribute('viewBox');
		svg.removeAttribute('role');
		svg.setAttribute('width', '100%');
		svg.style.display = 'block';
		this.graph = element('g', {
			class: 'graph', tabindex: '0', role: 'application', 'aria-roledescription': 'flame graph',
			'aria-label': 'Flame graph: arrow keys move between frames, Enter zooms, Escape resets'
		});
		this.shapes = element('g');
		this.labels = element('g', { 'aria-hidden': 'true' });
		this.hover = element('rect', { class: 'hover', height: BOX, visibility: 'hidden' });
		this.pick = element('rect', { class: 'pick', height: BOX, visibility: 'hidden' });
		this.graph.append(this.shapes, this.labels, this.hover, this.pick);
		this.rects = new Pool(this.shapes, 'rect', { height: BOX });
		this.texts = new Pool(this.labels, 'text', { class: 'label' });
		this.makeBar();
		this.tip = html('div', { class: 'tip', role: 'tooltip', hidden: '' });
		this.tipBox = element('foreignObject', { x: 0, y: 0, width: 0, height: 0,
			style: 'pointer-events:none;overflow:visible' });
		this.tipBox.append(html('div', { style: 'position:relative' }, this.tip));
		svg.append(this.graph, this.barBox, this.tipBox);
		this.measureText();
	}

	makeBar() {
		const button = (text, title, action) => {
			const b = html('button', { type: 'button', title }, text);

			b.addEventListener('click', action);
			return b;
		};
		const facts = this.p.facts;

		this.input = html('input', { type: 'search', placeholder: 'Search (regex)', spellcheck: 'false',
			autocomplete: 'off', 'aria-label': 'Search frames by regular expression',
			title: 'Search frames by regular expression (Ctrl-F, / or F3)' });
		this.caseButton = button('Aa', 'Ignore case (Ctrl-I)', () => this.toggleCase());
		this.previousButton = button('‹', 'Previous match (Shift-F3 or N)', () => this.step(-1));
		this.nextButton = button('›', 'Next match (F3 or n)', () => this.step(1));
		this.icicleButton = button('Icicle', 'Root at the top (i)', () => this.toggleIcicle());
		this.resetButton = button('Reset zoom', 'Show everything (Escape or Home)', () => this.reset());
		this.caseButton.setAttribute('aria-label', 'Ignore case');
		this.previousButton.setAttribute('aria-label', 'Previous match');
		this.nextButton.setAttribute('aria-label', 'Next match');
		this.details = html('span', { class: 'details', 'aria-live': 'polite' });
		this.result = html('span', { class: 'result', role: 'status' });
		const names = html('div', { class: 'names' },
			html('div', { class: 'title' }, facts.get('title') || ''),
			html('div', { class: 'subtitle', title: facts.get('subtitle') || '' },
			     facts.get('subtitle') || ''));
		if (facts.has('incomplete'))
			names.append(html('div', { class: 'incomplete' }, 'Incomplete: ' + facts.get('incomplete')));
		this.bar = html('div', { class: 'bar' },
			html('div', { class: 'row' }, names,
			     html('div', { class: 'tools', role: 'toolbar', 'aria-label': 'Flame graph tools' },
				  this.input, this.caseButton, this.previousButton, this.nextButton,
				  this.icicleButton, this.resetButton)),
			html('div', { class: 'found' }, this.details, this.result));
		this.barBox = element('foreignObject', { x: 0, y: 0, width: '100%', height: 70 });
		this.barBox.append(this.bar);
	}

	// The font has one width for ASCII; other characters are measured one name at a time.
	measureText() {
		const probe = element('text', { class: 'label', visibility: 'hidden' }, 'm'.repeat(100));

		svg.append(probe);
		this.charWidth = probe.getComputedTextLength() / 100 || 6.7;
		probe.remove();
	}

	fit(name, width) {
		const chars = Math.floor((width - 5) / this.charWidth);

		if (chars < 3)
			return '';
		// Wide characters take two columns, at most.
		const ascii = /^[\x20-\x7e]*$/.test(name.slice(0, chars + 1));
		const most = ascii ? chars : Math.floor(chars / 2);

		if (name.length <= most)
			return name;
		return Array.from(name.slice(0, most * 2)).slice(0, Math.max(most - 1, 1)).join('') + '…';
	}

	// ---- drawing ----

	width() {
		return Math.max(svg.getBoundingClientRect().width - 2 * MARGIN, 50);
	}

	draw() {
		const { p, state } = this, width = this.width();

		this.drawnWidth = width;
		this.boxes = boxesOf(p, state.view, width);
		const rows = this.boxes.reduce((most, box) => Math.max(most, box.depth), 0) + 1;
		this.rows = Math.max(this.rows, rows);
		this.top = Math.ceil(this.bar.getBoundingClientRect().height || 70) + 8;
		this.barBox.setAttribute('height', this.top);
		svg.setAttribute('height', Math.max(this.top + this.rows * ROW + MARGIN, window.innerHeight - 1));
		this.graph.setAttribute('transform', `translate(${MARGIN},${this.top})`);
		this.byDepth = Array.from({ length: rows }, () => []);
		for (const box of this.boxes) {
			this.byDepth[box.depth].push(box);
			this.drawBox(box);
		}
		this.rects.trim();
		this.texts.trim();
		this.showPick();
		this.showState();
	}

	y(depth) {
		return (this.state.icicle ? depth : this.rows - 1 - depth) * ROW;
	}

	isMatch(box) {
		const found = this.state.found;

		if (!found || found.error)
			return false;
		return box.run ? found.before[box.end] > found.before[box.node]
			       : found.matched[this.p.frame[box.node]];
	}

	drawBox(box) {
		const { p } = this, rect = this.rects.take(), faded = box.depth < this.state.view.focus;
		const look = box.run ? 'thin' : `f ${KINDS[kindOf(p, box.node)]}${shadeOf(p, box.node)}`;
		const text = box.run ? this.fit(`${grouped(box.end - box.node)} narrow frames`, box.width)
				     : this.fit(nameOf(p, box.node), box.width);

		rect.setAttribute('x', box.x.toFixed(2));
		rect.setAttribute('y', this.y(box.depth));
		rect.setAttribute('width', (box.width > 2 ? box.width - 0.5 : box.width).toFixed(2));
		rect.setAttribute('class', look + (this.isMatch(box) ? ' match' : '') + (faded ? ' faded' : ''));
		box.rect = rect;
		if (!text)
			return;
		const label = this.texts.take();

		label.setAttribute('x', (box.x + 3).toFixed(2));
		label.setAttribute('y', this.y(box.depth) + 12);
		label.setAttribute('class', faded ? 'label faded' : 'label');
		label.textContent = text;
	}

	describe(box) {
		const { p } = this, { view } = this.state;
		const samples = box.high - box.low;
		const kind = box.run ? '' : KIND_NAMES[kindOf(p, box.node)];
		const self = box.run ? 0 : p.self[box.node];
		const name = box.run ? `${grouped(box.end - box.node)} narrow frame` +
			(box.end - box.node === 1 ? '' : 's') : nameOf(p, box.node);
		let numbers = `${countText(samples, p.unit)}, ${percent(samples, p.total[0])}`;

		if (!isWhole(p, view) && box.depth >= view.focus)
			numbers += ` of all, ${percent(samples, view.high - view.low)} of zoomed`;
		if (self && self < samples)
			numbers += `, self ${grouped(self)} (${percent(self, p.total[0])})`;
		if (kind)
			numbers += `, ${kind}`;
		return { name, numbers };
	}

	outline(rect, box) {
		if (!box) {
			rect.setAttribute('visibility', 'hidden');
			return;
		}
		rect.setAttribute('visibility', 'visible');
		rect.setAttribute('x', box.x.toFixed(2));
		rect.setAttribute('y', this.y(box.depth));
		rect.setAttribute('width', Math.max(box.width - 0.5, 1).toFixed(2));
	}

	showPick() {
		const box = this.picked === null ? null : this.boxOf(this.picked);

		this.outline(this.pick, box);
		this.outline(this.hover, null);
		this.showDetails(box);
	}

	showDetails(box) {
		if (!box) {
			this.details.textContent = 'Click or Enter zooms, arrow keys move, Ctrl-F searches';
			return;
		}
		const { name, numbers } = this.describe(box);

		this.details.textContent = `${numbers} · ${name.slice(0, 2000)}`;
	}

	showState() {
		const { p, state } = this, { found, view } = state;

		this.resetButton.disabled = isWhole(p, view);
		this.caseButton.setAttribute('aria-pressed', state.ignoreCase);
		this.icicleButton.setAttribute('aria-pressed', state.icicle);
		this.input.setAttribute('aria-invalid', !!(found && found.error));
		this.matches = found && !found.error ? outermostMatches(p, found, view) : null;
		this.previousButton.disabled = this.nextButton.disabled =
			!this.matches || !this.matches.nodes.length;
		this.result.className = found && found.error ? 'bad' : 'matched';
		this.result.textContent = !found ? '' : found.error ? found.error : this.matchText();
	}

	matchText() {
		const { p, matches } = this, { view, found } = this.state;
		const frames = found.before[p.end[view.node]] - found.before[view.node];
		let text = `${grouped(frames)} frame${frames === 1 ? '' : 's'} matched: ` +
			percent(matches.samples, view.high - view.low);

		if (!isWhole(p, view))
			text += ` of zoomed, ${percent(found.all, p.total[0])} of all`;
		return text;
	}

	// ---- boxes by place ----

	boxOf(node) {
		const { p } = this, row = this.byDepth[p.depth[node]] || [];

		return row.find(box => box.node === node || (box.run && node >= box.node && node < box.end)) ||
			this.runOver(node);
	}

	// A node inside a run is shown by the run that one of its ancestors is in.
	runOver(node) {
		for (let depth = Math.min(this.p.depth[node], this.byDepth.length) - 1; depth > 0; depth--) {
			const run = this.byDepth[depth].find(b => b.run && node >= b.node && node < b.end);

			if (run)
				return run;
		}
		return null;
	}

	boxAt(event) {
		const area = svg.getBoundingClientRect();
		const x = event.clientX - area.left - MARGIN, y = event.clientY - area.top - this.top;
		const row = Math.floor(y / ROW), depth = this.state.icicle ? row : this.rows - 1 - row;

		return this.boxAtX(depth, x);
	}

	boxAtX(depth, x) {
		const row = this.byDepth[depth];
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

	// ---- actions ----

	change(changes, how) {
		Object.assign(this.state, changes);
		this.draw();
		this.remember(how);
	}

	zoom(view) {
		const { p, state } = this;

		if (view.low === state.view.low && view.high === state.view.high &&
		    view.focus === state.view.focus)
			return;
		this.hideTip();
		this.change({ view }, 'push');
		this.toRoot();
	}

	zoomBox(box) {
		this.zoom(box.run ? viewOfRun(this.p, box) : viewOfNode(this.p, box.node));
	}

	reset() {
		this.zoom(viewOfNode(this.p, 0));
	}

	// In a graph higher than the window, what was zoomed to is near the root.
	toRoot() {
		if (svg !== document.documentElement)
			return;
		const y = this.top + this.y(this.state.view.focus);

		if (y < window.scrollY + this.top || y + ROW > window.scrollY + window.innerHeight)
			window.scrollTo(0, this.state.icicle ? y - this.top : y + 3 * ROW - window.innerHeight);
	}

	search(text) {
		this.change({ found: searchFor(this.p, text, this.state.ignoreCase) }, 'replace');
	}

	toggleCase() {
		this.state.ignoreCase = !this.state.ignoreCase;
		this.search(this.input.value);
	}

	toggleIcicle() {
		this.change({ icicle: !this.state.icicle }, 'replace');
		this.toRoot();
	}

	step(by) {
		if (!this.matches || !this.matches.nodes.length)
			return;
		const { nodes } = this.matches, now = nodes.indexOf(this.picked);
		const next = now < 0 ? (by > 0 ? 0 : nodes.length - 1) : (now + by + nodes.length) % nodes.length;

		this.picked = nodes[next];
		this.showPick();
		this.scrollToPick();
		this.result.textContent = `${next + 1} of ${grouped(nodes.length)} · ${this.matchText()}`;
	}

	scrollToPick() {
		const box = this.picked === null ? null : this.boxOf(this.picked);

		if (!box || svg !== document.documentElement)
			return;
		const y = this.top + this.y(box.depth);

		if (y < window.scrollY + this.top)
			window.scrollTo(0, y - this.top - ROW);
		else if (y + ROW > window.scrollY + window.innerHeight)
			window.scrollTo(0, y + 2 * ROW - window.innerHeight);
	}

	// dx, dy: columns to the right, levels away from the root.
	move(dx, dy) {
		const now = this.picked === null ? null : this.boxOf(this.picked);
		let next = null;

		if (!now) {
			next = this.boxAtX(this.state.view.focus, 0);
		} else if (dx) {
			const row = this.byDepth[now.depth];

			next = row[row.indexOf(now) + dx];
		} else if (dy < 0) {
			next = now.depth ? this.boxOf(this.p.parent[now.node]) : null;
		} else {
			for (const box of this.byDepth[now.depth + 1] || [])
				if (box.node > now.node && box.node < now.end && (!next || box.width > next.width))
					next = box;
		}
		if (next) {
			this.picked = next.node;
			this.showPick();
			this.scrollToPick();
		}
	}

	escape() {
		if (!isWhole(this.p, this.state.view))
			return this.reset();
		this.picked = null;
		if (this.state.found) {
			this.input.value = '';
			this.search('');
		}
		this.showPick();
	}

	// ---- address ----

	remember(how) {
		const hash = hashOf(this.p, this.state);

		if (hash === (location.hash || '#'))
			return;
		try {
			history[how + 'State'](null, '', hash);
		} catch (error) {
			// Not allowed where this is embedded: the picture works without.
		}
	}

	restore() {
		const fields = fieldsOf(location.hash), text = fields.get('s') || '';
		let search = '', view = viewOfNode(this.p, 0);

		try {
			search = decodeURIComponent(text);
			view = viewAt(this.p, fields);
		} catch (error) {
			// A damaged address shows everything.
		}
		this.state.ignoreCase = fields.get('i') === '1';
		this.state.icicle = fields.get('v') === 'icicle';
		this.state.view = view;
		this.input.value = search;
		this.state.found = searchFor(this.p, search, this.state.ignoreCase);
		this.draw();
		this.placeBar();
		if (!this.state.icicle)
			this.toRoot();
	}

	// ---- events ----

	listen() {
		const redraw = () => {
			if (Math.abs(this.width() - this.drawnWidth) > 0.5)
				this.draw();
		};

		this.graph.addEventListener('click', event => {
			const box = this.boxAt(event);

			if (!box)
				return;
			this.picked = box.node;
			this.zoomBox(box);
			this.showPick();
		});
		this.graph.addEventListener('mousemove', event => this.pointAt(event));
		this.graph.addEventListener('mouseleave', () => this.hideTip());
		this.input.addEventListener('input', () => this.search(this.input.value));
		window.addEventListener('keydown', event => this.key(event));
		window.addEventListener('resize', redraw);
		window.addEventListener('scroll', () => this.placeBar());
		window.addEventListener('popstate', () => this.restore());
		window.addEventListener('hashchange', () => {
			if (location.hash !== hashOf(this.p, this.state))
				this.restore();
		});
	}

	placeBar() {
		if (svg === document.documentElement)
			this.barBox.setAttribute('y', window.scrollY);
	}

	pointAt(event) {
		const box = this.boxAt(event);

		this.outline(this.hover, box);
		if (!box)
			return this.hideTip();
		const { name, numbers } = this.describe(box);
		const shown = name.length > 1500 ? name.slice(0, 1500) + '…' : name;

		this.showDetails(box);
		this.tip.replaceChildren(html('b', {}, shown), html('span', {}, numbers));
		this.tip.hidden = false;
		this.placeTip(event);
	}

	placeTip(event) {
		const area = svg.getBoundingClientRect();
		const x = event.clientX - area.left, y = event.clientY - area.top;

		this.tipBox.setAttribute('width', area.width);
		this.tip.style.width = 'max-content';
		this.tip.style.left = this.tip.style.top = '0';
		const size = this.tip.getBoundingClientRect();
		const below = event.clientY + 18 + size.height < window.innerHeight;

		this.tip.style.left = Math.max(Math.min(x + 12, area.width - size.width - 6), 4) + 'px';
		this.tip.style.top = (below ? y + 18 : Math.max(y - size.height - 10, -area.top)) + 'px';
	}

	hideTip() {
		this.tip.hidden = true;
		this.outline(this.hover, null);
		this.showDetails(this.picked === null ? null : this.boxOf(this.picked));
	}

	key(event) {
		const inInput = event.target === this.input, command = event.ctrlKey || event.metaKey;
		const action = command ? this.commandKey(event) : inInput ? this.inputKey(event)
								 : this.graphKey(event);

		if (action) {
			event.preventDefault();
			action();
		}
	}

	focusInput() {
		this.input.focus();
		this.input.select();
	}

	commandKey(event) {
		return {
			f: () => this.focusInput(),
			i: () => this.toggleCase(),
			g: () => this.step(event.shiftKey ? -1 : 1)
		}[event.altKey ? '' : event.key.toLowerCase()];
	}

	inputKey(event) {
		const back = event.shiftKey ? -1 : 1;

		return {
			Enter: () => this.step(back),
			F3: () => this.step(back),
			Escape: () => {
				this.input.value = '';
				this.search('');
				this.graph.focus();
			}
		}[event.key];
	}

	graphKey(event) {
		const up = this.state.icicle ? -1 : 1;
		const isButton = event.target.localName === 'button';
		const zoomPicked = () => {
			const box = this.picked === null ? null : this.boxOf(this.picked);

			if (box)
				this.zoomBox(box);
		};

		if (event.altKey || (isButton && (event.key === 'Enter' || event.key === ' ')))
			return undefined;
		return {
			'/': () => this.focusInput(),
			F3: () => this.state.found ? this.step(event.shiftKey ? -1 : 1) : this.focusInput(),
			n: () => this.step(1),
			N: () => this.step(-1),
			i: () => this.toggleIcicle(),
			Escape: () => this.escape(),
			Home: () => this.reset(),
			Backspace: () => this.zoom(viewOfNode(this.p, this.p.parent[this.state.view.node])),
			Enter: zoomPicked,
			' ': zoomPicked,
			ArrowUp: () => this.move(0, up),
			ArrowDown: () => this.move(0, -up),
			ArrowLeft: () => this.move(-1, 0),
			ArrowRight: () => this.move(1, 0)
		}[event.key];
	}
}

// ---- start ----

function explain(text) {
	const height = +svg.getAttribute('height');

	find('plain').append(element('text', { class: 'warning', x: MARGIN, y: height - 2 }, text));
}

async function start() {
	if (typeof DecompressionStream === 'undefined')
		return explain('This browser cannot unpack the profile: no zoom and no search.');
	try {
		svg.viewer = new Viewer(await readIsland(find('profile').textContent));
		svg.viewer.toRoot();
		svg.setAttribute('data-ready', '1');
	} catch (error) {
		if (!find('plain'))
			throw error;
		explain('The profile in this file cannot be read: ' + error.message);
	}
	return undefined;
}

start();
