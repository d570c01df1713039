// A User's program as an adapter team would write it, on the public packages alone: templates, parser and
// keystore. It reads one JSON object a line, {"do": ..., ...}, and answers with one, until its input ends.
// Signing and checking XML is the Java tool's (SigningTool.java); signing a Pre-Command needs nothing but
// the key and Node's own crypto.
const { sign } = require('node:crypto');
const { createServer } = require('node:http');
const { createInterface } = require('node:readline');
const { loadTemplates } = require('@smartdcc/duis-templates');
const { constructDuis, parseDuis } = require('@smartdcc/duis-parser');
const { BoxedKeyStore, KeyUsage } = require('@smartdcc/dccboxed-keystore');

const XML_SIGN = 135; // the remote party role of certificates that sign documents
const arrived = []; // { document, parsed }
const waiting = [];
let keystore, templates;

// The DCC delivers here: anything that parses is taken.
const receiver = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const document = Buffer.concat(parts).toString();
    arrived.push({ document, parsed: parseDuis('simplified', document) });
    response.writeHead(204).end();
    waiting.splice(0).forEach((look) => look());
  });
});

// A Pre-Command ends with its content, or with the empty signature after it (GBCS 6.3.3).
function endOfContent(octets) {
  let at = 1;
  for (let field = 0; field < 5; field += 1) at += 1 + octets[at]; // ids, time and other information
  const first = octets[at];
  if (first < 0x80) return at + 1 + first;
  return at + 1 + (first & 0x7f) + octets.readUIntBE(at + 1, first & 0x7f);
}

// Of several certificates of a User for device messages, the one that ends last is in use.
async function signingKey(eui) {
  const found = await keystore.query({ eui, keyUsage: KeyUsage.digitalSignature, lookup: 'certificate' });
  const [{ serial }] = found
    .filter(({ role }) => role !== XML_SIGN)
    .sort((a, b) => new Date(b.certificate.validTo) - new Date(a.certificate.validTo));
  return (await keystore.query({ serial, lookup: 'privateKey' })).privateKey;
}

async function signed(octets, originator) {
  const key = await signingKey(originator);
  const content = octets.subarray(1, endOfContent(octets));
  const signature = sign('sha256', content, { key, dsaEncoding: 'ieee-p1363' });
  return Buffer.concat([octets.subarray(0, 1), content, Buffer.from([signature.length]), signature]);
}

function once(count, wanted) {
  return new Promise((done) => {
    const look = () => {
      const found = arrived.filter(({ parsed }) => wanted(parsed)).map(({ document }) => document);
      if (found.length >= count) done({ documents: found });
      else waiting.push(look);
    };
    look();
  });
}

const verbs = {
  // where the DCC is to deliver: the operating system gives a port that is free
  async listen() {
    await new Promise((done) => receiver.listen(0, '127.0.0.1', done));
    return { port: receiver.address().port };
  },
  async start({ repository, organisations }) {
    keystore = await BoxedKeyStore.new(repository, undefined, organisations);
    templates = await loadTemplates({});
    const variant = ({ simplified }) => simplified.header.serviceReferenceVariant['Service Reference Variant'];
    const variants = Object.entries(templates).map(([name, template]) => [name, variant(template)]);
    return { templates: Object.fromEntries(variants) };
  },
  // a template with its header and the fields of its body that name devices and keys of here
  async construct({ template, originator, target, counter, body }) {
    const { header, body: own } = templates[template].simplified;
    const requestId = { originatorId: originator, targetId: target, counter };
    const filled = structuredClone({ ...own, ...(body ?? {}) });
    return { xml: constructDuis('simplified', { header: { ...header, requestId }, body: filled }) };
  },
  async template({ template }) {
    return { body: templates[template].simplified.body };
  },
  async signPreCommand({ request, answer }) {
    const { header } = parseDuis('simplified', request);
    const { PreCommand } = parseDuis('simplified', answer).body.ResponseMessage;
    const octets = await signed(Buffer.from(PreCommand.GBCSPayload, 'base64'), header.requestId.originatorId);
    const body = { SignedPreCommand: { GBCSPayload: octets.toString('base64') } };
    return { xml: constructDuis('simplified', { header: { ...header, commandVariant: 5 }, body }) };
  },
  async parse({ xml }) {
    return parseDuis('simplified', xml);
  },
  async post({ url, xml }) {
    const headers = { 'Content-Type': 'application/xml' };
    const answer = await fetch(url, { method: 'POST', headers, body: xml });
    return { status: answer.status, body: await answer.text() };
  },
  // every delivered message about a request, once there are as many as asked
  delivered({ target, counter, count }) {
    return once(count, ({ header }) => header.requestId?.counter === BigInt(counter)
      && header.requestId.targetId.toUpperCase() === target.toUpperCase());
  },
  // every alert of a device under a code, once there are as many as asked
  alerts({ device, code, count }) {
    return once(count, ({ header, body }) => body.DeviceAlertMessage?.AlertCode === code
      && header.responseId.originatorId.toUpperCase() === device.toUpperCase());
  },
  async certificate({ eui, use }) {
    const found = await keystore.query({ eui, keyUsage: KeyUsage[use], lookup: 'certificate' });
    return { serials: (found ?? []).map(({ serial }) => serial.toString()) };
  },
  async bySerial({ serial }) {
    const found = await keystore.query({ serial: BigInt(serial), lookup: 'certificate' });
    return { eui: found?.eui.toString() ?? null };
  },
};

const plain = (_name, value) => (typeof value === 'bigint' ? value.toString() : value);

createInterface({ input: process.stdin })
  .on('line', async (line) => {
    const { id, ...asked } = JSON.parse(line);
    const answer = await verbs[asked.do](asked).catch((error) => ({ error: String(error.stack) }));
    process.stdout.write(`${JSON.stringify({ id, ...answer }, plain)}\n`);
  })
  .on('close', async () => {
    receiver.close();
    await keystore?.cleanup();
    process.exit(0);
  });
