// The live panel: the simulation of bcforecast/scenarios/simulation.py on the paths that Python drew, and the page on it.
// The first half is arithmetic and needs no browser; tests hold it against the library. Nothing is fetched.

// ---- Vectors: a number stands for a vector of equal numbers ----
const each = (n, f) => { const out = new Float64Array(n); for (let i = 0; i < n; i++) out[i] = f(i); return out; };
const at = (v, i) => (typeof v === "number" ? v : v[i]);
const both = (n, a, b, f) => {
  if (typeof a === "number") return typeof b === "number" ? f(a, b) : b.map((y) => f(a, y));
  return typeof b === "number" ? a.map((x) => f(x, b)) : a.map((x, i) => f(x, b[i]));
};
const decoded = (buffer, a) => Float32Array.from(new (a.type === "u2" ? Uint16Array : Uint8Array)(buffer, a.at, a.length), a.scale ? (x) => a.scale * Math.sinh(a.low + a.step * x) : (x) => a.low + a.step * x);

// ---- Laws of the structures (models/structures.py): the indicator by year on each path, by expectation, or with the
// chance of counts (`z`: normals by path, year and draw) where a structure made the forecast itself ----
/** Rates of path i in year h under changes, each kept where it can lie. */
function ratesAt(s, rates, changes, h, i, out) {
  for (let k = 0; k < rates.length; k++) out[k] = rates[k][i];
  for (let c = 0; c < changes.length; c++) {
    const { k, times, by } = changes[c], step = at(by[h], i);
    out[k] = times ? out[k] * (1 + step) : out[k] + step;
  }
  for (let c = 0; c < changes.length; c++) {
    const k = changes[c].k, [low, high] = s.bounds[k];
    out[k] = Math.min(Math.max(out[k], low ?? -Infinity), high ?? Infinity);
  }
  return out;
}

/** P(Z <= z), within 2e-7 (Abramowitz and Stegun 7.1.26). */
function below(z) {
  const t = 1 / (1 + 0.3275911 * Math.abs(z) * Math.SQRT1_2);
  const tail = 0.5 * t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.exp(-0.5 * z * z);
  return z > 0 ? 1 - tail : tail;
}

/** Quantiles of counts at the level of a standard normal (models/flows.py): by summing where few, else expanded. */
function counted(mean, variance, skew, z, first, ratio) {
  if (mean > 30) { const x = Math.min(Math.max(z, -6), 6); return Math.max(Math.round(mean + Math.sqrt(variance) * x + (skew * (x * x - 1)) / 6), 0); }
  const level = Math.min(below(z), 1 - 1e-12);
  let k = 0;
  for (let term = first, sum = first; sum < level && k < 200; k++) sum += term *= ratio(k);
  return k;
}
const poisson = (mean, z) => counted(mean, mean, 1, z, Math.exp(-mean), (k) => mean / (k + 1));
function binomial(n, p, z) {
  const rarer = Math.min(Math.max(p > 0.5 ? 1 - p : p, 0), 1), mean = n * rarer, odds = rarer / (1 - rarer);
  const found = counted(mean, mean * (1 - rarer), 1 - 2 * rarer, p > 0.5 ? -z : z, Math.exp(n * Math.log1p(-rarer)), (k) => (Math.max(n - k, 0) / (k + 1)) * odds);
  return p > 0.5 ? n - Math.min(found, n) : Math.min(found, n);
}

const LAWS = {
  /** Stages between which things move; a path's state is the stocks, and the base of the entries. */
  chain: {
    start(s, stage, rates, n) {
      const K = s.stages.length, state = new Float64Array(n * (K + 1)), q = new Float64Array(rates.length), shares = new Float64Array(K);
      const whole = stage === null ? s.stages.reduce((a, b) => a + b, 0) : s.stages[stage];
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < K; k++) shares[k] = s.balanced ? 1 / K : s.stages[k] / whole;
        if (s.balanced) {
          ratesAt(s, rates, [], 0, i, q);
          const renewed = q[s.moves.find((m) => m.rate !== null).rate], leaving = q[s.moves.find((m) => m.unless !== null).unless];
          for (let round = 0; round < 20; round++) {
            let growth = 1 - (shares[K - 1] * (1 - renewed) + leaving) + q[s.entry], sum = 0;
            for (const f of s.further) growth += q[f.rate];
            for (let k = 0, weight = 1; k < K; k++, weight /= growth) sum += shares[k] = weight;
            for (let k = 0; k < K; k++) shares[k] /= sum;
          }
        }
        state.set(shares, i * (K + 1));
        state[i * (K + 1) + K] = s.of === null ? 1 : shares[s.of];
      }
      return state;
    },
    run(s, stage, rates, state, changes, H, n, z) {
      const K = s.stages.length, out = Array.from({ length: H }, () => new Float64Array(n)), q = new Float64Array(rates.length);
      const staying = s.stages.map((_, k) => s.moves.some((m) => m.stage === k && m.to === null));
      const stock = new Float64Array(K), taken = new Float64Array(K), moved = new Float64Array(K), left = new Float64Array(K);
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < K; k++) stock[k] = state[i * (K + 1) + k];
        let base = state[i * (K + 1) + K];
        for (let h = 0; h < H; h++) {
          ratesAt(s, rates, changes, h, i, q);
          const at = (i * H + h) * s.draws;
          base *= 1 + q[s.growth];
          let all = 0, entered = base * q[s.entry];
          if (z) {
            entered = poisson(entered * Math.exp(s.yearly * z[at] - 0.5 * s.yearly ** 2), z[at + 1]);
            for (const v of s.varies) { const odds = Math.exp(v.sd * z[at + v.draw]) * q[v.rate]; q[v.rate] = odds / (1 - q[v.rate] + odds); }
          }
          for (let k = 0; k < K; k++) { all += left[k] = stock[k]; taken[k] = moved[k] = 0; }
          for (let j = 0; j < s.moves.length; j++) {
            const m = s.moves[j], share = m.rate === null ? 1 : Math.min(q[m.rate], 1 - taken[m.stage]);
            const part = (m.unless === null ? 1 : 1 - q[m.unless]) * share;
            const gone = z ? binomial(left[m.stage], part / Math.max(1 - taken[m.stage], 1e-12), m.to === null ? -z[at + m.draw] : z[at + m.draw]) : stock[m.stage] * part;
            left[m.stage] -= gone;
            taken[m.stage] += share;
            if (m.to !== null) moved[m.to] += gone;
          }
          for (let j = 0; j < s.further.length; j++) {
            const f = s.further[j], mean = q[f.rate] * (f.of === null ? all : stock[f.of]);
            const came = z ? poisson(mean, z[at + (f.to !== null && f.to === stage ? 0 : f.draw)]) : mean;
            if (f.to !== null) moved[f.to] += came;
            else for (let k = 0; k < K; k++) moved[k] += z ? Math.round(((k + 1) * came) / K) - Math.round((k * came) / K) : came / K;
          }
          moved[s.to] += entered;
          for (let k = 0; k < K; k++) {
            stock[k] = (staying[k] ? left[k] : 0) + moved[k];
            if (stage === null || stage === k) out[h][i] += stock[k];
          }
        }
      }
      return out;
    },
  },
  /** A stock by age; a path's state is the ages, and the base of the entries. */
  aged: {
    start(s, stage, rates, n) {
      const A = s.risk.length, state = new Float64Array(n * (A + 1)), q = new Float64Array(rates.length);
      for (let i = 0; i < n; i++) {
        ratesAt(s, rates, [], 0, i, q);
        const growth = Math.max(1 + q[s.entry] - q[s.leaving], 0.5), place = i * (A + 1);
        let sum = 0;
        for (let k = 0, risen = 0; k < A; risen += s.risk[++k]) sum += state[place + k] = growth ** -k * Math.exp(-q[s.leaving] * risen);
        for (let k = 0; k < A; k++) state[place + k] /= sum;
        state[place + A] = 1;
      }
      return state;
    },
    run(s, stage, rates, state, changes, H, n, z) {
      const A = s.risk.length, out = Array.from({ length: H }, () => new Float64Array(n)), q = new Float64Array(rates.length), ages = new Float64Array(A), risk = Float64Array.from(s.risk);
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < A; k++) ages[k] = state[i * (A + 1) + k];
        let base = state[i * (A + 1) + A];
        for (let h = 0; h < H; h++) {
          ratesAt(s, rates, changes, h, i, q);
          let total = 0, weighted = 1e-300;
          for (let k = 0; k < A; k++) { total += ages[k]; weighted += ages[k] * risk[k]; }
          const leaving = (q[s.leaving] * total) / weighted;
          base *= 1 + q[s.growth];
          let entered = base * q[s.entry], kept = 0;
          for (let k = A - 1; k > 0; k--) { const gone = leaving * risk[k - 1]; kept += ages[k] = gone < 1 ? ages[k - 1] * (1 - gone) : 0; }
          if (z) {
            const at = (i * H + h) * s.draws, whole = binomial(Math.round(total), kept / Math.max(total, 1e-300), z[at + s.draw]);
            entered = poisson(entered * Math.exp(s.yearly * z[at] - 0.5 * s.yearly ** 2), z[at + 1]);
            for (let k = 1; k < A; k++) ages[k] *= whole / Math.max(kept, 1e-300);
            kept = whole;
          }
          ages[0] = entered;
          out[h][i] = entered + kept;
        }
      }
      return out;
    },
  },
  /** The product or quotient of two components. */
  pair: {
    start: () => null,
    run(s, stage, rates, state, changes, H, n, z) {
      const logs = new Float64Array(n), q = new Float64Array(2);
      return Array.from({ length: H }, (_, h) => each(n, (i) => {
        ratesAt(s, rates, changes, h, i, q);
        return Math.exp((logs[i] += Math.log1p(q[0]) + s.sign * Math.log1p(q[1])));
      }));
    },
  },
};

