import assert from "node:assert/strict";
import test from "node:test";

import { Backoff } from "../../static/js/log/backoff.js";
import { ServerClock } from "../../static/js/log/clock.js";
import { claimOf, claimOfList } from "../../static/js/log/connection.js";
import { JobFold } from "../../static/js/log/fold.js";
import { JobStream } from "../../static/js/log/job_stream.js";
import { LastingSocket } from "../../static/js/log/lasting_socket.js";
import { Watch } from "../../static/js/log/watch.js";
import { rewind, status, trainRows } from "./log_entries.mjs";

class FakeSocket {
  closed = false;
  /** @param {string} address */
  constructor(address) {
    this.address = address;
  }
  /** @type {any} */ onopen;
  /** @type {any} */ onmessage;
  /** @type {any} */ onclose;
  close() {
    this.closed = true;
  }
  /** @param {any[]} entries */
  deliver(entries) {
    this.onmessage({ data: JSON.stringify(entries) });
  }
}

function followed() {
  /** @type {FakeSocket[]} */
  const sockets = [];
  const clock = new ServerClock();
  const stream = new JobStream({
    fold: new JobFold(),
    clock,
    address: (after) => `?after=${after}`,
    onChange: () => {},
    open: (address) => /** @type {any} */ (sockets[sockets.push(new FakeSocket(address)) - 1]),
  });
  stream.start();
  sockets[0].onopen();
  return { stream, sockets, clock };
}

/** @param {import("node:test").TestContext} context @returns {{sockets: FakeSocket[], socketAddress: (path: string) => string}} */
function fakeSockets(context) {
  /** @type {FakeSocket[]} */
  const sockets = [];
  const global = /** @type {any} */ (globalThis);
  const { WebSocket } = global;
  context.after(() => (global.WebSocket = WebSocket));
  global.WebSocket = class extends FakeSocket {
    /** @param {string} address */
    constructor(address) {
      super(address);
      sockets.push(this);
    }
  };
  return { sockets, socketAddress: (path) => path };
}

const fresh = () => new Date().toISOString();

test("a live stream says how far behind it is and that nothing is missing", () => {
  const { stream, sockets } = followed();
  sockets[0].deliver([{ ...trainRows(1, 1, 10), at: fresh() }]);
  const claim = claimOf(stream, Date.now());
  assert.equal(claim.state, "live");
  assert.match(claim.text, /^live · \d+\u202fms behind · 0 missing$/);
  stream.stop();
});

test("what was written before the connection, or long ago, says nothing about the delay", (context) => {
  context.mock.timers.enable({ apis: ["Date", "setTimeout"], now: 1_700_000_000_000 });
  const { stream, sockets } = followed();
  const at = (/** @type {number} */ ms) => new Date(Date.now() + ms).toISOString();
  sockets[0].deliver([{ ...trainRows(1, 1, 10), at: at(-1700) }]);
  assert.equal(claimOf(stream, Date.now()).text, "catching up");
  context.mock.timers.tick(500);
  assert.equal(claimOf(stream, Date.now()).text, "live · 0 missing");
  sockets[0].deliver([{ ...trainRows(2, 11, 10), at: at(-40) }]);
  assert.equal(claimOf(stream, Date.now()).text, "live · 40\u202fms behind · 0 missing");
  context.mock.timers.tick(5000);
  assert.equal(claimOf(stream, Date.now()).text, "live · 0 missing");
  stream.stop();
});

test("a replay of old entries is catching up", () => {
  const { stream, sockets } = followed();
  sockets[0].deliver([trainRows(1, 1, 10)]);
  assert.equal(claimOf(stream, 0).text, "catching up");
  stream.stop();
});

test("after a cut it reconnects after the last entry and says when", () => {
  const { stream, sockets } = followed();
  sockets[0].deliver([trainRows(1, 1, 10), trainRows(2, 11, 10)]);
  sockets[0].onclose({ code: 1006 });
  assert.equal(stream.state, "reconnecting");
  assert.match(claimOf(stream, stream.retryAt - 1900).text, /^reconnecting in 2\u202fs$/);
  stream.nudge();
  assert.equal(sockets[1].address, "?after=2");
  sockets[1].onopen();
  sockets[1].deliver([trainRows(2, 11, 10), trainRows(3, 21, 5)]);
  assert.equal(stream.fold.splits.train.length, 25);
  stream.stop();
});

