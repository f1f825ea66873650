/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page: one state, the views of it, and the address that keeps it.
 *
 * A profile comes in by App.open(); this file does not know where from, so that a page that gets
 * another one each second is the same page.
 */
'use strict';

const TABS = ['flame', 'functions', 'tree', 'about'];
const COLOUR_NAMES = { kind: 'kind of code', module: 'module', name: 'function', change: 'change' };
const OP_NAMES = { focus: 'only', drop: 'without', hide: 'hidden' };
const find = id => document.getElementById(id);

// How the file wants to be shown at first.
const look = document.documentElement.dataset;
const FIRST = { icicle: !!look.inverted, invert: !!look.reverse };

class App {
	constructor() {
		this.state = { tab: 'flame', search: '', ignoreCase: false, ...FIRST, colour: 'kind',
			group: 'as-recorded', width: 'both', steps: [], function: '' };
		const events = {
			hover: (graph, box, event) => this.showTip(graph, box, event),
			pick: (graph, box) => this.showDetails(graph, box),
			menu: (graph, node, x, y) => this.openMenu(graph.profile, graph.profile.frame[node], node, x, y)
		};

		this.flame = new FlameGraph(find('flame'), 'Flame graph', false, 0,
			{ ...events, view: how => this.viewChanged(how) });
		this.callers = new FlameGraph(find('callers'), 'Callers', false, 1, events);
		this.callees = new FlameGraph(find('callees'), 'Callees', true, 1, events);
		this.graphs = [this.flame, this.callers, this.callees];
		this.functions = new FunctionTable(find('function-list'), {
			pick: frame => this.pickFunction(frame), act: frame => this.pickFunction(frame),
			menu: (frame, x, y) => this.openMenu(this.shown, frame, 0, x, y)
		});
		this.tree = new CallTree(find('tree'), {
			pick: node => this.tellNode(this.shown, node),
			menu: (node, x, y) => this.openMenu(this.shown, this.shown.frame[node], node, x, y)
		});
		this.menu = new FrameMenu(find('menu'), this);
		fillHelp(find('help').querySelector('.help-lists'));
		this.listen();
	}

	// ---- profiles ----

	open(profile) {
		this.whole = openProfile(profile);
		this.showFacts();
		this.fillSelects();
		this.restore();
	}

	showFacts() {
		const { whole: p } = this, { facts } = p, incomplete = facts.get('incomplete');

		document.title = facts.get('title') || 'Flame graph';
		find('title').textContent = facts.get('title') || '';
		find('subtitle').textContent = find('subtitle').title = facts.get('subtitle') || '';
		find('incomplete').hidden = !incomplete;
		find('incomplete').textContent = incomplete ? 'Incomplete: ' + incomplete : '';
		fillAbout(find('about'), p);
	}

	fillSelects() {
		const { whole: p } = this, isDifference = !!p.before;
		const colours = [...(isDifference ? ['change'] : []), 'kind', ...(p.module ? ['module'] : []), 'name'];
		const groups = groupingsOf(p), options = (ids, names) => ids.map(id =>
			make('option', { value: id }, names[id] || id));

		this.colours = colours;
		this.firstColour = colours.includes(look.colors) ? look.colors : colours[0];
		this.groups = Object.keys(groups);
		this.groupings = groups;
		find('colour').replaceChildren(...options(colours, COLOUR_NAMES));
		find('group').replaceChildren(...Object.entries(groups).map(([id, g]) =>
			make('option', { value: id }, g.name)));
		find('group-label').hidden = this.groups.length < 2;
		find('width-label').hidden = !isDifference;
		this.state.colour = this.firstColour;
	}

	// What the state asks for, from the whole profile; each step only when something of it changed.
	derive() {
		const { whole, state } = this, group = this.groupings[state.group];
		const recipe = JSON.stringify([state.group, state.steps, state.invert, state.width]);

		if (this.shown && recipe === this.recipe && this.derivedFrom === whole)
			return;
		let p = group && group.derive ? group.derive(whole) : whole;
		const steps = state.steps.map(({ op, label }) => ({ op, frame: frameNamed(p, label) }))
			.filter(step => step.frame >= 0);

		if (steps.length)
			p = filterProfile(p, steps);
		if (state.invert)
			p = invertProfile(p);
		if (p.before && p.width !== state.width)
			p = setWidth({ ...p, width: state.width }, state.width);
		Object.assign(this, { recipe, shown: p, derivedFrom: whole });
	}

