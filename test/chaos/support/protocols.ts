import type { WireProtocol } from './tcp-proxy.js';

/** https://kafka.apache.org/protocol#protocol_api_keys */
const kafkaRequests = new Map([
  [0, 'produce'],
  [1, 'fetch'],
  [3, 'metadata'],
  [8, 'commit'],
  [11, 'join'],
  [12, 'heartbeat'],
  [13, 'leave'],
  [14, 'sync'],
]);

/** int32 length of what follows; a request then has int16 api key, int16 version and int32 id, a response the id. */
export const kafkaProtocol: WireProtocol = {
  headBytes: 12,
  lengthOf: (head) => 4 + head.readInt32BE(0),
  requestOf: (head) => {
    const key = head.readInt16BE(4);
    return { id: head.readInt32BE(8), kind: kafkaRequests.get(key) ?? `api ${key}` };
  },
  answeredBy: (head) => head.readInt32BE(4),
};

const opMsg = 2013;
/** Header (16), flags (4), kind of section (1), length of the body (4) and type of its first element (1). */
const commandAt = 26;

/** int32 length of the whole, int32 id, int32 id of what is answered, int32 opcode: the first key of an OP_MSG is its command. */
export const mongoProtocol: WireProtocol = {
  headBytes: 64,
  lengthOf: (head) => head.readInt32LE(0),
  requestOf: (head) => {
    const id = head.readInt32LE(4);
    if (head.readInt32LE(12) !== opMsg) return { id, kind: 'legacy' };
    return { id, kind: head.toString('utf8', commandAt, head.indexOf(0, commandAt)) };
  },
  answeredBy: (head) => head.readInt32LE(8),
};