test("a gap is counted and asked for again", () => {
  const { stream, sockets } = followed();
  sockets[0].deliver([trainRows(1, 1, 10), trainRows(3, 21, 10)]);
  assert.equal(claimOf(stream, 0).missing, 1);
  assert.equal(sockets[1].address, "?after=1");
  assert.ok(sockets[0].closed);
  sockets[1].onopen();
  sockets[1].deliver([trainRows(2, 11, 10), trainRows(3, 21, 10)]);
  assert.equal(claimOf(stream, 0).missing, 0);
  stream.stop();
});

test("a finished job is done and not asked for again", () => {
  const { stream, sockets } = followed();
  sockets[0].deliver([trainRows(1, 1, 1234), status(2, "completed")]);
  sockets[0].onclose({ code: 1000 });
  assert.equal(claimOf(stream, 0).text, "done · 1,234 steps · 0 missing");
  stream.nudge();
  assert.equal(sockets.length, 1);
});

test("a job that had ended and goes on is streamed on from where its log was left", (context) => {
  const { sockets, socketAddress } = fakeSockets(context);
  const watch = new Watch(/** @type {any} */ ({ socketAddress }), new ServerClock());
  /** @type {any} */
  let job = { id: "a", step: 0, attempt: 1 };
  watch.follow(["a"], () => job);
  sockets[0].onopen();
  sockets[0].deliver([trainRows(1, 1, 30), status(2, "stopped")]);
  sockets[0].onclose({ code: 1000 });
  watch.revive(() => job);
  assert.equal(sockets.length, 1);
  job = { ...job, attempt: 2 };
  watch.revive(() => job);
  assert.match(sockets[1].address, /after=2&/);
  watch.revive(() => job);
  assert.equal(sockets.length, 2);
  sockets[1].onopen();
  sockets[1].deliver([status(3, "queued", { attempt: 2 }), { ...rewind(4, 20), attempt: 2 }, { ...trainRows(5, 21, 30), attempt: 2 }]);
  const stream = watch.stream("a");
  assert.deepEqual([stream?.fold.splits.train.last("step"), stream?.fold.missing], [50, 0]);
  stream?.stop();
});

test("a normal close is the end by itself, any other is a cut", () => {
  for (const [code, state] of /** @type {const} */ ([[1000, "done"], [1001, "reconnecting"], [1011, "reconnecting"]])) {
    const { stream, sockets } = followed();
    sockets[0].deliver([trainRows(1, 1, 10)]);
    sockets[0].onclose({ code });
    assert.equal(stream.state, state);
    stream.stop();
  }
});

test("a long job that ended is opened by a sample with what is no row beside it, and is done", async (context) => {
  const { sockets, socketAddress } = fakeSockets(context);
  const note = { seq: 4, at: fresh(), type: "note", level: "warning", message: "slow" };
  const end = status(9, "failed", { reason: "diverged", message: "not finite at step 250,000" });
  const change = { seq: 5, at: fresh(), type: "change", step: 9, field: "epochs", before: 10, after: 20 };
  const again = { ...rewind(6, 150_000), attempt: 2 };
  const entries = [status(1, "running"), note, change, again, end, { ...note, seq: 10, message: "later" }];
  const api = {
    /** The server was busy while the page opened. @param {string} path @returns {Promise<any>} */
    early: async (path) => (path.includes("split=validation") ? Promise.reject(new Error("503")) : api.get(path)),
    /** @param {string} path */
    get: async (path) => {
      if (path.includes("/log?types=status,note,change,checkpoint,rewind,snapshot,diagnosis&limit=10000")) return { entries, last_seq: 10, more: false };
      return { last_seq: 9, columns: path.includes("split=train") ? trainRows(1, 249_991, 10).columns : { step: [], epoch: [], loss: [], accuracy: [] } };
    },
    socketAddress,
  };
  const watch = new Watch(/** @type {any} */ (api), new ServerClock());
  watch.follow(["a"], () => /** @type {any} */ ({ id: "a", step: 250_000 }));
  while (!sockets.length) await new Promise((resolve) => setTimeout(resolve));
  assert.match(sockets[0].address, /after=9&/);
  const stream = watch.stream("a");
  assert.equal(stream?.fold.status?.message, "not finite at step 250,000");
  assert.deepEqual(stream?.fold.notes.map((one) => one.message), ["slow"]);
  assert.deepEqual(stream?.fold.marks.resumes, [{ step: 150_000, attempt: 2 }]);
  assert.equal(stream?.fold.marks.changes[0].after, 20);
  assert.equal(stream?.fold.splits.train.length, 10);
  sockets[0].onopen();
  sockets[0].onclose({ code: 1000 });
  assert.equal(stream && claimOf(stream, 0).text, "done · 250,000 steps · 0 missing");
  assert.equal(sockets.length, 1);
});

