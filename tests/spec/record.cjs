// Loaded into node before a program: writes its connections and name look-ups into the file that
// RECORD names, without changing them.
const { appendFileSync } = require('node:fs');
const dgram = require('node:dgram');
const dns = require('node:dns');
const net = require('node:net');

const record = (event) => appendFileSync(process.env.RECORD, `${event}\n`);

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  if (options.path === undefined) record(`${options.host}:${options.port}`);
  return connect.apply(this, args);
};

for (const library of [dns, dns.promises]) {
  const { lookup } = library;
  library.lookup = function (name, ...args) {
    record(`lookup ${name}`);
    return lookup.call(this, name, ...args);
  };
}

const { send } = dgram.Socket.prototype;
dgram.Socket.prototype.send = function (...args) {
  record('a datagram');
  return send.apply(this, args);
};
