/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables as long as the profile: functions, and the call tree.
 *
 * Only the rows in sight are elements; the scroll bar is that of an empty block as high as the list.
 * Browsers have a greatest height of a block, so rows beyond LIST_MAX wait for a narrower search.
 */
'use strict';

const LIST_ROW = 22, LIST_MAX = 1000000;

class VirtualList {
	/*
	 * role: grid or treegrid.  columns: [{key, text, title, number}].  source has count(), fill(row,
	 * index) for the cells, pick(index), act(index), key(event, index) and menu(index, x, y); fill() is also
	 * told how many characters a name has room for.
	 */
	constructor(host, label, role, columns, source) {
		Object.assign(this, { host, columns, source, picked: -1, rows: [] });
		this.head = make('div', { class: 'list-head', role: 'row', 'aria-rowindex': '1' });
		for (const column of columns)
			this.head.append(this.makeHeading(column));
		this.body = make('div', { class: 'list-body', role: 'rowgroup' });
		this.table = make('div', { class: `list ${role}`, role, tabindex: '0', 'aria-label': label });
		this.table.append(make('div', { class: 'list-top', role: 'rowgroup' }, this.head), this.body);
		host.append(this.table);
		this.id = VirtualList.made = (VirtualList.made || 0) + 1;
		this.listen();
	}

	makeHeading(column) {
		const heading = make('div', { class: `cell ${column.key}`, role: 'columnheader', title: column.title });

		if (!column.sort) {
			heading.textContent = column.text;
			return heading;
		}
		const button = make('button', { type: 'button' }, column.text);

		button.addEventListener('click', () => column.sort(column.key));
		heading.append(button);
		return heading;
	}

	listen() {
		this.table.addEventListener('scroll', () => this.draw());
		this.table.addEventListener('keydown', event => this.key(event));
		new ResizeObserver(() => this.draw()).observe(this.table);
	}

	// Of the rows in sight, without the headings.
	get height() {
		return Math.max(this.table.clientHeight - this.head.offsetHeight, 0);
	}

	// Characters of the column of names; all of them have one width.
	get nameChars() {
		const cell = this.rows[0].querySelector('.function'), context = make('canvas').getContext('2d');

		context.font = getComputedStyle(cell).font;
		return (this.head.querySelector('.function').clientWidth - 34) / context.measureText('m').width;
	}

	get count() {
		return Math.min(this.source.count(), LIST_MAX);
	}

	// Everything may have changed.
	update() {
		this.body.style.height = `${this.count * LIST_ROW}px`;
		this.table.setAttribute('aria-rowcount', this.count + 1);
		this.draw();
	}

	takeRow(i) {
		if (!this.rows[i]) {
			const row = make('div', { class: 'list-row', role: 'row', id: `row-${this.id}-${i}` });

			for (const column of this.columns)
				row.append(make('div', { class: `cell ${column.key}`, role: 'gridcell' }));
			row.addEventListener('click', event => this.clicked(row, event));
			row.addEventListener('dblclick', () => this.source.act(row.index));
			row.addEventListener('contextmenu', event => this.menuAt(row, event));
			this.rows[i] = row;
			this.body.append(row);
		}
		return this.rows[i];
	}

	clicked(row, event) {
		this.setPicked(row.index);
		if (this.source.click)
			this.source.click(row.index, event);
	}

	menuAt(row, event) {
		event.preventDefault();
		this.setPicked(row.index);
		this.source.menu(row.index, event.clientX, event.clientY);
	}

	draw() {
		const { height, count } = this, { scrollTop } = this.table;

		if (!height)
			return;
		const first = Math.max(Math.floor(scrollTop / LIST_ROW) - 2, 0);
		const last = Math.min(Math.ceil((scrollTop + height) / LIST_ROW) + 2, count);
		let used = 0, nameChars = 0;

		for (let index = first; index < last; index++, used++) {
			const row = this.takeRow(used);

			row.index = index;
			row.hidden = false;
			row.style.top = `${index * LIST_ROW}px`;
			row.setAttribute('aria-rowindex', index + 2);
			row.setAttribute('aria-selected', index === this.picked);
			nameChars = nameChars || this.nameChars;
			this.source.fill(row, index, nameChars);
			if (index === this.picked)
				this.table.setAttribute('aria-activedescendant', row.id);
		}
		for (const row of this.rows.slice(used))
			row.hidden = true;
		if (this.picked < first || this.picked >= last)
			this.table.removeAttribute('aria-activedescendant');
	}