	// ---- the state ----

	/*
	 * how: 'push' makes an entry of the history, 'replace' does not.  What is zoomed to stays where
	 * the path still leads.
	 */
	change(changes, how) {
		const path = this.shown ? pathOf(this.shown, this.flame.view.node) : '';

		Object.assign(this.state, changes);
		this.render(path);
		this.remember(how || 'replace');
	}

	render(path, range) {
		const { state } = this, before = this.shown;

		this.derive();
		this.search = compileSearch(this.shown.names, state.search, state.ignoreCase);
		this.showControls();
		this.showTab();
		if (this.shown !== before || path !== undefined)
			this.flame.show(this.shown, this.colouringOf(this.shown), this.viewAt(path, range));
		else
			this.flame.recolour(this.colouringOf(this.shown));
		if (this.flame.icicle !== state.icicle)
			this.flame.setIcicle(state.icicle);
		this.flame.setSearch(this.search);
		this.showLists();
		this.showResult();
		this.showLegend();
		find('message').hidden = this.shown.size[0] > 0;
		find('message').textContent = this.whole.size[0] || this.whole.facts.has('left_out')
			? 'No samples are left by the filters.'
			: this.whole.unit === 'hit' ? 'No probe was hit.' : 'No samples were taken.';
	}

	colouringOf(p) {
		return colouring(p, this.state.colour);
	}

	viewAt(path, range) {
		const { shown: p } = this, view = viewOfNode(p, nodeAt(p, path));

		if (range && range[0] < range[1] && range[1] <= p.size[view.node]) {
			view.high = view.low + range[1];
			view.low += range[0];
			if (view.node)
				view.focus++;
		}
		return view;
	}

	showLists() {
		if (this.state.tab === 'functions')
			this.showFunctions();
		if (this.state.tab === 'tree')
			this.tree.show(this.shown, this.search);
	}

	showFunctions() {
		const { state } = this;

		this.functions.show(this.shown, this.search);
		let frame = state.function ? frameNamed(this.shown, state.function) : -1;

		// What is searched for is shown, unless it includes what was chosen.
		if (!this.functions.order.includes(frame) && this.functions.order.length)
			[frame] = this.functions.order;
		this.showSandwich(frame);
		if (frame >= 0)
			this.functions.select(frame);
	}

	showSandwich(frame) {
		const { shown: p } = this, isShown = frame >= 0 && functionsOf(p).used.length > 0;

		find('sandwich').hidden = !isShown;
		if (!isShown)
			return;
		if (this.sandwichOf !== p || this.sandwichFrame !== frame) {
			this.sandwichOf = p;
			this.sandwichFrame = frame;
			this.callersProfile = callersOf(p, frame);
			this.calleesProfile = calleesOf(p, frame);
		}
		for (const [graph, profile] of [[this.callers, this.callersProfile], [this.callees, this.calleesProfile]]) {
			graph.show(profile, this.colouringOf(profile),
				profile.n > 1 ? viewOfNode(profile, 1) : viewOfNode(profile, 0));
			graph.setSearch(this.search);
		}
		const f = functionsOf(p), name = find('function-name');

		name.querySelector('bdi').textContent = p.names[frame].slice(0, 2000);
		name.querySelector('.numbers').textContent = numbersOf(p, f.total[frame], f.self[frame],
			p.before ? f.beforeTotal[frame] : 0, 0, p.before &&
			compareShares(f.total[frame], f.beforeTotal[frame], p.sums, f.limit)).join(', ');
	}

	pickFunction(frame) {
		this.state.function = labelOfFrame(this.shown, frame);
		this.functions.frame = frame;
		this.showSandwich(frame);
		this.remember('replace');
	}

	showFunction(frame) {
		this.change({ tab: 'functions', function: labelOfFrame(this.shown, frame) }, 'push');
	}

