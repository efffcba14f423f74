// What is made of counts that grow: rates and latencies of the last seconds.

const BOUNDS_MILLIS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000];
const SECONDS = 10; // over which a rate is taken
const SHOWN = 60; // points of a line

export function errorsOf(service) {
  return service.answers['5xx'] + service.answers.none;
}

/** The counts of one service, or of all together, as they were in the last seconds. */
export class Load {
  constructor() {
    this.samples = [];
    this.line = [];
    this.rate = 0;
    this.errorRate = 0;
    this.latency = null;
  }

  /** Counts as they are at a time, in seconds. */
  add(now, counts) {
    const last = this.samples[this.samples.length - 1];
    if (last && now - last.now < 0.5) {
      return; // a rate over so short a time is chance
    }
    if (last && (counts.requests < last.requests || counts.errors < last.errors)) {
      this.samples = []; // the program, or the service, began anew
    }
    this.samples.push({ now, ...counts });
    while (this.samples.length > 2 && now - this.samples[1].now >= SECONDS) {
      this.samples.shift();
    }
    const before = this.samples[this.samples.length - 2];
    const first = this.samples[0];
    const seconds = now - first.now;
    this.rate = seconds > 0 ? (counts.requests - first.requests) / seconds : 0;
    this.errorRate = seconds > 0 ? (counts.errors - first.errors) / seconds : 0;
    this.line.push(before ? Math.max(0, (counts.requests - before.requests) / (now - before.now)) : 0);
    if (this.line.length > SHOWN) {
      this.line.shift();
    }
    this.latency = latency(first, counts);
  }

  /** The most requests per second of those that the line shows. */
  get peak() {
    return Math.max(0, ...this.line);
  }

  /** The share of requests that failed lately, 0 to 1. */
  get errorShare() {
    return this.rate > 0 ? Math.min(1, this.errorRate / this.rate) : 0;
  }
}

/** The mean and the bound below which 95 of 100 were, in milliseconds; null where nothing was answered. */
function latency(from, to) {
  const counts = to.latencies.map((value, i) => value - from.latencies[i]);
  const all = counts.reduce((sum, value) => sum + value, 0);
  if (all <= 0) {
    return null;
  }
  let sum = 0;
  const bucket = counts.findIndex((value) => { sum += value; return sum >= all * 0.95; });
  return { mean: ((to.latencySeconds - from.latencySeconds) / all) * 1000, p95: BOUNDS_MILLIS[bucket] ?? Infinity };
}

export function countsOf(service) {
  return {
    requests: service.requests, errors: errorsOf(service), latencies: service.latencies, latencySeconds: service.latencySeconds,
  };
}

/** The counts of services together. */
export function together(services) {
  const sum = { requests: 0, errors: 0, latencies: BOUNDS_MILLIS.map(() => 0).concat(0), latencySeconds: 0 };
  for (const service of services) {
    sum.requests += service.requests;
    sum.errors += errorsOf(service);
    sum.latencySeconds += service.latencySeconds;
    service.latencies.forEach((value, i) => { sum.latencies[i] += value; });
  }
  return sum;
}

/** How a service does: `state` (bad, warn, idle, waiting, good) and why. The worst comes first. */
export function health(service, load) {
  const { endpoints } = service;
  const usable = endpoints.filter((endpoint) => endpoint.eligible).length;
  const drained = endpoints.filter((endpoint) => endpoint.drained || isDrained(service)).length;
  const wrong = service.source.problem;
  if (endpoints.length > 0 && drained === endpoints.length) {
    return { state: 'idle', word: 'drained', why: 'takes no new requests' };
  }
  if (usable === 0) {
    return service.source.state === 'PENDING'
      ? { state: 'waiting', word: 'waiting', why: 'its source has not answered yet' }
      : { state: 'bad', word: 'down', why: wrong ?? (endpoints.length === 0 ? 'no endpoint is known' : 'no endpoint may be used') };
  }
  if (service.limits.circuit === 'OPEN') {
    return { state: 'bad', word: 'circuit open', why: 'too many requests failed' };
  }
  if (load.errorShare >= 0.05 && load.errorRate > 0) {
    return { state: 'bad', word: 'failing', why: `${Math.round(load.errorShare * 100)} % of its requests fail` };
  }
  if (wrong) {
    return { state: 'warn', word: 'source fails', why: wrong };
  }
  if (service.panic) {
    return { state: 'warn', word: 'panic', why: 'too few endpoints are healthy: all are used' };
  }
  if (usable + drained < endpoints.length) {
    return { state: 'warn', word: 'degraded', why: `${endpoints.length - usable - drained} of ${endpoints.length} endpoints may not be used` };
  }
  if (load.errorRate > 0) {
    return { state: 'warn', word: 'errors', why: 'some of its requests fail' };
  }
  return { state: 'good', word: drained > 0 ? `${drained} drained` : 'up', why: '' };
}

/** Whether the service as a whole is drained: each of its endpoints says so. */
export function isDrained(service) {
  return service.endpoints.length > 0 && service.endpoints.every((endpoint) => endpoint.excluded === 'the service is drained');
}

export const RANK = { bad: 0, warn: 1, waiting: 2, idle: 3, good: 4 };