// ---- The simulation: a setting is a scenario with levers brought to sizes in the plan's last year ----
export class Engine {
  constructor(meta, buffer) {
    this.meta = meta; this.n = meta.n; this.kept = new Map(); this.read = new Map();
    this.column = (a) => this.memo(this.read, a.at, () => decoded(buffer, a));
    this.lever = Object.fromEntries(meta.levers.map((one) => [one.id, one]));
    this.goal = Object.fromEntries(meta.goals.map((one) => [one.id, one]));
  }

  memo(store, key, make) {
    if (!store.has(key)) {
      if (store === this.kept && store.size > 60) store.delete(store.keys().next().value);
      store.set(key, make());
    }
    return store.get(key);
  }

  scenario(id) { return this.meta.scenarios.find((one) => one.id === id) ?? this.meta.scenarios[0]; }
  /** Size in a year: 0 before the first year given, then the last one given. */
  value(by, year) { return by.reduce((last, [y, v]) => (y <= year ? v : last), 0); }
  total(base, lever, year = this.meta.end) {
    return base.moves.reduce((sum, m) => sum + (m.lever === lever ? this.value(m.by, year) : 0), 0);
  }

  /** Moves of a setting: those of its scenario, and the pushes of `Session.moved`, stopped at the end of a range. */
  moves(setting) {
    const base = this.scenario(setting.base), pushes = [];
    for (const [id, size] of Object.entries(setting.sizes)) {
      const lever = this.lever[id], gap = lever ? size - this.total(base, id) : 0;
      if (!gap) continue;
      const changing = base.moves.filter((m) => m.lever === id).flatMap((m) => m.by.map(([year]) => year));
      const years = [...new Set([this.meta.first, ...changing.filter((year) => year > this.meta.first)])].sort();
      const stopped = (year) => Math.min(Math.max(gap, lever.low - this.total(base, id, year)), lever.high - this.total(base, id, year));
      pushes.push({ lever: id, measure: lever.measure, by: years.map((year) => [year, stopped(year)]), sd: (setting.unsure ?? 0) * Math.abs(gap) });
    }
    return [...base.moves, ...pushes];
  }

  comeAbout(name, sd, size) {
    if (!(size > 0) || !(sd > 0)) return 1;
    const spread = Math.sqrt(Math.log1p((sd / size) ** 2)), z = this.column(this.meta.normals[name]);
    return each(this.n, (i) => Math.exp(spread * z[i] - 0.5 * spread ** 2));
  }

  /** Columns of an indicator by year, for the years whose paths are here. */
  under(indicator, setting) {
    const one = this.meta.indicators[indicator], base = this.scenario(setting.base);
    const moves = this.moves(setting).filter((m) => this.lever[m.lever]?.touches.includes(indicator));
    const shocks = base.shocks.map((s, k) => ({ ...s, name: `shock ${k} ${s.year}` })).filter((s) => s.indicators.includes(indicator));
    const key = JSON.stringify([indicator, moves, shocks]);
    return this.memo(moves.length || shocks.length ? this.kept : this.read, key, () => ({ ...this.paths(one, moves, shocks), of: new Map() }));
  }
  /** What was made of the paths of a goal's indicator under a setting. */
  of(goal, setting) { return this.under(goal.indicator, setting).of; }

  paths(one, moves, shocks) {
    const n = this.n, { open } = one, mul = (a, b) => (a === 1 ? b : b === 1 ? a : both(n, a, b, (x, y) => x * y)), add = (a, b) => both(n, a, b, (x, y) => x + y);
    const plain = Object.fromEntries(Object.entries(one.paths).map(([year, a]) => [year, this.column(a)]));
    const sized = moves.filter((m) => open.some((year) => this.value(m.by, year))).map((m) => {
      const lever = this.lever[m.lever], largest = Math.max(...m.by.map(([, v]) => Math.abs(v)));
      const come = this.comeAbout(`${m.lever} ${m.measure ?? "None"}`, m.sd, largest), sign = lever.lowers ? -0.01 : 0.01;
      const acting = (year) => (one.held?.stock && one.held.year === year ? one.held.share : 1);
      return { lever, by: open.map((year) => mul(come, sign * this.value(m.by, year) * acting(year))) };
    });
    const left = (s, year) => (year >= s.year ? (1 - s.recovered) ** (year - s.year) : 0);
    // The last figure felt a shock already; the yearly chance of an event rests on no one figure.
    const before = (s) => (one.below ? 0 : left(s, one.years[0] - 1)), felt = shocks.filter((s) => open.some((year) => left(s, year) !== before(s)));
    if (!sized.length && !felt.length) return { plain: true, by: plain };
    let factor = open.map(() => 1);
    for (const { lever, by } of sized.filter((m) => m.lever.growth)) {
      let grown = 1;
      factor = factor.map((f, h) => mul(f, (grown = both(n, grown, by[h], (g, x) => g * Math.max(1 + x, 0.05)))));
    }
    for (const s of felt) {
      const come = this.comeAbout(s.name, s.sd, Math.abs(s.size_percent)), log = Math.log1p(0.01 * s.size_percent);
      factor = factor.map((f, h) => {
        const part = left(s, open[h]) - before(s);
        return both(n, f, come, (x, c) => x * Math.exp(c * log * part));
      });
    }
    if (one.below) {
      let hazard = open.map(() => 1);
      for (const { lever, by } of sized.filter((m) => m.lever.hazard)) hazard = hazard.map((t, h) => add(t, by[h]));
      factor = factor.map((f, h) => both(n, f, hazard[h], (x, t) => x * Math.max(t, 0)));
      return { by: this.counts(one, factor) };
    }
    const made = { ...plain };
    const inside = sized.filter((m) => m.lever.structure && m.lever.structure === one.structure?.name);
    if (inside.length) {
      const s = this.meta.structures[one.structure.name], { stage, state } = one.structure, closed = state ? one.closed : 0;
      const rates = (one.structure.rates ?? s.rates).map((a) => this.column(a)), sums = new Map();
      for (const { lever, by } of inside) {
        const key = `${lever.rate} ${lever.how}`, whole = [...Array(closed).fill(0), ...by], known = sums.get(key);
        const sum = known ? known.by.map((v, h) => add(v, whole[h])) : whole;
        sums.set(key, { k: s.names.indexOf(lever.rate), times: lever.how !== "pp", by: sum });
      }
      const law = LAWS[s.law], name = `${one.structure.name} ${stage}`, changes = [...sums.values()];
      if (state) {
        const rows = this.column(one.structure.rows), moved = law.run(s, stage, rates, this.column(state), changes, one.years.length, n, this.column(one.structure.normals));
        for (const [h, year] of open.entries()) made[year] = each(n, (i) => moved[closed + h][rows[i]]);
      } else {
        const begun = this.memo(this.read, `start ${name}`, () => law.start(s, stage, rates, n));
        const before = this.memo(this.read, `plain ${name} ${open.length}`, () => law.run(s, stage, rates, begun, [], open.length, n));
        const moved = law.run(s, stage, rates, begun, changes, open.length, n);
        factor = factor.map((f, h) => mul(f, both(n, moved[h], before[h], (a, b) => a / b)));
      }
    }
    const out = { ...made };
    for (const [h, year] of open.entries()) {
      const moved = this.scaled(one, made[year], factor[h], made[year] === plain[year] ? one.paths[year]?.rows : undefined);
      out[year] = one.held?.year === year && !one.held.stock ? this.toCome(one.held, made[year], moved) : moved;
    }
    return { by: out };
  }

  /** Of the year in hand only what is still to come is moved. */
  toCome({ brought, share }, paths, moved) {
    const left = brought === null ? () => share : (x) => (x > 0 ? Math.max(x - brought, 0) / x : share);
    return both(paths.length, paths, moved, (x, y) => x + left(x) * (y - x));
  }