test("from 200,000 steps of its own on a job is opened by a sample", async (context) => {
  for (const [step, parent, parts] of /** @type {const} */ ([[200_000, 0, 4], [199_999, 0, 0], [500_000, 300_000, 4], [500_000, 300_001, 0]])) {
    const { socketAddress } = fakeSockets(context);
    /** @type {string[]} */
    const asked = [];
    const early = async (/** @type {string} */ path) => void asked.push(path);
    const watch = new Watch(/** @type {any} */ ({ socketAddress, early, get: async () => assert.fail("no second try") }), new ServerClock());
    watch.follow(["a"], () => /** @type {any} */ ({ id: "a", step, forked_from: parent ? { job_id: "b", step: parent } : null }));
    assert.equal(asked.length, parts, `${step} steps, ${parent} of them its parent's`);
    await new Promise((resolve) => setTimeout(resolve));
    watch.stream("a")?.stop();
  }
});

test("a fork's log is as long as its own steps, and a short one is replayed whole", (context) => {
  const { sockets, socketAddress } = fakeSockets(context);
  let asked = 0;
  const early = async () => (asked += 1);
  const watch = new Watch(/** @type {any} */ ({ socketAddress, early }), new ServerClock());
  watch.follow(["a"], () => /** @type {any} */ ({ id: "a", step: 300_000, forked_from: { job_id: "b", step: 299_000 } }));
  assert.match(sockets[0].address, /after=0&/);
  assert.equal(watch.stream("a")?.fold.sampledRows, 0);
  assert.equal(asked, 0);
  watch.stream("a")?.stop();
});

test("a deleted job is gone for good", () => {
  const { stream, sockets } = followed();
  sockets[0].onclose({ code: 4410 });
  assert.equal(stream.state, "gone");
  assert.equal(sockets.length, 1);
});

test("a socket that was stopped stays silent", () => {
  /** @type {any[]} */
  const heard = [];
  const socket = new FakeSocket("");
  const lasting = new LastingSocket({
    address: () => "",
    onMessage: (data) => heard.push(data),
    onLink: () => {},
    open: () => /** @type {any} */ (socket),
  });
  lasting.start();
  lasting.stop();
  assert.equal(socket.onmessage, null);
  assert.equal(socket.closed, true);
  assert.equal(lasting.link, "closed");
});

test("a socket that is stopped while it connects is closed when it can be, and counts no more", () => {
  const socket = Object.assign(new FakeSocket(""), { readyState: 0 });
  const lasting = new LastingSocket({
    address: () => "",
    onMessage: () => {},
    onLink: () => {},
    open: () => /** @type {any} */ (socket),
  });
  lasting.start();
  lasting.stop();
  assert.equal(socket.closed, false);
  socket.onopen();
  assert.equal(socket.closed, true);
  assert.equal(lasting.link, "closed");
});

test("waiting doubles, is bounded, has jitter and starts anew", () => {
  const steady = new Backoff(() => 0);
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7, 8].map(() => steady.next()), [250, 500, 1000, 2000, 4000, 8000, 15000, 15000]);
  steady.reset();
  assert.equal(steady.next(), 250);
  const early = new Backoff(() => 1);
  assert.equal(early.next(), 175);
});

test("the clock believes the shortest round trip", () => {
  const clock = new ServerClock();
  clock.observe(10_000, 4_000, 4_200);
  assert.equal(clock.offset, 5_900);
  clock.observe(10_500, 4_300, 4_900);
  assert.equal(clock.offset, 5_900);
  clock.observe(11_000, 5_000, 5_010);
  assert.equal(clock.offset, 5_995);
  assert.equal(clock.since(new Date(11_000).toISOString(), 5_105), 100);
  assert.equal(clock.since(new Date(99_000).toISOString(), 5_105), 0);
  clock.observe(NaN, 6_000, 6_001);
  assert.equal(clock.offset, 5_995);
});

test("without a job the pill speaks of the list", () => {
  assert.equal(claimOfList("open", 0, 0).text, "connected");
  assert.equal(claimOfList("waiting", 3000, 0).text, "reconnecting in 3\u202fs");
});
