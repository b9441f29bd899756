// Loaded into node before a program: writes where it connects to, and what it looks up, into
// the file that RECORD names, and lets it go on.
const { appendFileSync } = require('node:fs');
const dgram = require('node:dgram');
const dns = require('node:dns');
const net = require('node:net');

const record = (what) => appendFileSync(process.env.RECORD, `${what}\n`);

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...words) {
  const [options] = Array.isArray(words[0]) ? words[0] : words;
  if (options.path === undefined) record(`${options.host}:${options.port}`);
  return connect.apply(this, words);
};

for (const library of [dns, dns.promises]) {
  const { lookup } = library;
  library.lookup = function (name, ...words) {
    record(`lookup ${name}`);
    return lookup.call(this, name, ...words);
  };
}

const { send } = dgram.Socket.prototype;
dgram.Socket.prototype.send = function (...words) {
  record('a datagram');
  return send.apply(this, words);
};