  /** On the odds where the support has two ends; a push on either side of 0 where values may be negative. */
  scaled(one, paths, factor, rows) {
    const [low, high] = one.support, n = paths.length;
    if (rows && typeof factor !== "number") { const all = factor, row = this.column(rows); factor = each(n, (i) => all[row[i]]); }
    if (low !== null && high !== null)
      return each(n, (i) => {
        const f = at(factor, i), x = Math.min(Math.max(paths[i], low), high);
        if (f === 1) return paths[i];
        const odds = ((x - low) / (high - x)) * f;
        return odds === Infinity ? high : low + ((high - low) * odds) / (1 + odds);
      });
    if (low !== null && low >= 0) return each(n, (i) => paths[i] * at(factor, i));
    const middle = Math.abs(quantile(Float64Array.from(paths).sort(), 0.5));
    return each(n, (i) => paths[i] + middle * (at(factor, i) - 1));
  }

  /** Number of new things when each year's chance is multiplied (`counts_under`). */
  counts(one, factor) {
    const levels = this.column(one.levels), H = one.years.length, columns = one.years.map(() => new Float64Array(this.n));
    const even = factor.every((f) => typeof f === "number"), ends = new Float64Array(H);
    /** Levels above which there is one more new thing by the end of each year, on path i. */
    const reach = (row, i) => {
      for (let h = 0, log = 0, least = 1, before = 1; h < H; h++) {
        least = Math.min(least, row[h]);
        const f = h < one.closed ? 1 : at(factor[h - one.closed], i);
        log += f > 0 ? f * (before > 0 ? Math.log(least / before) : -Infinity) : 0;
        before = least;
        ends[h] = Math.exp(log);
      }
    };
    const M = one.below.length, known = even && one.below.map((row) => (reach(row, 0), ends.slice()));
    for (let i = 0; i < this.n; i++)
      for (let h = 0; h < H; h++) {
        let least = 0, most = M;
        while (least < most) {
          const middle = (least + most) >> 1;
          if (!even) reach(one.below[middle], i);
          if (levels[i] > (even ? known[middle] : ends)[h]) least = middle + 1;
          else most = middle;
        }
        columns[h][i] = one.numbers[least];
      }
    return Object.fromEntries(one.years.map((year, h) => [year, columns[h]]));
  }

  meets(goal, x, target) {
    if (goal.region) return goal.region[0] <= x && x <= goal.region[1];
    switch (goal.comparator) { case "more_than": return x > target; case "at_most": return x <= target; case "less_than": return x < target; default: return x >= target; }
  }

  /** Whether a goal (or, asked, another target in another year) is met on each path. */
  met(goal, setting, asked = {}) {
    const one = this.meta.indicators[goal.indicator], target = Math.fround(asked.target ?? goal.target);
    if (goal.fixed) return this.column(goal.fixed);
    const { by } = this.under(goal.indicator, setting), read = (x) => (one.counting ? Math.ceil(x - 0.5) : x);
    if (goal.over && !asked.year) {
      const { known, steps } = goal.span, sum = known.reduce((a, b) => a + b, 0), meets = (x) => this.meets(goal, x, target);
      if (goal.over !== "every")
        return each(this.n, (i) => +meets((sum + steps.reduce((a, year) => a + by[year][i], 0)) / (known.length + steps.length)));
      return each(this.n, (i) => +(known.every(meets) && steps.every((year) => meets(by[year][i]))));
    }
    const column = by[asked.year ?? goal.due];
    return each(column.length, (i) => +this.meets(goal, read(column[i]), target));
  }

  moved(goal, setting) { return !goal.fixed && !this.under(goal.indicator, setting).plain; }

  /** P(goal): the library's own number where nothing moves it, else by the paths, less what they miss at the baseline. */
  probability(goal, setting, asked = {}) {
    if (goal.p === null) return null;
    const own = asked.target === undefined && asked.year === undefined, mean = (met) => met.reduce((a, b) => a + b, 0) / met.length;
    if (own && !this.moved(goal, setting)) return goal.p;
    if (asked.year && !this.has(goal, asked.year)) return goal.by[asked.year];
    const share = (at) => (own ? this.memo(this.of(goal, at), `p ${goal.id}`, () => (goal.over ? this.spanned(goal, at) : mean(this.met(goal, at)))) : mean(this.met(goal, at, asked))), rest = { base: this.meta.scenarios[0].id, sizes: {} };
    const miss = own ? goal.p - share(rest) : 0;
    return Math.min(Math.max(share(setting) + miss, 0), 1);
  }

  /** P(a goal over several years is met), as `attainment.probability.over_years` reads it from the same forecast. */
  spanned(goal, setting) {
    const { by } = this.under(goal.indicator, setting), { known, steps, walks } = goal.span, counting = this.meta.indicators[goal.indicator].counting;
    const read = (x) => (counting ? Math.ceil(x - 0.5) : x), meets = (x) => this.meets(goal, x, goal.target);
    if (goal.over === "every") {
      const fails = (year) => (steps.includes(year) ? by[year].reduce((sum, x) => sum + !meets(read(x)), 0) / this.n : 0);
      return known.every(meets) ? 1 - firstReached(goal.years.map((year) => fails(String(year))), this.meta.quadrature) : 0;
    }
    const sums = new Float64Array(walks[0].length).fill(known.reduce((a, b) => a + b, 0)), count = known.length + steps.length;
    for (const [k, year] of steps.entries()) {
      const sorted = Float64Array.from(by[year]).sort(), levels = this.column(walks[k]);
      for (let i = 0; i < sums.length; i++) sums[i] += read(quantile(sorted, levels[i]));
    }
    return sums.reduce((met, sum) => met + meets(sum / count), 0) / sums.length;
  }

  has(goal, year) { return String(year) in this.meta.indicators[goal.indicator].paths || !!this.meta.indicators[goal.indicator].below; }

  together(setting) {
    const goals = this.meta.goals.filter((goal) => goal.p !== null), all = new Uint8Array(this.n).fill(1);
    for (const goal of goals) {
      const met = this.memo(this.of(goal, setting), `met ${goal.id}`, () => this.met(goal, setting));
      for (let i = 0; i < this.n; i++) all[i] &= met[i];
    }
    return all.reduce((a, b) => a + b, 0) / this.n;
  }

  /** Quantiles of the fan by year of the goal's forecast: the library's own in years that nothing moves any more. */
  fan(goal, setting) {
    const one = this.meta.indicators[goal.indicator], { by, plain } = this.under(goal.indicator, setting);
    return this.memo(this.of(goal, setting), `fan ${goal.id}`, () => goal.years.map((year) => {
      if (goal.fixed || plain || !one.open.includes(year)) return goal.quantiles[year];
      const sorted = Float64Array.from(by[year]).sort();
      return this.meta.levels.map((level) => (one.counting ? Math.ceil(quantile(sorted, level) - 0.5) : quantile(sorted, level)));
    }));
  }

  /** What a lever alone moves the median of a goal in % by, a year from the first to act in to the due year (`attainment.seek`). */
  points(goal, base, lever, size) {
    const median = (to) => this.fan(goal, { base, sizes: { [lever]: to } }).at(-1)[3];
    return (median(size) - median(0)) / Math.max(goal.due - this.meta.first + 1, 1);
  }

  /** The least even push of the goal's levers after which it is as likely as wanted (`attainment.seek`). */
  seek(goal, setting, wanted) {
    const base = this.scenario(setting.base), start = { ...setting, sizes: {} }, levers = goal.levers.map((id) => this.lever[id]);
    const chance = (sizes) => this.probability(goal, { ...start, sizes });
    const from = (one) => this.total(base, one.id), before = chance({});
    // A figure can be too great as well as too small for a range: its way is searched for the best.
    const most = (at) => {
      let parts = goal.region ? [...Array(9).keys()].map((k) => k / 8) : [1];
      for (;;) {
        const found = parts.map((part) => chance(at(part))), reached = Math.max(...found), k = found.indexOf(reached);
        if (parts.length < 2 || parts.at(-1) - parts[0] < 0.1) return { reached, part: parts[k] };
        const low = parts[Math.max(k - 1, 0)], high = parts[Math.min(k + 1, 8)];
        parts = parts.map((_, n) => low + (n / 8) * (high - low));
      }
    };
    const way = (one, end) => (part) => ({ [one.id]: from(one) + part * (end - from(one)) });
    const ends = levers.map((one) => {
      const [down, up] = [one.low, one.high].map((end) => ({ end, ...most(way(one, end)) })), best = down.reached > Math.max(up.reached, before) ? down : up;
      return from(one) + (best.part || 1) * (best.end - from(one));
    });
    const pushed = (part) => Object.assign({}, ...levers.map((one, k) => way(one, ends[k])(part)));
    if (before >= wanted) return { sizes: {}, part: 0, reached: before };
    let { reached, part: high } = most(pushed), low = 0;
    if (reached < wanted) return { sizes: pushed(high), part: null, reached };
    for (let k = 0; k < 30 && (reached - wanted > 1e-3 || high - low > 1e-3); k++) {
      const middle = (low + high) / 2, there = chance(pushed(middle));
      if (there >= wanted) { high = middle; reached = there; } else low = middle;
    }
    return { sizes: pushed(high), part: high, reached };
  }
}