	setPicked(index) {
		this.picked = Math.min(Math.max(index, -1), this.count - 1);
		if (this.picked >= 0) {
			this.toSight(this.picked);
			this.source.pick(this.picked);
		}
		this.draw();
	}

	toSight(index) {
		const y = index * LIST_ROW, { height } = this;

		if (!height)
			return;
		if (y < this.table.scrollTop)
			this.table.scrollTop = y;
		else if (y + LIST_ROW > this.table.scrollTop + height)
			this.table.scrollTop = y + LIST_ROW - height;
	}

	key(event) {
		if (event.target.localName === 'button')
			return;
		const page = Math.max(Math.floor(this.height / LIST_ROW) - 1, 1);
		const now = this.picked;

		if (event.ctrlKey || event.metaKey || event.altKey || !this.count)
			return;
		const action = (now >= 0 && this.source.key && this.source.key(event, now)) || {
			ArrowDown: () => this.setPicked(now + 1),
			ArrowUp: () => this.setPicked(Math.max(now - 1, 0)),
			PageDown: () => this.setPicked(now + page),
			PageUp: () => this.setPicked(Math.max(now - page, 0)),
			Home: () => this.setPicked(0),
			End: () => this.setPicked(this.count - 1),
			Enter: () => now >= 0 && this.source.act(now),
			ContextMenu: () => this.menuByKey(now)
		}[event.key === 'F10' && event.shiftKey ? 'ContextMenu' : event.key];

		if (!action)
			return;
		event.preventDefault();
		event.stopPropagation();
		action();
	}

	menuByKey(index) {
		const row = this.rows.find(r => !r.hidden && r.index === index);
		const area = row && row.getBoundingClientRect();

		if (row)
			this.source.menu(index, area.left + 60, area.bottom);
	}
}

// ---- cells that both tables have ----

function fillNumber(cell, value, all) {
	cell.textContent = grouped(value);
	cell.title = percent(value, all);
}

function fillShare(cell, value, all) {
	cell.textContent = percent(value, all);
	cell.style.setProperty('--share', share(value, all));
}

function fillChange(cell, after, before, sums, limit) {
	const compared = compareShares(after, before, sums, limit);

	cell.textContent = deltaText(compared.change);
	cell.dataset.change = compared.isNoise ? 'noise' : compared.change > 0 ? 'more' : 'less';
}

// chars: how many the cell has room for.
function fillName(cell, p, frame, search, chars) {
	const name = p.names[frame], fitting = nameFor(shortNames(name), chars);
	const shown = fitting.length > 600 ? fitting.slice(0, 600) + '…' : fitting;
	const colour = classesOf(p, 'kind')[frame], swatch = make('span', { class: 'kind' });

	swatch.style.background = fills()[colour];
	swatch.title = MEANINGS.find(([hue]) => hue === colour[0])[1];

	cell.replaceChildren(swatch, make('bdi', {
		class: search && search.matched && search.matched[frame] ? 'name found' : 'name'
	}, shown));
	cell.title = name.slice(0, 2000);
}

const SHARE_COLUMNS = {
	total: { key: 'total', text: 'Total', title: 'Share of samples that have the function on the stack' },
	self: { key: 'self', text: 'Self', title: 'Share of samples that end in the function' },
	samples: { key: 'samples', text: 'Count', title: 'Samples that have the function on the stack' },
	change: { key: 'change', text: 'Δ Total', title: 'Change of Total in points of the whole; grey is noise' },
	selfChange: { key: 'selfChange', text: 'Δ Self', title: 'Change of Self in points of the whole; grey is noise' },
	name: { key: 'function', text: 'Function', title: 'Function' },
	module: { key: 'module', text: 'Module', title: 'File that the code is in' }
};

// ---- functions ----

class FunctionTable {
	// events: pick(frame), act(frame), menu(frame, x, y).
	constructor(host, events) {
		Object.assign(this, { host, events, order: [], sortKey: 'self', descending: true });
	}

	show(profile, search) {
		const isFirst = !this.list || this.isDifference !== !!profile.before;

		this.profile = profile;
		this.search = search;
		this.functions = functionsOf(profile);
		if (isFirst)
			this.makeList(!!profile.before);
		this.sort();
	}