	addStep(op, frame) {
		this.change({ steps: [...this.state.steps, { op, label: labelOfFrame(this.shown, frame) }] }, 'push');
	}

	removeStep(index) {
		this.change({ steps: this.state.steps.filter((_, i) => i !== index) }, 'push');
	}

	step(by) {
		const { nodes } = this.matches || { nodes: [] };

		if (!nodes.length)
			return;
		if (this.state.tab !== 'flame')
			this.change({ tab: 'flame' });
		const now = nodes.indexOf(this.flame.picked);
		const next = now < 0 ? (by > 0 ? 0 : nodes.length - 1) : (now + by + nodes.length) % nodes.length;

		this.flame.pickNode(nodes[next]);
		this.result(`${grouped(next + 1)} of ${grouped(nodes.length)} · ${this.matchText()}`, false);
	}

	// ---- showing ----

	showControls() {
		const { state } = this, pressed = (id, on) => find(id).setAttribute('aria-pressed', on);

		pressed('case', state.ignoreCase);
		pressed('icicle', state.icicle);
		pressed('invert', state.invert);
		find('colour').value = state.colour;
		find('group').value = state.group;
		find('width').value = state.width;
		if (find('search').value !== state.search)
			find('search').value = state.search;
		find('filters').replaceChildren(...state.steps.map(({ op, label }, i) => {
			const remove = make('button', { type: 'button', title: 'Remove this filter' }, '×');

			remove.setAttribute('aria-label', `Remove filter ${OP_NAMES[op]} ${label.slice(0, 200)}`);
			remove.addEventListener('click', () => this.removeStep(i));
			return make('li', {}, `${OP_NAMES[op]} `, make('bdi', {}, label.slice(0, 200)), remove);
		}));
	}

	showTab() {
		for (const tab of TABS) {
			const isShown = tab === this.state.tab, button = find('tab-' + tab);

			find(tab).hidden = !isShown;
			button.setAttribute('aria-selected', isShown);
			button.tabIndex = isShown ? 0 : -1;
		}
	}

	showResult() {
		const { search, shown: p, flame } = this, isBad = !!(search && search.error);

		this.matches = search && !isBad ? outermostMatches(p, search, flame.found, flame.view) : null;
		find('search').setAttribute('aria-invalid', isBad);
		find('previous').disabled = find('next').disabled = !this.matches || !this.matches.nodes.length;
		find('reset').disabled = isWhole(p, flame.view);
		this.result(!search ? '' : isBad ? search.error : this.matchText(), isBad);
	}

	result(text, isBad) {
		find('result').textContent = text;
		find('result').className = isBad ? 'bad' : '';
	}

	matchText() {
		const { shown: p, matches } = this, { view, found } = this.flame;
		const frames = found[p.end[view.node]] - found[view.node];
		let text = `${countText(frames, 'frame', 'frames')} matched: ${percent(matches.size, view.high - view.low)}`;

		if (!isWhole(p, view))
			text += ` of what is shown, ${percent(matches.samples, p.sums.after)} of all`;
		return text;
	}

	showLegend() {
		const { state, shown: p } = this, colours = fills();
		const items = { kind: () => this.kindsUsed(), change: () => CHANGES.map(([hue, text]) =>
			[text, hue === 'l' ? 'l1' : hue + '6']),
		module: () => this.topModules().map(name => [name, colorOfModule(name)]) }[state.colour];

		find('legend').replaceChildren(...(items ? items() : []).map(([name, colour]) => {
			const swatch = make('span', { class: 'kind' });

			swatch.style.background = colours[colour];
			return make('li', {}, swatch, make('bdi', {}, name.slice(0, 40)));
		}));
		return p;
	}

	// Meanings of the colours that are there.
	kindsUsed() {
		const { shown: p } = this, classes = classesOf(p, 'kind');
		const used = new Set(functionsOf(p).used.map(frame => classes[frame][0]));

		return MEANINGS.filter(([hue]) => used.has(hue)).map(([hue, text]) => [text, hue + 1]);
	}