/** Standard normal quantile (Acklam; relative error 1e-9), within 9. */
function normalQuantile(p) {
  const run = (c, x) => c.reduce((sum, one) => sum * x + one, 0);
  const a = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239];
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
  const c = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
  if (p <= 0 || p >= 1) return p <= 0 ? -9 : 9;
  if (p > 0.97575) return -normalQuantile(1 - p);
  if (p < 0.02425) { const q = Math.sqrt(-2 * Math.log(p)); return run(c, q) / run(d, q); }
  const q = p - 0.5, r = q * q;
  return (run(a, r) * q) / run(b, r);
}

/** P(reached at least once), from P(there at each year's end), along Gaussian walks (`first_reached`). */
function firstReached(holds, [points, sizes]) {
  let places = [0], weighted = [1], found = 0;
  for (const [k, p] of holds.entries()) {
    const root = Math.sqrt(k + 1), end = root * normalQuantile(1 - p), half = 0.5 * (end + root * 9), there = points.map((x) => end - half * (1 - x));
    const density = there.map((x) => places.reduce((sum, y, j) => sum + weighted[j] * Math.exp(-0.5 * (x - y) ** 2), 0) / Math.sqrt(2 * Math.PI));
    [places, weighted] = [there, density.map((d, j) => d * sizes[j] * half)];
    found = Math.max(found, p, 1 - weighted.reduce((a, b) => a + b, 0));
  }
  return Math.min(Math.max(found, 0), 1);
}

export function quantile(sorted, level) {
  const place = level * (sorted.length - 1), k = Math.floor(place), next = sorted[Math.min(k + 1, sorted.length - 1)];
  return sorted[k] + (place - k) * (next - sorted[k]);
}

// ---- The page ----
const CSS = `
.bcf{container-type:inline-size;background:#fff;color:#1d2733;font:15px/1.45 "Noto Sans SC page","Segoe UI",Roboto,"Helvetica Neue",Arial,"Noto Sans SC","Microsoft YaHei","PingFang SC",sans-serif;max-width:1280px;margin:0 auto;padding:14px 18px;box-sizing:border-box}
.bcf *{box-sizing:border-box}.bcf h1{font-size:21px;margin:0;line-height:1.3}.bcf h2{font-size:15px;margin:16px 0 4px}.bcf h3{font-size:13px;color:#1f5a92;margin:10px 0 2px;border-top:1px solid #d5dbe1;padding-top:8px}.bcf p{margin:2px 0}
.bcf small,.bcf .soft{color:#5d6b7a;font-size:13px}.bcf select,.bcf button,.bcf input:not([type=range]){font:inherit;font-size:14px;padding:5px 9px;border:1px solid #aab6c2;border-radius:5px;background:#fff;color:inherit;max-width:100%}
.bcf button{cursor:pointer;background:#eef2f6}.bcf button:disabled{opacity:.45;cursor:default}.bcf :focus-visible{outline:2px solid #c04e14;outline-offset:2px}.bcf .row{display:flex;flex-wrap:wrap;gap:6px 14px;align-items:center;margin:8px 0}.bcf label{font-size:14px;min-width:0;max-width:100%}
.bcf .columns{display:grid;grid-template:"head levers" auto "answer levers" 1fr/minmax(0,3fr) minmax(320px,2fr);gap:0 22px;border-top:1px solid #d5dbe1;margin-top:8px;padding-top:10px}.bcf .head{grid-area:head;background:#fff}.bcf .answer{grid-area:answer;min-width:0}.bcf .levers{grid-area:levers;background:#f7f9fb;border:1px solid #d5dbe1;border-radius:6px;padding:10px 14px;align-self:start;min-width:0}
.bcf .cards{display:grid;grid-template-columns:1fr 1fr;gap:12px}.bcf .card{border-left:4px solid #1f5a92;padding-left:10px;min-width:0}.bcf .card+.card{border-color:#c98a1b}.bcf .number{font-size:40px;font-weight:700;line-height:1.1;color:#1f5a92;font-variant-numeric:tabular-nums}.bcf .card+.card .number{color:#9a6500}.bcf .long{font-size:24px}
.bcf .up{color:#00785f}.bcf .down{color:#b3301a}.bcf .lever{display:block;margin-top:8px;font-size:14px}.bcf .lever span{display:flex;justify-content:space-between;gap:10px}.bcf output{font-variant-numeric:tabular-nums;text-align:right;font-weight:600}
.bcf .track{position:relative;display:block;height:26px}.bcf .track input{width:100%;margin:0;height:26px;accent-color:#1f5a92;touch-action:pan-y}.bcf .track i{position:absolute;top:3px;bottom:3px;width:3px;margin-left:-1.5px;background:#8b96a3;border-radius:2px;pointer-events:none;opacity:.75}
.bcf table{width:100%;border-collapse:collapse;font-size:14px}.bcf th,.bcf td{font-weight:400;text-align:left;padding:3px 6px 3px 0;border:0;background:none}.bcf th{width:42%}.bcf td:last-child{text-align:right;white-space:nowrap;width:5em}.bcf tr.chosen th,.bcf tr.chosen td:last-child{font-weight:600}
.bcf .bar{position:relative;height:13px;background:#e9edf1;border-radius:2px}.bcf .bar b{position:absolute;top:0;bottom:0;background:#7da7cf;border-radius:2px}.bcf .chosen .bar b{background:#1f5a92}.bcf .bar u{position:absolute;top:-2px;bottom:-2px;width:3px;margin-left:-1.5px;background:#c98a1b}
.bcf svg{display:block;width:100%;height:auto}.bcf .said{font-size:14px}.bcf .said:empty{display:none}.bcf .levers h2{margin-top:2px}.bcf [type=number]{width:8em}
@container(max-width:760px){.bcf .columns{grid-template:"head" auto "levers" auto "answer" auto/minmax(0,1fr)}.bcf .head{position:sticky;top:0;z-index:2;border-bottom:1px solid #d5dbe1;padding-bottom:6px}.bcf .number{font-size:30px}.bcf .why{display:none}.bcf .long{font-size:19px}.bcf .answer{margin-top:10px}}`;
const escaped = (s) => String(s).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

/** Bring an element to a markup: only what differs is touched, since all that is touched is laid out and painted anew. */
function put(element, markup) {
  if (element.markup === markup) return;
  meet(element, Object.assign(document.createElement("template"), { innerHTML: markup }).content);
  element.markup = markup;
}
function meet(here, wanted) {
  const [now, then] = [[...here.childNodes], [...wanted.childNodes]];
  if (now.length !== then.length || now.some((node, k) => node.nodeName !== then[k].nodeName)) return here.replaceChildren(...then);
  for (const [k, node] of now.entries()) {
    if (node.nodeType === Node.TEXT_NODE) { if (node.data !== then[k].data) node.data = then[k].data; continue; }
    for (const { name, value } of then[k].attributes) if (node.getAttribute(name) !== value) node.setAttribute(name, value);
    for (const name of node.getAttributeNames()) if (!then[k].hasAttribute(name)) node.removeAttribute(name);
    meet(node, then[k]);
  }
}

