/** Attacks on a device that takes any image which is whole: each a transcript, with its defect or without. */
import { GROUP, IMAGE, IMAGE_HEADER_AT } from '../../host/format.ts';
import { changed, redigested, type Transcript } from './attacker.ts';
import { LEASE_TICKS } from './story.ts';

const DIGEST_TLV_BYTES = 36;
/** A first piece that every build's messages hold, and that is no whole image. */
const BEGUN_BYTES = 300;

const bodyBytesOf = (image: Uint8Array) => Buffer.from(image).readUInt32LE(IMAGE_HEADER_AT.bodyBytes);

export const ATTACKS: Readonly<Record<string, Transcript>> = {
  'roll back to an older edition': (attacker, isAttack) => {
    const { second, third } = attacker.editions;
    if (isAttack) attacker.updateTo(third);
    return attacker.updateTo(second);
  },
  'the running edition again, over a confirmed newer one': (attacker, isAttack) => {
    const { first, second } = attacker.editions;
    attacker.updateTo(second);
    return isAttack ? attacker.updateTo(first) : attacker.runs(second.epoch);
  },
  'an edition that does not follow the running one': (attacker, isAttack) =>
    attacker.updateTo(isAttack ? attacker.editions.stranger : attacker.editions.second),
  'a counter that was raised without a digest': (attacker, isAttack) => {
    const { second } = attacker.editions;
    const image = Buffer.from(second.bytes);
    const at = image.lastIndexOf(Buffer.from([second.epoch, 0, 0, 0]), image.indexOf(second.hash));
    return (
      attacker.takes(second, isAttack ? changed(image, at + 1) : image) ||
      attacker.device.stateOf('epoch') > 2
    );
  },
  'another map': (attacker, isAttack) =>
    attacker.updateTo(isAttack ? attacker.editions.otherMap : attacker.editions.second),
  'another class of device': (attacker, isAttack) =>
    attacker.updateTo(isAttack ? attacker.editions.otherClass : attacker.editions.second),
  'header and TLVs of one container around the body of another': (attacker, isAttack) => {
    const { second, first } = attacker.editions;
    const image = Buffer.from(second.bytes);
    const bytes = Math.min(bodyBytesOf(second.bytes), bodyBytesOf(first.bytes));
    if (isAttack) image.set(first.bytes.subarray(32, 32 + bytes), 32);
    return attacker.takes(second, image);
  },
  'a mixed body under a digest that was made anew': (attacker, isAttack) => {
    const { second, first } = attacker.editions;
    const bytes = Math.min(bodyBytesOf(second.bytes), bodyBytesOf(first.bytes));
    const [image, hash] = redigested(second, (image) => {
      if (isAttack) image.set(first.bytes.subarray(32, 32 + (bytes >> 1)), 32);
    });
    return attacker.takes(second, image, hash);
  },
  "a digest that is not the image's": (attacker, isAttack) => {
    const { second } = attacker.editions;
    const at = Buffer.from(second.bytes).indexOf(second.hash);
    return isAttack
      ? attacker.takes(second, changed(second.bytes, at), changed(second.hash, 0))
      : attacker.updateTo(second);
  },
  'a TLV whose length runs over the end': (attacker, isAttack) => {
    const { second } = attacker.editions;
    const at = Buffer.from(second.bytes).indexOf(second.hash);
    const image = Uint8Array.from(second.bytes);
    if (isAttack) image[at - 1] = 0xff;
    return attacker.takes(second, image);
  },
  'two digests': (attacker, isAttack) => {
    const { second } = attacker.editions;
    const at = Buffer.from(second.bytes).indexOf(second.hash);
    const tlv = second.bytes.subarray(at - 4, at - 4 + DIGEST_TLV_BYTES);
    const image = Buffer.concat([second.bytes, isAttack ? tlv : Buffer.alloc(0)]);
    if (isAttack) image.writeUInt16LE(image.readUInt16LE(at - 6) + DIGEST_TLV_BYTES, at - 6);
    return attacker.takes(second, image);
  },
  'an image that ends early': (attacker, isAttack) => {
    const { second } = attacker.editions;
    return attacker.takes(
      second,
      isAttack ? second.bytes.subarray(0, second.bytes.length - 1) : second.bytes,
    );
  },
  'an image with bytes behind it': (attacker, isAttack) => {
    const { second } = attacker.editions;
    return attacker.takes(second, Buffer.concat([second.bytes, Buffer.alloc(isAttack ? 64 : 0)]));
  },
  // What is wanted is that the image which lies there is harmed.
  'an upload without end': (attacker, isAttack) => {
    const { bytes, hash } = attacker.editions.second;
    const { device } = attacker;
    device.open();
    device.upload(bytes, hash);
    const more = {
      off: isAttack ? bytes.length : 0,
      data: bytes.subarray(0, 200),
      ...(isAttack ? {} : { len: bytes.length, sha: hash }),
    };
    for (let piece = 0; piece < 100; piece++)
      device.write(GROUP.image, IMAGE.upload, { ...more, off: more.off + (isAttack ? 200 * piece : 0) });
    const listed = device.read(GROUP.image, IMAGE.state).get('images');
    const isWhole = Array.isArray(listed) && listed.length === 2;
    return isAttack ? !isWhole : isWhole;
  },
  'one image begun, another one finished under its session': (attacker, isAttack) => {
    const { second, third } = attacker.editions;
    const { device } = attacker;
    device.open();
    const { length } = third.bytes;
    const begin = { off: 0, len: length, sha: third.hash, data: third.bytes.subarray(0, BEGUN_BYTES) };
    device.write(GROUP.image, IMAGE.upload, begin);
    const { bytes } = isAttack ? second : third;
    for (let off = BEGUN_BYTES; off < Math.min(length, bytes.length); off += device.pieceBytes) {
      const data = bytes.subarray(off, Math.min(off + device.pieceBytes, length));
      device.write(GROUP.image, IMAGE.upload, { off, data });
    }
    device.mark(third.hash);
    attacker.activate();
    return attacker.runs(third.epoch);
  },
  'a token of an earlier window': (attacker, isAttack) => {
    const { bytes, hash, epoch } = attacker.editions.second;
    const { device } = attacker;
    device.open();
    const old = device.token;
    device.close();
    device.open();
    if (isAttack) device.token = old;
    device.upload(bytes, hash);
    device.mark(hash);
    attacker.activate();
    return attacker.runs(epoch);
  },
  'no token': (attacker, isAttack) => {
    const { bytes, hash, epoch } = attacker.editions.second;
    attacker.device.open();
    if (isAttack) attacker.device.token = null;
    attacker.device.upload(bytes, hash);
    attacker.device.mark(hash);
    attacker.activate();
    return attacker.runs(epoch);
  },
  'tokens that are guessed': (attacker, isAttack) => {
    const { device } = attacker;
    device.open();
    const own = device.token ?? 0;
    device.token = isAttack ? own + 1 + attacker.random.below(1000) : own;
    return device.mark(attacker.editions.first.hash) === null;
  },
  'a window while the machine moves': (attacker, isAttack) => {
    attacker.device.parked = !isAttack;
    return attacker.device.open() === null;
  },
  'confirm what never ran': (attacker, isAttack) => {
    const { bytes, hash, epoch } = attacker.editions.second;
    attacker.bring(bytes, hash);
    if (!isAttack) attacker.activate();
    if (!isAttack) attacker.device.open();
    attacker.device.confirm(hash);
    attacker.device.start();
    attacker.settle();
    return attacker.runs(epoch) && attacker.device.stateOf('onTrial') === 0;
  },
  'confirm with too few checks': (attacker, isAttack) => {
    const { bytes, hash } = attacker.editions.second;
    attacker.device.checksASlice = isAttack ? 0 : 1;
    attacker.bring(bytes, hash);
    attacker.activate();
    attacker.device.open();
    return attacker.device.confirm(hash) === null;
  },
  'confirm in RUN': (attacker, isAttack) => {
    const { bytes, hash } = attacker.editions.second;
    attacker.bring(bytes, hash);
    attacker.activate();
    if (!isAttack) attacker.device.open();
    return attacker.device.confirm(hash) === null;
  },
  'upload over an edition on trial': (attacker, isAttack) => {
    const { second, third } = attacker.editions;
    attacker.bring(second.bytes, second.hash);
    attacker.activate();
    attacker.device.open();
    if (!isAttack) attacker.device.revert();
    return attacker.device.upload(third.bytes, third.hash) === null;
  },
  'upload over a pending edition': (attacker, isAttack) => {
    const { second, third } = attacker.editions;
    attacker.bring(second.bytes, second.hash);
    if (!isAttack) attacker.device.revert();
    return attacker.device.upload(third.bytes, third.hash) === null;
  },
  'erase what runs': (attacker, isAttack) => {
    const { bytes, hash } = attacker.editions.second;
    attacker.device.open();
    attacker.device.upload(bytes, hash);
    return attacker.device.write(GROUP.image, IMAGE.erase, { slot: isAttack ? 0 : 1 }) === null;
  },
  'activation by the end of a lease': (attacker, isAttack) => {
    const { bytes, hash, epoch } = attacker.editions.second;
    attacker.bring(bytes, hash);
    if (isAttack) attacker.device.tick += LEASE_TICKS + 1;
    else attacker.device.close({ activate: true });
    attacker.settle();
    return attacker.runs(epoch);
  },
  'activation by a power cut': (attacker, isAttack) => {
    const { bytes, hash, epoch } = attacker.editions.second;
    attacker.bring(bytes, hash);
    if (isAttack) attacker.device.start();
    else attacker.device.askReset();
    attacker.settle();
    return attacker.runs(epoch);
  },
  'activation by a machine that begins to move': (attacker, isAttack) => {
    const { bytes, hash, epoch } = attacker.editions.second;
    attacker.bring(bytes, hash);
    attacker.device.parked = !isAttack;
    if (!isAttack) attacker.device.close({ activate: true });
    attacker.settle();
    attacker.device.parked = true;
    attacker.settle();
    return attacker.runs(epoch);
  },
  'a reset in RUN': (attacker, isAttack) => {
    if (!isAttack) attacker.device.open();
    attacker.device.askReset();
    attacker.settle();
    return attacker.device.resets > 0;
  },
};