	topModules() {
		const { shown: p } = this, f = functionsOf(p), total = new Map();

		for (const frame of f.used)
			if (moduleOfFrame(p, frame))
				total.set(moduleOfFrame(p, frame), (total.get(moduleOfFrame(p, frame)) || 0) + f.self[frame]);
		return [...total].sort((a, b) => b[1] - a[1]).slice(0, 6).map(([name]) => name);
	}

	viewChanged(how) {
		if (!this.shown)
			return;
		this.showResult();
		this.remember(how === 'push' ? 'push' : 'replace');
	}

	describe(graph, box) {
		const { profile: p } = graph;

		if (box.run) {
			const frames = box.end - box.node;
			let samples = 0;

			for (let i = box.node; i < box.end; i = p.end[i])
				samples += p.total[i];
			return { name: `${grouped(frames)} narrow frame${frames === 1 ? '' : 's'}`, kind: '',
				lines: numbersOf(p, samples, 0, 0, 0).slice(0, 1) };
		}
		return this.describeNode(p, box.node, graph.view);
	}

	describeNode(p, node, view) {
		const frame = p.frame[node], module = moduleOfFrame(p, frame), kind = kindOfFrame(p, frame);
		const shown = view && p.depth[node] >= view.focus && !p.before ? p.total[view.node] : 0;

		return {
			name: p.names[frame],
			lines: numbersOf(p, p.total[node], p.self[node], totalBefore(p, node), shown,
				p.before && compareNode(p, node)),
			kind: [kind === LABEL ? '' : KIND_NAMES[kind], module].filter(Boolean).join(', ')
		};
	}

	tell(host, { name, lines, kind }, limit) {
		host.querySelector('.name').textContent = name.length > limit ? name.slice(0, limit) + '…' : name;
		host.querySelector('.numbers').textContent = [...lines, kind].filter(Boolean)
			.join(limit > 1500 ? ' · ' : '\n');
	}

	showDetails(graph, box) {
		if (box)
			this.tell(find('details'), this.describe(graph, box), 4000);
	}

	tellNode(p, node) {
		this.tell(find('details'), this.describeNode(p, node, null), 4000);
	}

	showTip(graph, box, event) {
		const tip = find('tip');

		tip.hidden = !box || !find('menu').hidden;
		if (tip.hidden)
			return;
		this.tell(tip, this.describe(graph, box), 1500);
		const size = tip.getBoundingClientRect();
		const below = event.clientY + 20 + size.height < window.innerHeight;

		tip.style.left = `${Math.max(Math.min(event.clientX + 14, window.innerWidth - size.width - 8), 4)}px`;
		tip.style.top = `${below ? event.clientY + 20 : Math.max(event.clientY - size.height - 12, 4)}px`;
	}

	openMenu(p, frame, node, x, y) {
		find('tip').hidden = true;
		this.menu.open(p, frame, node, x, y);
	}

	// ---- address: #t=tab&z=path&r=range&s=search&i=1&v=icicle&x=1&c=colour&g=group&f=function&o=filters ----

	hash() {
		const { state, shown: p, flame } = this, { view } = flame, parts = [];
		const put = (key, value, isDefault) => !isDefault && parts.push(`${key}=${encodeURIComponent(value)}`);

		put('t', state.tab, state.tab === 'flame');
		if (!isWhole(p, view)) {
			if (view.node)
				parts.push('z=' + pathOf(p, view.node));
			if (!view.node || view.focus > p.depth[view.node])
				parts.push(`r=${view.low - p.start[view.node]}-${view.high - p.start[view.node]}`);
		}
		put('s', state.search, !state.search);
		put('i', 1, !state.ignoreCase);
		put('v', state.icicle ? 'icicle' : 'flame', state.icicle === FIRST.icicle);
		put('x', state.invert ? 1 : 0, state.invert === FIRST.invert);
		put('c', state.colour, state.colour === this.firstColour);
		put('g', state.group, state.group === 'as-recorded');
		put('w', state.width, state.width === 'both');
		put('f', state.function, !state.function || state.tab !== 'functions');
		if (state.steps.length)
			parts.push('o=' + state.steps.map(s => `${s.op}:${encodeURIComponent(s.label)}`).join(';'));
		return '#' + parts.join('&');
	}