	makeList(isDifference) {
		const c = SHARE_COLUMNS, sort = key => this.sortBy(key);
		const columns = [c.self, c.total, ...(isDifference ? [c.selfChange, c.change] : [c.samples]),
			c.name, c.module].map(column => ({ ...column, sort }));

		this.isDifference = isDifference;
		this.sortKey = isDifference ? 'selfChange' : 'self';
		this.host.replaceChildren();
		this.list = new VirtualList(this.host, 'Functions', 'grid', columns, {
			count: () => this.order.length,
			fill: (row, i, chars) => this.fill(row, this.order[i], chars),
			pick: i => this.events.pick(this.order[i]),
			act: i => this.events.act(this.order[i]),
			menu: (i, x, y) => this.events.menu(this.order[i], x, y)
		});
	}

	sortBy(key) {
		this.descending = this.sortKey === key ? !this.descending : key !== 'function' && key !== 'module';
		this.sortKey = key;
		this.sort();
	}

	valueOf(key) {
		const { functions: f, profile: p } = this;
		const change = (after, before) => i =>
			Math.abs(share(after[i], p.sums.after) - share(before[i], p.sums.before));

		return {
			self: i => f.self[i], total: i => f.total[i], samples: i => f.total[i], function: i => i,
			change: p.before && change(f.total, f.beforeTotal),
			selfChange: p.before && change(f.self, f.before),
			module: i => moduleOfFrame(p, i)
		}[key] || (i => f.self[i]);
	}

	// Changes by their size, whichever way they go.  Of equal ones that with more in all comes first, then the name decides.
	sort() {
		const { search, profile: p, functions: f } = this, value = this.valueOf(this.sortKey);
		const found = search && search.matched;
		const picked = this.frame, factor = this.descending ? -1 : 1;
		const keys = new Map(f.used.map(frame => [frame, value(frame)]));

		this.order = f.used.filter(frame => !found || found[frame]);
		this.order.sort((a, b) => {
			const x = keys.get(a), y = keys.get(b);

			return (x < y ? -factor : x > y ? factor : 0) || f.total[b] - f.total[a] || a - b;
		});
		for (const heading of this.list.head.children) {
			const isKey = heading.classList.contains(this.sortKey);

			heading.setAttribute('aria-sort', !isKey ? 'none' : this.descending ? 'descending' : 'ascending');
		}
		this.list.picked = this.order.indexOf(picked);
		this.list.update();
		if (this.list.picked >= 0)
			this.list.toSight(this.list.picked);
		else
			this.list.table.scrollTop = 0;
		this.list.draw();
	}

	select(frame) {
		this.frame = frame;
		this.list.picked = this.order.indexOf(frame);
		if (this.list.picked >= 0)
			this.list.toSight(this.list.picked);
		this.list.draw();
	}

	fill(row, frame, chars) {
		const { functions: f, profile: p } = this;

		for (const cell of row.children) {
			const key = cell.classList[1];

			if (key === 'self' || key === 'total')
				fillShare(cell, f[key][frame], p.sums.after);
			else if (key === 'samples')
				fillNumber(cell, f.total[frame], p.sums.after);
			else if (key === 'change')
				fillChange(cell, f.total[frame], f.beforeTotal[frame], p.sums, f.limit);
			else if (key === 'selfChange')
				fillChange(cell, f.self[frame], f.before[frame], p.sums, f.selfLimit);
			else if (key === 'function')
				fillName(cell, p, frame, this.search, chars);
			else
				cell.textContent = moduleOfFrame(p, frame);
		}
	}
}

// ---- the tree ----

class CallTree {
	// events: pick(node), act(node), menu(node, x, y).
	constructor(host, events) {
		Object.assign(this, { host, events, rows: [], open: new Set() });
	}

	show(profile, search) {
		const isOther = profile !== this.profile, isDifference = !!profile.before;

		this.search = search;
		this.profile = profile;
		if (!this.list || this.isDifference !== isDifference)
			this.makeList(isDifference);
		if (isOther) {
			this.open = new Set([0]);
			this.rows = this.childrenOf(0);
			this.openHotPath(0);
			this.list.picked = -1;
		}
		this.list.update();
	}