export function start(root, meta, buffer, host = {}) {
  const engine = new Engine(meta, buffer), first = meta.scenarios[0].id, past = [];
  const fresh = (id) => ({ base: engine.scenario(id).id, sizes: {}, unsure: 0 });
  const open = () => ({ lang: meta.lang, goal: meta.goal, a: fresh(first), b: fresh(first), target: undefined, year: undefined });
  let state = open(), rest = "", frame = 0, wide = 0, said = "", guess = null, sliders = [], pointed;
  const yearName = (year) => meta.called?.[year] ?? year; // as the plan writes its fiscal years
  const w = (key, values = {}) => (meta.words[state.lang][key] ?? key).replace(/\{(\w+)\}/g, (_, name) => (name === "year" ? yearName(values[name]) : values[name] ?? ""));
  const named = (one) => escaped(one.names[state.lang]), goal = () => engine.goal[state.goal], find = (s) => root.querySelector(s);
  const percent = (p) => `${(100 * p).toFixed(1)}%`;
  const signed = (x, digits = 1) => (x < 0 ? "\u2212" : "+") + Math.abs(x).toFixed(digits);
  const formats = new Map(); // each takes long to make
  const plain = (x, how) => engine.memo(formats, state.lang + JSON.stringify(how), () => new Intl.NumberFormat(state.lang, { useGrouping: w("grouping"), ...how })).format(x / goal().per[state.lang]).replace("-", "\u2212");
  const figure = (x) => plain(x, { maximumFractionDigits: goal().per[state.lang] >= 1e4 ? 2 : Math.max(0, goal().decimals + Math.round(Math.log10(goal().per[state.lang]))) });
  /** A number typed in the printed unit, such as CNY billion, in that of the data, and back. */
  const given = (x) => +(x * goal().per[state.lang]).toPrecision(12), printed = (x) => +(x / goal().per[state.lang]).toPrecision(12);
  const told = (p, grade) => (p === null ? ["\u2013", w("unset")] : meta.told[state.lang][grade].findLast(([from]) => from <= p + 1e-9).slice(1));
  const size = (setting, id) => setting.sizes[id] ?? engine.total(engine.scenario(setting.base), id);
  /** Of a lever of growth the goal in % of which it moves the figure: as in the report, told in points a year off the forecast. */
  const shared = (one) => one.growth && [goal(), ...meta.goals].find((g) => g.percent && g.p !== null && !g.fixed && one.touches.includes(g.indicator));
  const called = (one) => (one.figure && shared(one) ? escaped(one.figure[state.lang]) : named(one));
  function measured(one, setting, x) {
    const g = shared(one), short = (size) => (size < 0 ? "\u2212" : size > 0 ? "+" : "") + Math.abs(+size.toPrecision(g ? 2 : 6));
    if (!g) return [short(x), one.unit[state.lang]];
    return [short(engine.points(g, setting.base, one.id, x)), w("points_a_year")];
  }
  const asked = () => ({ ...(state.target !== undefined && { target: state.target }), ...(state.year !== undefined && { year: state.year }) });
  const ghost = () => { const kept = JSON.stringify(state) === rest ? past.at(-1) : rest; return kept ? JSON.parse(kept) : null; };

  // The state in the address: what it cannot be is left out.
  function written() {
    const out = new URLSearchParams({ goal: state.goal, lang: state.lang });
    for (const key of ["target", "year"]) if (state[key] !== undefined) out.set(key, state[key]);
    for (const side of ["a", "b"]) {
      out.set(side, state[side].base);
      if (state[side].unsure) out.set(`${side}~`, state[side].unsure);
      for (const [id, x] of Object.entries(state[side].sizes)) out.set(`${side}.${id}`, +x.toFixed(4));
    }
    return out.toString();
  }
  function readBack(words) {
    const given = new URLSearchParams(words.replace(/^#/, "")), told = open(), known = (x) => x !== null && x !== "" && Number.isFinite(+x);
    if (engine.goal[given.get("goal")]) told.goal = given.get("goal");
    if (meta.words[given.get("lang")]) told.lang = given.get("lang");
    if (known(given.get("target"))) told.target = +given.get("target");
    if (engine.goal[told.goal].years.includes(+given.get("year"))) told.year = +given.get("year");
    for (const side of ["a", "b"]) {
      told[side] = fresh(given.get(side) ?? first);
      if (known(given.get(`${side}~`))) told[side].unsure = Math.min(Math.max(+given.get(`${side}~`), 0), 1);
      for (const one of meta.levers) {
        const x = given.get(`${side}.${one.id}`);
        if (one.shown && known(x)) told[side].sizes[one.id] = Math.min(Math.max(+x, one.low), one.high);
      }
    }
    return told;
  }

  /** Keep what stands on the page as a step that can be undone. */
  function commit() {
    const now = JSON.stringify(state);
    if (now === rest) return;
    if (rest) past.push(rest);
    rest = now;
    host.state?.(state);
    if (host.hash) history.replaceState(null, "", `#${written()}`);
    if (find("[data-do=undo]")) find("[data-do=undo]").disabled = !past.length;
  }

  function layout() {
    const g = goal(), choice = (list, chosen) => list.map(([value, words]) => `<option value="${escaped(value)}"${value === chosen ? " selected" : ""}>${words}</option>`).join("");
    const scenarios = meta.scenarios.map((one) => [one.id, named(one) + (one.draft ? ` (${w("draft")})` : "")]), button = (name, off) => `<button data-do="${name}"${off ? " disabled" : ""}>${w(name)}</button>`;
    const range = (one) => { const [[low, unit], [high]] = [one.low, one.high].map((x) => measured(one, { base: first }, x)); return w("range", { low, high, unit }).replace(" %", "%"); };
    const lever = (one) => `<label class="lever"><span>${called(one)}<output for="${one.id}"></output></span><span class="track"><i></i><input type="range" id="${one.id}" min="${one.low}" max="${one.high}" step="${one.step}" aria-label="${called(one)}"></span><small>${range(one)}</small></label>`;
    const group = (levers) => meta.measures.map((m) => [m, levers.filter((one) => one.measure === m.id)]).filter(([, all]) => all.length).map(([m, all]) => `<h3>${named(m)}</h3>${all.map(lever).join("")}`).join("");
    // What comes too late for a goal may still move another one of the same indicator.
    const shown = meta.levers.filter((one) => one.shown && meta.goals.some((of) => !of.late && one.touches.includes(of.indicator)));
    const own = g.late ? [] : shown.filter((one) => one.touches.includes(g.indicator)), other = shown.filter((one) => !own.includes(one));
    const oneSided = g.p !== null && !g.region && !g.fixed;
    const unfolded = find("details")?.open, held = focused();
    root.innerHTML = `<style>${CSS}${meta.font}</style><header><h1>${escaped(meta.plan[state.lang])}</h1><p class="soft">${w("heading", { area: escaped(meta.area[state.lang]), day: meta.as_of[state.lang] })}</p>
<div class="row"><label>${w("column_goal")} <select data-set="goal">${choice(meta.goals.map((one) => [one.id, named(one)]), g.id)}</select></label>${button("undo", !past.length)}${button("reset")}<button data-do="lang">${w("other_language")}</button></div></header>
<div class="columns"><section class="head"><p class="soft">${g.promise[state.lang]}</p><div class="cards">${["a", "b"].map((side) => `<div class="card" data-side="${side}"><label><small>${w(`side_${side}`)}</small><br><select data-set="${side}">${choice(scenarios, state[side].base)}</select></label><div class="number" aria-live="polite"></div><p class="word"></p><p class="soft change"></p><p class="soft why">${escaped(engine.scenario(state[side].base).why[state.lang])}</p></div>`).join("")}</div></section>
<section class="answer"><div class="chart" tabindex="0" data-set="chart" role="group" aria-label="${w("chart")}"></div><p class="said soft hover" role="status">${w("hover")}</p>
${oneSided ? `<div class="row"><label>${w("what_if")} <input type="number" data-set="target" step="any" value="${printed(state.target ?? g.target)}"></label><label>${w("by_year")} <select data-set="year">${choice(g.years.map((y) => [y, yearName(y)]), state.year ?? g.due)}</select></label></div>` : ""}
${host.ask && g.figures?.length && !g.fixed ? `<div class="row"><label>${w("what_if_figure")} <select data-set="figured">${choice(g.figures.map((y) => [y, yearName(y)]), guess?.year ?? g.figures[0])}</select></label><label>${w("figure_is")} <input type="number" data-set="figure" step="any" value="${guess ? printed(guess.value) : ""}"></label></div><p class="said guess" role="status">${guess?.said ?? ""}</p>` : ""}
<div class="row">${["keep", "svg", "png", "csv"].map((name) => button(name)).join("")}${host.hash ? button("link") : ""}</div>${own.length && g.p !== null ? `<h2>${w("tornado")}</h2><table><tbody class="tornado"></tbody></table>` : ""}<h2>${w("all_goals")}</h2><table><tbody class="goals"></tbody></table><p class="soft together"></p></section>
<section class="levers"><h2>${w("levers")}</h2><p class="soft">${w("levers_note")}</p><div class="row">${g.levers.length && g.p !== null ? button("seek") : ""}<label>${w("unsure")} <select data-set="unsure">${choice([0, 0.25, 0.5].map((x) => [x, x ? `\u00b1${100 * x}%` : w("certain")]), state.a.unsure)}</select></label></div><p class="said done" role="status">${said}</p>
${g.late ? `<p>${escaped(g.late[state.lang])}</p>` : own.length ? group(own) : `<p>${w(g.p === null ? "no_lever_unset" : "no_lever")}</p>`}${other.length ? `<details><summary>${w("other_levers")}</summary>${group(other)}</details>` : ""}
${host.ask ? `<h2>${w("save_heading")}</h2><div class="row"><input data-title placeholder="${w("title")}" aria-label="${w("title")}" maxlength="80">${button("save")}</div><small>${w("save_note")}</small>` : ""}</section></div>`;
    wide = find(".chart").clientWidth;
    sliders = shown.map((one) => { const input = find(`input[id="${one.id}"]`), label = input.closest("label"); return { one, input, output: label.querySelector("output"), mark: label.querySelector("i") }; });
    if (unfolded && find("details")) find("details").open = true;
    update();
    if (held) for (const one of [held, "[data-do=reset]", "[data-set=goal]"]) if (focused() === null) find(one)?.focus({ preventScroll: true });
  }

  /** By what the control is known that has the focus: it is made anew, and who works by keys goes on from it. */
  function focused() {
    const one = root.getRootNode().activeElement;
    if (!one || one === root || !root.contains(one)) return null;
    return one.id ? `[id="${one.id}"]` : ["set", "do"].filter((name) => one.dataset[name]).map((name) => `[data-${name}="${one.dataset[name]}"]`)[0] ?? one.localName;
  }

  draw.cost = 0; // ms that the other goals lately took
  /** The numbers at once; what is drawn, in the next frame. */
  function update() {
    const g = goal(), before = ghost(), grade = g.grade;
    const p = { a: engine.probability(g, state.a, asked()), b: engine.probability(g, state.b, asked()) };
    for (const side of ["a", "b"]) {
      const card = find(`[data-side=${side}]`), [number, word] = told(p[side], grade), shown = card.querySelector(".number");
      put(shown, escaped(number)); shown.dataset.value = p[side] ?? ""; shown.classList.toggle("long", number.length > 7);
      put(card.querySelector(".word"), escaped(word));
      const base = engine.scenario(state[side].base), moved = Object.entries(state[side].sizes).some(([id, x]) => x !== engine.total(base, id));
      put(card.querySelector(".why"), moved ? w("moved") : escaped(base.why[state.lang]));
    }
    const change = p.a === null ? 0 : p.a - p.b, was = before?.goal === g.id && p.a !== null ? told(engine.probability(g, before.a, asked()), grade)[0] : "";
    put(find("[data-side=a] .change"), (Math.abs(change) < 5e-4 ? w("same") : `<b class="${change < 0 ? "down" : "up"}">${w("points", { size: signed(100 * change) })}</b>`) + (was ? ` · ${w("was", { number: was })}` : ""));
    put(find("[data-side=b] .change"), w("grade", { grade }));
    for (const { one, input, output, mark } of sliders) {
      const x = size(state.a, one.id), then = before ? size(before.a, one.id) : x, part = (then - one.low) / (one.high - one.low), words = measured(one, state.a, x).join(" ").replace(" %", "%");
      if (+input.value !== x) input.value = x;
      if (output.textContent !== words) input.setAttribute("aria-valuetext", (output.textContent = words));
      mark.style.left = `calc(8px + ${part} * (100% - 16px))`; mark.hidden = Math.abs(then - x) < one.step / 2;
    }
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(draw);
  }

  function draw() {
    const g = goal(), row = (name, inner, last, chosen) => `<tr${chosen ? ' class="chosen"' : ""}><th scope="row">${name}</th><td>${inner}</td><td>${last}</td></tr>`;
    const bar = (low, high, mark) => `<div class="bar"><b style="left:${percent(Math.min(low, high))};width:${percent(Math.abs(high - low))}"></b><u style="left:${percent(mark)}"></u></div>`;
    put(find(".chart"), chart());
    clearTimeout(draw.later);
    // The other goals while a lever is dragged where that is quick, else once the hand rests: in steps, so that a hand that moves on waits for one of them.
    const reach = meta.levers.filter((one) => one.shown && one.touches.includes(g.indicator) && g.p !== null), way = (one, x) => engine.probability(g, { ...state.a, sizes: { ...state.a.sizes, [one.id]: x } });
    const steps = [...meta.goals.map((one) => () => engine.probability(one, state.a)), () => engine.together(state.a), others, ...reach.flatMap((one) => [() => way(one, one.low), () => way(one, one.high)]), tornado];
    let took = 0;
    const timed = (step) => {
      const began = performance.now();
      step();
      took += performance.now() - began;
      if (step === others && Object.keys(state.a.sizes).length) draw.cost = Math.max(took, 0.9 * draw.cost);
    };
    const next = () => { timed(steps.shift()); if (steps.length) draw.later = setTimeout(next); };
    if (!(draw.cost > 12)) timed(others);
    draw.later = setTimeout(next, 150);

    function others() {
      if (!find(".goals")) return;
      put(find(".goals"), meta.goals.map((one) => {
        const p = engine.probability(one, state.a);
        return row(named(one), p === null ? "" : bar(0, p, engine.probability(one, state.b)), told(p, one.grade)[0], one === g);
      }).join(""));
      const joint = ["a", "b"].map((side) => engine.together(state[side]));
      put(find(".together"), w("together", { count: meta.goals.filter((one) => one.p !== null).length, a: `<b data-value="${joint[0]}">${told(joint[0], meta.grade)[0]}</b>`, b: told(joint[1], meta.grade)[0] }));
    }
    function reached(low, high) { return low === high ? w("tornado_none", { number: low }) : `${low} – ${high}`; }
    function tornado() {
      if (!find(".tornado")) return;
      const now = engine.probability(g, state.a), all = reach.map((one) => ({ one, low: way(one, one.low), high: way(one, one.high) })).sort((x, y) => Math.abs(y.high - y.low) - Math.abs(x.high - x.low));
      put(find(".tornado"), all.map(({ one, low, high }) => row(called(one), bar(low, high, now), reached(told(low, g.grade)[0], told(high, g.grade)[0]))).join(""));
    }
  }

  /** The chart as SVG with its own looks, so that it can be saved as it is. */
  function chart() {
    chart.hover = null;
    const g = goal(), W = Math.max(Math.round(wide), 300), H = W < 500 ? 260 : 330, [R, T, B] = [14, 28, 26];
    const font = 'font-family="Noto Sans SC page, Segoe UI, Roboto, Arial, Noto Sans SC, Microsoft YaHei, PingFang SC, sans-serif" font-size="12.5"';
    const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${W} ${H}" role="img" ${font} aria-label="${escaped(`${g.names[state.lang]}: ${g.promise[state.lang]}, ${find(".number").textContent}`)}"><rect width="${W}" height="${H}" fill="#fff"/>`;
    const write = (x, y, words, more = "") => `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="#5d6b7a" ${more}>${words}</text>`;
    if (g.p === null) return `${head}${write(W / 2, H / 2, w("unset"), 'text-anchor="middle"')}</svg>`;
    if (engine.meta.indicators[g.indicator].below) return `${head}${bars(W, H, write)}</svg>`;
    const fans = [engine.fan(g, state.a), engine.fan(g, state.b)], was = ghost(), old = was?.goal === g.id ? engine.fan(g, was.a) : null, target = state.target ?? g.target;
    const seen = g.known.slice(-10), known = seen.filter(([, v]) => v !== null), last = known.at(-1), years = g.years.filter((year) => !last || year > last[0] || g.fixed), skip = g.years.length - years.length;
    const sure = (year, said) => (g.firm[year]?.[state.lang] ?? "{value}").replace("{value}", said);
    const ends = g.region && state.target === undefined ? g.region : [target].filter(Number.isFinite), bounds = seen.filter(([, v]) => v === null).map(([year, , ...range]) => [year, ...range.filter(Number.isFinite), range[1] === null ? ">" : "<"]);
    const values = [...seen.flatMap((one) => one.slice(1)), ...bounds.map(([, end]) => 1.08 * end), ...fans.flatMap((fan) => fan.slice(skip).flatMap((q) => [q[1], q[5]])), ...ends, guess?.quantiles && guess.value].filter(Number.isFinite), span = [Math.min(...values), Math.max(...values)];
    const pad = (span[1] - span[0] || Math.abs(span[1]) || 1) * 0.06, low = span[0] >= 0 ? Math.max(span[0] - pad, 0) : span[0] - pad, high = span[1] + pad;
    const from = seen.length ? seen[0][0] : years[0] - 1, to = years.at(-1) + 0.3;
    const rough = (high - low) / 5, power = 10 ** Math.floor(Math.log10(rough)), step = [1, 2, 2.5, 5, 10].find((m) => m * power >= rough) * power;
    const ticks = Array.from({ length: 8 }, (_, k) => (Math.ceil(low / step) + k) * step).filter((v) => v <= high).map((v) => [v, plain(v, { maximumSignificantDigits: 4 })]);
    const L = Math.max(58, ...ticks.map(([, words]) => 12 + 7 * words.length)), every = Math.ceil((to - from) / (W < 500 ? 5 : 10));
    const x = (year) => L + ((year - from) / (to - from)) * (W - L - R), y = (v) => H - B - ((v - low) / (high - low)) * (H - B - T);
    const axis = write(4, 14, escaped(g.unit[state.lang])) + ticks.map(([v, words]) => `<path d="M${L} ${y(v).toFixed(1)}H${W - R}" stroke="#e3e8ed"/>${write(L - 6, y(v) + 4, words, 'text-anchor="end"')}`).join("")
      + Array.from({ length: Math.floor(to - from) + 1 }, (_, k) => from + k).filter((year) => (year - years.at(-1)) % every === 0).map((year) => write(x(year), H - 7, yearName(year), 'text-anchor="middle"')).join("");
    const anchor = last && last[0] === years[0] - 1 && !g.fixed ? [[last[0], last[1]]] : [], points = (fan, k) => [...anchor, ...years.map((year, h) => [year, fan[h + skip][k]])], line = (list) => `M${list.map(([a, b]) => `${x(a).toFixed(1)} ${y(b).toFixed(1)}`).join("L")}`;
    const dots = years.length === 1 && !anchor.length, median = (fan, colour, dash, width) => dots ? fan.slice(-1).map((q) => `<path d="M${x(years[0])} ${y(q[1])}V${y(q[5])}" stroke="${colour}" stroke-width="${2 * width}" opacity=".5"/><circle cx="${x(years[0])}" cy="${y(q[3])}" r="4" fill="${colour}"/>`).join("") : `<path d="${line(points(fan, 3))}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-dasharray="${dash}"/>`;
    const band = (fan, k, opacity) => (dots ? "" : `<path d="${line([...points(fan, 6 - k), ...points(fan, k).reverse()])}Z" fill="#1f5a92" opacity="${opacity}"/>`), outline = (k) => (dots ? "" : `<path d="${line(points(fans[1], k))}" fill="none" stroke="#c98a1b" stroke-dasharray="2 3"/>`);
    // A line is broken at gaps; what is uncertain has its range, and a bound an arrow into what it leaves possible.
    // What is not final has the mark that it has in reports, and the last such figure the word for it.
    const mark = (a, b, hollow) => {
      const open = g.firm[a]?.status, [cx, cy] = [x(a).toFixed(1), y(b).toFixed(1)], look = `fill="${hollow || open ? "#fff" : "#1d2733"}" stroke="#1d2733"`;
      const square = `<path class="${open}" d="M${cx} ${cy}m-3.5 -3.5h7v7h-7z" ${look} ${open === "expected" ? `transform="rotate(45 ${cx} ${cy})"` : ""}/>`;
      return open ? square + (a === last[0] ? write(x(a) - 4, y(b) + 20, sure(a, "").trim(), 'text-anchor="end"') : "") : `<circle cx="${cx}" cy="${cy}" r="3" ${look}/>`;
    };
    const figures = known.map(([a, b, low, high]) => (low < high ? `<path d="M${x(a)} ${y(low)}V${y(high)}" stroke="#1d2733"/>` : "") + mark(a, b, low < high)).join("")
      + bounds.map(([a, ...rest]) => { const sign = rest.pop(), up = sign === ">" ? -22 : 22, one = rest.length < 2, [low, high = low] = rest, at = x(a); return `<path class="bound" d="${rest.map((end) => `M${at - 5} ${y(end)}h10`).join("")}M${at} ${y(low)}${one ? `v${up}m-3 ${-up / 5}l3 ${up / 5}l3 ${-up / 5}` : `V${y(high)}`}" fill="none" stroke="#1d2733" stroke-width="1.4"/>` + write(Math.min(at + 8, W - 70), (y(low) + y(high)) / 2 + 4, sure(a, one ? `${escaped(sign)} ${figure(low)}` : `${figure(low)}\u2013${figure(high)}`), 'style="paint-order:stroke;stroke:#fff;stroke-width:3px"'); }).join("")
      + `<path class="known" d="${known.map(([a, b], k) => `${k && known[k - 1][0] === a - 1 ? "L" : "M"}${x(a).toFixed(1)} ${y(b).toFixed(1)}`).join("")}" fill="none" stroke="#1d2733"/>`;
    const supposed = guess?.quantiles ? `<path d="${line([[guess.year, guess.value], ...years.filter((year) => year > guess.year && guess.quantiles[year]).map((year) => [year, guess.quantiles[year][3]])])}" fill="none" stroke="#00785f" stroke-width="2" stroke-dasharray="7 3"/><circle cx="${x(guess.year)}" cy="${y(guess.value)}" r="4.5" fill="#fff" stroke="#00785f" stroke-width="2"/>` : "";
    const goalLine = ends.map((end) => `<path d="M${L} ${y(end).toFixed(1)}H${W - R}" stroke="#b3301a" stroke-dasharray="6 4" stroke-width="1.5"/>`).join("")
      + (ends.length ? lines(`${w("target")} ${ends.map((end) => figure(end)).join("\u2013")} ${g.unit[state.lang]}`.replace(" %", "%"), W - L - R - 4).map((one, k, all) => write(L + 4, y(ends.at(-1)) - 5 - 16 * (all.length - 1 - k), one, 'style="fill:#b3301a"')).join("") : "");
    chart.hover = (px) => {
      const all = [...new Set([...seen.map(([year]) => year), ...years])], year = all.reduce((a, b) => (Math.abs(x(b) - px) < Math.abs(x(a) - px) ? b : a)), k = g.years.indexOf(year), one = seen.find(([a]) => a === year);
      if (one && k < skip) {
        const [, v, low, high] = one, range = low < high ? `${figure(low)}\u2013${figure(high)}` : "", bound = high === null ? `> ${figure(low)}` : `< ${figure(high)}`;
        return sure(year, w("hover_figure", { year, value: v === null ? range || bound : figure(v) + (range && ` (${range})`), unit: g.unit[state.lang] }));
      }
      const [q, p] = [fans[0][k], engine.probability(g, state.a, { ...asked(), year })];
      return w("hover_year", { year, median: figure(q[3]), low: figure(q[1]), high: figure(q[5]), unit: g.unit[state.lang], chance: g.over ? "\u2013" : told(p, g.grade)[0] });
    };
    return `${head}${axis}${band(fans[0], 1, 0.16)}${band(fans[0], 2, 0.24)}${outline(1)}${outline(5)}${old ? median(old, "#8b96a3", "1 4", 2) : ""}${median(fans[1], "#c98a1b", "5 3", 2)}${median(fans[0], "#1f5a92", "none", 2.5)}${figures}${supposed}${goalLine}</svg>`;
  }

  /** Words for the chart in lines of at most so many pixels, by a little too much for each letter. */
  function lines(words, room) {
    const out = [""];
    let wide = 0;
    for (const part of words.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+/g)) {
      const more = [...part].reduce((sum, c) => sum + (c > "\u2e7f" ? 12.5 : 7), 0);
      if (wide + more > room && wide) { out.push(""); wide = 0; }
      out[out.length - 1] += part;
      wide += more;
    }
    return out.map((one) => escaped(one.trim()));
  }

  /** Of new things: how likely each number is at the end of the year, in both scenarios; in classes, parted at the target, where there are too many. */
  function bars(W, H, write) {
    const g = goal(), year = state.year ?? g.due, columns = ["a", "b"].map((side) => Float64Array.from(engine.under(g.indicator, state[side]).by[year]).sort());
    const target = state.target ?? g.target, meets = (k) => engine.meets(g, k, target), end = (p) => columns.map((all) => quantile(all, p) | 0);
    const asked = Math.ceil(g.region ? g.region[0] : target), parted = meets(asked) === meets(asked - 1) ? asked + 1 : asked, most = Math.max(asked, 1, ...end(0.99)), least = Math.min(asked, ...end(0.01));
    let size = 1, first = 0;
    if (most * 18 > W - 60) {
      for (let k = 0; (most - least) / size > (W - 60) / (12 + 7 * plain(most).length); k++) size = [1, 2, 5][k % 3] * 10 ** Math.floor(k / 3);
      first = parted - size * Math.ceil((parted - least) / size);
    }
    const last = Math.max(Math.floor((most - first) / size), 1), wide = (W - 60) / (last + 1), width = Math.min(60, wide / 3);
    const shares = columns.map((all) => { const out = Array(last + 1).fill(0); for (const x of all) out[Math.min(Math.max(Math.floor((x - first) / size), 0), last)] += 1 / engine.n; return out; });
    const high = (p) => (p * (H - 80)) / (size > 1 ? Math.max(...shares.flat()) : 1), from = (k) => first + k * size;
    const name = (k) => (k === last ? `\u2265 ${plain(from(k))}` : size === 1 ? k : k ? `${plain(from(k))}\u2013${plain(from(k + 1) - 1)}` : `< ${plain(from(1))}`);
    const met = shares[0].map((_, k) => meets(k || size === 1 ? from(k) : from(1) - 1) && (k === last || meets(from(k + 1) - 1)));
    chart.hover = (px) => { const k = Math.min(Math.max(Math.floor((px - 30) / wide), 0), last); return w("hover_count", { year, number: name(k), unit: g.unit[state.lang], a: told(shares[0][k], g.grade)[0], b: told(shares[1][k], g.grade)[0] }); };
    return `<path d="M30 ${H - 40}H${W - 30}" stroke="#aab6c2"/>${lines(w("counts", { year, unit: g.unit[state.lang] }), W - 40).map((one, k) => write(20, 16 + 16 * k, one)).join("")}` + shares[0].map((_, k) => {
      const left = 30 + k * wide, middle = left + wide / 2, label = size === 1 ? write(middle, H - 22, name(k), 'text-anchor="middle"') : k ? write(left, H - 22, plain(from(k)), 'text-anchor="middle"') : "";
      return shares.map((all, j) => `<rect x="${middle + (j - 1) * width}" y="${H - 40 - high(all[k])}" width="${width - (size > 1 ? 1 : 2)}" height="${high(all[k])}" fill="${["#1f5a92", "#c98a1b"][j]}" opacity="${met[k] ? 1 : 0.45}"/>`).join("") + label + (met[k] && (size === 1 || !met[k - 1]) ? write(middle, H - 6, w("target"), 'text-anchor="middle" style="fill:#b3301a"') : "");
    }).join("");
  }

  function download(name, parts, type) {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob(parts, { type })), download: `${meta.id}-${state.goal}.${name}` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
  const settle = (words) => { said = words ?? ""; commit(); layout(); };
  const actions = {
    undo: () => { if (past.length) { rest = past.pop(); state = JSON.parse(rest); host.state?.(state); if (host.hash) history.replaceState(null, "", `#${written()}`); said = ""; layout(); } },
    reset: () => { state.a = fresh(state.a.base); state.target = state.year = undefined; settle(); },
    lang: () => { guess = null; const all = Object.keys(meta.words); state.lang = all[(all.indexOf(state.lang) + 1) % all.length]; settle(); },
    keep: () => { state.b = JSON.parse(JSON.stringify(state.a)); settle(w("kept")); },
    seek: () => {
      const found = engine.seek(goal(), state.a, meta.wanted), number = told(found.reached, goal().grade)[0];
      state.a = { ...state.a, sizes: found.sizes };
      settle(w(found.part === null ? "seek_never" : found.part ? "seek_found" : "seek_already", { number, wanted: `${100 * meta.wanted}%`, part: `${Math.ceil(100 * found.part)}%` }));
    },
    link: () => { commit(); navigator.clipboard?.writeText(location.href.replace(/\?token=\w+/, "")).catch(() => {}); settle(w("linked")); },
    svg: () => download("svg", [chart()], "image/svg+xml"),
    png: () => {
      const image = new Image(), source = chart(), [, wide, high] = source.match(/viewBox="0 0 (\d+) (\d+)"/).map(Number);
      image.onload = () => { const canvas = Object.assign(document.createElement("canvas"), { width: 2 * wide, height: 2 * high }); canvas.getContext("2d").drawImage(image, 0, 0, 2 * wide, 2 * high); canvas.toBlob((blob) => download("png", [blob], "image/png")); };
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
    },
    csv: () => {
      const cell = (x) => `"${String(x ?? "").replace(/"/g, '""').replace(/^[=+@\t]/, "'$&")}"`, sides = ["a", "b"].map((side) => engine.scenario(state[side].base).names[state.lang]);
      const goals = meta.goals.map((one) => [one.id, one.names[state.lang], ...["a", "b"].map((side) => engine.probability(one, state[side])?.toFixed(4)), one.grade]);
      const levers = meta.levers.filter((one) => one.shown).map((one) => { const [[a, unit], [b]] = ["a", "b"].map((side) => measured(one, state[side], size(state[side], one.id))); return [one.id, (shared(one) && one.figure ? one.figure : one.names)[state.lang], ...[a, b].map((x) => +x.replace("\u2212", "-")), unit]; });
      download("csv", ["\ufeff", [["id", w("column_goal"), ...sides, w("grade_column")], ...goals, ["id", w("levers"), ...sides, ""], ...levers].map((r) => r.map(cell).join(",")).join("\r\n") + "\r\n"], "text/csv");
    },
    save: async () => {
      const answer = await host.ask({ title: find("[data-title]").value, lang: state.lang, ...state.a }).catch(() => ({ said: w("no_answer") }));
      if (answer.scenarios) { meta.scenarios = answer.scenarios; state.a = fresh(answer.id); }
      settle(escaped(answer.said));
    },
  };
  /** What another figure would change is fitted anew by the library; whatever is asked meanwhile is shown instead. */
  async function imagine() {
    const value = find("[data-set=figure]").value, wanted = { ask: "figure", goal: state.goal, year: +find("[data-set=figured]").value, value: given(value), lang: state.lang };
    const mine = (guess = value === "" ? null : { ...wanted, said: "\u2026" });
    if (mine) Object.assign(mine, await host.ask(wanted).catch(() => ({ said: w("no_answer") })));
    if (guess !== mine) return;
    if (find(".guess")) find(".guess").textContent = guess?.said ?? "";
    update();
  }
  root.classList.add("bcf");
  root.dataset.lmSuppressShortcuts = "true"; // of JupyterLab, for keys pressed here
  root.addEventListener("input", (event) => { if (event.target.type === "range") { state.a.sizes[event.target.id] = +event.target.value; update(); } });
  root.addEventListener("change", ({ target: { type, dataset: { set }, value } }) => {
    if (type === "range") { said = ""; find(".done").textContent = ""; commit(); update(); }
    else if (set === "figure" || set === "figured") imagine();
    else if (set === "goal") { guess = null; Object.assign(state, { goal: value, target: undefined, year: undefined }); settle(); }
    else if (set === "a" || set === "b") { state[set] = fresh(value); settle(); }
    else if (set === "unsure") { state.a.unsure = +value; settle(); }
    else if (set === "target") { const asked = given(value); state.target = value === "" || asked === goal().target ? undefined : asked; commit(); update(); }
    else if (set === "year") { state.year = +value === goal().due ? undefined : +value; commit(); update(); }
  });
  root.addEventListener("click", ({ target }) => actions[target.closest("[data-do]")?.dataset.do]?.());
  root.addEventListener("keydown", (event) => {
    const input = event.target, { id, type } = input, one = engine.lever[id];
    if ((event.ctrlKey || event.metaKey) && event.key === "z" && !["text", "number"].includes(type)) {
      event.preventDefault();
      actions.undo();
    } else if (input.matches(".chart") && chart.hover && ["ArrowLeft", "ArrowRight"].includes(event.key)) {
      event.preventDefault();
      event.stopPropagation();
      const end = input.firstChild.viewBox.baseVal.width, step = event.key === "ArrowLeft" ? -2 : 2, read = () => chart.hover(pointed);
      pointed ??= step > 0 ? 0 : end;
      for (const now = find(".hover").textContent; read() === now && pointed + step >= 0 && pointed + step <= end; ) pointed += step;
      find(".hover").textContent = read();
    } else if (type === "range" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      // Done here, since JupyterLab keeps a slider's own keys from it.
      const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10, Home: -Infinity, End: Infinity }[event.key];
      if (!steps) return;
      event.preventDefault();
      event.stopPropagation();
      const to = Math.round((size(state.a, id) + steps * one.step) / one.step) * one.step;
      state.a.sizes[id] = +Math.min(Math.max(to, one.low), one.high).toFixed(6);
      said = find(".done").textContent = "";
      update();
      commit();
    }
  });
  root.addEventListener("pointermove", (event) => { const svg = event.target.closest(".chart svg"); if (svg && chart.hover) find(".hover").textContent = chart.hover(((event.clientX - svg.getBoundingClientRect().left) / svg.clientWidth) * svg.viewBox.baseVal.width); });
  if (host.hash) {
    if (location.hash.length > 1) state = readBack(location.hash);
    addEventListener("hashchange", () => { if (location.hash.slice(1) !== written()) { state = readBack(location.hash); settle(); } });
  }
  rest = JSON.stringify(state);
  layout();
  let width = root.clientWidth;
  new ResizeObserver(() => { if (root.clientWidth !== width) { width = root.clientWidth; wide = find(".chart").clientWidth; update(); } }).observe(root);
  return engine;
}

/** In a page of its own (reporting/panel_page.py), which holds all that it needs; a server only saves. */
export function startPage(saves) {
  const read = (id) => document.getElementById(id).textContent, bytes = Uint8Array.from(atob(read("paths")), (c) => c.charCodeAt(0));
  const ask = (wanted) => fetch(`save${location.search}`, { method: "POST", body: JSON.stringify(wanted) }).then((answer) => answer.json());
  start(document.getElementById("panel"), JSON.parse(read("meta")), bytes.buffer, { hash: true, ...(saves && { ask }) });
}

/** In JupyterLab, Voila and VS Code (anywidget): the same page, with the kernel to save scenarios. */
export default {
  render({ model, el }) {
    const view = model.get("paths"), waiting = [];
    model.on("msg:custom", (answer) => waiting.shift()?.(answer));
    const ask = (wanted) => new Promise((resolve) => { waiting.push(resolve); model.send({ asked: wanted }); });
    const state = (now) => { model.set("state", now); model.save_changes(); };
    start(el.appendChild(document.createElement("div")), model.get("meta"), view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength), { ask, state });
  },
};