	remember(how) {
		const hash = this.hash();

		if (hash === (location.hash || '#') || hash.length > 60000)
			return;
		try {
			history[how + 'State'](null, '', hash);
		} catch (error) {
			// Not allowed where this is embedded, or too often: the page works without.
		}
	}

	restore() {
		const fields = new Map(location.hash.replace(/^#/, '').split('&').filter(part => part.includes('='))
			.map(part => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]));
		let path = '';

		try {
			Object.assign(this.state, this.stateOf(fields));
			path = fields.get('z') || '';
			decodeURIComponent(path);
		} catch (error) {
			// A damaged address shows everything.
			path = '';
		}
		const range = /^([\d.]+(?:e-?\d+)?)-([\d.]+)$/.exec(fields.get('r') || '');

		this.render(path, range && [Number(range[1]), Number(range[2])]);
	}

	stateOf(fields) {
		const get = key => decodeURIComponent(fields.get(key) || '');
		const of = (key, known, otherwise) => (known.includes(get(key)) ? get(key) : otherwise);

		return {
			tab: of('t', TABS, 'flame'), search: get('s'), ignoreCase: get('i') === '1',
			icicle: fields.has('v') ? get('v') === 'icicle' : FIRST.icicle,
			invert: fields.has('x') ? get('x') === '1' : FIRST.invert,
			colour: of('c', this.colours, this.firstColour), group: of('g', this.groups, 'as-recorded'),
			width: of('w', ['both', 'after', 'before'], 'both'), function: get('f'),
			steps: (fields.get('o') || '').split(';').filter(part => /^(focus|drop|hide):/.test(part))
				.map(part => ({ op: part.slice(0, part.indexOf(':')),
					label: decodeURIComponent(part.slice(part.indexOf(':') + 1)) }))
		};
	}

	// ---- events ----

	listen() {
		const on = (id, event, action) => find(id).addEventListener(event, action);

		for (const tab of TABS)
			on('tab-' + tab, 'click', () => this.change({ tab }));
		on('search', 'input', () => this.change({ search: find('search').value }));
		on('case', 'click', () => this.toggle('ignoreCase'));
		on('previous', 'click', () => this.step(-1));
		on('next', 'click', () => this.step(1));
		on('icicle', 'click', () => this.toggle('icicle'));
		on('invert', 'click', () => this.toggle('invert'));
		on('reset', 'click', () => this.flame.reset());
		on('help-button', 'click', () => find('help').showModal());
		on('help-close', 'click', () => find('help').close());
		for (const id of ['colour', 'group', 'width'])
			on(id, 'change', () => this.change({ [id]: find(id).value }));
		window.addEventListener('keydown', event => this.key(event));
		window.addEventListener('popstate', () => this.restore());
		window.addEventListener('hashchange', () => location.hash !== this.hash() && this.restore());
		matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.themeChanged());
	}

	themeChanged() {
		for (const graph of this.graphs) {
			graph.themeChanged();
			if (graph.profile)
				graph.recolour(this.colouringOf(graph.profile));
		}
		this.showLists();
		this.showLegend();
	}

	toggle(key) {
		this.change({ [key]: !this.state[key] });
	}

	next(id, all) {
		this.change({ [id]: all[(all.indexOf(this.state[id]) + 1) % all.length] });
	}

	key(event) {
		if (find('help').open || !find('menu').hidden || !this.shown)
			return;
		const inField = event.target === find('search'), isControl = /^(button|select)$/.test(event.target.localName);
		const graph = this.graphs.find(g => g.scroller === event.target);
		const action = event.ctrlKey || event.metaKey ? this.commandKey(event)
			: inField ? this.fieldKey(event)
			: event.target.getAttribute('role') === 'tab' && this.tabKey(event) ||
			  (isControl && /^(Enter| |Arrow|Home|End|[a-z]$)/.test(event.key) ? undefined
				: this.pageKey(event) || (graph || this.visibleGraph()).action(event));

		if (action) {
			event.preventDefault();
			action();
		}
	}

	visibleGraph() {
		return this.state.tab === 'flame' ? this.flame : { action: () => undefined };
	}

	commandKey(event) {
		return {
			f: () => this.focusSearch(), i: () => this.toggle('ignoreCase'),
			g: () => this.step(event.shiftKey ? -1 : 1)
		}[event.altKey ? '' : event.key.toLowerCase()];
	}

	fieldKey(event) {
		const back = event.shiftKey ? -1 : 1;

		return {
			Enter: () => this.step(back), F3: () => this.step(back),
			Escape: () => {
				this.change({ search: '' });
				this.focusView();
			}
		}[event.key];
	}

	tabKey(event) {
		const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];

		return by && (() => {
			this.next('tab', by > 0 ? TABS : [...TABS].reverse());
			find('tab-' + this.state.tab).focus();
		});
	}

	focusSearch() {
		find('search').focus();
		find('search').select();
	}

	// What keys go to in the view that is shown.
	focusView() {
		const target = { flame: this.flame.scroller, about: find('about'),
			functions: this.functions.list && this.functions.list.table,
			tree: this.tree.list && this.tree.list.table }[this.state.tab];

		if (target)
			target.focus({ preventScroll: true });
	}

	showTabByKey(tab) {
		this.change({ tab });
		this.focusView();
	}

	escape() {
		if (!isWhole(this.shown, this.flame.view))
			this.flame.reset();
		else if (this.state.search)
			this.change({ search: '' });
	}

	pageKey(event) {
		if (event.altKey)
			return undefined;
		return {
			1: () => this.showTabByKey('flame'), 2: () => this.showTabByKey('functions'),
			3: () => this.showTabByKey('tree'), 4: () => this.showTabByKey('about'),
			'/': () => this.focusSearch(), n: () => this.step(1), N: () => this.step(-1),
			F3: () => (this.state.search ? this.step(event.shiftKey ? -1 : 1) : this.focusSearch()),
			v: () => this.toggle('icicle'), r: () => this.toggle('invert'),
			c: () => this.next('colour', this.colours), g: () => this.next('group', this.groups),
			u: () => this.removeStep(this.state.steps.length - 1),
			'?': () => find('help').showModal(), Escape: () => this.escape()
		}[event.key];
	}
}