	makeList(isDifference) {
		const c = SHARE_COLUMNS;
		const columns = [c.total, c.self, isDifference ? c.change : c.samples, c.name, c.module];

		this.isDifference = isDifference;
		this.host.replaceChildren();
		this.list = new VirtualList(this.host, 'Call tree', 'treegrid', columns, {
			count: () => this.rows.length,
			fill: (row, i, chars) => this.fill(row, this.rows[i], chars),
			pick: i => this.events.pick(this.rows[i]),
			act: i => this.toggle(i),
			click: (i, event) => event.target.classList.contains('twist') && this.toggle(i),
			menu: (i, x, y) => this.events.menu(this.rows[i], x, y),
			key: (event, i) => this.key(event, i)
		});
	}

	childrenOf(node) {
		const { profile: p } = this, children = [];

		for (let child = node + 1; child < p.end[node]; child = p.end[child])
			children.push(child);
		return children.sort((a, b) => p.size[b] - p.size[a] || a - b);
	}

	// Downwards as long as one child has most of it.
	openHotPath(at) {
		const { profile: p } = this;
		let node = this.rows[at];

		while (node !== undefined && p.end[node] > node + 1) {
			const index = this.rows.indexOf(node, at), parent = node;

			at = index;
			if (!this.open.has(node))
				this.openAt(index);
			node = this.rows[index + 1];
			if (p.size[node] < p.size[parent] / 2)
				break;
		}
		this.list.update();
	}

	openAt(i) {
		const node = this.rows[i];

		this.open.add(node);
		const children = this.childrenOf(node);

		this.rows = this.rows.slice(0, i + 1).concat(children, this.rows.slice(i + 1));
	}

	closeAt(i) {
		const { profile: p } = this, node = this.rows[i];
		let next = i + 1;

		while (next < this.rows.length && this.rows[next] > node && this.rows[next] < p.end[node])
			this.open.delete(this.rows[next++]);
		this.rows.splice(i + 1, next - i - 1);
		this.open.delete(node);
	}

	toggle(i) {
		const { profile: p } = this, node = this.rows[i];

		if (this.open.has(node))
			this.closeAt(i);
		else if (p.end[node] > node + 1)
			this.openAt(i);
		this.list.update();
	}

	key(event, i) {
		const { profile: p } = this, node = this.rows[i], isOpen = this.open.has(node);
		const canOpen = p.end[node] > node + 1;

		return {
			ArrowRight: () => (canOpen && !isOpen ? this.toggle(i) : canOpen && this.list.setPicked(i + 1)),
			ArrowLeft: () => (isOpen ? this.toggle(i) : p.parent[node] &&
				this.list.setPicked(this.rows.indexOf(p.parent[node]))),
			'*': () => this.openHotPath(i),
			' ': () => this.toggle(i)
		}[event.key];
	}

	// Opens what is above the node, and picks it.
	reveal(node) {
		const { profile: p } = this, path = [];

		for (let i = p.parent[node]; i; i = p.parent[i])
			path.push(i);
		for (const i of path.reverse())
			if (!this.open.has(i))
				this.openAt(this.rows.indexOf(i));
		this.list.update();
		this.list.setPicked(this.rows.indexOf(node));
	}

	fill(row, node, chars) {
		const { profile: p } = this, canOpen = p.end[node] > node + 1, frame = p.frame[node];

		row.setAttribute('aria-level', p.depth[node]);
		if (canOpen)
			row.setAttribute('aria-expanded', this.open.has(node));
		else
			row.removeAttribute('aria-expanded');
		for (const cell of row.children) {
			const key = cell.classList[1];

			if (key === 'total')
				fillShare(cell, p.total[node], p.sums.after);
			else if (key === 'self')
				fillShare(cell, p.self[node], p.sums.after);
			else if (key === 'samples')
				fillNumber(cell, p.total[node], p.sums.after);
			else if (key === 'change')
				fillChange(cell, p.total[node], p.beforeTotal[node], p.sums);
			else if (key === 'function')
				this.fillBranch(cell, node, canOpen, chars);
			else
				cell.textContent = moduleOfFrame(p, frame);
		}
	}

	fillBranch(cell, node, canOpen, chars) {
		const { profile: p } = this, level = Math.min(p.depth[node] - 1, 120);
		const twist = make('span', { class: 'twist', 'aria-hidden': 'true' });

		// A level is 12 pixels, less than two characters.
		fillName(cell, p, p.frame[node], this.search, chars - 2 * level - 2);

		twist.textContent = canOpen ? (this.open.has(node) ? '▾' : '▸') : '';
		cell.prepend(twist);
		cell.style.setProperty('--level', level);
	}
}