// The idle task of each CPU has its own name, swapper/7; they are one.
const taskName = (name, pid) => (pid === '0' ? name.replace(/^swapper\/.*/, 'swapper') : name);

// What the label of a sample says, or '' where it says nothing.
const GROUPINGS = {
	process: { name: 'process',
		groupOf: l => l.pid && `${taskName(l.process || l.comm, l.pid) || 'process'} (${l.pid})` },
	thread: { name: 'thread', groupOf: l => l.tid && `${taskName(l.comm, l.pid) || 'thread'} (${l.tid})` },
	cpu: { name: 'CPU', groupOf: l => l.cpu && `cpu_${l.cpu.padStart(2, '0')}` }
};

/*
 * How samples can be grouped: {id: {name, derive}}.  As recorded is what the command line asked for.
 * In a difference processes and threads are not the same before and after, and only samples after
 * have labels.
 */
function groupingsOf(p) {
	const groups = { 'as-recorded': { name: 'as recorded' } };
	let hasLabels = false;

	for (let frame = 0; frame < p.names.length - 1; frame++)
		hasLabels = hasLabels || (kindOfFrame(p, frame) === LABEL && !p.names[frame].startsWith('['));
	if (hasLabels)
		groups.none = { name: 'all threads as one', derive: stripLabels };
	for (const [id, { name, groupOf }] of Object.entries(GROUPINGS))
		if (p.labels && !p.before && p.labels.some(groupOf))
			groups[id] = { name, derive: profile => groupProfile(profile, label => groupOf(label) || 'unknown') };
	return groups;
}

async function start() {
	const fail = text => {
		find('message').hidden = false;
		find('message').textContent = text;
	};

	if (typeof DecompressionStream === 'undefined')
		return fail('This browser is too old to unpack the profile in this page.');
	try {
		const app = new App();

		window.app = app;
		app.open(await readIsland(find('profile').textContent));
		performance.mark('drawn');
		document.documentElement.dataset.ready = '1';
		if (document.activeElement === document.body)
			app.focusView();
	} catch (error) {
		fail('The profile in this page cannot be read: ' + error.message);
		throw error;
	}
	return undefined;
}

start();
